import { describe, expect, it } from '@jest/globals';
import { toStorable, toStorableJson } from '../../../../src/storage/sql/storable.ts';

describe('what PostgreSQL can store', () => {
  it.each([
    ['U+0000', { text: 'a\u0000b' }, { text: 'ab' }],
    ['half of a pair', { list: ['a\ud83d', { 'b\udc00': 1 }] }, { list: ['a\ufffd', { 'b\ufffd': 1 }] }],
    ['escapes that are text', { text: '\\u0000 \\ud83d' }, { text: '\\u0000 \\ud83d' }],
    ['a whole pair and Vietnamese', { text: '👪 đơn "xin"' }, { text: '👪 đơn "xin"' }],
  ])('mends or leaves %s, as a value and as JSON', (_, value, storable) => {
    expect(toStorable<object>(value)).toEqual(storable);
    expect(JSON.parse(toStorableJson(value))).toEqual(storable);
  });
});
