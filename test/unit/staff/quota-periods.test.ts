import { describe, expect, it } from '@jest/globals';
import { lastPeriods, periodAround, quotaStates } from '../../../src/staff/outreach/quota-periods.ts';

describe('the period of a quota around a day', () => {
  it.each([
    ['2026-11-29', 'week', '2026-11-23', '2026-11-29'],
    ['2026-11-30', 'week', '2026-11-30', '2026-12-06'],
    ['2026-12-31', 'month', '2026-12-01', '2026-12-31'],
    ['2028-02-10', 'month', '2028-02-01', '2028-02-29'],
    ['2026-11-29', 'quarter', '2026-10-01', '2026-12-31'],
    ['2026-03-31', 'quarter', '2026-01-01', '2026-03-31'],
  ] as const)('%s, %s: %s to %s', (day, per, firstDay, lastDay) => {
    expect(periodAround(day, per)).toEqual({ firstDay, lastDay });
  });

  it('follows the one before without a gap, over the turn of the year', () => {
    expect(lastPeriods('2027-02-03', 'month', 3).map(({ firstDay, lastDay }) => [firstDay, lastDay])).toEqual(
      [
        ['2027-02-01', '2027-02-28'],
        ['2027-01-01', '2027-01-31'],
        ['2026-12-01', '2026-12-31'],
      ],
    );
  });
});

describe('how a quota was kept', () => {
  const fiveArticles = { per: 'month', atLeast: 5 } as const;
  const inMonth = (month: string, count: number) =>
    Array.from({ length: count }, (_, index) => `2026-${month}-${String(index + 1).padStart(2, '0')}`);

  it('is met, missing, or open while the month goes on', () => {
    const days = [...inMonth('11', 4), ...inMonth('10', 5), ...inMonth('09', 4)];
    const states = quotaStates(fiveArticles, days, '2026-11-29', 3);
    expect(states.map(({ done, state }) => [done, state])).toEqual([
      [4, 'open'],
      [5, 'met'],
      [4, 'missing'],
    ]);
  });

  it('is open on the last day, and counts the first and the last day', () => {
    const [state] = quotaStates(
      { per: 'week', atLeast: 3 },
      ['2026-11-23', '2026-11-29', '2026-11-30'],
      '2026-11-29',
      1,
    );
    expect(state).toEqual({ firstDay: '2026-11-23', lastDay: '2026-11-29', done: 2, state: 'open' });
  });
});
