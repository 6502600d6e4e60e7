import { z } from 'zod';

const presetId = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const dayOfMonth = z.number().int().min(1).max(31);

/** Kind of outreach item, a word of the outreach register of the staff console: article, video, poster … */
const outreachKind = z.string().regex(/^[a-z]+(-[a-z]+)*$/);

/**
 * content/presets/reports.yaml: what a communication plan asks of an office, so that a unit needs only name it in
 * `report.preset`. Values of the unit's own file win.
 */
export const reportPresetsSchema = z.strictObject({
  presets: z
    .array(
      z.strictObject({
        id: presetId,
        /** The plan in words: number, date, body. */
        plan: z.string().min(1),
        /** in_force = may be chosen for a new unit; past = kept as a model, the plan's year is over. */
        status: z.enum(['in_force', 'past']),
        /** Title under "BÁO CÁO"; `{period}` is replaced by the period in words. */
        title: z.string().includes('{period}'),
        periods: z.array(z.enum(['month', 'quarter', 'half-year', 'nine-months', 'year'])).min(1),
        cutoff: z.enum(['standard', 'calendar']),
        /** Day of the period's last month by which the report is due; null = the plan names none. */
        due_day: dayOfMonth.nullable(),
        /** Who reports to whom, as the plan says. */
        route: z.array(z.string().min(1)).min(1),
        addressees: z.array(z.string().min(1)),
        /** The larger report that this one is a part of. */
        part_of: z.string().optional(),
        /** Minimum numbers of outreach items. */
        quotas: z.array(
          z.strictObject({
            kind: outreachKind,
            per: z.enum(['week', 'month', 'quarter']),
            at_least: z.number().int().min(1),
            /** Who owes it, where the plan names particular offices. */
            who: z.string().optional(),
            /** Where it is to appear. */
            where: z.string().optional(),
          }),
        ),
        /** Outreach kinds that the plan names without a number. */
        outreach: z.array(outreachKind),
        /** Themes of topics (topic-schema) that the plan asks to explain. */
        themes: z.array(z.string().min(1)),
        /** What the log can prove, and what it cannot: printed for staff, never claimed in the report. */
        proves: z.array(z.string().min(1)),
        does_not_prove: z.array(z.string().min(1)),
        source: z.strictObject({ where: z.string().min(1), date: z.string().min(4) }),
        /** What the office has to check before use. */
        to_confirm: z.array(z.string().min(1)).optional(),
      }),
    )
    .min(1),
});
