import { addDays } from '../../core/clock.ts';
import { effectOf, withSuccessors } from '../legal-effect.ts';
import type { Library, Topic } from '../library.ts';
import { holdsOn } from '../validity.ts';

export const topicStatuses = [
  'in-force',
  'not-yet',
  'expired',
  'draft',
  'expiring',
  'unconfirmed',
  'law-changed',
  'review-due',
] as const;

/** Where a topic stands on a day: one of the first four, and what an editor should look at. */
export type TopicStatus = (typeof topicStatuses)[number];

/** How long before its end, in days, a text counts as about to expire. */
export const expiringDays = 30;
const reviewDueDays = 14;

/** The statuses of a topic on a Vietnamese day (`YYYY-MM-DD`), the main one first. */
export function statusesOf(topic: Topic, library: Library, day: string): TopicStatus[] {
  return [
    mainStatus(topic, day),
    ...(isExpiring(topic, day) ? (['expiring'] as const) : []),
    ...((topic.unconfirmed ?? []).length > 0 ? (['unconfirmed'] as const) : []),
    ...(changedDocuments(topic, library, day).length > 0 ? (['law-changed'] as const) : []),
    ...(topic.review_by <= addDays(day, reviewDueDays) ? (['review-due'] as const) : []),
  ];
}

function mainStatus(topic: Topic, day: string): TopicStatus {
  if (topic.status === 'draft') return 'draft';
  if (holdsOn(topic.valid, day)) return 'in-force';
  return topic.valid.from !== undefined && day < topic.valid.from ? 'not-yet' : 'expired';
}

/** Whether the topic, or a part of it that nothing follows, ends within the announced time. */
function isExpiring(topic: Topic, day: string): boolean {
  const last = addDays(day, expiringDays);
  const endsSoon = (until: string | null | undefined): until is string =>
    typeof until === 'string' && until >= day && until <= last;
  if (endsSoon(topic.valid.until)) return true;
  return Object.values(topic.sections).some((entries) =>
    entries.some(({ valid }) => {
      const until = valid?.until;
      return endsSoon(until) && !entries.some((other) => holdsOn(other.valid, addDays(until, 1)));
    }),
  );
}

/** Numbers of the documents behind a topic that ended, or were changed or replaced after it was last reviewed. */
export function changedDocuments(topic: Topic, library: Library, day: string): string[] {
  const ids = new Set([
    ...topic.legal,
    ...Object.values(topic.sections).flatMap((entries) => entries.flatMap(({ legal }) => legal ?? [])),
  ]);
  const isSince = (id: string): boolean => {
    const from = library.legal.get(id)?.effective_from;
    return typeof from === 'string' && from > topic.reviewed && from <= addDays(day, expiringDays);
  };
  return [...ids].flatMap((id) => {
    const document = library.legal.get(id);
    if (document === undefined) return [];
    const until = effectOf(document)?.until;
    const hasEnded = until !== undefined && until >= topic.reviewed && until < addDays(day, expiringDays);
    const successors = withSuccessors(id, library.legal).slice(1);
    const isChanged = successors.some((one) => isSince(one.id)) || document.amended_by.some(isSince);
    return hasEnded || isChanged ? [document.number] : [];
  });
}
