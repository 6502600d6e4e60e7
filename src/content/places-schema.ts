import { z } from 'zod';
import { day, localized, validity } from './topic-schema.ts';

const placeId = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const placeSource = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  where: z.string().min(1),
  date: z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/),
});

/** A unit that exists now; its full name changes with the days ("xã Long Thành", then "phường Long Thành"). */
const currentPlace = z.strictObject({
  id: placeId,
  level: z.enum(['province', 'commune']),
  /** Commune: id of the province where it lies. Province: its id in content/provinces.yaml, which then names it. */
  province: z.string().optional(),
  names: z.array(z.strictObject({ full: localized, valid: validity })).optional(),
});

/** A unit that no longer exists, under the name that people and papers still use. */
const formerPlace = z.strictObject({
  /** Name with its kind: "thị xã Phước Long". */
  name: localized,
  level: z.enum(['province', 'district', 'commune']),
  /** The unit it belonged to, where the name alone is not unique. */
  within: z.string().optional(),
  /** Other accented spellings or short names; the program folds them itself. */
  aliases: z.array(z.string().min(1)).optional(),
  /** The last day on which it existed. */
  until: day,
  /** Ids of `current`, where its area lies now; several when it was divided. */
  now: z.array(placeId).min(1),
  /** True when only a part of its area went to each of `now`. */
  divided: z.boolean().optional(),
  /** Id in content/legal.yaml. */
  legal: z.string(),
  confidence: z.enum(['high', 'medium', 'low']),
  sources: z.array(z.string()).min(1),
});

/** content/places.yaml: old names of places and what they belong to now. */
export const placesSchema = z.strictObject({
  sources: z.array(placeSource).min(1),
  current: z.array(currentPlace).min(1),
  former: z.array(formerPlace).min(1),
});

export type PlacesFile = z.infer<typeof placesSchema>;
