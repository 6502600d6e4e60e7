import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJson, parseJsonBytes } from '../../../../src/channels/shared/parse-json.ts';

describe('parseJson', () => {
  it('keeps the digits of whole numbers beyond 2^53 as text, at any depth', () => {
    expect(
      parseJson(
        '{"a":9007199254740993,"b":[12345678901234567890,-9007199254740993],"c":{"d": 9007199254740993}}',
      ),
    ).toEqual({
      a: '9007199254740993',
      b: ['12345678901234567890', '-9007199254740993'],
      c: { d: '9007199254740993' },
    });
  });

  it('leaves numbers that a double holds, and text that looks like a number', () => {
    expect(
      parseJson('{"a":9007199254740991,"b":"9007199254740993","c":1e30,"d":1.5,"e":"x:1234567890123456789"}'),
    ).toEqual({
      a: 9007199254740991,
      b: '9007199254740993',
      c: 1e30,
      d: 1.5,
      e: 'x:1234567890123456789',
    });
  });

  it('agrees with JSON.parse on everything without long numbers', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/\d{16}/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('throws like JSON.parse', () => {
    expect(() => parseJson('{')).toThrow(SyntaxError);
  });
});

describe('parseJsonBytes', () => {
  it('gives undefined for what is not JSON', () => {
    expect(parseJsonBytes(Buffer.from('<html>'))).toBeUndefined();
    expect(parseJsonBytes(Buffer.alloc(0))).toBeUndefined();
    expect(parseJsonBytes(Buffer.from('{"a":"đ"}'))).toEqual({ a: 'đ' });
  });
});
