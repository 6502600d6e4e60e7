import type { ReadMessage } from './message-reader.ts';
import { featureWeights, rarity } from './constants.ts';

/** Kinds of features; each kind is scaled on its own, so that many character pieces do not drown few words. */
const kinds = ['word', 'char', 'skip', 'concept', 'marks'] as const;
type Kind = (typeof kinds)[number];

/** A sparse vector: feature numbers and their values. */
export interface SparseVector {
  ids: Int32Array;
  values: Float32Array;
}

const furthestSkip = 4;

/** Calls `see` with every feature of a message but its character pieces. */
function listFeatures(message: ReadMessage, see: (kind: Kind, key: string) => void): void {
  const words = message.tokens.map((token) => maskNumber(token.folded));
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    see('word', word);
    const next = words[at + 1];
    if (next !== undefined) {
      see('word', `${word} ${next}`);
      const third = words[at + 2];
      if (third !== undefined) see('word', `${word} ${next} ${third}`);
    }
    for (let step = 2; step <= furthestSkip; step++) {
      const later = words[at + step];
      if (later !== undefined) see('skip', `${word}~${later}`);
    }
  }
  const concepts = message.concepts;
  for (let at = 0; at < concepts.length; at++) {
    const word = maskNumber(concepts[at] ?? '');
    const isConcept = word.startsWith('§');
    if (isConcept) see('concept', word);
    for (let step = 1; step <= furthestSkip; step++) {
      const later = concepts[at + step];
      if (later === undefined || !(isConcept || later.startsWith('§'))) continue;
      see('concept', `${word}^${maskNumber(later)}`);
    }
  }
  for (const token of message.tokens) {
    if (token.exact) see('marks', `'${token.text}`);
  }
}

/** Long numbers say nothing about the topic; short ones (lớp 6, mức 2, 1022) may. */
function maskNumber(word: string): string {
  return /^\d/.test(word) && word.length > 4 ? '#' : word;
}

/** Character pieces of 3 and 4 letters of one word, its ends marked. */
function listPieces(word: string): string[] {
  const bounded = `<${word}>`;
  const pieces: string[] = [];
  for (let length = 3; length <= 4; length++) {
    for (let at = 0; at + length <= bounded.length; at++) pieces.push(bounded.slice(at, at + length));
  }
  return pieces;
}

/** Numbers the features of the training messages and turns messages into weighted vectors. */
export class FeatureSpace {
  readonly #ids = new Map<string, number>();
  readonly #kinds: Uint8Array;
  readonly #idf: Float32Array;
  readonly #rarest: number;
  readonly #pieces = new Map<string, Int32Array>();
  /** Scratch space, all zeros between uses. */
  readonly #counts: Uint8Array;
  readonly keys: readonly string[];

