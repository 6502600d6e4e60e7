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

/** Whether places of a message hold all of some of its words. */
export function holdAll(
  places: readonly { start: number; end: number }[],
  tokens: readonly Token[],
  words: readonly Token[],
): boolean {
  return words.every((word) => {
    const at = tokens.indexOf(word);
    return places.some(({ start, end }) => start <= at && at < end);
  });
}

interface Word {
  text: string;
  folded: string;
  /** That of the folded word. */
  number: number;
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
  /** The number of a word that must stand in a message that holds the phrase, beside the first; 0 where none is certain. */
  needed: number;
}

const gapTokens = 3;

/**
 * Finds many phrases in one pass over the tokens. A phrase is words with spaces; `a|b` = either, `a?` = may be
 * missing, `*` = up to three words between. Matching is on folded words; a strict phrase also asks that a word whose
 * marks can be relied on has the phrase's own marks (cháy is not chạy), and that a phrase of one short word is not
 * matched by a word without marks at all (ma may be mà, má, mạ), unless `short` is `typed` (dau is đâu, đầu is not).
 */
export class PhraseMatcher<T> {
  /** Phrases whose first two words are certain, by the numbers of these; the others by that of the first alone. */
  readonly #byPair = new PairTable<Compiled<T>>();
  /** The place in `#others` of each first word, by its number; 0 of all words that begin none of those. */
  #othersOf = new Int32Array(1024);
  readonly #others: Compiled<T>[][] = [[]];

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
      const words = (optional ? part.slice(0, -1) : part).split('|').map((word) => {
        const folded = fold(word);
        return { text: placeTone(word), folded, number: numberOf(folded) };
      });
      slots.push({ words, optional });
      gaps.push(gap);
      gap = 0;
    }
    const strict = options.strict ?? false;
    const needsMarks = slots.length === 1 && options.short !== 'typed';
    const compiled = { value, phrase, strict, needsMarks, slots, gaps, needed: neededWord(slots) };
    for (const slot of slots.slice(0, 1 + slots.findIndex(({ optional }) => !optional))) {
      for (const word of slot.words) this.#file(word.number, compiled);
    }
  }

  /** Every match, by start; several phrases may match at one place, each at its longest. */
  findAll(tokens: readonly Token[]): PhraseMatch<T>[] {
    const found: PhraseMatch<T>[] = [];
    const read = readNumbers(tokens);
    const { numbers } = read;
    for (let start = 0; start < tokens.length; start++) {
      const word = numbers[start] as number;
      if (word === 0) continue;
      const next = numbers[start + 1] as number;
      const pairs = next === 0 ? undefined : this.#byPair.get(word, next);
      if (pairs !== undefined) for (const phrase of pairs) collectMatch(phrase, read, start, found);
      const place = word < this.#othersOf.length ? (this.#othersOf[word] as number) : 0;
      if (place === 0) continue;
      for (const phrase of this.#others[place] as Compiled<T>[]) collectMatch(phrase, read, start, found);
    }
    return found;
  }

  /** Files a phrase under its first word and, where that is certain, under the word that must follow. */
  #file(first: number, compiled: Compiled<T>): void {
    const [firstSlot, second] = compiled.slots;
    const follows =
      firstSlot?.optional === false && second?.optional === false && compiled.gaps[1] === 0
        ? second.words
        : [];
    for (const { number } of follows) this.#byPair.add(first, number, compiled);
    if (follows.length > 0) return;
    const others = this.#othersFor(first);
    if (!others.includes(compiled)) others.push(compiled);
  }

  #othersFor(first: number): Compiled<T>[] {
    if (first >= this.#othersOf.length) {
      const longer = new Int32Array(2 * first);
      longer.set(this.#othersOf);
      this.#othersOf = longer;
    }
    if (this.#othersOf[first] === 0) this.#othersOf[first] = this.#others.push([]) - 1;
    return this.#others[this.#othersOf[first] as number] as Compiled<T>[];
  }
}

/** The number of the last word that must stand in a message that holds a phrase, beside the first; 0 for none. */
function neededWord(slots: readonly Slot[]): number {
  const certain = slots.slice(1).filter(({ optional, words }) => !optional && words.length === 1);
  return certain.at(-1)?.words[0]?.number ?? 0;
}

/** Lists by pairs of word numbers; a look-up that finds nothing, as most do, touches one place of the memory. */
class PairTable<T> {
  #slots = new Int32Array(2048);
  #size = 0;
  readonly #lists: T[][] = [];

  get(first: number, second: number): readonly T[] | undefined {
    const place = this.#slots[this.#slotOf(first, second) + 1] as number;
    return place === 0 ? undefined : this.#lists[place - 1];
  }

