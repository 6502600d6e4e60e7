import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeTelex, decodeViqr, decodeVni } from '../../../src/text/input-method.ts';
import { fold } from '../../../src/text/fold.ts';
import { allSyllables } from '../../../src/text/syllable.ts';
import { noises } from '../../bench/noise.ts';

describe('decodeTelex', () => {
  it.each([
    ['ddawng', 'đăng'],
    ['kys', 'ký'],
    ['nguwowif', 'người'],
    ['dduowcj', 'được'],
    ['ddaatsj', 'đật'],
    ['quoocs', 'quốc'],
    ['muaw', 'mưa'],
  ])('reads %s as %s', (keys, word) => {
    expect(decodeTelex(keys)).toBe(word);
  });

  it.each(['khai', 'sinh', 'strong', 'online', 'xx', 'a', 'w1'])('leaves %s alone', (word) => {
    expect(decodeTelex(word)).toBeUndefined();
  });

  it('gives back every syllable that has a Telex spelling', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...[...allSyllables()].filter((one) => !/o.*o/.test(fold(one)))),
        (syllable) => {
          const keys = noises.telex(syllable);
          if (keys === syllable) return;
          expect(decodeTelex(keys)).toBe(syllable);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('decodeVni and decodeViqr', () => {
  it.each([
    ['d9a8ng', 'đăng'],
    ['ky1', 'ký'],
    ['d9u7o7c5', 'được'],
    ['giay61', 'giấy'],
  ])('reads VNI %s as %s', (keys, word) => {
    expect(decodeVni(keys)).toBe(word);
  });

  it.each(['khai', 'buoc1', 'muc2', '123', 'cccd12'])('leaves %s alone', (word) => {
    expect(decodeVni(word)).toBeUndefined();
  });

  it.each([
    ["gia^'y", 'giấy'],
    ['ddu+o+.c', 'được'],
    ['la`m', 'làm'],
  ])('reads VIQR %s as %s', (keys, word) => {
    expect(decodeViqr(keys)).toBe(word);
  });

  it('takes a full stop for a full stop', () => {
    expect(decodeViqr('sinh.')).toBeUndefined();
  });
});
