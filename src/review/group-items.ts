import type { ReviewItem, ReviewReason } from '../core/review.ts';
import { normaliseText } from '../text/normalise.ts';
import { tokenise } from '../text/tokenise.ts';

/** Questions that say much the same. */
export interface ReviewGroup {
  /** The item that stands for all: the newest one. */
  first: ReviewItem;
  /** Newest first. */
  items: ReviewItem[];
  reasons: ReviewReason[];
  /** Topic that citizens chose most often when asked which one they meant. */
  chosen: string | null;
  oldestAt: string;
  newestAt: string;
}

/** Two questions with this share of common words belong together. */
const alikeOverlap = 0.6;

/** What is compared of a question: its beginning. Anyone may fill the queue with long nonsense. */
const comparedChars = 400;
const comparedWords = 40;
/** A word of more groups than this tells nothing. */
const tellingGroups = 300;

interface Growing {
  /** How many words its first question has. */
  size: number;
  items: ReviewItem[];
}

/**
 * Groups by words without diacritics, largest group first. `items` are newest first; each joins the group whose first
 * question it is most like, so the same items make the same groups.
 */
export function groupItems(items: readonly ReviewItem[]): ReviewGroup[] {
  const groups: Growing[] = [];
  const groupsByWord = new Map<string, number[]>();
  const common = new CommonWords(items.length);
  for (const item of items) {
    const words = wordsOf(item.text);
    const at = findAlike(words, groups, groupsByWord, common);
    const known = at === undefined ? undefined : groups[at];
    if (known !== undefined) {
      known.items.push(item);
      continue;
    }
    for (const word of words) {
      const having = groupsByWord.get(word);
      if (having === undefined) groupsByWord.set(word, [groups.length]);
      else having.push(groups.length);
    }
    groups.push({ size: words.length, items: [item] });
  }
  return groups
    .map(({ items: members }) => toGroup(members))
    .sort((one, other) => other.items.length - one.items.length || (one.newestAt < other.newestAt ? 1 : -1));
}

function wordsOf(text: string): readonly string[] {
  const tokens = tokenise(normaliseText(text.slice(0, comparedChars)));
  return [...new Set(tokens.slice(0, comparedWords).map((token) => token.folded))];
}

/** Counts, for one question after the other, the words that it has in common with each group. */
class CommonWords {
  /** Groups that have any, in the order in which they were met. */
  readonly met: Int32Array;
  readonly #counts: Int32Array;
  metCount = 0;

  constructor(groupsAtMost: number) {
    this.met = new Int32Array(groupsAtMost);
    this.#counts = new Int32Array(groupsAtMost);
  }

  add(group: number): void {
    const count = this.#counts[group] ?? 0;
    if (count === 0) {
      this.met[this.metCount] = group;
      this.metCount += 1;
    }
    this.#counts[group] = count + 1;
  }

  of(group: number): number {
    return this.#counts[group] ?? 0;
  }

  clear(): void {
    for (let at = 0; at < this.metCount; at += 1) this.#counts[this.met[at] ?? 0] = 0;
    this.metCount = 0;
  }
}

function findAlike(
  words: readonly string[],
  groups: readonly Growing[],
  groupsByWord: ReadonlyMap<string, readonly number[]>,
  common: CommonWords,
): number | undefined {
  common.clear();
  for (const word of words) {
    const having = groupsByWord.get(word);
    if (having === undefined || having.length > tellingGroups) continue;
    for (const group of having) common.add(group);
  }
  let best: number | undefined;
  let bestOverlap = alikeOverlap;
  for (let at = 0; at < common.metCount; at += 1) {
    const group = common.met[at] ?? 0;
    const count = common.of(group);
    const overlap = count / (words.length + (groups[group]?.size ?? 0) - count);
    if (overlap > bestOverlap || (overlap === bestOverlap && best === undefined)) {
      best = group;
      bestOverlap = overlap;
    }
  }
  return best;
}

function toGroup(items: ReviewItem[]): ReviewGroup {
  const [first] = items;
  if (first === undefined) throw new Error('a group has at least one item');
  return {
    first,
    items,
    reasons: [...new Set(items.flatMap(({ reasons }) => reasons))],
    chosen: mostFrequent(items.flatMap(({ chosen }) => (chosen === null ? [] : [chosen]))),
    oldestAt: items.at(-1)?.receivedAt ?? first.receivedAt,
    newestAt: first.receivedAt,
  };
}

function mostFrequent(values: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1])[0]?.[0] ?? null;
}
