import { z } from 'zod';
import { addDays, startOfVietnamDay, vietnamDay } from '../../core/clock.ts';
import type { LogFilter } from '../../core/conversation-log.ts';
import { day, optionalLine } from '../form.ts';
import { decisions } from '../log-words.ts';

const choice = optionalLine(100).catch('');

/** The filter as it stands in the page's address. What makes no sense there is as if it were not there. */
export const logQuery = z.object({
  from: day.optional().catch(undefined),
  to: day.optional().catch(undefined),
  channel: choice,
  topic: choice,
  decision: z.enum(decisions).or(z.literal('')).default('').catch(''),
  feedback: z.enum(['helpful', 'not-helpful']).or(z.literal('')).default('').catch(''),
  outreach: choice,
  label: choice,
  text: choice,
  tests: z.literal('1').optional().catch(undefined),
  /** Where the page goes on: `<instant>_<number>`. */
  after: z
    .string()
    .regex(/^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z_\d{1,15}$/)
    .refine((text) => !Number.isNaN(Date.parse(text.split('_')[0] ?? '')))
    .optional()
    .catch(undefined),
});

export type LogQuery = z.output<typeof logQuery>;

/** Days shown when no time is given. */
const usualDays = 30;

/** First and last day of a query, both inclusive; the last thirty days unless it says otherwise. */
export function daysOf(query: Pick<LogQuery, 'from' | 'to'>, now: Date): { from: string; to: string } {
  const to = query.to ?? vietnamDay(now);
  const from = query.from ?? addDays(to, 1 - usualDays);
  return from <= to ? { from, to } : { from: to, to: from };
}

/** The query as the log takes it. */
export function toFilter(query: LogQuery, now: Date): LogFilter {
  const { from, to } = daysOf(query, now);
  const given = Object.entries({
    channel: query.channel,
    topic: query.topic,
    decision: query.decision,
    feedback: query.feedback,
    outreach: query.outreach,
    label: query.label,
    text: query.text,
  }).filter(([, value]) => value !== '');
  return {
    ...Object.fromEntries(given),
    from: startOfVietnamDay(from),
    to: startOfVietnamDay(addDays(to, 1)),
    withTests: query.tests === '1',
  };
}

/** The query as an address has it, with `changes`; what is empty is left out. */
export function toAddress(query: LogQuery, changes: Partial<Record<keyof LogQuery, string>> = {}): string {
  const entries = Object.entries({ ...query, ...changes }).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  return new URLSearchParams(entries).toString();
}
