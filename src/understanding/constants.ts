/**
 * Every number that the classifier and the decisions rest on, in one place. All were chosen by cross-validation over
 * the examples in intents/ with seeded noise; docs/understanding.md says how and what the alternatives scored.
 */

/** Share of each kind of feature in a message's vector. */
export const featureWeights = { word: 1, char: 0.5, skip: 0.8, concept: 0.8, marks: 0.5 };

/** A feature weighs idf^documents × icf^topics: rare ones and those of few topics more, but chance words not too much. */
export const rarity = { documents: 0.3, topics: 0.3 };

export const svm = { cost: 1, rounds: 5, prototype: 1.5 };

/** How the evidence of the linear model and of the nearest example add up to one score. */
export const evidence = { margin: 1, nearest: 1, sharpness: 3 };

/**
 * Logistic calibration of "the first topic is right". Fitted on held-out examples (plain and noisy), out-of-scope texts
 * and, for a third of the weight, on questions written without a look at the examples: held-out examples alone are
 * near twins on purpose and make it too modest. Likeness to the nearest example and the share of known words came out
 * against their sense (near twins again) and are left out.
 */
export const calibration = {
  bias: -4.1,
  margin: 0.41,
  lead: 1.4,
  strange: -1.26,
  covered: 3.76,
  coveredStrange: -0.37,
};

/** Each term is held within these bounds before it is weighed. */
export const termBounds = { margin: [-1.2, 1.5], lead: [0, 1.5], strange: [-1.5, 1.5] } as const;

export const thresholds = {
  /** From here the first topic is answered. */
  accept: 0.75,
  /** The same for the topic that the conversation is about. */
  acceptInContext: 0.45,
  /** What names a part and no topic ("lệ phí?") is asked about below this. */
  sure: 0.93,
  /** From here to `accept` the citizen is asked which topic; below, the message counts as not understood. */
  clarify: 0.47,
  /** A second topic this close (share of the first one's score) is asked about, even above `accept`. */
  rivalShare: 0.6,
  /** The same between topics of one confusable set when no word tells them apart. */
  lookAlikeShare: 0.25,
  /**
   * When a word speaks for a look-alike of the first topic: below `dispute` the word decides, from there on it is asked
   * about, from `overrule` on the first topic stands (held out, it was right in all of those).
   */
  dispute: 0.6,
  overrule: 0.9,
  /** From here what a message asks for stands by itself, whatever is told beside it. */
  askedAlone: 0.91,
  /** From this belief on a name of the catalogue that comes first is taken as meant, whatever look-alikes it has. */
  name: 0.5,
  /** From here a general topic (greeting, thanks …) is taken as meant. */
  smalltalk: 0.4,
  /** From here a message whose likeliest topic is the emergency numbers may be an emergency. */
  emergency: 0.4,
};

/** When a message says too little for one topic, however sure the classifier is. */
export const specificity = {
  /** A message with more telling words says enough. */
  words: 4,
  /** One with no more names little beside the set whose general words it holds: that set's question is asked. */
  fewWords: 2,
  /**
   * Two topics are near where the words lean to the first by less than this (the logarithm of how much more usual they are in
   * its examples) …
   */
  lean: 2.5,
  /** … and the classifier sees the first ahead by less than this; who names a part of a topic mostly has one in mind. */
  lead: 2,
  leadWithPart: 0.5,
  /** What is stranger than this holds a set's words by chance. */
  strange: 0.2,
  /** In the middle of a topic, what is stranger than this and names no part of it is small talk. */
  strangeInContext: 0.7,
  /** What is this like an example of the first topic was written for it. */
  sameAsExample: 0.97,
};

/** Emergencies and delicate matters: learnt score, the phrases of sensitive.yaml, and what speaks for a usual topic. */
export const sensitiveScoring = {
  /** Shares of words, word pairs, words apart, marked words, ideas and pairs of ideas in a message's vector. */
  groups: [1, 1, 1, 0.6, 0.6, 0.5],
  svm: { cost: 1, rounds: 10, thorough: true, prototype: 0 },
  /** What the logarithm of the number of words counts: the words that matter weigh less among many. */
  length: 0.2,
  /** More words than this add nothing: no example is longer. */
  mostWords: 40,
  /** So many examples of each kind are a message's nearest; what likeness to them counts for it and against it. */
  nearest: 5,
  likeSensitive: 2.9,
  likeAlike: 5.3,
  /** Nearest examples are looked for from this sum on: below it they tip the balance for one message of a thousand at most. */
  rough: -1.5,
  /** What a phrase of a category adds; an `unless` takes the same away. */
  phrase: 0.1,
  /** How much the confidence that a usual topic is meant counts against it. */
  usualTopic: 0.6,
  /** … and what such a topic counts beside it where it would be answered and no phrase of the category stands in it. */
  sureTopic: 0.3,
  /** How much it counts against it that the message is likelier out of scope than of any topic: films have knives. */
  strange: 0.45,
  /** From this sum on a message counts: where a life may be at stake, otherwise, and where a usual topic answers. */
  urgent: -0.5,
  delicate: -0.5,
  answered: 0.1,
  /** The same for a message whose likeliest topic is the emergency numbers. */
  emergency: -1,
  /** How steeply confidence rises with the sum. */
  steepness: 1.5,
};

