import type { EventContent } from '../core/event.ts';

/** Longest text that the log keeps, in characters. */
const loggedAtMost = 2_000;
/** More is masked than is kept: half of a number, cut off before, would be no number to the mask. */
const maskedAtMost = 2 * loggedAtMost;

/** What the log keeps of a citizen's words, masked; null where there are none. */
export function loggedWords(content: EventContent, maskText: (text: string) => string): string | null {
  const words = wordsOf(content);
  return words === undefined ? null : maskText(words.slice(0, maskedAtMost)).slice(0, loggedAtMost);
}

function wordsOf(content: EventContent): string | undefined {
  if (content.kind === 'text') return content.text;
  if (content.kind === 'choice') return content.title;
  return content.kind === 'attachment' ? content.text : undefined;
}
