import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HashNumbers } from '../../../src/text/hash-numbers.ts';

const hashes = fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 60 });

it('numbers hashes as they come, also after it was kept and read back', () => {
  fc.assert(
    fc.property(hashes, hashes, (before, after) => {
      const first = new HashNumbers(1);
      for (const hash of before) first.numberOf(hash);
      const kept = HashNumbers.restore(structuredClone(first.save()));
      const known = [...new Set(before)];
      const all = [...new Set([...before, ...after])];
      for (const hash of after) kept.numberOf(hash);
      expect(all.map((hash) => kept.find(hash))).toEqual(all.map((_hash, number) => number));
      expect([...kept.keys()]).toEqual(all);
      // What was kept elsewhere grows apart from it.
      expect(all.map((hash) => first.find(hash))).toEqual(
        all.map((_hash, number) => (number < known.length ? number : -1)),
      );
    }),
  );
});
