import { z } from 'zod';
import { aspects } from '../../core/aspect.ts';
import { day, sectionEntry, source, topicId } from '../topic-schema.ts';
import { unitSchema } from '../unit-schema.ts';

/** Facts of a unit that an editor may change in the console; identity, channels and settings stay in the file. */
export const unitFacts = ['address', 'hours', 'contacts', 'holidays', 'local_fees', 'tracking'] as const;
export type UnitFact = (typeof unitFacts)[number];

const { address, hours, contacts, holidays, local_fees: localFees, tracking } = unitSchema.shape;

/** One part of a topic, replaced as a whole, with what it rests on. */
const sectionChange = z.strictObject({
  kind: z.literal('section'),
  topic: topicId,
  aspect: z.enum(aspects),
  entries: z.array(sectionEntry).min(1).max(20),
  /** Sources to add to the topic's, or to replace by id. */
  sources: z.array(source).min(1).max(20),
  reviewed: day,
  reviewed_by: z.string().min(1).max(200),
  review_by: day,
});

const unitId = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const fact = <F extends UnitFact, S extends z.ZodType>(name: F, value: S) =>
  z.strictObject({ kind: z.literal('unit-fact'), unit: unitId, fact: z.literal(name), value });

/** An edit of content as the database keeps it: what is put in place of what, in which file. */
export const contentChange = z.union([
  sectionChange,
  fact('address', address.unwrap()),
  fact('hours', hours.unwrap()),
  fact('contacts', contacts.unwrap()),
  fact('holidays', holidays.unwrap()),
  fact('local_fees', localFees.unwrap()),
  fact('tracking', tracking.unwrap()),
]);

export type ContentChange = z.infer<typeof contentChange>;
export type SectionChange = z.infer<typeof sectionChange>;

/** What a change is about, for lists: `topic:<id>` or `unit:<id>`, and the part of it. */
export function describeTarget(change: ContentChange): { subject: string; part: string; unitId: string | null } {
  return change.kind === 'section'
    ? { subject: `topic:${change.topic}`, part: change.aspect, unitId: null }
    : { subject: `unit:${change.unit}`, part: change.fact, unitId: change.unit };
}
