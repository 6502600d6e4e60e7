import { addDays } from '../core/clock.ts';
import type { StoredReport } from '../core/report.ts';
import { dueDate, periodsOfYear, type Period } from './period.ts';
import type { ReportUnit } from './report-unit.ts';

/** A report that a unit owes soon, or owed already. */
export interface DueReport {
  unitId: string;
  period: Period;
  /** `YYYY-MM-DD`. */
  dueOn: string;
  /** False when no plan names a day: then it is the last day that is counted. */
  isPlanned: boolean;
  /** Days from today; negative when the day has passed. */
  daysLeft: number;
  state: 'none' | 'draft';
}

/** How long before the day a unit is reminded, and how long after it the report is called missing. */
const aheadDays = 10;
const behindDays = 45;

/**
 * Reports that a unit's plan asks for and that are due within ten days or have been for less than 45, nearest first;
 * what was approved is not listed. A unit without a plan is reminded of nothing.
 */
export function listDueReports(
  units: readonly ReportUnit[],
  stored: readonly Pick<StoredReport, 'scope' | 'period' | 'status'>[],
  today: string,
): DueReport[] {
  const year = Number(today.slice(0, 4));
  const found = units.flatMap((unit) =>
    [year - 1, year, year + 1]
      .flatMap((one) => periodsOfYear(one, unit.periods, unit.cutOff))
      .map((period) => ({ period, dueOn: dueDate(period, unit.dueDay) }))
      .filter(({ dueOn }) => addDays(today, -behindDays) <= dueOn && dueOn <= addDays(today, aheadDays))
      .flatMap(({ period, dueOn }): DueReport[] => {
        const own = stored.filter((report) => report.scope === unit.id && report.period === period.id);
        if (own.some(({ status }) => status === 'approved')) return [];
        return [
          {
            ...{ unitId: unit.id, period, dueOn, isPlanned: unit.dueDay !== undefined },
            daysLeft: (Date.parse(dueOn) - Date.parse(today)) / 86_400_000,
            state: own.length === 0 ? 'none' : 'draft',
          },
        ];
      }),
  );
  return found.sort((a, b) => a.daysLeft - b.daysLeft || (a.unitId < b.unitId ? -1 : 1));
}
