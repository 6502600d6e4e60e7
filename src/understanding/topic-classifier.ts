import { PairCounts, type SavedPairCounts } from '../text/pair-counts.ts';
import { calibration, evidence, svm, termBounds } from './constants.ts';
import { FeatureSpace, type PackedVectors, type SavedFeatureSpace, type SparseVector } from './features.ts';
import { finishTraining, scoreAll } from './linear-svm.ts';
import type { LinearModel } from './open-training.ts';
import { MessageReader, type ReadMessage } from './message-reader.ts';
import { emptyVocabulary, type Vocabulary } from './vocabulary.ts';
import { indexExamples, nearestPerClass, type ExampleIndex } from './nearest-examples.ts';
import type { Lexicon } from './rule-schemas.ts';
import { openTraining } from './svm-training.ts';
import { describeFeature, tellingKey, topicFeatures, topicKinds } from './topic-features.ts';
import type { TrainingHelper } from './training-helper.ts';

/** A labelled text to learn from. `language` only tells English examples apart; the default is Vietnamese. */
export interface LabelledText {
  text: string;
  label: string;
  language?: 'vi' | 'en';
}

export interface RankedLabel {
  label: string;
  /** Share of the belief among all labels, 0 to 1. */
  share: number;
}

/** From so many examples of a label on, its bias says more than the order of training. */
const manyForBias = 200;

/** How many examples' worth the usual share of a word counts beside a label's own. */
const leanSmoothing = 4;

/** How many labels a ranking lists; more than any set of look-alikes has. */
const listedLabels = 16;

/** What the classifier makes of one message. */
export interface Ranking {
  labels: RankedLabel[];
  /** Calibrated probability that the first label is right, 0 to 1. */
  confidence: number;
  /** What speaks for and against the first label; `confidence` is made from it. */
  terms: {
    margin: number;
    lead: number;
    nearest: number;
    /** Share of the message's telling words and ideas that the first label's examples hold. */
    covered: number;
    /** The same for the out-of-scope texts. */
    coveredStrange: number;
    /** How much more the message looks out of scope than like the first label; negative is good. */
    strange: number;
  };
  vector: SparseVector;
}

/** Word sequences, folded. */
export type FurtherWords = readonly (readonly string[])[];

export type ClassifierLexicon = Pick<Lexicon, 'abbreviations' | 'concepts' | 'english' | 'fillers'>;

export interface SavedClassifier {
  labels: string[];
  vocabulary: { words: [string, number][]; pairs: SavedPairCounts; englishOnly: string[] };
  features: SavedFeatureSpace;
  model: LinearModel;
  index: ExampleIndex;
  heldBy: Uint16Array;
}

export interface TopicTrainingOptions {
  furtherWords?: FurtherWords;
  read?: (text: string) => ReadMessage;
  helper?: TrainingHelper;
}

/** Label of the texts that are no concern of ours: never ranked, but its likeness lowers the confidence. */
export const outOfScopeLabel = '∅';

/** The classifier that `understand` and `evaluate` share: reader, features, linear model, nearest examples. */
export class TopicClassifier {
  readonly labels: readonly string[];
  readonly reader: MessageReader;
  readonly #vocabulary: Vocabulary;
  readonly #features: FeatureSpace;
  readonly #model: LinearModel;
  readonly #index: ExampleIndex;
  readonly #isWordFeature: Uint8Array;
  /** How many of each label's examples hold each single word or idea: a row of labels per feature. */
  readonly #heldBy: Uint16Array;
  /** How many examples each label has. */
  readonly #sizes: Float64Array;
  /** The share of all examples that hold each single word or idea. */
  readonly #usualShares: Float64Array;

  private constructor(
    lexicon: ClassifierLexicon,
    labels: readonly string[],
    vocabulary: Vocabulary,
    features: FeatureSpace,
    model: LinearModel,
    index: ExampleIndex,
    heldBy: Uint16Array,
  ) {
    this.labels = labels;
    this.#heldBy = heldBy;
    this.reader = new MessageReader(lexicon, vocabulary);
    this.#vocabulary = vocabulary;
    this.#features = features;
    this.#model = model;
    this.#index = index;
    this.#isWordFeature = wordFeatures(features);
    this.#sizes = new Float64Array(labels.length);
    for (const label of index.labels) this.#sizes[label] = (this.#sizes[label] ?? 0) + 1;
    this.#usualShares = shareOfAll(heldBy, labels.length, index.labels.length);
  }

