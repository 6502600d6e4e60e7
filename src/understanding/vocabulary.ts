/** Words, pairs and languages that the examples are known to hold. */
export interface Vocabulary {
  words: ReadonlyMap<string, number>;
  pairs: ReadonlyMap<string, number>;
  /** Folded words that occur in English examples only. */
  englishOnly: ReadonlySet<string>;
}

export const emptyVocabulary: Vocabulary = { words: new Map(), pairs: new Map(), englishOnly: new Set() };
