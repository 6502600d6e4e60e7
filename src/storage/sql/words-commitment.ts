import { hash, randomBytes } from 'node:crypto';
import { toCanonicalJson } from '../../core/canonical-json.ts';
import type { Evidence } from '../../core/understood.ts';

/** Everything of an interaction that a citizen's words may shine through; erased together. */
export interface Words {
  maskedText: string | null;
  explanation: readonly Evidence[];
}

export interface CommittedWords {
  salt: Uint8Array;
  /** sha256(salt ‖ UTF-8 of the canonical JSON of the words). */
  commitment: Uint8Array;
}

export const saltBytes = 16;

/** The commitment to `words` under `salt`, as stored with the immutable row. */
export function hashWords(words: Words, salt: Uint8Array): Uint8Array {
  const text = toCanonicalJson({
    explanation: words.explanation.map(({ code, text, weight }) => ({ code, text, weight })),
    maskedText: words.maskedText,
  });
  return hash('sha256', Buffer.concat([salt, Buffer.from(text, 'utf8')]), 'buffer');
}

/** Commits to `words` under a random salt of their own. Once words and salt are gone, the commitment tells nothing about them. */
export function commitToWords(words: Words, salt: Uint8Array = randomBytes(saltBytes)): CommittedWords {
  return { salt, commitment: hashWords(words, salt) };
}
