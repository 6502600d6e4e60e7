import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { loadModel, projectDir } from '../../support/model.ts';

const texts = ['procedures', 'guides'].flatMap((folder) => {
  const path = join(projectDir, 'test/golden', folder);
  return readdirSync(path).flatMap((name) => {
    const questions = parse(readFileSync(join(path, name), 'utf8')) as { text: string }[];
    return questions.map(({ text }) => text);
  });
});

it('decides the same for composed and decomposed letters', () => {
  const understanding = loadModel();
  for (const text of texts) {
    const composed = understanding.understand(text.normalize('NFC'));
    const { entities: _places, ...decomposed } = understanding.understand(text.normalize('NFD'));
    expect(composed).toMatchObject(decomposed);
  }
});
