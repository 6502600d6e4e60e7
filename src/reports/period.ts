import { addDays, startOfVietnamDay } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';

/** A reporting period: what it is called, its days (both inclusive) and its half-open interval of instants. */
export interface Period {
  /** As written: `2026-Q3`, `2026-H1`, `2026-9M`, `2026`, `2026-10`. */
  id: string;
  year: number;
  kind: 'month' | 'quarter' | 'half' | 'nine-months' | 'year';
  /** Month, quarter or half; 1 for nine months and the year. */
  number: number;
  firstDay: string;
  lastDay: string;
  from: Date;
  /** The first instant after the period. */
  to: Date;
}

/**
 * How a period is cut off. `standard`: from the 15th of the month before to the 14th of its last month (Nghị định
 * 09/2019/NĐ-CP, Điều 12). `calendar`: whole calendar months.
 */
export type CutOff = 'standard' | 'calendar';

const forms: readonly {
  kind: Period['kind'];
  pattern: RegExp;
  months: (number: number) => [number, number];
}[] = [
  { kind: 'month', pattern: /^(\d{4})-(0[1-9]|1[0-2])$/, months: (month) => [month, month] },
  { kind: 'quarter', pattern: /^(\d{4})-Q([1-4])$/, months: (quarter) => [quarter * 3 - 2, quarter * 3] },
  { kind: 'half', pattern: /^(\d{4})-H([12])$/, months: (half) => [half * 6 - 5, half * 6] },
  { kind: 'nine-months', pattern: /^(\d{4})-9M$/, months: () => [1, 9] },
  { kind: 'year', pattern: /^(\d{4})$/, months: () => [1, 12] },
];

/** The last month of the period, `YYYY-MM`, by its name and not by its cut-off: of a third quarter, September. */
function lastMonthOf({ kind, number, year }: Period): string {
  const months = forms.find((form) => form.kind === kind)?.months(number);
  return `${year}-${String(months?.[1] ?? 12).padStart(2, '0')}`;
}

/**
 * The day by which the report is due: `dueDay` of the period's last month (its last day where the month is shorter);
 * without one, the last day that is counted.
 */
export function dueDate(period: Period, dueDay: number | undefined): string {
  if (dueDay === undefined) return period.lastDay;
  const month = lastMonthOf(period);
  const daysOfMonth = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
  return `${month}-${String(Math.min(dueDay, daysOfMonth)).padStart(2, '0')}`;
}

/** All periods of these kinds that are named after `year`, in the order in which they end. */
export function periodsOfYear(year: number, kinds: readonly Period['kind'][], cutOff: CutOff): Period[] {
  const counts = { month: 12, quarter: 4, half: 2, 'nine-months': 1, year: 1 };
  return kinds
    .flatMap((kind) => Array.from({ length: counts[kind] }, (_, index) => idOf(kind, year, index + 1)))
    .map((id) => parsePeriod(id, cutOff))
    .sort((a, b) => a.to.getTime() - b.to.getTime() || b.from.getTime() - a.from.getTime());
}

const firstYear = 2020;
const lastYear = 2100;
const cutOffDay = '15';

/** Reads a period. Throws AppError `invalid-input` when it is not of a known form. */
export function parsePeriod(text: string, cutOff: CutOff): Period {
  for (const { kind, pattern, months } of forms) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const year = Number(match[1]);
    if (year < firstYear || year > lastYear) break;
    const number = Number(match[2] ?? '1');
    const [firstMonth, lastMonth] = months(number);
    return { id: text, year, kind, number, ...daysOf(year, firstMonth, lastMonth, cutOff) };
  }
  throw new AppError(
    'invalid-input',
    `Kỳ báo cáo "${text.slice(0, 20)}" không đúng; viết như 2026-Q3, 2026-H1, 2026-9M, 2026 hoặc 2026-10.`,
  );
}

/** The period of the same kind just before: Q3 → Q2, January → December of the year before. */
export function previousPeriod(period: Period, cutOff: CutOff): Period {
  const { year, kind, number } = period;
  const perYear = { month: 12, quarter: 4, half: 2, 'nine-months': 1, year: 1 }[kind];
  const before = number === 1 ? { year: year - 1, number: perYear } : { year, number: number - 1 };
  return parsePeriod(idOf(kind, before.year, before.number), cutOff);
}

/** The same period a year earlier. */
export function samePeriodLastYear(period: Period, cutOff: CutOff): Period {
  return parsePeriod(idOf(period.kind, period.year - 1, period.number), cutOff);
}

function idOf(kind: Period['kind'], year: number, number: number): string {
  switch (kind) {
    case 'month':
      return `${year}-${String(number).padStart(2, '0')}`;
    case 'quarter':
      return `${year}-Q${number}`;
    case 'half':
      return `${year}-H${number}`;
    case 'nine-months':
      return `${year}-9M`;
    case 'year':
      return String(year);
  }
}

function daysOf(
  year: number,
  firstMonth: number,
  lastMonth: number,
  cutOff: CutOff,
): Pick<Period, 'firstDay' | 'lastDay' | 'from' | 'to'> {
  const day = cutOff === 'standard' ? cutOffDay : '01';
  const shift = cutOff === 'standard' ? 1 : 0;
  const firstDay = `${monthBefore(year, firstMonth, shift)}-${day}`;
  const dayAfter = `${monthBefore(year, lastMonth + 1, shift)}-${day}`;
  return {
    firstDay,
    lastDay: addDays(dayAfter, -1),
    from: startOfVietnamDay(firstDay),
    to: startOfVietnamDay(dayAfter),
  };
}

/** `YYYY-MM` of a month (1 to 13), `earlier` months before. */
function monthBefore(year: number, month: number, earlier: number): string {
  const index = year * 12 + (month - 1) - earlier;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}
