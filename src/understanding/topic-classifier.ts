import { calibration, evidence, svm } from './constants.ts';
import { FeatureSpace, type SavedFeatureSpace, type SparseVector } from './features.ts';
import { scoreAll, trainLinearSvm, type LinearModel } from './linear-svm.ts';
import { emptyVocabulary, MessageReader, type ReadMessage, type Vocabulary } from './message-reader.ts';
import { indexExamples, nearestPerClass, type ExampleIndex } from './nearest-examples.ts';
import type { Lexicon } from './rule-schemas.ts';

/** A labelled text to learn from. `language` only tells English examples apart; the default is Vietnamese. */
export interface LabelledText {
  text: string;
  label: string;
  language?: 'vi' | 'en';
}

export interface RankedLabel {
  label: string;
  /** Share of the belief among all labels, 0 to 1; they add up to 1. */
  share: number;
}

/** What the classifier makes of one message. */
export interface Ranking {
  labels: RankedLabel[];
  /** Calibrated probability that the first label is right, 0 to 1. */
  confidence: number;
  /** The terms that `confidence` was made from. */
  terms: {
    margin: number;
    lead: number;
    nearest: number;
    knownWords: number;
    knownPairs: number;
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
  vocabulary: { words: [string, number][]; pairs: [string, number][]; englishOnly: string[] };
  features: SavedFeatureSpace;
  model: LinearModel;
  index: ExampleIndex;
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

  private constructor(
    lexicon: ClassifierLexicon,
    labels: readonly string[],
    vocabulary: Vocabulary,
    features: FeatureSpace,
    model: LinearModel,
    index: ExampleIndex,
    furtherWords: FurtherWords,
  ) {
    this.labels = labels;
    this.reader = new MessageReader(lexicon, withFurtherWords(vocabulary, furtherWords));
    this.#vocabulary = vocabulary;
    this.#features = features;
    this.#model = model;
    this.#index = index;
    this.#isWordFeature = wordFeatures(features);
  }

  /**
   * Trains on labelled texts. The same texts give the same model, whatever their order. `furtherWords` are good words
   * outside the examples (names of the catalogue), which spelling repair must leave alone.
   */
  static train(
    texts: readonly LabelledText[],
    lexicon: ClassifierLexicon,
    furtherWords: FurtherWords = [],
  ): TopicClassifier {
    const sorted = [...texts].sort(
      (one, other) => compare(one.label, other.label) || compare(one.text, other.text),
    );
    const labels = [...new Set(sorted.map((text) => text.label))];
    const labelIds = sorted.map((text) => labels.indexOf(text.label));
    const plainReader = new MessageReader(lexicon, emptyVocabulary);
    const messages = sorted.map((text) => plainReader.read(text.text));
    const vocabulary = learnVocabulary(messages, sorted);
    const { space: features, vectors } = FeatureSpace.learn(messages, labelIds);
    const model = trainLinearSvm(vectors, labelIds, labels.length, features.size, svm);
    const chosen = wordFeatures(features);
    const index = indexExamples(vectors, labelIds, features.size, (id) => chosen[id] === 1);
    return new TopicClassifier(lexicon, labels, vocabulary, features, model, index, furtherWords);
  }

  static restore(
    saved: SavedClassifier,
    lexicon: ClassifierLexicon,
    furtherWords: FurtherWords = [],
  ): TopicClassifier {
    const vocabulary: Vocabulary = {
      words: new Map(saved.vocabulary.words),
      pairs: new Map(saved.vocabulary.pairs),
      englishOnly: new Set(saved.vocabulary.englishOnly),
    };
    const features = FeatureSpace.restore(saved.features);
    return new TopicClassifier(
      lexicon,
      saved.labels,
      vocabulary,
      features,
      saved.model,
      saved.index,
      furtherWords,
    );
  }

  save(): SavedClassifier {
    return {
      labels: [...this.labels],
      vocabulary: {
        words: [...this.#vocabulary.words],
        pairs: [...this.#vocabulary.pairs],
        englishOnly: [...this.#vocabulary.englishOnly],
      },
      features: this.#features.save(),
      model: this.#model,
      index: this.#index,
    };
  }

  /** All labels, best first, and how sure the first is. */
  rank(message: ReadMessage): Ranking {
    const vector = this.#features.vectorOf(message);
    const classes = this.labels.length;
    const margins = scoreAll(this.#model, vector);
    const nearest = nearestPerClass(this.#index, vector, classes, (id) => this.#isWordFeature[id] === 1);
    const scores = margins.map(
      (margin, label) => evidence.margin * margin + evidence.nearest * (nearest[label] ?? 0),
    );
    const strange = this.labels.indexOf(outOfScopeLabel);
    const inScope = Array.from(scores.keys()).filter((label) => label !== strange);
    const order = inScope.sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0) || one - other);
    const first = order[0] ?? 0;
    const second = order[1] ?? first;
    const top = scores[first] ?? 0;
    const beliefs = scores.map((score) => Math.exp(evidence.sharpness * (score - top)));
    const total = order.reduce((sum, label) => sum + (beliefs[label] ?? 0), 0);
    const terms = {
      margin: margins[first] ?? 0,
      lead: top - (scores[second] ?? 0),
      nearest: nearest[first] ?? 0,
      ...this.#knownShares(message),
      strange: strange < 0 ? -1 : (scores[strange] ?? 0) - top,
    };
    return {
      labels: order.map((label) => ({
        label: this.labels[label] ?? '',
        share: (beliefs[label] ?? 0) / total,
      })),
      confidence: calibrate(terms),
      terms,
      vector,
    };
  }

  /** The words and phrases that spoke most for a label, strongest first. */
  explain(vector: SparseVector, label: string, limit: number): { feature: string; weight: number }[] {
    const target = this.labels.indexOf(label);
    const { classes, weights, scale } = this.#model;
    const parts: { feature: string; weight: number }[] = [];
    for (let at = 0; at < vector.ids.length; at++) {
      const id = vector.ids[at] ?? 0;
      if (this.#isWordFeature[id] !== 1) continue;
      const weight = (vector.values[at] ?? 0) * (weights[id * classes + target] ?? 0) * scale;
      if (weight > 0.02) parts.push({ feature: this.#features.keys[id] ?? '', weight });
    }
    return parts.sort((one, other) => other.weight - one.weight).slice(0, limit);
  }

  #knownShares(message: ReadMessage): { knownWords: number; knownPairs: number } {
    const { tokens } = message;
    let known = 0;
    let pairs = 0;
    for (let at = 0; at < tokens.length; at++) {
      const word = tokens[at]?.folded ?? '';
      if (this.#vocabulary.words.has(word) || /^\d/.test(word)) known++;
      const next = tokens[at + 1]?.folded;
      if (next !== undefined && this.#vocabulary.pairs.has(`${word} ${next}`)) pairs++;
    }
    return {
      knownWords: tokens.length === 0 ? 0 : known / tokens.length,
      knownPairs: tokens.length < 2 ? known : pairs / (tokens.length - 1),
    };
  }
}

function calibrate(terms: Ranking['terms']): number {
  const sum =
    calibration.bias +
    calibration.margin * Math.max(-1, Math.min(1.2, terms.margin)) +
    calibration.lead * Math.min(1.5, terms.lead) +
    calibration.nearest * terms.nearest +
    calibration.knownWords * terms.knownWords +
    calibration.knownPairs * terms.knownPairs +
    calibration.strange * Math.max(-1.5, terms.strange);
  return 1 / (1 + Math.exp(-sum));
}

/** Which features are words, phrases or ideas rather than character pieces or marks. */
function wordFeatures(features: FeatureSpace): Uint8Array {
  return Uint8Array.from(features.keys, (key) => (key.startsWith('|') || key.startsWith("'") ? 0 : 1));
}

function learnVocabulary(messages: readonly ReadMessage[], texts: readonly LabelledText[]): Vocabulary {
  const words = new Map<string, number>();
  const pairs = new Map<string, number>();
  const vietnamese = new Set<string>();
  messages.forEach((message, at) => {
    const isEnglish = texts[at]?.language === 'en';
    message.tokens.forEach((token, place) => {
      words.set(token.folded, (words.get(token.folded) ?? 0) + 1);
      if (!isEnglish) vietnamese.add(token.folded);
      const next = message.tokens[place + 1];
      if (next === undefined) return;
      const pair = `${token.folded} ${next.folded}`;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    });
  });
  const englishOnly = new Set([...words.keys()].filter((word) => !vietnamese.has(word)));
  return { words, pairs, englishOnly };
}

function withFurtherWords(vocabulary: Vocabulary, furtherWords: FurtherWords): Vocabulary {
  if (furtherWords.length === 0) return vocabulary;
  const words = new Map(vocabulary.words);
  const pairs = new Map(vocabulary.pairs);
  for (const sequence of furtherWords) {
    sequence.forEach((word, at) => {
      words.set(word, (words.get(word) ?? 0) + 1);
      const next = sequence[at + 1];
      if (next !== undefined) pairs.set(`${word} ${next}`, (pairs.get(`${word} ${next}`) ?? 0) + 1);
    });
  }
  return { ...vocabulary, words, pairs };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
