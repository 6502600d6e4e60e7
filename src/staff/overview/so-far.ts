import type { Unit } from '../../content/library.ts';
import { addDays, startOfVietnamDay, vietnamDay } from '../../core/clock.ts';
import type { SettlingInterval } from '../../core/overview.ts';
import type { Period } from '../../reports/period.ts';
import { quarterAt } from './period-at.ts';

/** The period that a unit's report will be about, as far as it has gone: up to the end of today, all days but today over. */
export function soFar(unit: Unit, now: Date): { period: Period; interval: SettlingInterval } {
  const today = vietnamDay(now);
  const period = quarterAt(now, unit.report.cutoff);
  const begun = startOfVietnamDay(today);
  const settled = begun < period.from ? period.from : begun;
  return { period, interval: { from: period.from, settled, to: startOfVietnamDay(addDays(today, 1)) } };
}
