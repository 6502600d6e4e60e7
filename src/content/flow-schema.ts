import { z } from 'zod';
import { aspects } from '../core/aspect.ts';
import { buttonTitleLimit } from '../core/reply.ts';
import { topicId } from './topic-schema.ts';

const wordId = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'mã: chữ thường, số, gạch nối');

/** At most as long as a button can show. */
const buttonTitle = z.strictObject({
  vi: z.string().min(1).max(buttonTitleLimit),
  en: z.string().min(1).max(buttonTitleLimit),
});

/** Holds when every named question was answered with one of the listed options. */
const condition = z.record(wordId, z.array(wordId).min(1));

const option = z.strictObject({
  id: wordId,
  title: buttonTitle,
  /** Other ways in which people type this answer. */
  words: z.array(z.string().min(1)).optional(),
});

const step = z.strictObject({
  id: wordId,
  ask: z.strictObject({ vi: z.string().min(1), en: z.string().min(1) }),
  /** Asked only then; always when left out. */
  when: condition.optional(),
  options: z.array(option).min(2).max(6),
});

/**
 * A part of a checklist: aspects of a topic, as they hold on the day. `current` is the topic from which the citizen
 * came. `brief` shows only the line that answers the question.
 */
const shown = z.strictObject({
  topic: z.union([topicId, z.literal('current')]),
  aspects: z.array(z.enum(aspects)).min(1),
  brief: z.boolean().optional(),
});

/** What is shown at the end when `when` holds; facts come from topics only, `lead` says which case this is. */
const result = z.strictObject({
  when: condition.optional(),
  lead: z.strictObject({ vi: z.string().min(1), en: z.string().min(1) }).optional(),
  show: z.array(shown).optional(),
  /** Topics offered as buttons. */
  also: z.array(topicId).optional(),
});

/** One file of content/flows/: a few questions that lead to a personal checklist or to the right door. */
export const flowSchema = z.strictObject({
  id: wordId,
  kind: z.enum(['prepare', 'where', 'track', 'petition', 'pay', 'survey']),
  /** The button that starts it. */
  title: buttonTitle,
  /** Topics under whose answers the button is shown. */
  topics: z.array(topicId),
  /** Messages that start it, as people type them; of a flow with topics only while one of them is talked about. */
  words: z.array(z.string().min(2)).optional(),
  /** True when the words start it whatever is talked about. */
  anywhere: z.boolean().optional(),
  intro: z.strictObject({ vi: z.string().min(1), en: z.string().min(1) }).optional(),
  steps: z.array(step).min(1).max(6),
  /** Every result whose condition holds is shown, in this order. */
  results: z.array(result).min(1),
});

export type FlowFile = z.infer<typeof flowSchema>;
export type FlowStep = FlowFile['steps'][number];
export type FlowCondition = z.infer<typeof condition>;

/** Whether a condition holds for the answers so far. */
export function flowConditionHolds(
  when: FlowCondition | undefined,
  answers: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(when ?? {}).every(([stepId, options]) => options.includes(answers[stepId] ?? ''));
}

/** The first question that is still to be asked; undefined when all were answered. */
export function nextFlowStep(
  flow: Pick<FlowFile, 'steps'>,
  answers: Readonly<Record<string, string>>,
): FlowStep | undefined {
  return flow.steps.find((one) => answers[one.id] === undefined && flowConditionHolds(one.when, answers));
}
