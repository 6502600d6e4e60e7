import { z } from 'zod';
import { localized, source, validity } from './topic-schema.ts';

/**
 * What a province is called during a time. `full` is the name with its kind ("thành phố Đồng Nai"), ready for a
 * sentence, or the bare name while `kind` is null: not confirmed, for several became cities in 2026.
 */
const provinceName = z.strictObject({
  kind: z.enum(['province', 'city']).nullable(),
  name: localized,
  full: localized,
  valid: validity,
  sources: z.array(source).min(1),
});

/** content/provinces.yaml: provinces of units, with their kind and name by date. */
export const provincesSchema = z.strictObject({
  provinces: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
        names: z.array(provinceName).min(1),
        /** Provinces that were merged into this one; content/places.yaml knows the dates. */
        formerly: z.array(z.string().min(1)).optional(),
        /** two-level: each ward has a centre; one-level: the ward has a branch of the city's centre; null = not confirmed. */
        centre_model: z.enum(['two-level', 'one-level']).nullable(),
      }),
    )
    .min(1),
});

export type ProvincesFile = z.infer<typeof provincesSchema>;
