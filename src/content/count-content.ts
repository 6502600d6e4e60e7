import { addDays } from '../core/clock.ts';
import type { Topic } from './library.ts';
import { holdsOn } from './validity.ts';

/** How well topics are kept up; ids in order. */
export interface ContentUpkeep {
  /** How many may be said today. */
  published: number;
  /** Those whose facts an officer went through within the period. */
  reviewed: string[];
  /** Those that must be reviewed, or cease to hold, today or in the days that follow. */
  expiring: string[];
  /** Those for which that day is over. */
  expired: string[];
}

type Kept = Pick<Topic, 'id' | 'status' | 'valid' | 'reviewed' | 'review_by'>;

const soonDays = 30;

/** Counts the published topics; `period` is of calendar days, both inclusive. */
export function countContent(
  topics: Iterable<Kept>,
  period: { firstDay: string; lastDay: string },
  today: string,
): ContentUpkeep {
  const published = [...topics].filter(({ status }) => status === 'published');
  const soon = addDays(today, soonDays);
  const idsWhere = (holds: (topic: Kept) => boolean) =>
    published
      .filter(holds)
      .map(({ id }) => id)
      .sort();
  return {
    published: published.filter(({ valid }) => holdsOn(valid, today)).length,
    reviewed: idsWhere(({ reviewed }) => period.firstDay <= reviewed && reviewed <= period.lastDay),
    expiring: idsWhere((topic) => today <= lastDayOf(topic) && lastDayOf(topic) <= soon),
    expired: idsWhere((topic) => lastDayOf(topic) < today),
  };
}

/** The day of the review, or of the end of validity where that is sooner. */
function lastDayOf({ valid, review_by: reviewBy }: Kept): string {
  const until = valid.until ?? null;
  return until === null || reviewBy < until ? reviewBy : until;
}
