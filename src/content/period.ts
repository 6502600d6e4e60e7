import type { Validity } from './topic-schema.ts';

/** Days from one to another, both inclusive; open ends are written as the first and last day that can be written. */
export interface Period {
  from: string;
  until: string;
}

const firstDay = '0000-01-01';
const lastDay = '9999-12-31';

export function toPeriod(validity: Validity | undefined): Period {
  return { from: validity?.from ?? firstDay, until: validity?.until ?? lastDay };
}

/** The days in both; undefined when there are none. */
export function intersect(one: Period, other: Period): Period | undefined {
  const from = one.from > other.from ? one.from : other.from;
  const until = one.until < other.until ? one.until : other.until;
  return from > until ? undefined : { from, until };
}

export function isOpenEnded(period: Period): boolean {
  return period.until === lastDay;
}
