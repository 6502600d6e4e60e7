import type { SparseVector } from './features.ts';

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
  /** Passes over the examples at most. */
  rounds: number;
}

const stopAtGap = 0.1;
const shrinkAfter = 1;

/**
 * Trains by dual coordinate descent (L2-regularised hinge loss), one class against the rest. Examples of a class
 * share one budget, so that a class with many examples is not preferred. Deterministic: the order of visits comes
 * from a fixed seed.
 */
export function trainLinearSvm(
  vectors: readonly SparseVector[],
  labels: readonly number[],
  classes: number,
  features: number,
  options: TrainOptions,
): LinearModel {
  const weights = new Float32Array(features * classes);
  const bias = new Float32Array(classes);
  const norms = vectors.map((vector) => 1 + vector.values.reduce((sum, value) => sum + value * value, 0));
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const usual = Math.max(1, vectors.length / classes);
  for (let target = 0; target < classes; target++) {
    const positives = counts[target] ?? 0;
    if (positives === 0) continue;
    const positiveCost = options.cost * Math.min(4, Math.max(0.25, Math.sqrt(usual / positives)));
    const trained = trainOne(vectors, norms, labels, target, features, positiveCost, options);
    for (let id = 0; id < features; id++) weights[id * classes + target] = trained.weights[id] ?? 0;
    bias[target] = trained.bias;
  }
  let largest = 0;
  for (const weight of weights) largest = Math.max(largest, Math.abs(weight));
  const scale = largest / 32_767 || 1;
  return { classes, weights: Int16Array.from(weights, (weight) => Math.round(weight / scale)), scale, bias };
}

function trainOne(
  vectors: readonly SparseVector[],
  norms: readonly number[],
  labels: readonly number[],
  target: number,
  features: number,
  positiveCost: number,
  options: TrainOptions,
): { weights: Float64Array; bias: number } {
  const weights = new Float64Array(features);
  let bias = 0;
  const alphas = new Float64Array(vectors.length);
  let active = vectors.map((_vector, index) => index);
  let seed = 20_261_122 + target;
  for (let round = 0; round < options.rounds; round++) {
    let gap = 0;
    const kept: number[] = [];
    for (let at = active.length - 1; at > 0; at--) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      const other = seed % (at + 1);
      const swapped = active[at] ?? 0;
      active[at] = active[other] ?? 0;
      active[other] = swapped;
    }
    for (const index of active) {
      const vector = vectors[index];
      if (vector === undefined) continue;
      const { ids, values } = vector;
      const sign = labels[index] === target ? 1 : -1;
      const limit = sign > 0 ? positiveCost : options.cost;
      let score = bias;
      for (let at = 0; at < ids.length; at++)
        score += (weights[ids[at] as number] as number) * (values[at] as number);
      const gradient = sign * score - 1;
      const alpha = alphas[index] ?? 0;
      if (alpha === 0 && gradient > 0.2 && round >= shrinkAfter) continue;
      kept.push(index);
      const projected =
        alpha === 0 ? Math.min(gradient, 0) : alpha >= limit ? Math.max(gradient, 0) : gradient;
      gap = Math.max(gap, Math.abs(projected));
      if (Math.abs(projected) < 1e-9) continue;
      const moved = Math.min(Math.max(alpha - gradient / (norms[index] ?? 1), 0), limit);
      const step = (moved - alpha) * sign;
      alphas[index] = moved;
      for (let at = 0; at < ids.length; at++) {
        const id = ids[at] as number;
        weights[id] = (weights[id] as number) + step * (values[at] as number);
      }
      bias += step;
    }
    active = kept;
    if (gap < stopAtGap) break;
  }
  return { weights, bias };
}

/** The decision value of every class. */
export function scoreAll(model: LinearModel, vector: SparseVector): Float64Array {
  const { classes, weights, scale, bias } = model;
  const scores = new Float64Array(classes);
  const { ids, values } = vector;
  for (let at = 0; at < ids.length; at++) {
    const value = (values[at] ?? 0) * scale;
    const row = (ids[at] ?? 0) * classes;
    for (let target = 0; target < classes; target++) {
      scores[target] = (scores[target] as number) + value * (weights[row + target] as number);
    }
  }
  for (let target = 0; target < classes; target++)
    scores[target] = (scores[target] as number) + (bias[target] as number);
  return scores;
}
