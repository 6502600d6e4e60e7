import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeOutreachCode, readOutreachCode } from '../../../src/core/outreach-code.ts';

it('reads every code that it makes, in capitals and with gaps too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 7, maxLength: 16 }), (random) => {
      const code = makeOutreachCode(random);
      expect(readOutreachCode(code)).toBe(code);
      expect(readOutreachCode(` ${code.toUpperCase().slice(0, 5)} ${code.slice(5)}.`)).toBe(code);
    }),
  );
});

it.each([
  '',
  'tt',
  'ttbcghkm',
  'ttbcghkmn0',
  'xxbcghkmn2',
  'tt 01/2020',
  "ttbcghkmn';--",
  'khai sinh',
  'tt'.repeat(40),
])('takes %j for no code', (text) => expect(readOutreachCode(text)).toBeUndefined());
