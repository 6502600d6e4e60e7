import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Remembered } from '../../../src/core/remembered.ts';

describe('Remembered', () => {
  it('computes once what was asked lately, and gives what the function gives for any order of questions', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')), (keys) => {
        const remembered = new Remembered<string>(2);
        expect(keys.map((key) => remembered.get(key, () => `${key}!`))).toEqual(keys.map((key) => `${key}!`));
      }),
    );
    const remembered = new Remembered<string>(2);
    let computed = 0;
    const ask = (key: string) => remembered.get(key, () => `${key}${++computed}`);
    expect([ask('a'), ask('b'), ask('a'), ask('b')]).toEqual(['a1', 'b2', 'a1', 'b2']);
  });

  it('forgets what was not asked for long', () => {
    const remembered = new Remembered<string>(2);
    let computed = 0;
    const ask = (key: string) => remembered.get(key, () => `${key}${++computed}`);
    ask('old');
    for (const key of ['1', '2', '3', '4', '5']) ask(key);
    expect(ask('old')).toBe('old7');
  });
});
