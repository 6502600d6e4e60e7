import { DraftFeatures, type KeptFeatures } from './draft-features.ts';
import { HashNumbers, type SavedHashNumbers } from '../text/hash-numbers.ts';
import { hashPair } from '../text/hash-words.ts';
import { FoundFeatures, type FeatureRecipe } from './feature-recipe.ts';
import type { ReadMessage } from './message-reader.ts';
import { listPieces, maskNumber } from './word-pieces.ts';

/** Taken once: in a context of its own (a test's) each look-up of a global is slow. */
const { log, max, pow, sqrt } = Math;

/** A feature may be counted this often. */
const mostCounted = 255;
/** How much a feature weighs that occurs so many times. */
const weightOfCount = Float64Array.from({ length: mostCounted + 1 }, (_, count) =>
  count < 2 ? count : 1 + log(count),
);

const orderSalt = 201;
/** Hash and place of a message in one number that is exact. */
const mostMessages = 2 ** 20;

/** A sparse vector: feature numbers and their values. */
export interface SparseVector {
  ids: Int32Array;
  values: Float32Array;
}

/** The vectors of many messages, one after the other: that of message i from `starts[i]` to `starts[i + 1]`. */
export interface PackedVectors {
  starts: Int32Array;
  ids: Int32Array;
  values: Float32Array;
  /** Several mixed orders of the messages, made from their words alone: one more message does not change the rest. */
  orders: readonly Int32Array[];
}

export interface SavedFeatureSpace {
  table: SavedHashNumbers;
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
  /** The group of each kind, and that of the kind that counts though never seen. */
  readonly #groupOf: Uint8Array;
  readonly #strangeGroup: number | undefined;
  readonly #found = new FoundFeatures();
  /** Scratch space: counts are all zeros between uses. */
  readonly #counts: Uint8Array;
  #seen = new Int32Array(1024);
  #seenCount = 0;

  private constructor(recipe: FeatureRecipe, saved: SavedFeatureSpace) {
    this.#recipe = recipe;
    this.#table = HashNumbers.restore(saved.table);
    this.#keys = saved.table.keys;
    this.kinds = saved.kinds;
    this.#rarity = saved.rarity;
    this.#counts = new Uint8Array(saved.kinds.length);
    this.#rarest = largest(saved.rarity);
    const { kinds, strange } = recipe;
    this.#groupOf = Uint8Array.from(kinds, ({ group }) => group);
    this.#strangeGroup = strange === undefined ? undefined : kinds[strange]?.group;
  }

