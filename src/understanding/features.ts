import { HashNumbers, hashPair, hashWord } from './feature-hash.ts';
import type { ReadMessage } from './message-reader.ts';

/** Taken once: in a context of its own (a test's) each look-up of a global is slow. */
const { log, max, pow, sqrt } = Math;

/** A sparse vector: feature numbers and their values. */
export interface SparseVector {
  ids: Int32Array;
  values: Float32Array;
}

/** One kind of feature. */
export interface FeatureKind {
  /** Kinds of one group are scaled together: many features of one group do not drown few of another. */
  group: number;
  /** In how many examples a feature of this kind must occur to be kept, and under how many labels (default 1). */
  fewest: number;
  fewestLabels?: number;
}

/** Tells of one feature: its kind, its hash, and the words (places, end after the last) that it is made of. */
export type SeeFeature = (kind: number, key: number, start: number, end: number) => void;

/** Which features a message has and how they weigh. */
export interface FeatureRecipe {
  kinds: readonly FeatureKind[];
  /** Share of each group in a message's vector. */
  groups: readonly number[];
  /** A feature weighs idf^documents × icf^labels. */
  rarity: { documents: number; labels: number };
  /** The kind of the character pieces of words; null when there are none. */
  pieces: number | null;
  /** The kind whose features count towards the length of a message's vector though never seen; none by default. */
  strange?: number;
  list(message: ReadMessage, see: SeeFeature): void;
}

export interface SavedFeatureSpace {
  keys: Uint32Array;
  kinds: Uint8Array;
  rarity: Float32Array;
}

/** Numbers the features of the training messages, by kind and hash, and turns messages into weighted vectors. */
export class FeatureSpace {
  readonly kinds: Uint8Array;
  readonly #recipe: FeatureRecipe;
  readonly #keys: Uint32Array;
  readonly #table: HashNumbers;
  readonly #rarity: Float32Array;
  readonly #rarest: number;
  readonly #piecesOfWord = new Map<string, Int32Array>();
  /** Scratch space: counts are all zeros between uses. */
  readonly #counts: Uint8Array;
  #seen = new Int32Array(1024);
  #seenCount = 0;
  #strangeCount = 0;
  readonly #see: SeeFeature;