  private constructor(keys: readonly string[], featureKinds: Uint8Array, idf: Float32Array) {
    this.keys = keys;
    this.#kinds = featureKinds;
    this.#idf = idf;
    this.#counts = new Uint8Array(keys.length);
    this.#rarest = idf.reduce((most, value) => Math.max(most, value), 0);
    keys.forEach((key, id) => this.#ids.set(key, id));
  }

  /**
   * Learns which features exist and how rare each is; also gives the vectors of the messages learnt from. Messages of
   * one label must stand together.
   */
  static learn(
    messages: readonly ReadMessage[],
    labels: readonly number[],
  ): { space: FeatureSpace; vectors: SparseVector[] } {
    const draft = new DraftFeatures();
    const seen = messages.map((message, at) => draft.read(message, labels[at] ?? 0));
    const { keys, kinds: featureKinds, documents, labelCounts, numbers } = draft.keep();
    const labelTotal = new Set(labels).size;
    const idf = Float32Array.from(documents, (count, id) => {
      const amongTexts = Math.log((1 + messages.length) / (1 + count)) + 1;
      const amongLabels = Math.log((1 + labelTotal) / (labelCounts[id] ?? 1)) + 0.1;
      return Math.pow(amongTexts, rarity.documents) * Math.pow(amongLabels, rarity.topics);
    });
    const space = new FeatureSpace(keys, featureKinds, idf);
    const vectors = seen.map((features) => space.#weigh(features, numbers));
    return { space, vectors };
  }

  static restore(saved: SavedFeatureSpace): FeatureSpace {
    return new FeatureSpace(saved.keys, saved.kinds, saved.idf);
  }

  save(): SavedFeatureSpace {
    return { keys: this.keys, kinds: this.#kinds, idf: this.#idf };
  }

  get size(): number {
    return this.keys.length;
  }

  /** The number of a feature, -1 for one never seen. */
  idOf(key: string): number {
    return this.#ids.get(key) ?? -1;
  }

  /** How telling a word or idea is; one never seen is as telling as any. */
  rarityOf(key: string): number {
    const id = this.#ids.get(key);
    return id === undefined ? this.#rarest : (this.#idf[id] as number);
  }

  /** TF-IDF of one message; each kind has unit length times its weight. */
  vectorOf(message: ReadMessage): SparseVector {
    const seen: number[] = [];
    listFeatures(message, (_kind, key) => {
      const id = this.#ids.get(key);
      if (id !== undefined) seen.push(id);
    });
    for (const token of message.tokens)
      for (const id of this.#piecesOf(maskNumber(token.folded))) seen.push(id);
    return this.#weigh(seen);
  }

  /** Counts and weighs features; `numbers` translates their draft numbers, -1 for those that were not kept. */
  #weigh(seen: readonly number[], numbers?: Int32Array): SparseVector {
    const counts = this.#counts;
    const different: number[] = [];
    for (const one of seen) {
      const id = numbers === undefined ? one : (numbers[one] as number);
      if (id < 0) continue;
      const count = counts[id] as number;
      if (count === 0) different.push(id);
      if (count < 255) counts[id] = count + 1;
    }
    const squares = new Float64Array(kinds.length);
    const ids = Int32Array.from(different);
    const values = new Float32Array(different.length);
    let at = 0;
    for (const id of different) {
      const count = counts[id] as number;
      counts[id] = 0;
      const value = (count === 1 ? 1 : 1 + Math.log(count)) * (this.#idf[id] as number);
      const kind = this.#kinds[id] as number;
      values[at++] = value;
      squares[kind] = (squares[kind] as number) + value * value;
    }
    const scales = kinds.map((kind, index) => featureWeights[kind] / Math.sqrt(squares[index] || 1));
    for (at = 0; at < ids.length; at++) {
      values[at] = (values[at] as number) * (scales[this.#kinds[ids[at] as number] as number] as number);
    }
    return { ids, values };
  }

  #piecesOf(word: string): Int32Array {
    const known = this.#pieces.get(word);
    if (known !== undefined) return known;
    const ids = Int32Array.from(
      listPieces(word)
        .map((piece) => this.#ids.get(`|${piece}`) ?? -1)
        .filter((id) => id >= 0),
    );
    if (this.#pieces.size < 10_000) this.#pieces.set(word, ids);
    return ids;
  }
}

/** Features as they are met, before it is known which are worth keeping. */
class DraftFeatures {
  readonly #numbers = new Map<string, number>();
  readonly #pieces = new Map<string, number[]>();
  readonly #kinds: number[] = [];
  readonly #documents: number[] = [];
  readonly #lastDocument: number[] = [];
  readonly #labelCounts: number[] = [];
  readonly #lastLabel: number[] = [];
  #document = 0;
  #label = 0;

  /** The draft numbers of a message's features, as often as each occurs. */
  read(message: ReadMessage, label: number): number[] {
    this.#document++;
    this.#label = label;
    const seen: number[] = [];
    listFeatures(message, (kind, key) => seen.push(this.#numberOf(kinds.indexOf(kind), key)));
    for (const token of message.tokens) {
      const word = maskNumber(token.folded);
      let numbers = this.#pieces.get(word);
      if (numbers === undefined) {
        numbers = listPieces(word).map((piece) => this.#numberOf(kinds.indexOf('char'), `|${piece}`));
        this.#pieces.set(word, numbers);
      }
      for (const number of numbers) {
        this.#count(number);
        seen.push(number);
      }
    }
    return seen;
  }

  /** The features worth keeping, in the order of their keys, and what number each draft number became. */
  keep(): {
    keys: string[];
    kinds: Uint8Array;
    documents: number[];
    labelCounts: number[];
    numbers: Int32Array;
  } {
    const kept = [...this.#numbers].filter(
      ([key, number]) => (this.#documents[number] ?? 0) >= (isSingleWord(key) ? 1 : rarestKept),
    );
    kept.sort(([one], [other]) => (one < other ? -1 : 1));
    const numbers = new Int32Array(this.#numbers.size).fill(-1);
    kept.forEach(([, number], id) => (numbers[number] = id));
    return {
      keys: kept.map(([key]) => key),
      kinds: Uint8Array.from(kept, ([, number]) => this.#kinds[number] ?? 0),
      documents: kept.map(([, number]) => this.#documents[number] ?? 0),
      labelCounts: kept.map(([, number]) => this.#labelCounts[number] ?? 1),
      numbers,
    };
  }

  #numberOf(kind: number, key: string): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(key, number);
      this.#kinds.push(kind);
      this.#documents.push(0);
      this.#lastDocument.push(0);
      this.#labelCounts.push(0);
      this.#lastLabel.push(-1);
    }
    this.#count(number);
    return number;
  }

  #count(number: number): void {
    if (this.#lastDocument[number] === this.#document) return;
    this.#lastDocument[number] = this.#document;
    this.#documents[number] = (this.#documents[number] ?? 0) + 1;
    if (this.#lastLabel[number] === this.#label) return;
    this.#lastLabel[number] = this.#label;
    this.#labelCounts[number] = (this.#labelCounts[number] ?? 0) + 1;
  }
}

/** A feature other than a single word must occur in this many examples. */
const rarestKept = 2;

function isSingleWord(key: string): boolean {
  return !/[ ~^|]/.test(key);
}

export interface SavedFeatureSpace {
  keys: readonly string[];
  kinds: Uint8Array;
  idf: Float32Array;
}