  /**
   * Trains on labelled texts. The same texts give the same model, whatever their order. `furtherWords` are good words
   * outside the examples (names of the catalogue), which spelling repair must leave alone. `read` reads a text without
   * any vocabulary; the default is a new reader.
   */
  static train(
    texts: readonly LabelledText[],
    lexicon: ClassifierLexicon,
    options: TopicTrainingOptions = {},
  ): TopicClassifier {
    return TopicClassifier.begin(texts, lexicon, options).finish();
  }

  /** As `train`, in two steps: what is done between them is done while the helper trains. */
  static begin(
    texts: readonly LabelledText[],
    lexicon: ClassifierLexicon,
    options: TopicTrainingOptions = {},
  ): { finish: () => TopicClassifier } {
    const sorted = [...texts].sort(
      (one, other) => compare(one.label, other.label) || compare(one.text, other.text),
    );
    const labels = [...new Set(sorted.map((text) => text.label))];
    const placeOf = new Map(labels.map((label, at) => [label, at]));
    const labelIds = sorted.map((text) => placeOf.get(text.label) ?? 0);
    const plainReader = new MessageReader(lexicon, emptyVocabulary);
    const read = options.read ?? ((text) => plainReader.read(text));
    const messages = sorted.map((text) => read(text.text));
    const vocabulary = learnVocabulary(messages, sorted, options.furtherWords ?? []);
    const { space: features, vectors } = FeatureSpace.learn(topicFeatures, messages, labelIds);
    const training = openTraining(
      vectors,
      labelIds.map((label) => [label]),
      labels.length,
      features.size,
      svm,
    );
    options.helper?.help(training);
    const index = indexExamples(vectors, labelIds, features.size, wordFeatures(features));
    const heldBy = countHolders(features, vectors, labelIds, labels.length);
    return {
      finish: () => {
        const model = finishTraining(training);
        levelBias(model, labelIds, labels.indexOf(outOfScopeLabel));
        return new TopicClassifier(lexicon, labels, vocabulary, features, model, index, heldBy);
      },
    };
  }

  static restore(saved: SavedClassifier, lexicon: ClassifierLexicon): TopicClassifier {
    const vocabulary: Vocabulary = {
      words: new Map(saved.vocabulary.words),
      pairs: PairCounts.restore(saved.vocabulary.pairs),
      englishOnly: new Set(saved.vocabulary.englishOnly),
    };
    const features = FeatureSpace.restore(topicFeatures, saved.features);
    return new TopicClassifier(
      lexicon,
      saved.labels,
      vocabulary,
      features,
      saved.model,
      saved.index,
      saved.heldBy,
    );
  }

