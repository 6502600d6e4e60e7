import { z } from 'zod';
import { validity } from './topic-schema.ts';

/** A regular expression as an editor writes it: whole words, any case, a space stands for any white space. */
const pattern = z.string().min(1).refine(isPattern, 'mẫu không phải biểu thức chính quy đúng');

/** content/outdated-claims.yaml: what many pages still say and this assistant must not. */
export const outdatedClaimsSchema = z.strictObject({
  /** Patterns that show that a sentence speaks of the past. */
  history: z.array(pattern),
  claims: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[A-Z]\d+[a-z]?$/),
        /** The outdated claim in words. */
        says: z.string().min(1),
        /** What to say. */
        instead: z.string().min(1),
        basis: z.string().min(1),
        /** The days on which the claim is wrong; empty = always. */
        wrong: validity,
        patterns: z.array(pattern).min(1),
        /** Patterns that make a sentence harmless, beside `history`. */
        unless: z.array(pattern).optional(),
      }),
    )
    .min(1),
});

export type OutdatedClaimsFile = z.infer<typeof outdatedClaimsSchema>;

/** Compiles an editor's pattern: whole words, any case, any white space. */
export function compilePattern(source: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${source.replaceAll(' ', '\\s+')})(?![\\p{L}\\p{N}])`, 'iu');
}

function isPattern(source: string): boolean {
  try {
    compilePattern(source);
    return true;
  } catch {
    return false;
  }
}