  private constructor(recipe: FeatureRecipe, saved: SavedFeatureSpace) {
    this.#recipe = recipe;
    this.#keys = saved.keys;
    this.kinds = saved.kinds;
    this.#rarity = saved.rarity;
    this.#table = HashNumbers.of(saved.keys);
    this.#counts = new Uint8Array(saved.keys.length);
    this.#rarest = saved.rarity.reduce((most, value) => max(most, value), 0);
    this.#see = (kind, key) => {
      const id = this.#table.find(key);
      if (id >= 0) this.#count(id);
      else if (kind === recipe.strange) this.#strangeCount++;
    };
  }

  /**
   * Learns which features exist and how rare each is; also gives the vectors of the messages learnt from. Messages of
   * one label must stand together.
   */
  static learn(
    recipe: FeatureRecipe,
    messages: readonly ReadMessage[],
    labels: readonly number[],
  ): { space: FeatureSpace; vectors: SparseVector[] } {
    const draft = new DraftFeatures(recipe);
    messages.forEach((message, at) => {
      draft.read(message, labels[at] ?? 0);
    });
    const { keys, kinds, documents, labelCounts, numbers } = draft.keep();
    const labelTotal = new Set(labels).size;
    const rarity = Float32Array.from(documents, (count, id) => {
      const amongTexts = log((1 + messages.length) / (1 + count)) + 1;
      const amongLabels = log((1 + labelTotal) / (labelCounts[id] ?? 1)) + 0.1;
      return pow(amongTexts, recipe.rarity.documents) * pow(amongLabels, recipe.rarity.labels);
    });
    const space = new FeatureSpace(recipe, { keys, kinds, rarity });
    const vectors = messages.map((_message, at) => {
      for (const number of draft.featuresOf(at)) {
        const id = numbers[number] as number;
        if (id >= 0) space.#count(id);
      }
      return space.#takeVector();
    });
    return { space, vectors };
  }

  static restore(recipe: FeatureRecipe, saved: SavedFeatureSpace): FeatureSpace {
    return new FeatureSpace(recipe, saved);
  }

  save(): SavedFeatureSpace {
    return { keys: this.#keys, kinds: this.kinds, rarity: this.#rarity };
  }

  get size(): number {
    return this.#keys.length;
  }

  /** The number of a feature, -1 for one never seen. */
  idOf(key: number): number {
    return this.#table.find(key);
  }

  /** How telling a feature is; one never seen is as telling as any. */
  rarityOf(key: number): number {
    const id = this.#table.find(key);
    return id < 0 ? this.#rarest : (this.#rarity[id] as number);
  }

  /** The weighted features of one message; each group has unit length times its share. */
  vectorOf(message: ReadMessage): SparseVector {
    this.#recipe.list(message, this.#see);
    if (this.#recipe.pieces !== null) {
      for (const token of message.tokens) {
        for (const id of this.#knownPieces(maskNumber(token.folded))) this.#count(id);
      }
    }
    return this.#takeVector();
  }

  /** Where the features with these numbers stand in a message: kind and words. Those that do not are left out. */
  placesOf(
    message: ReadMessage,
    ids: readonly number[],
  ): Map<number, { kind: number; start: number; end: number }> {
    const places = new Map<number, { kind: number; start: number; end: number }>();
    this.#recipe.list(message, (kind, key, start, end) => {
      const id = this.#table.find(key);
      if (ids.includes(id) && !places.has(id)) places.set(id, { kind, start, end });
    });
    return places;
  }

  #count(id: number): void {
    const count = this.#counts[id] as number;
    if (count === 0) {
      if (this.#seenCount === this.#seen.length) {
        const longer = new Int32Array(this.#seen.length * 2);
        longer.set(this.#seen);
        this.#seen = longer;
      }
      this.#seen[this.#seenCount++] = id;
    }
    if (count < 255) this.#counts[id] = count + 1;
  }

  /** The vector of what has been counted; the counts are zeros again after it. */
  #takeVector(): SparseVector {
    const { kinds, groups, strange } = this.#recipe;
    const ids = this.#seen.slice(0, this.#seenCount);
    this.#seenCount = 0;
    const values = new Float32Array(ids.length);
    const squares = new Float64Array(groups.length);
    const strangeGroup = strange === undefined ? undefined : kinds[strange]?.group;
    if (strangeGroup !== undefined) squares[strangeGroup] = this.#strangeCount * this.#rarest * this.#rarest;
    this.#strangeCount = 0;
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at] as number;
      const count = this.#counts[id] as number;
      this.#counts[id] = 0;
      const value = (count === 1 ? 1 : 1 + log(count)) * (this.#rarity[id] as number);
      values[at] = value;
      const group = kinds[this.kinds[id] as number]?.group ?? 0;
      squares[group] = (squares[group] as number) + value * value;
    }
    for (let group = 0; group < groups.length; group++) {
      squares[group] = (groups[group] as number) / sqrt(squares[group] || 1);
    }
    for (let at = 0; at < ids.length; at++) {
      const group = kinds[this.kinds[ids[at] as number] as number]?.group ?? 0;
      values[at] = (values[at] as number) * (squares[group] as number);
    }
    return { ids, values };
  }

  #knownPieces(word: string): Int32Array {
    const known = this.#piecesOfWord.get(word);
    if (known !== undefined) return known;
    const ids = Int32Array.from(
      listPieces(word)
        .map((key) => this.#table.find(key))
        .filter((id) => id >= 0),
    );
    if (this.#piecesOfWord.size < 10_000) this.#piecesOfWord.set(word, ids);
    return ids;
  }
}

/** Long numbers say nothing about what is meant; short ones (lớp 6, mức 2, 1022) may. */
export function maskNumber(word: string): string {
  if (word.length <= 4) return word;
  const first = word.charCodeAt(0);
  return first >= 48 && first <= 57 ? '#' : word;
}

const pieceSalt = 101;

