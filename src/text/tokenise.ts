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

const wordOrNumber = /\p{N}+(?:[.,:/-]\p{N}+)*(?![\p{L}\p{M}])|[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;

/** Words and numbers of a normalised text, in order; punctuation separates and is dropped. */
export function tokenise(normalised: string): Token[] {
  const tokens: Token[] = [];
  for (const match of normalised.matchAll(wordOrNumber)) {
    const text = match[0];
    const folded = fold(text);
    const start = match.index;
    tokens.push({ text, folded, exact: folded !== text, start, end: start + text.length });
  }
  return tokens;
}

/** Marks every token as exact when at least two in five carry marks: who writes with marks means their absence too. */
export function trustMarks(tokens: readonly Token[]): void {
  const marked = tokens.filter((token) => token.exact).length;
  if (marked === 0 || marked < 0.4 * tokens.length) return;
  for (const token of tokens) token.exact = true;
}
