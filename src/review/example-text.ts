/** Longest example, in characters: what a citizen asks in one breath. */
const exampleAtMost = 500;

/**
 * A masked message as an example to learn from: the brackets that stand for what was masked teach nothing and go.
 * Undefined when no words are left.
 */
export function toExampleText(masked: string): string | undefined {
  const text = masked
    .replace(/\[[^\]]{1,30}\]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
    .slice(0, exampleAtMost)
    .toWellFormed();
  return /\p{L}/u.test(text) ? text : undefined;
}
