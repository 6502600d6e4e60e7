import type { SparseVector } from './features.ts';

/** Finds how similar a message is to the most similar example of each class. */
export interface ExampleIndex {
  /** Start of each feature's postings in `examples` and `values`; one more than features. */
  starts: Int32Array;
  examples: Int32Array;
  values: Float32Array;
  labels: Int32Array;
  /** Scratch space, all zeros between uses. */
  sums: Float32Array;
}

/** Features in more examples than this share are left out: they cost time and tell nothing. */
const commonShare = 0.02;

/** Builds the inverted index over the chosen features (1 in `isChosen`); vectors are scaled to unit length. */
export function indexExamples(
  vectors: readonly SparseVector[],
  labels: readonly number[],
  features: number,
  isChosen: Uint8Array,
): ExampleIndex {
  const counts = new Int32Array(features + 1);
  for (const vector of vectors) for (const id of vector.ids) counts[id] = (counts[id] ?? 0) + 1;
  const limit = Math.max(40, commonShare * vectors.length);
  const isUsed = (id: number): boolean => (counts[id] ?? 0) <= limit && isChosen[id] === 1;
  const starts = new Int32Array(features + 1);
  for (let id = 0; id < features; id++)
    starts[id + 1] = (starts[id] ?? 0) + (isUsed(id) ? (counts[id] ?? 0) : 0);
  const examples = new Int32Array(starts[features] ?? 0);
  const values = new Float32Array(examples.length);
  const next = starts.slice();
  vectors.forEach((vector, example) => {
    const length = lengthOf(vector, isChosen);
    for (let at = 0; at < vector.ids.length; at++) {
      const id = vector.ids[at] ?? 0;
      if (!isUsed(id)) continue;
      const place = next[id] ?? 0;
      examples[place] = example;
      values[place] = (vector.values[at] ?? 0) / length;
      next[id] = place + 1;
    }
  });
  return { starts, examples, values, labels: Int32Array.from(labels), sums: new Float32Array(labels.length) };
}

/** `isChosen` is 1 for each feature that counts. Per class, the cosine with its most similar example, 0 to 1. */
export function nearestPerClass(
  index: ExampleIndex,
  vector: SparseVector,
  classes: number,
  isChosen: Uint8Array,
): Float64Array {
  const sums = index.sums;
  const touched: number[] = [];
  const length = lengthOf(vector, isChosen);
  for (let at = 0; at < vector.ids.length; at++) {
    const id = vector.ids[at] as number;
    const value = (vector.values[at] as number) / length;
    const end = index.starts[id + 1] as number;
    for (let place = index.starts[id] as number; place < end; place++) {
      const example = index.examples[place] as number;
      const sum = sums[example] as number;
      if (sum === 0) touched.push(example);
      sums[example] = sum + value * (index.values[place] as number);
    }
  }
  const best = new Float64Array(classes);
  for (const example of touched) {
    const label = index.labels[example] as number;
    if ((sums[example] as number) > (best[label] as number)) best[label] = sums[example] as number;
    sums[example] = 0;
  }
  return best;
}

function lengthOf(vector: SparseVector, isChosen: Uint8Array): number {
  let square = 0;
  for (let at = 0; at < vector.ids.length; at++) {
    const value = vector.values[at] ?? 0;
    if (isChosen[vector.ids[at] as number] === 1) square += value * value;
  }
  return Math.sqrt(square) || 1;
}