  save(): SavedClassifier {
    return {
      labels: [...this.labels],
      vocabulary: {
        words: [...this.#vocabulary.words],
        pairs: this.#vocabulary.pairs.save(),
        englishOnly: [...this.#vocabulary.englishOnly],
      },
      features: this.#features.save(),
      model: this.#model,
      index: this.#index,
      heldBy: this.#heldBy,
    };
  }

  /** Whether a folded word, or an idea written `§idea`, occurs in a label's examples. */
  holds(label: string, word: string): boolean {
    return this.#heldIn(this.#features.idOf(tellingKey(word)), this.labels.indexOf(label)) > 0;
  }

  /**
   * How much likelier words (folded, or ideas written `§idea`) are in the examples of one label than in those of
   * another, as a logarithm: near 0 they tell the two apart no more than their absence.
   */
  lean(words: readonly string[], label: string, other: string): number {
    const [one, two] = [this.labels.indexOf(label), this.labels.indexOf(other)];
    let sum = 0;
    for (const word of words) {
      const id = this.#features.idOf(tellingKey(word));
      if (id >= 0) sum += Math.log(this.#shareWith(id, one) / this.#shareWith(id, two));
    }
    return sum;
  }

  /** The share of a label's examples that hold a word, moved towards that of all examples where there are few. */
  #shareWith(id: number, label: number): number {
    const usual = this.#usualShares[id] ?? 0;
    return (this.#heldIn(id, label) + leanSmoothing * usual) / ((this.#sizes[label] ?? 0) + leanSmoothing);
  }

  /** The likeliest labels, best first, and how sure the first is. */
  rank(message: ReadMessage): Ranking {
    const vector = this.#features.vectorOf(message);
    const classes = this.labels.length;
    const margins = scoreAll(this.#model, vector);
    const nearest = nearestPerClass(this.#index, vector, classes, this.#isWordFeature);
    const scores = new Float64Array(classes);
    for (let label = 0; label < classes; label++) {
      scores[label] =
        evidence.margin * (margins[label] as number) + evidence.nearest * (nearest[label] as number);
    }
    const strange = this.labels.indexOf(outOfScopeLabel);
    const order = bestFirst(scores, strange, listedLabels);
    const first = order[0] ?? 0;
    const second = order[1] ?? first;
    const top = scores[first] ?? 0;
    let total = 0;
    scores.forEach((score, label) => {
      if (label !== strange) total += Math.exp(evidence.sharpness * (score - top));
    });
    const terms = {
      margin: margins[first] ?? 0,
      lead: top - (scores[second] ?? 0),
      nearest: nearest[first] ?? 0,
      covered: this.#coveredBy(message, first),
      coveredStrange: this.#coveredBy(message, strange),
      strange: strange < 0 ? -1 : (scores[strange] ?? 0) - top,
    };
    return {
      labels: order.map((label) => ({
        label: this.labels[label] ?? '',
        share: Math.exp(evidence.sharpness * ((scores[label] ?? 0) - top)) / total,
      })),
      confidence: calibrate(terms),
      terms,
      vector,
    };
  }

  /**
   * How much a message resembles what was learnt, on no fixed scale: for telling known from strange kinds of text where
   * no out-of-scope texts were learnt, as in `evaluate`.
   */
  familiarity(message: ReadMessage, { terms }: Ranking): number {
    const { knownWords, knownPairs } = this.#knownShares(message);
    return terms.margin + terms.nearest + knownWords + 2 * knownPairs + 2 * terms.covered;
  }

  /** The words and phrases of a message that spoke most for a label, strongest first. */
  explain(
    message: ReadMessage,
    vector: SparseVector,
    label: string,
    limit: number,
  ): { feature: string; weight: number }[] {
    const target = this.labels.indexOf(label);
    const { classes, weights, scales } = this.#model;
    const scale = scales[target] ?? 0;
    const parts: { id: number; weight: number }[] = [];
    for (let at = 0; at < vector.ids.length; at++) {
      const id = vector.ids[at] ?? 0;
      if (this.#isWordFeature[id] !== 1) continue;
      const weight = (vector.values[at] ?? 0) * (weights[id * classes + target] ?? 0) * scale;
      if (weight > 0.02) parts.push({ id, weight });
    }
    const strongest = parts.sort((one, other) => other.weight - one.weight).slice(0, limit);
    const places = this.#features.placesOf(
      message,
      strongest.map(({ id }) => id),
    );
    return strongest.flatMap(({ id, weight }) => {
      const place = places.get(id);
      return place === undefined ? [] : [{ feature: describeFeature(message, place), weight }];
    });
  }

  /** Words and ideas of the message that a label's examples hold, by how telling they are; 0 to 1. */
  #coveredBy(message: ReadMessage, label: number): number {
    let total = 0;
    let covered = 0;
    for (const word of message.concepts) {
      if (isDigit(word)) continue;
      const key = tellingKey(word);
      const weight = this.#features.rarityOf(key);
      total += weight;
      if (this.#heldIn(this.#features.idOf(key), label) > 0) covered += weight;
    }
    return total === 0 ? 0 : covered / total;
  }

  #heldIn(id: number, label: number): number {
    return id < 0 || label < 0 ? 0 : (this.#heldBy[id * this.labels.length + label] ?? 0);
  }

  #knownShares(message: ReadMessage): { knownWords: number; knownPairs: number } {
    const { tokens } = message;
    let known = 0;
    let pairs = 0;
    for (let at = 0; at < tokens.length; at++) {
      const word = tokens[at]?.folded ?? '';
      if (this.#vocabulary.words.has(word) || isDigit(word)) known++;
      const next = tokens[at + 1]?.folded;
      if (next !== undefined && this.#vocabulary.pairs.of(word, next) > 0) pairs++;
    }
    return {
      knownWords: tokens.length === 0 ? 0 : known / tokens.length,
      knownPairs: tokens.length < 2 ? known : pairs / (tokens.length - 1),
    };
  }
}

/** The places of the highest scores, best first, without `left`; the lower place wins a tie. */
function bestFirst(scores: Float64Array, left: number, howMany: number): number[] {
  const best: number[] = [];
  for (let at = 0; at < scores.length; at++) {
    if (at === left) continue;
    const score = scores[at] as number;
    if (best.length === howMany && score <= (scores[best.at(-1) ?? 0] as number)) continue;
    let place = best.length;
    while (place > 0 && (scores[best[place - 1] ?? 0] as number) < score) place--;
    best.splice(place, 0, at);
    if (best.length > howMany) best.pop();
  }
  return best;
}

function calibrate(terms: Ranking['terms']): number {
  const within = (value: number, [low, high]: readonly [number, number]): number =>
    Math.max(low, Math.min(high, value));
  const sum =
    calibration.bias +
    calibration.margin * within(terms.margin, termBounds.margin) +
    calibration.lead * within(terms.lead, termBounds.lead) +
    calibration.strange * within(terms.strange, termBounds.strange) +
    calibration.covered * terms.covered +
    calibration.coveredStrange * terms.coveredStrange;
  return 1 / (1 + Math.exp(-sum));
}

/** Calibrated probability that one of `group` is meant, given that the first label is one of them. */
export function confidenceInGroup(ranking: Ranking, isInGroup: (label: string) => boolean): number {
  const outside = ranking.labels.find(({ label }) => !isInGroup(label));
  const top = ranking.labels[0]?.share ?? 1;
  const ratio = Math.max(1e-9, outside?.share ?? 0) / Math.max(1e-9, top);
  return calibrate({ ...ranking.terms, lead: -Math.log(ratio) / evidence.sharpness });
}

/**
 * Brings the labels' biases together, but for `left`: with few examples, what training leaves there depends on the
 * order of its visits, and a label with a high one comes second, or first, in whatever says little. The more examples
 * a label has, the more of its own bias it keeps.
 */
function levelBias({ bias }: LinearModel, labelIds: readonly number[], left: number): void {
  const counts = new Array<number>(bias.length).fill(0);
  for (const label of labelIds) counts[label] = (counts[label] ?? 0) + 1;
  const middle = [...bias].sort((one, other) => one - other)[bias.length >> 1] ?? 0;
  bias.forEach((own, label) => {
    if (label === left) return;
    const chance = Math.min(1, manyForBias / Math.max(1, counts[label] ?? 0));
    bias[label] = own + (middle - own) * chance;
  });
}

/** Which features are words, phrases or ideas rather than character pieces or marks. */
function wordFeatures(features: FeatureSpace): Uint8Array {
  return features.kinds.map((kind) => (kind === topicKinds.piece || kind === topicKinds.marks ? 0 : 1));
}

/** For each single word and idea, how many examples of each label have it. */
function countHolders(
  features: FeatureSpace,
  vectors: PackedVectors,
  labelIds: readonly number[],
  labels: number,
): Uint16Array {
  const single = features.kinds.findIndex((kind) => kind > topicKinds.idea);
  const heldBy = new Uint16Array((single < 0 ? features.size : single) * labels);
  labelIds.forEach((label, example) => {
    const end = vectors.starts[example + 1] as number;
    for (let at = vectors.starts[example] as number; at < end; at++) {
      const place = (vectors.ids[at] as number) * labels + label;
      if (place < heldBy.length) heldBy[place] = (heldBy[place] as number) + 1;
    }
  });
  return heldBy;
}

function shareOfAll(heldBy: Uint16Array, labels: number, examples: number): Float64Array {
  const shares = new Float64Array(labels === 0 ? 0 : heldBy.length / labels);
  heldBy.forEach((held, place) => {
    const id = Math.floor(place / labels);
    shares[id] = (shares[id] as number) + held;
  });
  return shares.map((held) => (held + 1) / (examples + 1));
}

function isDigit(word: string): boolean {
  const first = word.charCodeAt(0);
  return first >= 48 && first <= 57;
}

/** The words and pairs of the messages and, though in no example, of the further words. */
function learnVocabulary(
  messages: readonly ReadMessage[],
  texts: readonly LabelledText[],
  furtherWords: FurtherWords,
): Vocabulary {
  const words = new Map<string, number>();
  const pairs = new PairCounts();
  const vietnamese = new Set<string>();
  const add = (sequence: readonly string[]): void => {
    sequence.forEach((word, at) => {
      words.set(word, (words.get(word) ?? 0) + 1);
      const next = sequence[at + 1];
      if (next !== undefined) pairs.add(word, next);
    });
  };
  messages.forEach(({ tokens }, at) => {
    const sequence = tokens.map(({ folded }) => folded);
    add(sequence);
    if (texts[at]?.language !== 'en') for (const word of sequence) vietnamese.add(word);
  });
  const englishOnly = new Set([...words.keys()].filter((word) => !vietnamese.has(word)));
  furtherWords.forEach(add);
  return { words, pairs, englishOnly };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
