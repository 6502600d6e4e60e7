import { z } from 'zod';

/** An id that no database could keep would be refused for ever, and the platform would send it for ever. */
const storableId = z
  .string()
  .min(1)
  .max(300)
  .refine((id) => id.isWellFormed() && !id.includes('\u0000'));

/** Ids are kept as text; a number is taken as the digits it was written with. */
export const wireId = z.union([storableId, z.number().int().transform(String)]);

/** What may be missing or of an unknown form without making the event worthless. */
export const tolerated = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** The first of a list; what one message does not hold in earnest is not read, however much somebody sends. */
export const firstOf = <T extends z.ZodType>(schema: T, atMost: number) =>
  z
    .array(z.unknown())
    .transform((items) => items.slice(0, atMost))
    .pipe(z.array(schema));

/** A coordinate in degrees, as a number or its text; null and empty text are no coordinates. */
export function wireDegrees(limitDegrees: number) {
  const text = z
    .string()
    .regex(/^-?\d{1,3}(\.\d{1,20})?$/)
    .transform(Number);
  return z.union([z.number(), text]).refine((degrees) => Math.abs(degrees) <= limitDegrees);
}

/** Seconds or milliseconds since 1970, as a number or its text. */
export const wireTimestamp = z.union([z.string().max(20), z.number()]);
