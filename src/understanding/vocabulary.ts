import { PairCounts } from '../text/pair-counts.ts';

/** Words, pairs and languages that the examples are known to hold. */
export interface Vocabulary {
  words: ReadonlyMap<string, number>;
  pairs: PairCounts;
  /** Folded words that occur in English examples only. */
  englishOnly: ReadonlySet<string>;
}

export const emptyVocabulary: Vocabulary = {
  words: new Map(),
  pairs: new PairCounts(),
  englishOnly: new Set(),
};
