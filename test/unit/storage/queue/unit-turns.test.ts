import { describe, expect, it } from '@jest/globals';
import { UnitTurns } from '../../../../src/storage/queue/unit-turns.ts';

function turnsOf(names: readonly string[]): UnitTurns<string> {
  const turns = new UnitTurns<string>();
  for (const name of names) turns.add(name.charAt(0), name);
  return turns;
}

describe('turns of units', () => {
  it('takes one of each unit in turn, the oldest of each first', () => {
    const turns = turnsOf(['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2']);
    expect(turns.take(5)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2']);
    expect(turns.size).toBe(2);
    expect(turns.take(5)).toEqual(['a3', 'a4']);
    expect(turns.take(5)).toEqual([]);
    expect(turns.size).toBe(0);
  });

  it('gives a unit that comes later its turn before the rest of a flood', () => {
    const turns = turnsOf(['a1', 'a2', 'a3']);
    expect(turns.take(1)).toEqual(['a1']);
    turns.add('b', 'b1');
    expect(turns.take(3)).toEqual(['a2', 'b1', 'a3']);
  });
});
