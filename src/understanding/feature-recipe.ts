import type { ReadMessage } from './message-reader.ts';

/** One kind of feature. */
export interface FeatureKind {
  /** Kinds of one group are scaled together: many features of one group do not drown few of another. */
  group: number;
  /** In how many examples a feature of this kind must occur to be kept, and under how many labels (default 1). */
  fewest: number;
  fewestLabels?: number;
}

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
  /** Adds the features of a message to `found`. */
  list(message: ReadMessage, found: FoundFeatures): void;
}

/** The features found in one message, side by side; written over by those of the next. */
export class FoundFeatures {
  kinds = new Uint8Array(1024);
  keys = new Uint32Array(1024);
  /** The words that each is made of: places, the end after the last. */
  starts = new Uint16Array(1024);
  ends = new Uint16Array(1024);
  count = 0;

  /** Adds one feature: its kind, its hash, and the words (places, end after the last) that it is made of. */
  add(kind: number, key: number, start: number, end: number): void {
    const at = this.count;
    if (at === this.keys.length) this.#grow();
    this.kinds[at] = kind;
    this.keys[at] = key;
    this.starts[at] = start;
    this.ends[at] = end;
    this.count = at + 1;
  }

  #grow(): void {
    const longer = this.keys.length * 2;
    const { kinds, keys, starts, ends } = this;
    (this.kinds = new Uint8Array(longer)).set(kinds);
    (this.keys = new Uint32Array(longer)).set(keys);
    (this.starts = new Uint16Array(longer)).set(starts);
    (this.ends = new Uint16Array(longer)).set(ends);
  }
}