  add(first: number, second: number, value: T): void {
    if (this.#size * 4 > this.#slots.length) this.#grow();
    const slot = this.#slotOf(first, second);
    if (this.#slots[slot + 1] === 0) {
      this.#slots[slot] = pairOf(first, second);
      this.#slots[slot + 1] = this.#lists.push([]);
      this.#size++;
    }
    const list = this.#lists[(this.#slots[slot + 1] as number) - 1] as T[];
    if (!list.includes(value)) list.push(value);
  }

  /** Where a pair stands or would stand. */
  #slotOf(first: number, second: number): number {
    const slots = this.#slots;
    const last = slots.length - 2;
    const pair = pairOf(first, second);
    let slot = (Math.imul(pair, 0x9e3779b1) >>> 8) & last & ~1;
    while (slots[slot + 1] !== 0 && slots[slot] !== pair) slot = (slot + 2) & last;
    return slot;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] === 0) continue;
      const pair = old[at] as number;
      const slot = this.#slotOf(pair >>> 16, pair & 0xffff);
      this.#slots[slot] = pair;
      this.#slots[slot + 1] = old[at + 1] as number;
    }
  }
}

/** The numbers of two words in one: phrases are written by hand, of far fewer than 65,536 words. */
function pairOf(first: number, second: number): number {
  return (first << 16) | second;
}

/** The words that stand in any phrase, numbered from 1: to compare numbers is cheaper than to compare words. */
const wordNumbers = new Map<string, number>();

function numberOf(word: string): number {
  const known = wordNumbers.get(word);
  if (known !== undefined) return known;
  wordNumbers.set(word, wordNumbers.size + 1);
  return wordNumbers.size;
}

/** The tokens of a message and the number of each word: 0 for those in no phrase, and one 0 more. */
interface Read {
  tokens: readonly Token[];
  numbers: Int32Array;
  /** The turn in which each word was last met, by its number. */
  lastMet: Int32Array;
  turn: number;
}

/** What was read last: many matchers read the same message one after the other. */
let lastRead: Read = { tokens: [], numbers: new Int32Array(1), lastMet: new Int32Array(0), turn: 0 };

function readNumbers(tokens: readonly Token[]): Read {
  const known = wordNumbers.size + 1;
  // A phrase added since then may have brought new words.
  if (lastRead.tokens === tokens && lastRead.lastMet.length >= known) return lastRead;
  const isRoomy = lastRead.lastMet.length >= known && lastRead.turn < 2 ** 30;
  const lastMet = isRoomy ? lastRead.lastMet : new Int32Array(known);
  const turn = isRoomy ? lastRead.turn + 1 : 1;
  const numbers = new Int32Array(tokens.length + 1);
  for (let at = 0; at < tokens.length; at++) {
    const number = wordNumbers.get((tokens[at] as Token).folded) ?? 0;
    numbers[at] = number;
    lastMet[number] = turn;
  }
  lastRead = { tokens, numbers, lastMet, turn };
  return lastRead;
}

function collectMatch<T>(compiled: Compiled<T>, read: Read, start: number, found: PhraseMatch<T>[]): void {
  if (compiled.needed !== 0 && read.lastMet[compiled.needed] !== read.turn) return;
  const end = matchFrom(compiled, read, start, 0, start);
  if (end > start) found.push({ value: compiled.value, phrase: compiled.phrase, start, end });
}

function matchFrom<T>(
  compiled: Compiled<T>,
  read: Read,
  at: number,
  slotIndex: number,
  start: number,
): number {
  const slot = compiled.slots[slotIndex];
  if (slot === undefined) return at;
  const gap = at === start ? 0 : (compiled.gaps[slotIndex] ?? 0);
  const last = Math.min(at + gap, read.tokens.length - 1);
  for (let place = at; place <= last; place++) {
    if (isOneOf(slot.words, read, place, compiled)) {
      const end = matchFrom(compiled, read, place + 1, slotIndex + 1, start);
      if (end >= 0) return end;
    }
  }
  return slot.optional ? matchFrom(compiled, read, at, slotIndex + 1, start) : -1;
}

function isOneOf(
  words: Slot['words'],
  { tokens, numbers }: Read,
  place: number,
  phrase: { strict: boolean; needsMarks: boolean },
): boolean {
  const number = numbers[place];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as Word;
    if (word.number === number && hasItsMarks(word, tokens[place] as Token, phrase)) return true;
  }
  return false;
}

/** A word without marks this short stands for too many words to count alone. */
const tellingLength = 4;

function hasItsMarks(word: Word, token: Token, phrase: { strict: boolean; needsMarks: boolean }): boolean {
  if (!phrase.strict || word.text === token.text) return true;
  return !token.exact && !(phrase.needsMarks && word.folded.length < tellingLength);
}
