import { foldWords, letterFamilies } from './fold-words.ts';

/** Longer words are cut in the index, as the function `word_set` of migration 0051 does it. */
const indexedLetters = 40;

/**
 * How words that an officer typed are found: by `beginnings` from an index, and among what that finds by `folded`, quickly,
 * and by `pattern`, exactly.
 */
export interface WordSearch {
  /** A `tsquery`: all of these words, each at least begun so. Empty when nothing typed is a letter or digit. */
  beginnings: string;
  /** For `like` on words without marks and capitals. */
  folded: string;
  /**
   * A regular expression of PostgreSQL: a letter without marks finds all letters of its family, a letter with marks only
   * itself, white space any white space. Nothing that was typed is part of the pattern's own language.
   */
  pattern: string;
}

export function searchWords(typed: string): WordSearch {
  const words = typed.normalize('NFC').trim().toLowerCase().split(/\s+/u);
  const plain = words.map(foldWords);
  const folded = plain.join('%').replace(/[\\_]/g, '\\$&');
  return {
    beginnings: plain
      .flatMap((word) => word.split(/[^a-z0-9]+/))
      .filter((word) => word !== '')
      .map((word) => `'${word.slice(0, indexedLetters)}':*`)
      .join(' & '),
    folded: `%${folded}%`,
    pattern: words.map((word) => [...word].map(letterPattern).join('')).join('\\s+'),
  };
}

function letterPattern(letter: string): string {
  const family = letterFamilies[letter] ?? letter;
  const upper = family.toUpperCase();
  // In front of a letter or digit a backslash would begin an escape; in front of anything else it takes its meaning away.
  if (!/[\p{L}\p{N}]/u.test(letter)) return `\\${letter}`;
  return upper === family ? family : `[${family}${upper}]`;
}
