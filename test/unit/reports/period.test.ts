import { describe, expect, it } from '@jest/globals';
import { parsePeriod, previousPeriod, samePeriodLastYear } from '../../../src/reports/period.ts';

describe('parsePeriod', () => {
  it.each([
    ['2026-Q1', '2025-12-15', '2026-03-14'],
    ['2026-Q2', '2026-03-15', '2026-06-14'],
    ['2026-Q3', '2026-06-15', '2026-09-14'],
    ['2026-Q4', '2026-09-15', '2026-12-14'],
    ['2026-H1', '2025-12-15', '2026-06-14'],
    ['2026-H2', '2026-06-15', '2026-12-14'],
    ['2026-9M', '2025-12-15', '2026-09-14'],
    ['2026', '2025-12-15', '2026-12-14'],
    ['2026-01', '2025-12-15', '2026-01-14'],
    ['2026-10', '2026-09-15', '2026-10-14'],
  ])('%s runs by the administrative cut-off from %s to %s', (id, firstDay, lastDay) => {
    expect(parsePeriod(id, 'standard')).toMatchObject({ firstDay, lastDay });
  });

  it('begins and ends at midnight in Vietnam, the end excluded', () => {
    const { from, to } = parsePeriod('2026-Q3', 'standard');
    expect(from.toISOString()).toBe('2026-06-14T17:00:00.000Z');
    expect(to.toISOString()).toBe('2026-09-14T17:00:00.000Z');
  });

  it('follows the calendar where a unit says so', () => {
    expect(parsePeriod('2026-Q4', 'calendar')).toMatchObject({
      firstDay: '2026-10-01',
      lastDay: '2026-12-31',
    });
    expect(parsePeriod('2028-02', 'calendar')).toMatchObject({
      firstDay: '2028-02-01',
      lastDay: '2028-02-29',
    });
  });

  it.each([
    '2026-Q5',
    '2026-13',
    '26-Q1',
    '2026-q3',
    '',
    'Q3-2026',
    '2026-H3',
    '2026-10-01',
    '1999',
    '2026-8M',
  ])('refuses %j', (text) => {
    expect(() => parsePeriod(text, 'standard')).toThrow(/Kỳ báo cáo/);
  });

  it('tiles the year: each period begins where the one before ends', () => {
    for (const id of ['2026-Q1', '2026-Q3', '2026-01', '2026-07', '2026-H1', '2026']) {
      for (const cutOff of ['standard', 'calendar'] as const) {
        const period = parsePeriod(id, cutOff);
        expect(previousPeriod(period, cutOff).to).toEqual(period.from);
      }
    }
  });

  it('compares with the same period of the year before', () => {
    expect(samePeriodLastYear(parsePeriod('2026-9M', 'standard'), 'standard').id).toBe('2025-9M');
  });
});
