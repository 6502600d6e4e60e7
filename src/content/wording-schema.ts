import { z } from 'zod';

const words = z.array(z.string().min(1)).min(1);

/** content/wording.yaml: words that `content check` points out to editors. */
export const wordingSchema = z.strictObject({
  /** Keys of locales (`namespace` or `namespace:key`, with all below) that only officers read: Vietnamese is enough. */
  staff_texts: words,
  /** Keys of locales with words that citizens type and the program recognises; it never says them. */
  recognised_words: words,
  /** Words that show that a sentence speaks of the past, where a stale term is right. */
  history: words,
  stale: z.array(z.strictObject({ words, now: z.string().min(1) })),
  officialese: z.array(z.strictObject({ words, plain: z.string().min(1) })),
});

export type WordingFile = z.infer<typeof wordingSchema>;
