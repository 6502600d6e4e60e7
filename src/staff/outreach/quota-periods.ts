import { addDays } from '../../core/clock.ts';

export type QuotaSpan = 'week' | 'month' | 'quarter';

/** A stretch of days that a quota is counted over; both days inclusive. */
export interface QuotaPeriod {
  firstDay: string;
  lastDay: string;
}

/** A quota over one period: `open` while the period goes on and the number is not reached. */
export interface QuotaState extends QuotaPeriod {
  done: number;
  state: 'met' | 'missing' | 'open';
}

/** The period around a day: Monday to Sunday, the calendar month, the calendar quarter. */
export function periodAround(day: string, per: QuotaSpan): QuotaPeriod {
  if (per === 'week') {
    const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
    const firstDay = addDays(day, -weekday);
    return { firstDay, lastDay: addDays(firstDay, 6) };
  }
  const [year = 0, month = 0] = day.split('-').map(Number);
  const months = per === 'month' ? 1 : 3;
  const first = per === 'month' ? month : month - ((month - 1) % 3);
  return { firstDay: dayOf(year, first), lastDay: addDays(dayOf(year, first + months), -1) };
}

function dayOf(year: number, month: number): string {
  return new Date(Date.UTC(year, month - 1, 1)).toISOString().slice(0, 10);
}

/** The period of `today` and the `count - 1` before it, newest first. */
export function lastPeriods(today: string, per: QuotaSpan, count: number): QuotaPeriod[] {
  const periods = [periodAround(today, per)];
  while (periods.length < count) {
    const newest = periods.at(-1)?.firstDay ?? today;
    periods.push(periodAround(addDays(newest, -1), per));
  }
  return periods;
}

/** How far a quota was kept in its last periods. `days` are the days of the items of its kind, one each. */
export function quotaStates(
  quota: { per: QuotaSpan; atLeast: number },
  days: readonly string[],
  today: string,
  count: number,
): QuotaState[] {
  return lastPeriods(today, quota.per, count).map((period) => {
    const done = days.filter((day) => period.firstDay <= day && day <= period.lastDay).length;
    const isOver = period.lastDay < today;
    return { ...period, done, state: done >= quota.atLeast ? 'met' : isOver ? 'missing' : 'open' };
  });
}
