import { parsePeriod, type CutOff, type Period } from '../../reports/period.ts';

/** The quarter of the report that an instant belongs to: with the usual cut-off, December's second half is the next year's. */
export function quarterAt(instant: Date, cutOff: CutOff): Period {
  const year = instant.getUTCFullYear();
  for (const one of [year, year + 1]) {
    for (const quarter of [1, 2, 3, 4]) {
      const period = parsePeriod(`${one}-Q${quarter}`, cutOff);
      if (instant < period.to) return period;
    }
  }
  return parsePeriod(`${year + 1}-Q4`, cutOff);
}
