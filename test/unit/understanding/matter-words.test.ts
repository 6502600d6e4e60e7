import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { AspectFinder, AspectPhrases } from '../../../src/understanding/aspect-finder.ts';
import { AspectClassifier } from '../../../src/understanding/aspect-classifier.ts';
import { Fillers } from '../../../src/understanding/fillers.ts';
import { MatterWords } from '../../../src/understanding/matter-words.ts';
import { MessageReader } from '../../../src/understanding/message-reader.ts';
import { parseSources, readSources } from '../../../src/understanding/read-intents.ts';
import { emptyVocabulary } from '../../../src/understanding/vocabulary.ts';
import { projectDir } from '../../support/model.ts';

const { lexicon, aspects: rules } = parseSources(readSources(join(projectDir, 'intents'), undefined));
const reader = new MessageReader(lexicon, emptyVocabulary);
const phrases = new AspectPhrases(rules);
// Which words ask for a part is known from the phrases alone; what is learnt beside them is of no account here.
const untaught = AspectClassifier.train([], [], [], phrases.named).save();
const finder = new AspectFinder(phrases, untaught);
const matterWords = new MatterWords(rules, new Fillers(lexicon));

function wordsOf(text: string): string {
  const message = reader.read(text);
  return matterWords
    .of(message, finder.find(message))
    .map(({ folded, isAside }) => (isAside ? `(${folded})` : folded))
    .join(' ');
}

it('leaves out the politeness before the matter, with marks and without', () => {
  expect(wordsOf('em muốn hỏi về hợp tác xã')).toBe('hop tac xa');
  expect(wordsOf('chao anh chi nha minh muon lam cap giay phep quang cao')).toBe('cap giay phep quang cao');
});

it('leaves out what asks for a part in question words, and sets aside what only names one', () => {
  expect(wordsOf('thành lập tổ hợp tác cần giấy tờ gì')).toBe('thanh lap to hop tac (can)');
  expect(wordsOf('dang ky bien so xe het bao nhieu tien')).toBe('dang ky bien so xe');
  expect(wordsOf('lệ phí đăng ký biển số xe')).toBe('(le) (phi) dang ky bien so xe');
});

it('leaves alone a name that begins with words of politeness', () => {
  expect(wordsOf('thông tin quy hoạch')).toBe('thong tin quy hoach');
  expect(wordsOf('thu hoi giay phep')).toBe('thu hoi giay phep');
});
