import { fold } from './fold.ts';

/** One word or number. `text` keeps its marks, `folded` has none; offsets are into the tokenised text. */
export interface Token {
  text: string;
  folded: string;
  /** Whether the marks of `text` (or their absence) can be relied on. */
  exact: boolean;
  start: number;
  end: number;
}

const wordOrNumber = /\p{N}+(?:[.,:/-]\p{N}+)*(?![\p{L}\p{M}])|[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/uy;

/** What a letter of the usual plane is: looked up once, for patterns are slow. */
const unknown = 0;
const other = 1;
const letter = 2;
const mark = 3;
/** What begins a number, or is half a letter of another plane: there the pattern tells. */
const special = 4;
const kinds = new Uint8Array(0x10000);

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  const known = kinds[code] as number;
  return known === unknown ? (kinds[code] = kindOf(code)) : known;
}

function kindOf(code: number): number {
  const sign = String.fromCharCode(code);
  if (/\p{L}/u.test(sign)) return letter;
  if (/\p{M}/u.test(sign)) return mark;
  return /[\p{N}\p{Cs}]/u.test(sign) ? special : other;
}

/** Words and numbers of a normalised text, in order; punctuation separates and is dropped. */
export function tokenise(normalised: string): Token[] {
  const tokens: Token[] = [];
  for (let start = 0; start < normalised.length;) {
    const kind = kindAt(normalised, start);
    if (kind !== letter && kind !== special) {
      start++;
      continue;
    }
    const end = endOfWord(normalised, start);
    if (end > start) {
      const text = normalised.slice(start, end);
      const folded = fold(text);
      tokens.push({ text, folded, exact: folded !== text, start, end });
    }
    start = end > start ? end : start + 1;
  }
  return tokens;
}

/** The end of the word or number that begins here; `start` when none does. */
function endOfWord(text: string, start: number): number {
  for (let at = start; ; at++) {
    const kind = at < text.length ? kindAt(text, at) : other;
    if (kind === other) return at;
    if (kind === special) break;
  }
  wordOrNumber.lastIndex = start;
  return wordOrNumber.test(text) ? wordOrNumber.lastIndex : start;
}

/** Marks every token as exact when at least two in five carry marks: who writes with marks means their absence too. */
export function trustMarks(tokens: readonly Token[]): void {
  const marked = tokens.filter((token) => token.exact).length;
  if (marked === 0 || marked < 0.4 * tokens.length) return;
  for (const token of tokens) token.exact = true;
}
