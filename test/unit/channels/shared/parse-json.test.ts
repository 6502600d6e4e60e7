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

  it('agrees with a reviver on every value, and throws where JSON.parse does', () => {
    const long = (_key: string, value: unknown, context?: { source?: string }): unknown =>
      typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
        ? context?.source
        : value;
    const outcome = (parse: () => unknown) => {
      try {
        return JSON.stringify(parse());
      } catch {
        return 'no JSON';
      }
    };
    const piece = fc.constantFrom(
      ...['{', '}', '[', ']', ',', ':', ' ', '"', '\\', '\\"', '\n', '.', 'e', 'E', '-', '+', '0', '1'],
      ...['1234567890123456789', '-9007199254740993', '9007199254740991', '0012345678901234567', '1e400'],
      ...['"a":', '"x:12345678901234567"', '"\\\\"', '[12345678901234567,', 'null', 'true'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        for (const text of [`[${pieces.join(',')}]`, `{"a":${pieces.join('')}}`]) {
          expect(outcome(() => parseJson(text))).toBe(outcome(() => JSON.parse(text, long)));
        }
      }),
      { numRuns: 3_000 },
    );
    expect(() => parseJson('{')).toThrow(SyntaxError);
  });

  it('is not slowed down by long numbers among a hundred thousand values', () => {
    const values = ',1'.repeat(250_000);
    const timeOf = (text: string) => {
      const times = [1, 2, 3].map(() => {
        const begun = performance.now();
        parseJson(text);
        return performance.now() - begun;
      });
      return Math.min(...times);
    };
    // A reviver takes thirty times as long.
    expect(timeOf(`[1234567890123456789${values}]`)).toBeLessThan(8 * timeOf(`[1${values}]`) + 20);
  });
});

describe('parseJsonBytes', () => {
  it('gives undefined for what is not JSON', () => {
    expect(parseJsonBytes(Buffer.from('<html>'))).toBeUndefined();
    expect(parseJsonBytes(Buffer.alloc(0))).toBeUndefined();
    expect(parseJsonBytes(Buffer.from('{"a":"đ"}'))).toEqual({ a: 'đ' });
  });
});
