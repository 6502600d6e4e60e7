import { describe, expect, it } from '@jest/globals';
import { SendTurns } from '../../../src/conversation/send-turns.ts';

const perSecond = 10;

describe('turns at a full sending rate', () => {
  it('lets a message ask at once while nobody waits', () => {
    expect(new SendTurns().waitMs('page', 'one', perSecond, 0)).toBe(0);
  });

  it('spaces those that wait by the rate, in the order in which they came', () => {
    const turns = new SendTurns();
    expect(turns.give('page', 'one', perSecond, 0, 400)).toBe(400);
    expect(turns.waitMs('page', 'two', perSecond, 0)).toBe(500);
    expect(turns.waitMs('page', 'three', perSecond, 50)).toBe(550);
    expect(turns.waitMs('page', 'two', perSecond, 300)).toBe(200);
    expect(turns.waitMs('page', 'one', perSecond, 400)).toBe(0);
    expect(turns.waitMs('page', 'two', perSecond, 500)).toBe(0);
  });

  it('keeps rates apart, and forgets the wait when it is over', () => {
    const turns = new SendTurns();
    turns.give('page', 'one', perSecond, 0, 400);
    expect(turns.waitMs('other', 'two', perSecond, 0)).toBe(0);
    expect(turns.waitMs('page', 'three', perSecond, 1_000)).toBe(0);
  });

  it('asks each of a thousand waiting messages about once a minute at most, not each second', () => {
    const turns = new SendTurns();
    const dueMs = new Map(Array.from({ length: 1_000 }, (_, n) => [`message-${n}`, 0]));
    turns.give('page', 'message-0', perSecond, 0, 1_000);
    let asked = 0;
    for (let nowMs = 0; nowMs <= 110_000 && dueMs.size > 0; nowMs += 100) {
      for (const [message, due] of dueMs) {
        if (due > nowMs) continue;
        asked += 1;
        const waitMs = turns.waitMs('page', message, perSecond, nowMs);
        if (waitMs === 0) dueMs.delete(message);
        else dueMs.set(message, nowMs + waitMs);
      }
    }
    expect(dueMs.size).toBe(0);
    expect(asked).toBeLessThan(3_000);
  });
});
