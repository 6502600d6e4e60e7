import { z } from 'zod';
import { aspects } from '../../core/aspect.ts';
import { day, sectionEntry, source, topicId } from '../topic-schema.ts';
import { unitSchema } from '../unit-schema.ts';

/** Facts of a unit that an editor may change in the console; identity and channels stay in the file. */
export const unitFacts = ['address', 'hours', 'contacts', 'holidays', 'local_fees', 'tracking'] as const;
/** Settings of a unit that its admin may change in the console; nobody has to confirm them. */
export const unitSettings = ['report', 'privacy', 'conversation'] as const;
export type UnitFact = (typeof unitFacts)[number];
export type UnitSetting = (typeof unitSettings)[number];
export type UnitPart = UnitFact | UnitSetting;

const { address, hours, contacts, holidays, local_fees: localFees, tracking } = unitSchema.shape;
const { report, privacy, conversation } = unitSchema.shape;

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
const fact = <F extends UnitPart, S extends z.ZodType>(name: F, value: S) =>
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
  fact('report', report.unwrap()),
  fact('privacy', privacy.unwrap()),
  fact('conversation', conversation.unwrap()),
]);

export type ContentChange = z.infer<typeof contentChange>;
export type SectionChange = z.infer<typeof sectionChange>;

/** What a change is about, for lists: `topic:<id>` or `unit:<id>`, and the part of it. */
export function describeTarget(change: ContentChange): { subject: string; part: string; unitId: string | null } {
  return change.kind === 'section'
    ? { subject: `topic:${change.topic}`, part: change.aspect, unitId: null }
    : { subject: `unit:${change.unit}`, part: change.fact, unitId: change.unit };
}
