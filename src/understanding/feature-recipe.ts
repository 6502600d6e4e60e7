import type { ReadMessage } from './message-reader.ts';

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
