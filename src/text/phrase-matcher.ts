import { fold } from './fold.ts';
import { placeTone } from './syllable.ts';
import type { Token } from './tokenise.ts';

/** One place where a phrase was found; `end` is the token after the last. */
export interface PhraseMatch<T> {
  value: T;
  phrase: string;
  start: number;
  end: number;
}

/** Whether two places of a message share a word. */
export function overlap(one: { start: number; end: number }, other: { start: number; end: number }): boolean {
  return one.start < other.end && other.start < one.end;
}

interface Word {
  text: string;
  folded: string;
}

interface Slot {
  words: readonly Word[];
  optional: boolean;
}
interface Compiled<T> {
  value: T;
  phrase: string;
  strict: boolean;
  /** Whether a word without marks is too little: the phrase is one short word. */
  needsMarks: boolean;
  /** Slots, and gaps (the most tokens that may be skipped) before each of them. */
  slots: readonly Slot[];
  gaps: readonly number[];
}

const gapTokens = 3;

/**
 * Finds many phrases in one pass over the tokens. A phrase is words with spaces; `a|b` = either, `a?` = may be
 * missing, `*` = up to three words between. Matching is on folded words; a strict phrase also asks that a word whose
 * marks can be relied on has the phrase's own marks (cháy is not chạy), and that a phrase of one short word is not
 * matched by a word without marks at all (ma may be mà, má, mạ), unless `short` is `typed` (dau is đâu, đầu is not).
 */
export class PhraseMatcher<T> {
  readonly #byFirstWord = new Map<string, Bucket<T>>();
  /** 1 at the marks of what begins a phrase, a word or two: most words of a message do not and need not be looked up. */
  readonly #mayBegin = new Uint8Array(marks);
  readonly #mayBeginPair = new Uint8Array(marks);

  add(phrase: string, value: T, options: { strict?: boolean; short?: 'marked' | 'typed' } = {}): void {
    const slots: Slot[] = [];
    const gaps: number[] = [];
    let gap = 0;
    for (const part of phrase.normalize('NFC').toLowerCase().trim().split(/\s+/u)) {
      if (part === '*') {
        gap = gapTokens;
        continue;
      }
      const optional = part.endsWith('?');
      const words = (optional ? part.slice(0, -1) : part)
        .split('|')
        .map((word) => ({ text: placeTone(word), folded: fold(word) }));
      slots.push({ words, optional });
      gaps.push(gap);
      gap = 0;
    }
    const strict = options.strict ?? false;
    const needsMarks = slots.length === 1 && options.short !== 'typed';
    const compiled = { value, phrase, strict, needsMarks, slots, gaps };
    for (const slot of slots.slice(0, 1 + slots.findIndex(({ optional }) => !optional))) {
      for (const word of slot.words) this.#file(word.folded, compiled);
    }
  }

  /** Every match, by start; several phrases may match at one place, each at its longest. */
  findAll(tokens: readonly Token[]): PhraseMatch<T>[] {
    const found: PhraseMatch<T>[] = [];
    let next = tokens[0]?.folded ?? '';
    let nextMark = markOf(next);
    for (let start = 0; start < tokens.length; start++) {
      const word = next;
      const mark = nextMark;
      next = tokens[start + 1]?.folded ?? '';
      nextMark = markOf(next);
      const isPair = this.#mayBeginPair[pairMark(mark, nextMark)] === 1;
      if (!isPair && this.#mayBegin[mark] === 0) continue;
      const bucket = this.#byFirstWord.get(word);
      if (bucket === undefined) continue;
      const bySecond = isPair ? bucket.bySecondWord.get(next) : undefined;
      if (bySecond !== undefined) collectMatches(bySecond, tokens, start, found);
      collectMatches(bucket.others, tokens, start, found);
    }
    return found;
  }

  /** Files a phrase under its first word and, where that is certain, under the word that must follow. */
  #file(first: string, compiled: Compiled<T>): void {
    let bucket = this.#byFirstWord.get(first);
    if (bucket === undefined) {
      bucket = { bySecondWord: new Map(), others: [] };
      this.#byFirstWord.set(first, bucket);
    }
    const [firstSlot, second] = compiled.slots;
    const follows =
      firstSlot?.optional === false && second?.optional === false && compiled.gaps[1] === 0
        ? second.words
        : [];
    if (follows.length === 0) {
      this.#mayBegin[markOf(first)] = 1;
      if (!bucket.others.includes(compiled)) bucket.others.push(compiled);
      return;
    }
    for (const { folded } of follows) {
      this.#mayBeginPair[pairMark(markOf(first), markOf(folded))] = 1;
      const list = bucket.bySecondWord.get(folded);
      if (list === undefined) bucket.bySecondWord.set(folded, [compiled]);
      else if (!list.includes(compiled)) list.push(compiled);
    }
  }
}

const marks = 1 << 14;

/** A number below `marks` that few words share. */
function markOf(word: string): number {
  const { length } = word;
  if (length === 0) return 0;
  const ends = word.charCodeAt(0) * 31 + word.charCodeAt(length - 1) * 331;
  return (ends + word.charCodeAt(length >> 1) * 4099 + length * 1021) & (marks - 1);
}

/** The same of two words, by their own. */
function pairMark(first: number, second: number): number {
  return (first * 37 + second * 1009) & (marks - 1);
}

interface Bucket<T> {
  bySecondWord: Map<string, Compiled<T>[]>;
  others: Compiled<T>[];
}

function collectMatches<T>(
  candidates: readonly Compiled<T>[],
  tokens: readonly Token[],
  start: number,
  found: PhraseMatch<T>[],
): void {
  for (const compiled of candidates) {
    const end = matchFrom(compiled, tokens, start, 0, start);
    if (end > start) found.push({ value: compiled.value, phrase: compiled.phrase, start, end });
  }
}

function matchFrom<T>(
  compiled: Compiled<T>,
  tokens: readonly Token[],
  at: number,
  slotIndex: number,
  start: number,
): number {
  const slot = compiled.slots[slotIndex];
  if (slot === undefined) return at;
  const gap = at === start ? 0 : (compiled.gaps[slotIndex] ?? 0);
  for (let skip = 0; skip <= gap; skip++) {
    const token = tokens[at + skip];
    if (token === undefined) break;
    if (isOneOf(slot.words, token, compiled)) {
      const end = matchFrom(compiled, tokens, at + skip + 1, slotIndex + 1, start);
      if (end >= 0) return end;
    }
  }
  return slot.optional ? matchFrom(compiled, tokens, at, slotIndex + 1, start) : -1;
}

function isOneOf(
  words: Slot['words'],
  token: Token,
  phrase: { strict: boolean; needsMarks: boolean },
): boolean {
  for (let at = 0; at < words.length; at++) {
    if (sameWord(words[at] as Word, token, phrase)) return true;
  }
  return false;
}

/** A word without marks this short stands for too many words to count alone. */
const tellingLength = 4;

function sameWord(word: Word, token: Token, phrase: { strict: boolean; needsMarks: boolean }): boolean {
  if (word.folded !== token.folded) return false;
  if (!phrase.strict || word.text === token.text) return true;
  return !token.exact && !(phrase.needsMarks && word.folded.length < tellingLength);
}
