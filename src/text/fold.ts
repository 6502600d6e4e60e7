/** Letters that Unicode decomposition does not strip. */
const stroked: Record<string, string> = { đ: 'd', Đ: 'D', ð: 'd', ł: 'l', ø: 'o', ħ: 'h' };

const foldedWords = new Map<string, string>();
const foldedWordsLimit = 20_000;

/** Removes every diacritic, and turns đ into d. Case and all else stay. */
export function fold(text: string): string {
  if (isAscii(text)) return text;
  const known = foldedWords.get(text);
  if (known !== undefined) return known;
  const folded = text
    .normalize('NFD')
    .replace(/\p{Mn}+/gu, '')
    .replace(/[đĐðłøħ]/g, (letter) => stroked[letter] ?? letter)
    .normalize('NFC');
  if (text.length <= 12 && foldedWords.size < foldedWordsLimit) foldedWords.set(text, folded);
  return folded;
}

/** Whether folding would change the text, that is, whether the writer used diacritics. */
export function hasMarks(text: string): boolean {
  return fold(text) !== text;
}

/** Whether a text has no letter beyond the unmarked Latin ones. */
export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}
