import { z } from 'zod';
import { day, localized } from './topic-schema.ts';

const days = z.array(day);

/** One proposed way of resting; nothing is closed until one is decided. */
const holidayOption = z.strictObject({
  from: day,
  to: day,
  off: days,
  made_up: days.optional(),
  swapped_off: days.optional(),
  worked: days.optional(),
});

/**
 * One public holiday of content/holidays.yaml. Closed on `off`, `made_up` and `swapped_off`; open on `worked`, a
 * Saturday worked in exchange. Only `official` and `law` close an office; `proposed` and `open` are announced as
 * "dự kiến" and never counted as closed.
 */
const holiday = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  name: localized,
  status: z.enum(['official', 'law', 'proposed', 'open']),
  off: days,
  /** Working days taken off because a holiday fell on a weekly day of rest. */
  made_up: days.optional(),
  /** Working days taken off in exchange for `worked`. */
  swapped_off: days.optional(),
  worked: days.optional(),
  /** Number of the document that fixes it. */
  basis: z.string().optional(),
  options: z.array(holidayOption).optional(),
  closed_in_every_option: days.optional(),
  /** One of these days is off too; which one is not decided. */
  adjacent_day: days.optional(),
  confidence: z.enum(['high', 'medium', 'low']),
  /** For editors: what the ward has to ask. */
  to_confirm: z.string().optional(),
});

export const holidaysSchema = z.strictObject({
  time_zone: z.literal('Asia/Ho_Chi_Minh'),
  weekly_rest: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])),
  holidays: z.array(holiday).min(1),
  sources: z.array(z.strictObject({ where: z.string().min(1), date: z.string().min(4) })).min(1),
});

export type HolidaysFile = z.infer<typeof holidaysSchema>;
