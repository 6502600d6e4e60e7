import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '../../../src/text/fold.ts';
import { allSyllables, isFoldedSyllable, isSyllable, placeTone } from '../../../src/text/syllable.ts';

describe('the syllable inventory', () => {
  it.each(
    'người nghĩa giường quyết thủy khuya nghiệp giấy việc yếu uống trước quê huỳnh thuế rượu chuẩn quốc quý gì giếng'.split(
      ' ',
    ),
  )('knows %s', (word) => {
    expect(isSyllable(word)).toBe(true);
  });

  it.each(['ce', 'kan', 'nghà', 'gha', 'hàc', 'tãp', 'xyz', 'strength', 'ủuo'])('refuses %s', (word) => {
    expect(isSyllable(word)).toBe(false);
  });

  it('is closed under folding and tone placement', () => {
    fc.assert(
      fc.property(fc.constantFrom(...allSyllables()), (word) => {
        expect(isFoldedSyllable(fold(word))).toBe(true);
        expect(placeTone(word)).toBe(word);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('placeTone', () => {
  it.each([
    ['hoá', 'hóa'],
    ['thuỷ', 'thủy'],
    ['tòan', 'toàn'],
    ['cuả', 'của'],
    ['gíây', 'giấy'],
    ['quý', 'quý'],
    ['abc', 'abc'],
  ])('turns %s into %s', (typed, expected) => {
    expect(placeTone(typed.normalize('NFC'))).toBe(expected);
  });
});
