import { TopicClassifier, type ClassifierLexicon, type LabelledText } from './topic-classifier.ts';

export interface TestResult {
  file: string;
  n: number;
  accuracy: number;
  macroF1: number;
  p50Micros: number;
  p99Micros: number;
  /** Area under the curve of the rejection score, these texts against the out-of-scope ones; null without those. */
  oosAuroc: number | null;
}

export interface Evaluation {
  trainMs: number;
  modelBytes: number;
  tests: TestResult[];
}

/** Trains the bot's own classifier on `train` and measures it on each test. Shares are between 0 and 1. */
export function evaluateClassifier(
  train: readonly LabelledText[],
  tests: readonly { file: string; texts: readonly LabelledText[] }[],
  outOfScope: readonly string[] | null,
  lexicon: ClassifierLexicon,
): Evaluation {
  const started = performance.now();
  const classifier = TopicClassifier.train(train, lexicon);
  const trainMs = Math.round(performance.now() - started);
  const strange =
    outOfScope?.map((text) => {
      const message = classifier.reader.read(text);
      return classifier.familiarity(message, classifier.rank(message));
    }) ?? null;
  return {
    trainMs,
    modelBytes: sizeOf(classifier),
    tests: tests.map(({ file, texts }) => testOn(classifier, file, texts, strange)),
  };
}

function testOn(
  classifier: TopicClassifier,
  file: string,
  texts: readonly LabelledText[],
  strange: readonly number[] | null,
): TestResult {
  for (const { text } of texts.slice(0, 300)) classifier.rank(classifier.reader.read(text));
  const micros: number[] = [];
  const guesses: string[] = [];
  const familiarities: number[] = [];
  for (const { text } of texts) {
    const started = performance.now();
    const message = classifier.reader.read(text);
    const ranking = classifier.rank(message);
    micros.push((performance.now() - started) * 1000);
    guesses.push(ranking.labels[0]?.label ?? '');
    familiarities.push(classifier.familiarity(message, ranking));
  }
  const right = texts.filter((text, at) => text.label === guesses[at]).length;
  micros.sort((one, other) => one - other);
  const quantile = (share: number): number =>
    Math.round(micros[Math.min(micros.length - 1, Math.floor(share * micros.length))] ?? 0);
  return {
    file,
    n: texts.length,
    accuracy: right / Math.max(1, texts.length),
    macroF1: macroF1(
      texts.map((text) => text.label),
      guesses,
    ),
    p50Micros: quantile(0.5),
    p99Micros: quantile(0.99),
    oosAuroc: strange === null ? null : areaUnderCurve(familiarities, strange),
  };
}

/** Mean F1 over the labels that occur in the truth. */
export function macroF1(truth: readonly string[], guesses: readonly string[]): number {
  const labels = [...new Set(truth)];
  const scores = labels.map((label) => {
    const hits = truth.filter((one, at) => one === label && guesses[at] === label).length;
    const all = truth.filter((one) => one === label).length + guesses.filter((one) => one === label).length;
    return all === 0 ? 0 : (2 * hits) / all;
  });
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}

/** Probability that a random one of `high` lies above a random one of `low`; ties count half. */
export function areaUnderCurve(high: readonly number[], low: readonly number[]): number {
  if (high.length === 0 || low.length === 0) return 0;
  const sorted = [...low].sort((one, other) => one - other);
  const countBelow = (value: number, orEqual: boolean): number => {
    let from = 0;
    let to = sorted.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      const other = sorted[middle] ?? 0;
      if (other < value || (orEqual && other === value)) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  const total = high.reduce(
    (sum, value) => sum + (countBelow(value, false) + countBelow(value, true)) / 2,
    0,
  );
  return total / (high.length * sorted.length);
}

function sizeOf(classifier: TopicClassifier): number {
  const { model, index, features, vocabulary, heldBy } = classifier.save();
  const words = vocabulary.words.reduce((sum, [key]) => sum + key.length + 4, 0);
  return (
    model.weights.byteLength +
    model.bias.byteLength +
    index.starts.byteLength +
    index.examples.byteLength +
    index.values.byteLength +
    index.labels.byteLength +
    features.rarity.byteLength +
    features.kinds.byteLength +
    features.table.keys.byteLength +
    features.table.slots.byteLength +
    heldBy.byteLength +
    vocabulary.pairs.pairs.keys.byteLength +
    vocabulary.pairs.pairs.slots.byteLength +
    vocabulary.pairs.counts.byteLength +
    words
  );
}