/** Ranking of catalogue names; chosen on 3, 5 and 8 words of the names themselves, neighbours and not, in order and not. */
export const catalogueScoring = {
  /** A word's chance in a name is one by this many times the root of its length: short names less favoured than by their length. */
  lengthShare: 2.5,
  /** What a word right behind, and somewhere behind, the one before it adds to its chance. */
  neighbour: 0.5,
  follower: 0.2,
  /** How much the usual share of a word in all names counts against its chance in one. */
  usual: 0.1,
  /** Logarithms: the message begins like the name, a commune decides it, a curated topic stands for it. */
  fromStart: 0.5,
  commune: 1,
  preferred: 0.2,
  /** A stretch of fewer words proves nothing. */
  shortestStretch: 3,
  /** What a filler, or a word that asks for a part, counts for. */
  aside: 0.4,
  /** What a word counts that a name holds with other marks. */
  otherMarks: 0.3,
  /** A filler counts in full when more than this share of the names has it. */
  fillerShare: 0.05,
};

/**
 * Logistic belief that a message means the catalogue's likeliest name rather than a curated topic or nothing of ours. Fitted on
 * held-out examples and out-of-scope texts (nine times the weight) and on words of names: neighbours or not, in order or
 * not, with and without marks, alone and inside a question.
 */
export const nameBelief = {
  bias: -3.9,
  coverage: 7.7,
  likelihood: 0.126,
  words: -0.3,
  stretch: 4,
  /** Of a long name more words are there by chance; counts for each doubling. */
  doubledLength: -0.7,
  /** What the classifier sees in the message speaks against a name. */
  margin: -3.8,
  strange: -1,
  covered: -2.35,
  /** Likelihood and words are held within these bounds before they are weighed. */
  most: { likelihood: 60, words: 20 },
  /** A message of fewer words is asked about rather than answered, so the belief stays below what is answered. */
  fewestWords: 3,
  ofFewWords: 0.7,
  /** So is a message that holds a smaller share of the name than this. */
  leastHeld: 0.1,
};

/**
 * When official words are taken for no cry for help: so many of them, such a share of the message, so surely a name. Of
 * 2,260 examples of delicate matters, with and without marks, one reaches it.
 */
export const officialWords = { fewest: 3, share: 0.6, belief: 0.95 };

/** Aspects: learnt from tagged examples and from the phrases of aspects.yaml that a message holds. */
export const aspectScoring = {
  /** A form that occurs under fewer topics is about the topic, not about how one asks. */
  fewestTopics: 2,
  /** Shares of forms, forms of the last sentence and phrases in a message's vector. */
  groups: [1, 0.7, 1.5],
  svm: { cost: 0.5, rounds: 10, thorough: true, prototype: 0 },
  /** In a message of at most so many words a sure phrase decides alone: it adds so much. */
  shortMessage: 6,
  /** In one of at most so many words a weak phrase at its very beginning does the same: "phí chứng thực chữ ký". */
  briefMessage: 6,
  phrase: 1.5,
  /** In a longer question a sure phrase adds so much where no other part is named surely. */
  onlyPhrase: 0.7,
  /** So many parts are a list of questions when no more words stand between their sure phrases. */
  list: 3,
  listGap: 2,
  /** From this value on the likeliest aspect counts as asked: in a question, and in a message that is none. */
  asked: -0.85,
  askedOutright: -0.15,
  /** A further aspect must reach this. */
  askedToo: -0.2,
  /** From here on two aspects are both sure and stand in the order in which they are named. */
  inOrder: 0.2,
};

/** Several requests in one message: when a part of it counts as a request of its own. */
export const requestScoring = {
  /** Fewer words hold one request. */
  shortest: 6,
  /** Parts that are looked at. */
  parts: 8,
  /** From this confidence on a part names its topic; less is enough for a topic near the top of the whole message. */
  accept: 0.85,
  acceptLikely: 0.7,
  /** Where nothing is asked or wished for, and where a look-alike is named too. */
  acceptNamed: 0.95,
  acceptAlike: 0.94,
  /** A part of so few words may be only the name of a thing. */
  name: 6,
  /** Share of the whole message's belief from which on a topic is near its top. */
  likely: 0.02,
  /** A part whose likeliest topic has less of the belief names none, however usual its words. */
  leastShare: 0.4,
  /** A message whose telling words the examples of a sure topic hold to this share asks for nothing else, unless it asks twice. */
  coveredByOne: 0.95,
  /** A longer message is a story: what it asks for, it asks; what it wishes for, it has done. */
  story: 24,
};
