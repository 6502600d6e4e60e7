import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normaliseText, segmentSyllables } from '../../../src/text/normalise.ts';

describe('normaliseText', () => {
  it.each([
    ['  Giấy   KHAI sinh ', 'giấy khai sinh'],
    ['hoá đơn thuỷ lợi', 'hóa đơn thủy lợi'],
    ['k h a i s i n h', 'khai sinh'],
    ['K H A I   S I N H', 'khai sinh'],
    ['khai\u200bsinh\u202e 👶🏻', 'khaisinh'],
    ['кhаi sinh', 'khai sinh'],
    ['saooooo lâu vậyyyy', 'sao lâu vậy'],
    ["la`m gia^'y khai sinh", 'làm giấy khai sinh'],
    ['một\r\n\n hai', 'một\nhai'],
    ['ＣＣＣＤ', 'cccd'],
    ['', ''],
  ])('reads %j as %j', (raw, expected) => {
    expect(normaliseText(raw)).toBe(expected);
  });

  it('leaves words alone that only look like spaced-out letters', () => {
    expect(normaliseText('a b c')).toBe('a b c');
    expect(normaliseText('lớp 6 a và b')).toBe('lớp 6 a và b');
  });

  it('does not care whether the text comes composed or decomposed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zàáảãạăắằâấđêếôốơớưứ ]{0,40}$/), (text) => {
        expect(normaliseText(text.normalize('NFD'))).toBe(normaliseText(text.normalize('NFC')));
      }),
    );
  });

  it('changes nothing the second time, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const once = normaliseText(text);
        expect(normaliseText(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });
});

describe('segmentSyllables', () => {
  it('cuts run-together letters into syllables, and gives up on other letters', () => {
    expect(segmentSyllables('khaisinh')).toEqual(['khai', 'sinh']);
    expect(segmentSyllables('đăngký')).toEqual(['đăng', 'ký']);
    expect(segmentSyllables('wxyzq')).toEqual(['wxyzq']);
  });
});
