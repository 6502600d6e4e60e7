import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Understood } from '../../../src/core/understood.ts';
import { readGoldenQuestions } from '../../../src/knowledge/golden-questions.ts';

function found(given: Partial<Understood>): Understood {
  return {
    decision: 'fallback',
    topic: null,
    aspect: null,
    aspects: [],
    confidence: 0,
    candidates: [],
    confusable: null,
    sensitive: null,
    also: [],
    language: 'vi',
    entities: [],
    explanation: [],
    ...given,
  };
}

describe('golden questions', () => {
  it('are right when the citizen sees what is expected', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'golden-'));
    await writeFile(
      join(dir, 'all.yaml'),
      `- { text: a, topic: passport }
- { text: b, decision: clarify, any_of: [passport, certify-copy] }
- { text: c, decision: [fallback, smalltalk] }
- { text: d, decision: sensitive, category: fire }
- { text: e, category: null }
- { text: f, requests: [{ topic: passport, aspect: null }] }
`,
    );
    await writeFile(join(dir, 'script.yaml'), 'turns: [{ say: xin chào }]');
    const questions = readGoldenQuestions(dir);
    await rm(dir, { recursive: true });
    expect(questions.map(({ text, expected }) => [text, expected])).toEqual([
      ['a', 'passport'],
      ['b', 'clarify'],
      ['c', 'out-of-scope'],
      ['d', 'sensitive:fire'],
      ['e', 'not-sensitive'],
    ]);
    const judge = (given: Partial<Understood>) => questions.map((one) => one.isRight(found(given)));
    const offered = [{ topic: 'passport', score: 0.4 }];
    expect(judge({ decision: 'answer', topic: 'passport' })).toEqual([true, false, false, false, true]);
    expect(judge({ decision: 'clarify', candidates: offered })).toEqual([true, true, false, false, true]);
    // What is only thought of and not said helps nobody.
    expect(judge({ decision: 'fallback', candidates: offered })).toEqual([false, false, true, false, true]);
    expect(judge({ decision: 'sensitive', sensitive: 'fire' })).toEqual([false, false, false, true, false]);
  });

  it('are none where the folder is not shipped', () => {
    expect(readGoldenQuestions(join(tmpdir(), 'no-such-folder-of-golden-questions'))).toEqual([]);
  });
});