  /**
   * Learns which features exist and how rare each is; also gives the vectors of the messages learnt from. Messages of
   * one label must stand together.
   */
  static learn(
    recipe: FeatureRecipe,
    messages: readonly ReadMessage[],
    labels: readonly number[],
  ): { space: FeatureSpace; vectors: PackedVectors } {
    const draft = new DraftFeatures(recipe);
    messages.forEach((message, at) => {
      draft.read(message, labels[at] ?? 0);
    });
    const kept = draft.keep();
    const { keys, kinds, documents, labelCounts } = kept;
    const labelTotal = new Set(labels).size;
    const rarity = Float32Array.from(documents, (count, id) => {
      const amongTexts = log((1 + messages.length) / (1 + count)) + 1;
      const amongLabels = log((1 + labelTotal) / (labelCounts[id] ?? 1)) + 0.1;
      return pow(amongTexts, recipe.rarity.documents) * pow(amongLabels, recipe.rarity.labels);
    });
    const space = new FeatureSpace(recipe, { table: HashNumbers.of(keys).save(), kinds, rarity });
    return { space, vectors: { ...space.#pack(kept), orders: mixedOrders(messages) } };
  }

  static restore(recipe: FeatureRecipe, saved: SavedFeatureSpace): FeatureSpace {
    return new FeatureSpace(recipe, saved);
  }

  save(): SavedFeatureSpace {
    return { table: this.#table.save(), kinds: this.kinds, rarity: this.#rarity };
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
    const strangers = this.#countFound(this.#list(message));
    if (this.#recipe.pieces !== null) {
      for (const token of message.tokens) {
        const pieces = this.#knownPieces(maskNumber(token.folded));
        for (let at = 0; at < pieces.length; at++) this.#count(pieces[at] as number);
      }
    }
    const ids = this.#seen.slice(0, this.#seenCount);
    const values = new Float32Array(ids.length);
    this.#weigh(ids, values, strangers);
    return { ids, values };
  }

  /** Where the features with these numbers stand in a message: kind and words. Those that do not are left out. */
  placesOf(
    message: ReadMessage,
    ids: readonly number[],
  ): Map<number, { kind: number; start: number; end: number }> {
    const places = new Map<number, { kind: number; start: number; end: number }>();
    const { kinds, keys, starts, ends, count } = this.#list(message);
    for (const id of ids) {
      const at = keys.indexOf(this.#keys[id] as number);
      if (at < 0 || at >= count) continue;
      places.set(id, { kind: kinds[at] as number, start: starts[at] as number, end: ends[at] as number });
    }
    return places;
  }

  #list(message: ReadMessage): FoundFeatures {
    this.#found.count = 0;
    this.#recipe.list(message, this.#found);
    return this.#found;
  }

  /** Counts the features that are known; gives how many others of the kind that counts though never seen there are. */
  #countFound({ kinds, keys, count }: FoundFeatures): number {
    const { strange } = this.#recipe;
    let strangers = 0;
    for (let at = 0; at < count; at++) {
      const id = this.#table.find(keys[at] as number);
      if (id >= 0) this.#count(id);
      else if (kinds[at] === strange) strangers++;
    }
    return strangers;
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
    if (count < mostCounted) this.#counts[id] = count + 1;
  }

  /** The vectors of the messages that the features were kept from, in memory that threads can share. */
  #pack(kept: KeptFeatures): Omit<PackedVectors, 'orders'> {
    const starts = new Int32Array(new SharedArrayBuffer(4 * kept.starts.length));
    const ids = new Int32Array(new SharedArrayBuffer(4 * kept.ids.length));
    const values = new Float32Array(new SharedArrayBuffer(4 * kept.ids.length));
    let end = 0;
    for (let message = 0; message + 1 < starts.length; message++) {
      const last = kept.starts[message + 1] as number;
      for (let at = kept.starts[message] as number; at < last; at++) this.#count(kept.ids[at] as number);
      const length = this.#seenCount;
      ids.set(this.#seen.subarray(0, length), end);
      this.#weigh(ids.subarray(end, end + length), values.subarray(end, end + length), 0);
      end += length;
      starts[message + 1] = end;
    }
    return { starts, ids: ids.subarray(0, end), values: values.subarray(0, end) };
  }

  /** Fills in the values of the features that have been counted, and sets the counts to zero. */
  #weigh(ids: Int32Array, values: Float32Array, strangers: number): void {
    const { groups } = this.#recipe;
    const groupOf = this.#groupOf;
    this.#seenCount = 0;
    const squares = new Float64Array(groups.length);
    if (this.#strangeGroup !== undefined)
      squares[this.#strangeGroup] = strangers * this.#rarest * this.#rarest;
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at] as number;
      const count = this.#counts[id] as number;
      this.#counts[id] = 0;
      const value = (weightOfCount[count] as number) * (this.#rarity[id] as number);
      values[at] = value;
      const group = groupOf[this.kinds[id] as number] as number;
      squares[group] = (squares[group] as number) + value * value;
    }
    for (let group = 0; group < groups.length; group++) {
      squares[group] = (groups[group] as number) / sqrt(squares[group] || 1);
    }
    for (let at = 0; at < ids.length; at++) {
      const group = groupOf[this.kinds[ids[at] as number] as number] as number;
      values[at] = (values[at] as number) * (squares[group] as number);
    }
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

function largest(values: Float32Array): number {
  let most = 0;
  for (let at = 0; at < values.length; at++) most = max(most, values[at] as number);
  return most;
}

const orderCount = 8;

function mixedOrders(messages: readonly ReadMessage[]): Int32Array[] {
  const keys = messages.map(({ hashes }) =>
    hashes.reduce((joined, hash) => hashPair(joined, hash, orderSalt), 0),
  );
  return Array.from({ length: orderCount }, (_order, turn) => {
    const placed = Float64Array.from(keys, (key, at) => hashPair(key, turn, orderSalt) * mostMessages + at);
    const order = new Int32Array(new SharedArrayBuffer(4 * messages.length));
    placed.sort().forEach((place, at) => (order[at] = place % mostMessages));
    return order;
  });
}
