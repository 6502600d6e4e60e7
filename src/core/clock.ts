import type { Clock } from './ports.ts';

/** The real time, or a frozen instant for tests. */
export function createClock(frozen?: Date): Clock {
  return frozen === undefined ? { now: () => new Date() } : { now: () => new Date(frozen) };
}

/** Vietnam has one time zone without summer time: UTC+7. */
const vietnamOffsetMs = 7 * 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

/** The day asked for last, and how many days after the first of all it is: a message asks for it a dozen times. */
let lastDay = '1970-01-01';
let lastDayNumber = 0;

/** The calendar day in Vietnam at an instant, `YYYY-MM-DD`. */
export function vietnamDay(instant: Date): string {
  const localMs = instant.getTime() + vietnamOffsetMs;
  const dayNumber = Math.floor(localMs / dayMs);
  if (dayNumber !== lastDayNumber) {
    lastDay = new Date(localMs).toISOString().slice(0, 10);
    lastDayNumber = dayNumber;
  }
  return lastDay;
}

/** Minutes since midnight in Vietnam at an instant. */
export function vietnamMinutes(instant: Date): number {
  const local = new Date(instant.getTime() + vietnamOffsetMs);
  return local.getUTCHours() * 60 + local.getUTCMinutes();
}

/** The instant at which a Vietnamese calendar day begins. */
export function startOfVietnamDay(day: string): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) - vietnamOffsetMs);
}

/** `days` later (or earlier) than a calendar day. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}
