import type { PhraseMatcher } from './phrase-matcher.ts';
import type { Token } from './tokenise.ts';

/** How a part is set off from the one before: by the end of a sentence, a lesser mark, or a word that joins. */
export type Cut = 'start' | 'sentence' | 'mark' | 'joiner';

/** A stretch of a message's tokens; `end` is the token after the last. */
export interface MessagePart {
  start: number;
  end: number;
  cut: Cut;
}

/**
 * The parts of a message, at its marks and at the words that join ("với lại", "còn"), which belong to no part; one that a
 * mark follows joins nothing ("xong rồi, …"). Whether two parts are two requests is for those to say who know what they
 * are about.
 */
export function splitParts(
  normalised: string,
  tokens: readonly Token[],
  joiners: PhraseMatcher<true>,
): MessagePart[] {
  const markBefore = (at: number): 'sentence' | 'mark' | undefined =>
    at === 0 ? undefined : markBetween(normalised, tokens[at - 1]?.end ?? 0, tokens[at]?.start ?? 0);
  const joinerEnds = new Map<number, number>();
  for (const { start, end } of joiners.findAll(tokens))
    if (end < tokens.length && (start === 0 || markBefore(end) === undefined))
      joinerEnds.set(start, Math.max(end, joinerEnds.get(start) ?? 0));
  const parts: MessagePart[] = [];
  let cut: Cut = 'start';
  let start = 0;
  const close = (end: number, next: Cut): void => {
    if (end > start) parts.push({ start, end, cut });
    // Of several marks and joiners in a row the one that says most counts.
    cut = end > start || next === 'sentence' || cut === 'start' ? next : cut;
    start = end;
  };
  for (let at = 0; at < tokens.length; at++) {
    const mark = markBefore(at);
    if (mark !== undefined) close(at, mark);
    const joinerEnd = joinerEnds.get(at);
    if (joinerEnd === undefined) continue;
    close(at, 'joiner');
    start = joinerEnd;
    at = joinerEnd - 1;
  }
  close(tokens.length, 'joiner');
  return parts;
}

function markBetween(normalised: string, from: number, to: number): 'sentence' | 'mark' | undefined {
  let found: 'mark' | undefined;
  for (let at = from; at < to; at++) {
    const letter = normalised[at] ?? '';
    if ('.?!;\n'.includes(letter)) return 'sentence';
    if (',:/–—+&'.includes(letter) || (letter === '-' && normalised[at - 1] === ' ')) found = 'mark';
  }
  return found;
}
