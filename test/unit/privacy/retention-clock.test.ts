import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRetentionClock } from '../../../src/privacy/retention-clock.ts';

const hourMs = 3_600_000;
const start = Date.parse('2026-11-20T02:00:00Z');

/** A deployment whose clock is set by the test. */
function setUp() {
  let kept: unknown;
  let nowMs = start;
  const values = {
    read: async () => kept,
    write: async (_key: string, value: unknown) => {
      kept = value;
    },
  };
  const clock = { now: () => new Date(nowMs) };
  return {
    open: () => createRetentionClock(values, clock),
    set: (ms: number) => {
      nowMs = ms;
    },
  };
}

describe('the time by which words are erased', () => {
  it('is the clock from the first hour on, also over a restart and a weekend', async () => {
    const { open, set } = setUp();
    for (const hours of [0, 1, 2, 47, 49]) {
      set(start + hours * hourMs);
      expect(await open().isAhead()).toBe(false);
      expect(await open().advance()).toEqual(new Date(start + hours * hourMs));
    }
  });

  it('follows a clock that jumps ahead by two days an hour, so that somebody can set it right before much is gone', async () => {
    const { open, set } = setUp();
    await open().advance();
    set(start + 365 * 24 * hourMs);
    expect(await open().isAhead()).toBe(true);
    expect(await open().advance()).toEqual(new Date(start + 48 * hourMs));
    expect(await open().advance()).toEqual(new Date(start + 96 * hourMs));
    set(start + 2 * hourMs);
    expect(await open().isAhead()).toBe(false);
    expect(await open().advance()).toEqual(new Date(start + 2 * hourMs));
  });

  it('catches up with a quarter in which the server was off, in two days', async () => {
    const { open, set } = setUp();
    await open().advance();
    const due = start + 90 * 24 * hourMs;
    for (let hour = 0; hour < 48; hour += 1) {
      set(due + hour * hourMs);
      await open().advance();
    }
    expect(await open().advance()).toEqual(new Date(due + 47 * hourMs));
  });

  it('is never ahead of the clock', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -10_000, max: 10_000 }), { maxLength: 20 }),
        async (hours) => {
          const { open, set } = setUp();
          for (const each of hours) {
            set(start + each * hourMs);
            expect((await open().advance()).getTime()).toBeLessThanOrEqual(start + each * hourMs);
          }
        },
      ),
    );
  });
});
