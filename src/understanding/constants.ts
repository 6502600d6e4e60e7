/**
 * Every number that the classifier and the decisions rest on, in one place. All were chosen by cross-validation over
 * the examples in intents/ with seeded noise; docs/understanding.md says how and what the alternatives scored.
 */

/** Share of each kind of feature in a message's vector. */
export const featureWeights = { word: 1, char: 0.8, skip: 0.4, concept: 0.8, marks: 0.3 };

/** A feature weighs idf^documents × icf^topics: rare ones more, and those of few topics more still. */
export const rarity = { documents: 0.5, topics: 1 };

export const svm = { cost: 1, rounds: 12, prototype: 2.5 };

/** How the evidence of the linear model and of the nearest example add up to one score. */
export const evidence = { margin: 1, nearest: 1.5, sharpness: 3 };

/** Logistic calibration of "the first topic is right"; see ranking.ts for the terms. */
export const calibration = {
  bias: -4.2,
  margin: 2,
  lead: 1.6,
  nearest: 2.2,
  knownWords: 1.5,
  knownPairs: 1.8,
  strange: -1,
};

export const thresholds = {
  /** From here the first topic is answered. */
  accept: 0.6,
  /** From here to `accept` the citizen is asked which topic; below, the message counts as not understood. */
  clarify: 0.25,
  /** A second topic this close (share of the first one's score) is asked about, even above `accept`. */
  rivalShare: 0.6,
  /** The same between topics of one confusable set when no word tells them apart. */
  lookAlikeShare: 0.25,
  /** From here a general topic (greeting, thanks …) is taken as meant. */
  smalltalk: 0.5,
  /** Confidence in a topic that a distinguishing word named. */
  cueConfidence: 0.75,
};

/** Ranking of catalogue names; chosen on windows of 3, 5 and 8 words of the names themselves. */
export const catalogueScoring = { lengthPower: 0.25, sameStart: 0.1, commune: 0.1 };

export const catalogueDecision = {
  /** A name goes before the curated topic when it holds this much more of the message's weight. */
  coverageLead: 0.15,
  leadPower: 1.5,
  scale: 2.2,
};

/** From this many words on, the sentences of a message are also looked at one by one. */
export const storyLengthWords = 16;
