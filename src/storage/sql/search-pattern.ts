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

/**
 * A regular expression of PostgreSQL that finds what an officer typed: a letter without marks finds all letters of its
 * family, a letter with marks only itself, white space any white space. Nothing that was typed is part of the pattern's
 * own language.
 */
export function searchPattern(typed: string): string {
  const words = typed.normalize('NFC').trim().split(/\s+/u);
  return words.map((word) => [...word.toLowerCase()].map(letterPattern).join('')).join('\\s+');
}

function letterPattern(letter: string): string {
  const family = families[letter];
  if (family !== undefined) return `[${family}${family.toUpperCase()}]`;
  // In front of a letter or digit a backslash would begin an escape; in front of anything else it takes its meaning away.
  return /[\p{L}\p{N}]/u.test(letter) ? letter : `\\${letter}`;
}
