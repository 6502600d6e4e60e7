import type { SparseVector } from './features.ts';

/** Taken once: in a context of its own (a test's) each look-up of a global is slow. */
const { abs, imul, max, min, round, sqrt } = Math;

/** One-vs-rest linear model: a row of class weights per feature, so that one feature is looked up once for all. */
export interface LinearModel {
  classes: number;
  /** Quantised weights, `feature * classes + class`; times `scale` they are the weights. */
  weights: Int16Array;
  scale: number;
  bias: Float32Array;
}

export interface TrainOptions {
  /** Cost of an error. */
  cost: number;
  /** How much each class's mean example counts beside the separating planes; less where there are many examples. */
  prototype: number;
  /** Passes over the examples at most. */
  rounds: number;
  /** Visits every example in every round: slower, for classes whose own examples are few among many alike. */
  thorough?: boolean;
}

/** Training stops when no example's gradient is further from its bound than this. */
const stopAtGap = 0.1;
/** An example without weight that is right by this much more than asked is not visited again. */
const shrinkMargin = 0.15;
/** Most examples are of other classes: each class starts by saying no, so that those cost nothing. */
const startBias = -1;

/** From this many examples of a class on, its mean counts less, for the planes know better. */
const manyExamples = 60;

/** All examples in three arrays, one after the other. */
interface PackedVectors {
  starts: Int32Array;
  ids: Int32Array;
  values: Float32Array;
  norms: Float64Array;
}

/**
 * Trains by dual coordinate descent (L2-regularised hinge loss), one class against the rest. The cost of a class's
 * own examples falls with their number, so that a class with many examples is not preferred. An example with label
 * -1 is of no class. Deterministic: the order of visits comes from a fixed seed.
 */
export function trainLinearSvm(
  vectors: readonly SparseVector[],
  labels: readonly number[],
  classes: number,
  features: number,
  options: TrainOptions,
): LinearModel {
  const packed = packVectors(vectors);
  const weights = new Float32Array(features * classes);
  const bias = new Float32Array(classes);
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) if (label >= 0) counts[label] = (counts[label] ?? 0) + 1;
  const usual = max(1, vectors.length / classes);
  const work = new Float32Array(features);
  let largest = 0;
  for (let target = 0; target < classes; target++) {
    const positives = counts[target] ?? 0;
    if (positives === 0) continue;
    const positiveCost = options.cost * min(4, max(0.25, sqrt(usual / positives)));
    work.fill(0);
    bias[target] = trainOne(packed, labels, target, positiveCost, options, work);
    for (let id = 0; id < features; id++) {
      const weight = work[id] as number;
      if (weight === 0) continue;
      weights[id * classes + target] = weight;
      largest = max(largest, abs(weight));
    }
  }
  if (options.prototype > 0)
    largest = max(largest, addPrototypes(weights, packed, labels, counts, options.prototype));
  const scale = largest / 32_767 || 1;
  const quantised = new Int16Array(weights.length);
  for (let at = 0; at < weights.length; at++) quantised[at] = round((weights[at] as number) / scale);
  return { classes, weights: quantised, scale, bias };
}

/**
 * Adds to each class's weights the direction of its mean example, less the mean of all classes: with few examples
 * planes alone follow chance words, means do not. Returns the largest weight after it.
 */
function addPrototypes(
  weights: Float32Array,
  packed: PackedVectors,
  labels: readonly number[],
  counts: readonly number[],
  strength: number,
): number {
  const { starts, ids, values, norms } = packed;
  const classes = counts.length;
  const means = new Float32Array(weights.length);
  labels.forEach((label, index) => {
    const length = sqrt((norms[index] as number) - 1) || 1;
    for (let at = starts[index] as number; at < (starts[index + 1] as number); at++) {
      const place = (ids[at] as number) * classes + label;
      means[place] = (means[place] as number) + (values[at] as number) / length;
    }
  });
  const scales = new Float64Array(classes);
  for (let row = 0; row < means.length; row += classes) {
    for (let label = 0; label < classes; label++) {
      const mean = means[row + label] as number;
      scales[label] = (scales[label] as number) + mean * mean;
    }
  }
  counts.forEach((count, label) => {
    const share = strength * min(1, manyExamples / max(1, count));
    scales[label] = share / (sqrt(scales[label] as number) || 1);
  });
  let largest = 0;
  for (let row = 0; row < means.length; row += classes) {
    let usual = 0;
    for (let label = 0; label < classes; label++) {
      usual += ((means[row + label] as number) * (scales[label] as number)) / classes;
    }
    for (let label = 0; label < classes; label++) {
      const own = (means[row + label] as number) * (scales[label] as number);
      const weight = (weights[row + label] as number) + own - usual;
      weights[row + label] = weight;
      largest = max(largest, abs(weight));
    }
  }
  return largest;
}

