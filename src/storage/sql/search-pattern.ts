/** A letter without marks, and all letters that people may mean by it. */
const families: Readonly<Record<string, string>> = {
  a: 'aàáảãạăằắẳẵặâầấẩẫậ',
  e: 'eèéẻẽẹêềếểễệ',
  i: 'iìíỉĩị',
  o: 'oòóỏõọôồốổỗộơờớởỡợ',
  u: 'uùúủũụưừứửữự',
  y: 'yỳýỷỹỵ',
  d: 'dđ',
};
const plainOf = new Map(
  Object.entries(families).flatMap(([plain, family]) => [...family].map((letter) => [letter, plain])),
);

/** How words that an officer typed are found: by `folded`, quickly, and among what that finds by `pattern`, exactly. */
export interface WordSearch {
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
  const folded = words
    .map((word) => [...word].map((letter) => plainOf.get(letter) ?? letter).join(''))
    .join('%')
    .replace(/[\\_]/g, '\\$&');
  return {
    folded: `%${folded}%`,
    pattern: words.map((word) => [...word].map(letterPattern).join('')).join('\\s+'),
  };
}

function letterPattern(letter: string): string {
  const family = families[letter] ?? letter;
  const upper = family.toUpperCase();
  // In front of a letter or digit a backslash would begin an escape; in front of anything else it takes its meaning away.
  if (!/[\p{L}\p{N}]/u.test(letter)) return `\\${letter}`;
  return upper === family ? family : `[${family}${upper}]`;
}
