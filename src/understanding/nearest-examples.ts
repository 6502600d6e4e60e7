import type { PackedVectors, SparseVector } from './features.ts';

/** Finds how similar a message is to the most similar example of each class. */
export interface ExampleIndex {
  /** Start of each feature's postings in `examples` and `values`; one more than features. */
  starts: Int32Array;
  examples: Int32Array;
  values: Float32Array;
  labels: Int32Array;
  /** Scratch space, all zeros between uses: sums, and which of them are not zero. */
  sums: Float32Array;
  touched: Int32Array;
}

/** Features in more examples than this share are usually left out: they cost time and tell nothing. */
const usualCommonShare = 0.01;

/**
 * Builds the inverted index over the chosen features (1 in `isChosen`) that no more than the share `commonShare` of the
 * examples has; vectors are scaled to unit length.
 */
export function indexExamples(
  vectors: PackedVectors,
  labels: readonly number[],
  features: number,
  isChosen: Uint8Array,
  commonShare = usualCommonShare,
): ExampleIndex {
  const counts = new Int32Array(features);
  const { ids } = vectors;
  for (let at = 0; at < ids.length; at++)
    counts[ids[at] as number] = (counts[ids[at] as number] as number) + 1;
  const limit = Math.max(40, commonShare * labels.length);
  const starts = new Int32Array(features + 1);
  for (let id = 0; id < features; id++) {
    const count = counts[id] as number;
    const isUsed = count <= limit && isChosen[id] === 1;
    starts[id + 1] = (starts[id] as number) + (isUsed ? count : 0);
  }
  const examples = new Int32Array(starts[features] as number);
  const values = new Float32Array(examples.length);
  const next = starts.slice();
  labels.forEach((_label, example) => {
    const start = vectors.starts[example] as number;
    const end = vectors.starts[example + 1] as number;
    const length = lengthOf(vectors, start, end, isChosen);
    for (let at = start; at < end; at++) {
      const id = vectors.ids[at] as number;
      if (starts[id] === starts[id + 1]) continue;
      const place = next[id] as number;
      examples[place] = example;
      values[place] = (vectors.values[at] as number) / length;
      next[id] = place + 1;
    }
  });
  return {
    starts,
    examples,
    values,
    labels: Int32Array.from(labels),
    sums: new Float32Array(labels.length),
    touched: new Int32Array(labels.length),
  };
}

/** `isChosen` is 1 for each feature that counts. Per class, the cosine with its most similar example, 0 to 1. */
export function nearestPerClass(
  index: ExampleIndex,
  vector: SparseVector,
  classes: number,
  isChosen: Uint8Array,
): Float64Array {
  const { sums, touched, labels } = index;
  const touchedCount = addUp(index, vector, isChosen);
  const best = new Float64Array(classes);
  for (let at = 0; at < touchedCount; at++) {
    const example = touched[at] as number;
    touched[at] = 0;
    const label = labels[example] as number;
    if ((sums[example] as number) > (best[label] as number)) best[label] = sums[example] as number;
    sums[example] = 0;
  }
  return best;
}

/** As `nearestPerClass`, but the mean cosine with the `most` most similar examples of each class. */
export function likenessPerClass(
  index: ExampleIndex,
  vector: SparseVector,
  classes: number,
  isChosen: Uint8Array,
  most: number,
): Float64Array {
  const { sums, touched, labels } = index;
  const touchedCount = addUp(index, vector, isChosen);
  // Of each class the most similar so far, the least of them first.
  const best = Array.from({ length: classes }, () => new Float64Array(most));
  for (let at = 0; at < touchedCount; at++) {
    const example = touched[at] as number;
    touched[at] = 0;
    const list = best[labels[example] as number] as Float64Array;
    if ((sums[example] as number) > (list[0] as number)) {
      list[0] = sums[example] as number;
      list.sort();
    }
    sums[example] = 0;
  }
  return Float64Array.from(best, (list) => list.reduce((sum, one) => sum + one, 0) / most);
}

/** Adds up the cosine with each example in `sums`, lists those that are not zero in `touched` and gives their number. */
function addUp(index: ExampleIndex, vector: SparseVector, isChosen: Uint8Array): number {
  const { sums, touched } = index;
  let touchedCount = 0;
  const length = lengthOf(vector, 0, vector.ids.length, isChosen);
  for (let at = 0; at < vector.ids.length; at++) {
    const id = vector.ids[at] as number;
    const value = (vector.values[at] as number) / length;
    const end = index.starts[id + 1] as number;
    for (let place = index.starts[id] as number; place < end; place++) {
      const example = index.examples[place] as number;
      const sum = sums[example] as number;
      if (sum === 0) touched[touchedCount++] = example;
      sums[example] = sum + value * (index.values[place] as number);
    }
  }
  return touchedCount;
}

/** The length of what is chosen of the values from `start` to `end`. */
function lengthOf(vectors: SparseVector, start: number, end: number, isChosen: Uint8Array): number {
  let square = 0;
  for (let at = start; at < end; at++) {
    const value = vectors.values[at] as number;
    if (isChosen[vectors.ids[at] as number] === 1) square += value * value;
  }
  return Math.sqrt(square) || 1;
}
