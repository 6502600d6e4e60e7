import { FoundFeatures, type FeatureKind, type FeatureRecipe } from './feature-recipe.ts';
import { MetKeys } from './met-keys.ts';
import type { ReadMessage } from './message-reader.ts';
import { NotedFeatures } from './noted-features.ts';
import { listPieces, maskNumber } from './word-pieces.ts';

const { min } = Math;

const usualFeatures = 1 << 18;
const usualOccurrences = 1 << 22;

/** The features worth keeping; their places are their numbers from now on. */
export interface KeptFeatures {
  keys: Uint32Array;
  kinds: Uint8Array;
  /** How many messages have each, and how many labels. */
  documents: Int32Array;
  labelCounts: Int32Array;
  /** Those of all messages, as often as each occurs: of message i from `starts[i]` to `starts[i + 1]`. */
  ids: Int32Array;
  starts: Int32Array;
}

/** Features as they are met in the messages to learn from, before it is known which are worth keeping. */
export class DraftFeatures {
  readonly #recipe: FeatureRecipe;
  readonly #found = new FoundFeatures();
  readonly #piecesOf = new Map<string, Uint32Array>();
  readonly #met = new MetKeys();
  /** The features of all messages, as often as each occurs: their hashes and kinds. */
  #keys = new Uint32Array(usualOccurrences);
  #kinds = new Uint8Array(usualOccurrences);
  #count = 0;
  readonly #starts: number[] = [0];
  readonly #labels: number[] = [];

  constructor(recipe: FeatureRecipe) {
    this.#recipe = recipe;
  }

  /** Messages of one label must follow each other. */
  read(message: ReadMessage, label: number): void {
    const found = this.#found;
    found.count = 0;
    this.#recipe.list(message, found);
    for (let at = 0; at < found.count; at++) this.#add(found.kinds[at] as number, found.keys[at] as number);
    if (this.#recipe.pieces !== null) this.#addPieces(message, this.#recipe.pieces);
    this.#labels.push(label);
    this.#starts.push(this.#count);
  }

  /** To be asked once, when all is read. They stand by kind, commonness and hash: common ones stay in the nearest memory. */
  keep(): KeptFeatures {
    const { noted, numbers } = this.#note();
    const keys = noted.keys();
    const { kinds } = this.#recipe;
    const counts = new Int32Array(kinds.length);
    const isWorthy = new Uint8Array(keys.length);
    for (let number = 0; number < keys.length; number++) {
      const kind = noted.kindOf(number);
      const { fewest, fewestLabels = 1 } = kinds[kind] as FeatureKind;
      if (noted.messagesWith(number) < fewest || noted.labelsWith(number) < fewestLabels) continue;
      isWorthy[number] = 1;
      counts[kind] = (counts[kind] as number) + 1;
    }
    const ofKinds = Array.from(counts, (count) => new Float64Array(count));
    for (let number = 0; number < keys.length; number++) {
      if (isWorthy[number] === 0) continue;
      const kind = noted.kindOf(number);
      const left = (counts[kind] as number) - 1;
      const rareness = 2 ** 20 - min(2 ** 20, noted.messagesWith(number));
      (ofKinds[kind] as Float64Array)[left] = rareness * 2 ** 32 + (keys[number] as number);
      counts[kind] = left;
    }
    const kept = new Uint32Array(ofKinds.reduce((sum, list) => sum + list.length, 0));
    let end = 0;
    // An array of 32 bits takes the lowest 32 of a number: the hash.
    for (const list of ofKinds) {
      list.sort();
      for (let at = 0; at < list.length; at++) kept[end++] = list[at] as number;
    }
    return this.#inOrder(kept, noted, numbers);
  }

  #inOrder(kept: Uint32Array, noted: NotedFeatures, numbers: Int32Array): KeptFeatures {
    const idOf = new Int32Array(noted.size).fill(-1);
    const kinds = new Uint8Array(kept.length);
    const documents = new Int32Array(kept.length);
    const labelCounts = new Int32Array(kept.length);
    for (let id = 0; id < kept.length; id++) {
      const number = noted.numberOf(kept[id] as number);
      idOf[number] = id;
      kinds[id] = noted.kindOf(number);
      documents[id] = noted.messagesWith(number);
      labelCounts[id] = noted.labelsWith(number);
    }
    return { keys: kept, kinds, documents, labelCounts, ...this.#renumber(numbers, idOf) };
  }

  #add(kind: number, key: number): void {
    if (this.#count === this.#keys.length) this.#grow();
    this.#kinds[this.#count] = kind;
    this.#keys[this.#count++] = key;
    this.#met.add(key);
  }

  #addPieces(message: ReadMessage, kind: number): void {
    for (const token of message.tokens) {
      const word = maskNumber(token.folded);
      let pieces = this.#piecesOf.get(word);
      if (pieces === undefined) {
        pieces = Uint32Array.from(listPieces(word));
        this.#piecesOf.set(word, pieces);
      }
      for (let at = 0; at < pieces.length; at++) this.#add(kind, pieces[at] as number);
    }
  }

  /**
   * Notes all features that may be worth keeping, and gives the number of each occurrence, -1 for the others. Most
   * features are met once and not kept: to find that out first keeps them out of the memory of the rest.
   */
  #note(): { noted: NotedFeatures; numbers: Int32Array } {
    const noted = new NotedFeatures(usualFeatures);
    const numbers = new Int32Array(this.#keys.buffer, 0, this.#count);
    const isKeptAlone = this.#recipe.kinds.map(({ fewest }) => fewest < 2);
    for (let message = 0; message < this.#labels.length; message++) {
      const label = this.#labels[message] as number;
      const end = this.#starts[message + 1] as number;
      for (let at = this.#starts[message] as number; at < end; at++) {
        const key = this.#keys[at] as number;
        const kind = this.#kinds[at] as number;
        const isNoted = isKeptAlone[kind] === true || this.#met.hasTwice(key);
        // Each number takes the place of its hash.
        numbers[at] = isNoted ? noted.meet(kind, key, message, label) : -1;
      }
    }
    return { noted, numbers };
  }

  /** Puts the new numbers in place of the old ones, and leaves out what is not kept. */
  #renumber(numbers: Int32Array, idOf: Int32Array): Pick<KeptFeatures, 'ids' | 'starts'> {
    const starts = new Int32Array(this.#starts.length);
    let end = 0;
    for (let message = 0; message < this.#labels.length; message++) {
      const last = this.#starts[message + 1] as number;
      for (let at = this.#starts[message] as number; at < last; at++) {
        const number = numbers[at] as number;
        const id = number < 0 ? -1 : (idOf[number] as number);
        if (id >= 0) numbers[end++] = id;
      }
      starts[message + 1] = end;
    }
    return { ids: numbers.subarray(0, end), starts };
  }

  #grow(): void {
    const keys = new Uint32Array(this.#keys.length * 2);
    keys.set(this.#keys);
    this.#keys = keys;
    const kinds = new Uint8Array(keys.length);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
  }
}
