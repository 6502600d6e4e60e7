/** A letter without marks, and all letters that people may mean by it. */
export const letterFamilies: Readonly<Record<string, string>> = {
  a: 'aàáảãạăằắẳẵặâầấẩẫậ',
  e: 'eèéẻẽẹêềếểễệ',
  i: 'iìíỉĩị',
  o: 'oòóỏõọôồốổỗộơờớởỡợ',
  u: 'uùúủũụưừứửữự',
  y: 'yỳýỷỹỵ',
  d: 'dđ',
};

const capitals = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at));
const plainOf = new Map([
  ...Object.entries(letterFamilies).flatMap(([plain, family]) =>
    [...family.slice(1), ...family.slice(1).toUpperCase()].map((letter) => [letter, plain] as const),
  ),
  ...capitals.map((letter) => [letter, letter.toLowerCase()] as const),
  ...['\t', '\n', '\r'].map((space) => [space, ' '] as const),
]);
const folding = new RegExp(`[${[...plainOf.keys()].join('')}]`, 'g');

/**
 * Words without Vietnamese marks and capitals, for searching: the same as the function `fold_words` of migration 0012,
 * which takes longer than storing the row.
 */
export function foldWords(words: string): string {
  return words.replace(folding, (letter) => plainOf.get(letter) ?? letter);
}
