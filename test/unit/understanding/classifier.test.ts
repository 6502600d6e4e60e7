import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  areaUnderCurve,
  evaluateClassifier,
  macroF1,
} from '../../../src/understanding/evaluate-classifier.ts';
import { detectLanguage } from '../../../src/understanding/detect-language.ts';
import { findEntities } from '../../../src/understanding/entities/find-entities.ts';
import { TopicClassifier } from '../../../src/understanding/topic-classifier.ts';
import { tokenise } from '../../../src/text/tokenise.ts';

const lexicon = {
  abbreviations: { ko: 'không' },
  concepts: { lost: ['bị mất', 'thất lạc'] },
  english: ['the'],
  fillers: [],
};
const texts = [
  { label: 'birth', text: 'đăng ký khai sinh cho con' },
  { label: 'birth', text: 'làm giấy khai sinh' },
  { label: 'birth', text: 'khai sinh trễ hạn' },
  { label: 'card', text: 'căn cước bị mất' },
  { label: 'card', text: 'làm lại thẻ căn cước' },
  { label: 'card', text: 'đổi thẻ căn cước hết hạn' },
];

describe('TopicClassifier', () => {
  const classifier = TopicClassifier.train(texts, lexicon);
  const first = (text: string): string | undefined =>
    classifier.rank(classifier.reader.read(text)).labels[0]?.label;

  it('ranks what it learnt, with and without marks, with synonyms and slips', () => {
    expect(first('khai sinh cho con')).toBe('birth');
    expect(first('can cuoc that lac')).toBe('card');
    expect(first('khia sihn')).toBe('birth');
  });

  it('gives the same model for the same texts in any order', () => {
    const reversed = TopicClassifier.train([...texts].reverse(), lexicon);
    expect(reversed.save()).toEqual(classifier.save());
  });

  it('is surer of what it knows than of what it does not', () => {
    const sure = (text: string): number => classifier.rank(classifier.reader.read(text)).confidence;
    expect(sure('làm giấy khai sinh')).toBeGreaterThan(sure('trời hôm nay đẹp quá'));
  });

  it('says which label words lean to: as far to one as away from the other, and nowhere when nobody wrote them', () => {
    expect(classifier.lean(['§lost'], 'card', 'birth')).toBeGreaterThan(0);
    expect(classifier.lean(['khai', 'sinh'], 'birth', 'card')).toBeGreaterThan(
      classifier.lean(['khai'], 'birth', 'card'),
    );
    const word = fc.constantFrom('khai', 'sinh', 'lam', 'can', '§lost', 'giay', 'xyz');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const lean = classifier.lean(words, 'birth', 'card');
        expect(lean).toBeCloseTo(-classifier.lean(words, 'card', 'birth'));
        expect(classifier.lean([...words, 'xyz'], 'birth', 'card')).toBeCloseTo(lean);
      }),
    );
  });

  it('is measured by evaluate', () => {
    const { tests } = evaluateClassifier(
      texts,
      [{ file: 'same', texts }],
      ['xyz trời mưa', 'bóng đá tối nay'],
      lexicon,
    );
    expect(tests[0]).toMatchObject({ file: 'same', n: 6, accuracy: 1, macroF1: 1, oosAuroc: 1 });
  });
});

describe('figures', () => {
  it('computes macro F1 and the area under the curve', () => {
    expect(macroF1(['a', 'a', 'b'], ['a', 'b', 'b'])).toBeCloseTo(2 / 3);
    expect(areaUnderCurve([0.9, 0.8], [0.1, 0.8])).toBeCloseTo(0.875);
  });
});

describe('findEntities', () => {
  it.each([
    ['thủ tục 1.001193 là gì', 'procedure-code', '1.001193'],
    ['ngày 20/11/2026 nộp được không', 'date', '2026-11-20'],
    ['thứ bảy có làm không', 'weekday', 'thứ 7'],
    ['nộp 500.000 đồng', 'amount', '500000'],
    ['bé 3 tuổi', 'age', '3 tuổi'],
  ])('%s', (text, kind, value) => {
    expect(findEntities(text)).toEqual(expect.arrayContaining([expect.objectContaining({ kind, value })]));
  });

  it('masks what identifies a person', () => {
    for (const text of ['cccd 079203001234', 'gọi 0912345678', 'hồ sơ H19.12.34-260901-0001']) {
      const [entity] = findEntities(text);
      expect(entity?.value).toContain('*');
      expect(entity?.value).not.toMatch(/\d{6}/);
    }
  });
});

describe('detectLanguage', () => {
  const detect = (text: string): string =>
    detectLanguage(text, tokenise(text), new Set(['how', 'do', 'i', 'the', 'register']), {
      words: new Map([['khai', 1]]),
      englishOnly: new Set(),
    });

  it.each([
    ['khai sinh', 'vi'],
    ['how do i register', 'en'],
    ['你好', 'zh'],
    ['こんにちは', 'ja'],
    ['안녕하세요', 'ko'],
    ['សួស្តី', 'km'],
    ['привет', 'other'],
  ])('%s is %s', (text, language) => {
    expect(detect(text)).toBe(language);
  });
});
