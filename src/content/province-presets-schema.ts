import { z } from 'zod';

/** content/presets/provinces.yaml: what a new unit of a province starts from, and what it must find out first. */
export const provincePresetsSchema = z.strictObject({
  presets: z
    .array(
      z.strictObject({
        /** Id in content/provinces.yaml. */
        province: z.string().min(1),
        /** Ids of content/contacts.yaml to try and to confirm for the unit. */
        contacts: z.array(z.string().min(1)),
        /** Id in content/presets/reports.yaml, or null for none. */
        report_preset: z.string().nullable(),
        cutoff: z.enum(['standard', 'calendar']),
        /** Hours to start from, to be confirmed; null where not even a usual value was seen. */
        hours: z.strictObject({ mon_fri: z.array(z.string().regex(/^\d{2}:\d{2}-\d{2}:\d{2}$/)) }).nullable(),
        /** Questions for the unit, in Vietnamese. */
        to_confirm: z.array(z.string().min(1)).min(1),
      }),
    )
    .min(3),
});
