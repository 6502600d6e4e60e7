import type { Clock } from '../core/ports.ts';

/** Where the time of the last erasure is kept. */
interface KeptValues {
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
}

/** The time by which words are erased. What is erased does not come back when a clock is set right. */
export interface RetentionClock {
  /** The time for the erasure that is due now; moves on to the clock's, but by no more than two days a call. */
  advance(): Promise<Date>;
  /** Whether the clock is further on than one call of `advance` would follow. */
  isAhead(): Promise<boolean>;
}

const key = 'retention-time';
/** Erasing runs every hour: a server that was off for a quarter has caught up in two days, a clock that jumped is noticed. */
const stepMs = 48 * 3_600_000;

/** A retention clock over the values that the deployment's processes share. */
export function createRetentionClock(values: KeptValues, clock: Clock): RetentionClock {
  async function read(): Promise<number | undefined> {
    const kept = await values.read(key);
    const at = typeof kept === 'string' ? Date.parse(kept) : Number.NaN;
    return Number.isNaN(at) ? undefined : at;
  }

  return {
    async advance() {
      const now = clock.now().getTime();
      const last = (await read()) ?? now;
      const next = new Date(Math.min(now, last + stepMs));
      await values.write(key, next.toISOString());
      return next;
    },
    async isAhead() {
      const last = await read();
      return last !== undefined && clock.now().getTime() > last + stepMs;
    },
  };
}
