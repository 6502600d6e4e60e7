import { describe, expect, it } from '@jest/globals';
import { listDueReports } from '../../../src/reports/due-reports.ts';
import { dueDate, parsePeriod } from '../../../src/reports/period.ts';
import type { ReportUnit } from '../../../src/reports/report-unit.ts';
import { form } from './a-snapshot.ts';

const unit: ReportUnit = {
  ...{ id: 'hang-gon', name: 'Phường Hàng Gòn', province: 'dong-nai', cutOff: 'standard', dueDay: 13 },
  ...{ periods: ['quarter', 'half', 'year'], form, remind: [] },
};
const due = (today: string, stored: Parameters<typeof listDueReports>[1] = [], of = unit) =>
  listDueReports([of], stored, today).map(({ period, dueOn, daysLeft, state }) => [
    period.id,
    dueOn,
    daysLeft,
    state,
  ]);

describe('due reports', () => {
  it('are due on the plan’s day of the last month, before the figures are closed', () => {
    expect(dueDate(parsePeriod('2026-Q3', 'standard'), 13)).toBe('2026-09-13');
    expect(dueDate(parsePeriod('2026-02', 'standard'), 31)).toBe('2026-02-28');
    // Without a day in the plan: the last day that is counted.
    expect(dueDate(parsePeriod('2026-9M', 'standard'), undefined)).toBe('2026-09-14');
    expect(dueDate(parsePeriod('2026', 'calendar'), undefined)).toBe('2026-12-31');
  });

  it('are told ten days before and 45 days after, until one is approved', () => {
    expect(due('2026-09-02')).toEqual([]);
    expect(due('2026-09-03')).toEqual([['2026-Q3', '2026-09-13', 10, 'none']]);
    expect(due('2026-10-28')).toEqual([['2026-Q3', '2026-09-13', -45, 'none']]);
    expect(due('2026-10-29')).toEqual([]);
    const stored = (status: 'draft' | 'approved') => [{ scope: 'hang-gon', period: '2026-Q3', status }];
    expect(due('2026-09-13', stored('draft'))).toEqual([['2026-Q3', '2026-09-13', 0, 'draft']]);
    expect(due('2026-09-13', stored('approved'))).toEqual([]);
  });

  it('are several at the end of a year, and none without a plan', () => {
    expect(due('2026-12-10').map(([id]) => id)).toEqual(['2026-Q4', '2026-H2', '2026']);
    expect(due('2026-12-10', [], { ...unit, periods: [] })).toEqual([]);
  });
});
