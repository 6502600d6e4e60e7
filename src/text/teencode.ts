/** Respellings of young people's chat, as rewrites from what is typed to what may be meant. All on folded words. */
const rewrites: readonly (readonly [RegExp, string])[] = [
  [/f/g, 'ph'],
  [/^j/, 'gi'],
  [/j/g, 'i'],
  [/^z/, 'd'],
  [/^z/, 'gi'],
  [/^z/, 'v'],
  [/^w/, 'qu'],
  [/w/g, 'u'],
  [/^k(?=[aou])/, 'c'],
  [/^k(?=[aouie])/, 'kh'],
  [/^c(?=[eiy])/, 'k'],
  [/^q(?!u)/, 'qu'],
  [/^g(?=[ei])/, 'gh'],
  [/^ng(?=[ei])/, 'ngh'],
  [/^x/, 's'],
  [/^s/, 'x'],
  [/^ch/, 'tr'],
  [/^tr/, 'ch'],
  [/^d/, 'gi'],
  [/^gi/, 'd'],
  [/^r/, 'd'],
  [/^l/, 'n'],
  [/^n(?=[aeiouy])/, 'l'],
  [/k$/, 'ch'],
  [/k$/, 'c'],
  [/(?<=[aeiouy])h$/, 'nh'],
  [/(?<=[aeiouy])g$/, 'ng'],
  [/n$/, 'ng'],
  [/ng$/, 'n'],
  [/t$/, 'c'],
  [/c$/, 't'],
  [/i/g, 'y'],
  [/y/g, 'i'],
  [/iu$/, 'ieu'],
  [/un$/, 'uon'],
  [/it$/, 'iet'],
  [/im$/, 'iem'],
];

/** Words that a folded teencode word may stand for: one rewrite, then two; without the word itself. */
export function undoTeencode(folded: string): string[] {
  const first = applyOnce(folded);
  const second = first.flatMap(applyOnce);
  return [...new Set([...first, ...second])].filter((word) => word !== folded);
}

function applyOnce(word: string): string[] {
  return rewrites.map(([pattern, meant]) => word.replace(pattern, meant)).filter((made) => made !== word);
}
