import { z } from 'zod';
import { aspects } from '../core/aspect.ts';

/** An example question: the words alone, or the words with the aspect(s) they ask about. */
const example = z.union([
  z.string().min(1),
  z.strictObject({ text: z.string().min(1), aspect: z.union([z.enum(aspects), z.array(z.enum(aspects))]) }),
]);

/** One file of intents/procedures/ or intents/guides/: what people ask about the topic with the same stem. */
export const intentSchema = z.strictObject({
  topic: z.string().min(1),
  /** Short names and abbreviations by which people call it: "gks", "giấy khai sinh". */
  aliases: z.array(z.string().min(1)).optional(),
  examples: z.strictObject({
    vi: z.array(example).min(1),
    en: z.array(example).optional(),
  }),
  /** Near misses: sound like it, but are not it; `topic` says what they are, null = nothing we answer. */
  negatives: z.array(z.strictObject({ text: z.string().min(1), topic: z.string().nullable() })).optional(),
});
