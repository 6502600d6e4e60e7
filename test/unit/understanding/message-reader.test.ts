import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '../../../src/text/fold.ts';
import { MessageReader } from '../../../src/understanding/message-reader.ts';
import { emptyVocabulary } from '../../../src/understanding/vocabulary.ts';

const abbreviations = {
  cc: 'căn cước',
  hđ: 'hợp đồng',
  'cc hđ|hd': 'công chứng hợp đồng',
  'cc sao y': 'chứng thực sao y',
  ko: 'không',
};
const reader = new MessageReader({ abbreviations, concepts: {}, english: [] }, emptyVocabulary);
const wordsOf = (text: string): string =>
  reader
    .read(text)
    .tokens.map(({ text: word }) => word)
    .join(' ');

describe('short forms of several words', () => {
  it.each([
    ['làm cc hđ mua nhà', 'làm công chứng hợp đồng mua nhà'],
    ['cc hd mua nha', 'công chứng hợp đồng mua nha'],
    ['cc sao y bằng', 'chứng thực sao y bằng'],
    ['làm cc mới', 'làm căn cước mới'],
    ['hđ cc', 'hợp đồng căn cước'],
  ])('%s reads %s', (text, meant) => {
    expect(wordsOf(text)).toBe(meant);
    expect(fold(reader.spellOut(text))).toBe(fold(meant));
  });

  it('stand where they were typed, in order, whatever stands around them', () => {
    const word = fc.constantFrom('cc', 'hđ', 'hd', 'sao', 'y', 'ko', 'mua', 'nhà', ',');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (typed) => {
        const { normalised, tokens } = reader.read(typed.join(' '));
        let before = 0;
        for (const { start, end } of tokens) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(normalised.length);
          before = start;
        }
      }),
    );
  });
});

describe('whether marks can be relied on', () => {
  const isSure = (text: string): boolean[] => reader.read(text).tokens.map(({ exact }) => exact);

  it('is told by the words typed out, not by what a short form stands for', () => {
    // "không", which nobody typed, has marks; "o dau" has none, and may be "ở đâu".
    expect(isSure('ko o dau')).toEqual([true, false, false]);
    expect(isSure('cc o dau')).toEqual([true, true, false, false]);
    expect(isSure('ko ở nha')).toEqual([true, true, true]);
  });
});