function packVectors(vectors: readonly SparseVector[]): PackedVectors {
  const starts = new Int32Array(vectors.length + 1);
  vectors.forEach((vector, at) => (starts[at + 1] = (starts[at] ?? 0) + vector.ids.length));
  const ids = new Int32Array(starts[vectors.length] ?? 0);
  const values = new Float32Array(ids.length);
  const norms = new Float64Array(vectors.length);
  vectors.forEach((vector, at) => {
    ids.set(vector.ids, starts[at]);
    values.set(vector.values, starts[at]);
    norms[at] = vector.values.reduce((sum, value) => sum + value * value, 1);
  });
  return { starts, ids, values, norms };
}

/** Fills `weights` (given as zeros) for one class and returns its bias. */
function trainOne(
  packed: PackedVectors,
  labels: readonly number[],
  target: number,
  positiveCost: number,
  options: TrainOptions,
  weights: Float32Array,
): number {
  const { starts, ids, values, norms } = packed;
  let bias = startBias;
  const alphas = new Float64Array(norms.length);
  const active = orderOwnFirst(labels, target);
  let activeCount = active.length;
  let seed = 20_261_122 + target;
  for (let round = 0; round < options.rounds; round++) {
    let gap = 0;
    let kept = 0;
    if (round > 0) {
      for (let at = activeCount - 1; at > 0; at--) {
        seed = (imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        const other = seed % (at + 1);
        const swapped = active[at] as number;
        active[at] = active[other] as number;
        active[other] = swapped;
      }
    }
    for (let visit = 0; visit < activeCount; visit++) {
      const index = active[visit] as number;
      const start = starts[index] as number;
      const end = starts[index + 1] as number;
      const isOwn = labels[index] === target;
      let score = bias;
      for (let at = start; at < end; at++)
        score += (weights[ids[at] as number] as number) * (values[at] as number);
      const gradient = isOwn ? score - 1 : -score - 1;
      const alpha = alphas[index] as number;
      if (alpha === 0 && gradient > shrinkMargin && !isOwn && options.thorough !== true) continue;
      active[kept++] = index;
      const limit = isOwn ? positiveCost : options.cost;
      const projected = alpha === 0 ? min(gradient, 0) : alpha >= limit ? max(gradient, 0) : gradient;
      gap = max(gap, abs(projected));
      if (abs(projected) < 1e-6) continue;
      const moved = min(max(alpha - gradient / (norms[index] as number), 0), limit);
      const step = isOwn ? moved - alpha : alpha - moved;
      alphas[index] = moved;
      bias += step;
      for (let at = start; at < end; at++) {
        const id = ids[at] as number;
        weights[id] = (weights[id] as number) + step * (values[at] as number);
      }
    }
    activeCount = kept;
    if (gap < stopAtGap) break;
  }
  return bias;
}

/** The class's own examples first: what they teach shows which of the others matter. */
function orderOwnFirst(labels: readonly number[], target: number): Int32Array {
  const order = new Int32Array(labels.length);
  let next = 0;
  labels.forEach((label, index) => {
    if (label === target) order[next++] = index;
  });
  labels.forEach((label, index) => {
    if (label !== target) order[next++] = index;
  });
  return order;
}

/** The decision value of every class. */
export function scoreAll(model: LinearModel, vector: SparseVector): Float64Array {
  const { classes, weights, scale, bias } = model;
  const scores = new Float64Array(classes);
  const { ids, values } = vector;
  for (let at = 0; at < ids.length; at++) {
    const value = values[at] as number;
    const row = (ids[at] as number) * classes;
    for (let target = 0; target < classes; target++) {
      scores[target] = (scores[target] as number) + value * (weights[row + target] as number);
    }
  }
  for (let target = 0; target < classes; target++) {
    scores[target] = (scores[target] as number) * scale + (bias[target] as number);
  }
  return scores;
}
