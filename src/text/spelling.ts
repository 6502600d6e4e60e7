import { segmentSyllables } from './normalise.ts';
import type { PairCounts } from './pair-counts.ts';
import { isFoldedSyllable } from './syllable.ts';
import { undoTeencode } from './teencode.ts';

/** A repaired word and why it was chosen. */
export interface Repair {
  words: string[];
  kind: 'typo' | 'teencode' | 'split';
}

/** How sure it is that the word was typed as meant: `some` asks for a neighbour's word, `high` also for a sound-alike. */
export type Trust = 'none' | 'some' | 'high';

const neighbourKeys: Record<string, string> = {
  q: 'wa',
  w: 'qeas',
  e: 'wrsd',
  r: 'etdf',
  t: 'ryfg',
  y: 'tugh',
  u: 'yihj',
  i: 'uojk',
  o: 'ipkl',
  p: 'ol',
  a: 'qwsz',
  s: 'awedxz',
  d: 'serfcx',
  f: 'drtgvc',
  g: 'ftyhbv',
  h: 'gyujnb',
  j: 'huiknm',
  k: 'jiolm',
  l: 'kop',
  z: 'asx',
  x: 'zsdc',
  c: 'xdfv',
  v: 'cfgb',
  b: 'vghn',
  n: 'bhjm',
  m: 'njk',
};

/**
 * Repairs folded words against the words and word pairs of the training examples. A word that the examples know is
 * never touched. A word that is a well-formed Vietnamese syllable is changed only when a neighbouring word asks for
 * it (the pair was seen), so that good words outside the examples stay.
 */
export class SpellingRepair {
  readonly #counts: ReadonlyMap<string, number>;
  readonly #pairs: PairCounts;
  readonly #byDeletion = new Map<string, string[]>();
  readonly #memo = new Map<string, string[]>();

  /** `counts`: how often each folded word occurs; `pairs`: the same for one after the other. */
  constructor(counts: ReadonlyMap<string, number>, pairs: PairCounts) {
    this.#counts = counts;
    this.#pairs = pairs;
    for (const word of counts.keys()) {
      if (word.length < 2 || /\d/.test(word)) continue;
      for (const key of deletions(word)) {
        const list = this.#byDeletion.get(key);
        if (list === undefined) this.#byDeletion.set(key, [word]);
        else list.push(word);
      }
    }
  }

  knows(word: string): boolean {
    return this.#counts.has(word);
  }

  /** What `word` probably should be between `before` and `after`; undefined when it should stay. */
  repair(
    word: string,
    before: string | undefined,
    after: string | undefined,
    trust: Trust = 'none',
  ): Repair | undefined {
    if (word.length < 2 || word.length > 24 || this.#counts.has(word) || !/^[a-z]+$/.test(word))
      return undefined;
    const wellFormed = isFoldedSyllable(word);
    let best: { word: string; score: number } | undefined;
    for (const candidate of trust === 'high' ? this.#soundAlikes(word) : this.#candidates(word)) {
      const asked = this.#askedBy(candidate, before, after);
      if (asked === 0 && (wellFormed || trust !== 'none' || word.length < 3)) continue;
      const count = this.#counts.get(candidate) ?? 0;
      if (asked === 0 && count < 2 && word.length < 5) continue;
      const score = 3 * asked + Math.log1p(count) * 0.5 - slipCost(word, candidate);
      if (best === undefined || score > best.score) best = { word: candidate, score };
    }
    if (best !== undefined) return { words: [best.word], kind: 'typo' };
    if (wellFormed || trust !== 'none') return undefined;
    if (word.length > 4) {
      const parts = this.#split(word);
      if (parts !== undefined) return { words: parts, kind: 'split' };
    }
    return undefined;
  }

  /** How strongly the neighbours ask for a candidate: 0 to 2. */
  #askedBy(candidate: string, before: string | undefined, after: string | undefined): number {
    const left = before === undefined ? 0 : this.#pairs.of(before, candidate);
    const right = after === undefined ? 0 : this.#pairs.of(candidate, after);
    return Math.min(2, Math.log2(1 + left) * 0.5 + Math.log2(1 + right) * 0.5);
  }

  #candidates(word: string): string[] {
    const known = this.#memo.get(word);
    if (known !== undefined) return known;
    const found = new Set<string>();
    for (const key of deletions(word)) {
      for (const candidate of this.#byDeletion.get(key) ?? []) {
        if (isOneSlip(word, candidate)) found.add(candidate);
      }
    }
    for (const candidate of undoTeencode(word)) if (this.#counts.has(candidate)) found.add(candidate);
    const list = [...found];
    if (this.#memo.size < 5_000) this.#memo.set(word, list);
    return list;
  }

  #soundAlikes(word: string): string[] {
    return undoTeencode(word).filter((candidate) => this.#counts.has(candidate));
  }

  #split(word: string): string[] | undefined {
    const parts = this.#splitByPairs(word) ?? segmentSyllables(word);
    return parts.length > 1 && parts.every((part) => this.#counts.has(part)) ? parts : undefined;
  }

  #splitByPairs(word: string): string[] | undefined {
    for (let at = 2; at <= word.length - 2; at++) {
      const parts: [string, string] = [word.slice(0, at), word.slice(at)];
      if (this.#pairs.of(...parts) > 0) return parts;
    }
    return undefined;
  }
}

/** The word and every form of it with one letter less: two words one slip apart share one of these. */
function deletions(word: string): string[] {
  const made = [word];
  for (let at = 0; at < word.length; at++) made.push(word.slice(0, at) + word.slice(at + 1));
  return made;
}

/** Whether two different words differ by one inserted, dropped, changed or swapped letter. */
function isOneSlip(typed: string, meant: string): boolean {
  const difference = typed.length - meant.length;
  if (typed === meant || difference > 1 || difference < -1) return false;
  let head = 0;
  while (head < typed.length && head < meant.length && typed[head] === meant[head]) head++;
  let tail = 0;
  while (
    tail < typed.length - head &&
    tail < meant.length - head &&
    typed[typed.length - 1 - tail] === meant[meant.length - 1 - tail]
  )
    tail++;
  const typedMiddle = typed.length - head - tail;
  const meantMiddle = meant.length - head - tail;
  if (typedMiddle <= 1 && meantMiddle <= 1) return true;
  return (
    typedMiddle === 2 &&
    meantMiddle === 2 &&
    typed[head] === meant[head + 1] &&
    typed[head + 1] === meant[head]
  );
}

/** How unlikely the slip is: a neighbouring key or a swap is cheap, another first letter is dear. */
function slipCost(typed: string, meant: string): number {
  let cost = typed[0] === meant[0] ? 1 : 1.6;
  if (typed.length === meant.length) {
    const at = [...typed].findIndex((letter, index) => letter !== meant[index]);
    const isSwap = typed[at] === meant[at + 1] && typed[at + 1] === meant[at];
    const isNeighbour = neighbourKeys[typed[at] ?? '']?.includes(meant[at] ?? ' ') ?? false;
    cost += isSwap ? 0 : isNeighbour ? 0.2 : 0.8;
  } else if (Math.abs(typed.length - meant.length) > 1) {
    cost += 1;
  } else {
    cost += 0.3;
  }
  return cost;
}