/** Hashes of the character pieces of 3 and 4 letters of one word, its ends marked. */
function listPieces(word: string): number[] {
  const bounded = `<${word}>`;
  const pieces: number[] = [];
  for (let length = 3; length <= 4; length++) {
    for (let at = 0; at + length <= bounded.length; at++) {
      pieces.push(hashPair(hashWord(bounded.slice(at, at + length)), 0, pieceSalt));
    }
  }
  return pieces;
}

/** Features as they are met, before it is known which are worth keeping. */
class DraftFeatures {
  readonly #recipe: FeatureRecipe;
  readonly #numbers = new HashNumbers();
  readonly #pieces = new Map<string, number[]>();
  readonly #kinds: number[] = [];
  readonly #documents: number[] = [];
  readonly #lastDocument: number[] = [];
  readonly #labelCounts: number[] = [];
  readonly #lastLabel: number[] = [];
  readonly #featuresOf: number[][] = [];
  #seen: number[] = [];
  #label = 0;

  constructor(recipe: FeatureRecipe) {
    this.#recipe = recipe;
  }

  read(message: ReadMessage, label: number): void {
    this.#label = label;
    this.#seen = [];
    this.#recipe.list(message, (kind, key) => this.#seen.push(this.#numberOf(kind, key)));
    if (this.#recipe.pieces !== null) this.#readPieces(message, this.#recipe.pieces);
    this.#featuresOf.push(this.#seen);
  }

  /** The draft numbers of a message's features, as often as each occurs. */
  featuresOf(at: number): readonly number[] {
    return this.#featuresOf[at] ?? [];
  }

  /** The features worth keeping, by kind and hash, and what number each draft number became. */
  keep(): {
    keys: Uint32Array;
    kinds: Uint8Array;
    documents: number[];
    labelCounts: number[];
    numbers: Int32Array;
  } {
    const { kinds } = this.#recipe;
    const kindOf = (number: number): number => this.#kinds[number] as number;
    const keys = this.#numbers.keys();
    const kept: number[] = [];
    for (let number = 0; number < keys.length; number++) {
      const kind = kinds[kindOf(number)];
      if ((this.#documents[number] as number) < (kind?.fewest ?? 1)) continue;
      if ((this.#labelCounts[number] as number) >= (kind?.fewestLabels ?? 1)) kept.push(number);
    }
    kept.sort((one, other) => kindOf(one) - kindOf(other) || (keys[one] as number) - (keys[other] as number));
    const numbers = new Int32Array(keys.length).fill(-1);
    kept.forEach((number, id) => (numbers[number] = id));
    return {
      keys: Uint32Array.from(kept, (number) => keys[number] as number),
      kinds: Uint8Array.from(kept, kindOf),
      documents: kept.map((number) => this.#documents[number] as number),
      labelCounts: kept.map((number) => this.#labelCounts[number] as number),
      numbers,
    };
  }

  #readPieces(message: ReadMessage, kind: number): void {
    for (const token of message.tokens) {
      const word = maskNumber(token.folded);
      let numbers = this.#pieces.get(word);
      if (numbers === undefined) {
        numbers = listPieces(word).map((key) => this.#numberOf(kind, key));
        this.#pieces.set(word, numbers);
      }
      for (const number of numbers) {
        this.#count(number);
        this.#seen.push(number);
      }
    }
  }

  #numberOf(kind: number, key: number): number {
    const number = this.#numbers.numberOf(key);
    if (number === this.#kinds.length) {
      this.#kinds.push(kind);
      this.#documents.push(0);
      this.#lastDocument.push(-1);
      this.#labelCounts.push(0);
      this.#lastLabel.push(-1);
    }
    this.#count(number);
    return number;
  }

  #count(number: number): void {
    const document = this.#featuresOf.length;
    if (this.#lastDocument[number] === document) return;
    this.#lastDocument[number] = document;
    this.#documents[number] = (this.#documents[number] ?? 0) + 1;
    if (this.#lastLabel[number] === this.#label) return;
    this.#lastLabel[number] = this.#label;
    this.#labelCounts[number] = (this.#labelCounts[number] ?? 0) + 1;
  }
}
