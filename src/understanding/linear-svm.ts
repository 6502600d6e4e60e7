import type { PackedVectors, SparseVector } from './features.ts';
import {
  awaitOthers,
  openTraining,
  trainOpenClasses,
  type OpenTraining,
  type TrainOptions,
} from './svm-training.ts';

/** Taken once: in a context of its own (a test's) each look-up of a global is slow. */
const { abs, max, min, round, sqrt } = Math;

/** One-vs-rest linear model: a row of class weights per feature, so that one feature is looked up once for all. */
export interface LinearModel {
  classes: number;
  /** Quantised weights, `feature * classes + class`; times `scale` they are the weights. */
  weights: Int16Array;
  scale: number;
  bias: Float32Array;
}

/** From this many examples of a class on, its mean counts less, for the planes know better. */
const manyExamples = 60;

/**
 * Trains by dual coordinate descent (L2-regularised hinge loss), each class against the rest; `labels[i]` holds the
 * classes of example i. Deterministic.
 */
export function trainLinearSvm(
  vectors: PackedVectors,
  labels: readonly (readonly number[])[],
  classes: number,
  features: number,
  options: TrainOptions,
): LinearModel {
  return finishTraining(openTraining(vectors, labels, classes, features, options));
}

/** Trains the classes that nobody has trained or is training, and makes the model of all of them. */
export function finishTraining(training: OpenTraining): LinearModel {
  trainOpenClasses(training);
  awaitOthers(training);
  const { classes, features, weights, bias } = training;
  let largest = 0;
  for (let at = 0; at < weights.length; at++) largest = max(largest, abs(weights[at] as number));
  if (training.options.prototype > 0) largest = max(largest, addPrototypes(training));
  const scale = largest / 32_767 || 1;
  return { classes, weights: quantise(weights, classes, features, scale), scale, bias: bias.slice() };
}

/** So many features of all classes are turned at a time: they fit into the nearest memory. */
const turnedTogether = 16;

/** Rounds the weights of class after class to parts of `scale`, feature after feature. */
function quantise(weights: Float32Array, classes: number, features: number, scale: number): Int16Array {
  const quantised = new Int16Array(weights.length);
  for (let first = 0; first < features; first += turnedTogether) {
    const end = min(features, first + turnedTogether);
    for (let target = 0; target < classes; target++) {
      const row = target * features;
      for (let id = first; id < end; id++) {
        quantised[id * classes + target] = round((weights[row + id] as number) / scale);
      }
    }
  }
  return quantised;
}

/**
 * Adds to each class's weights the direction of its mean example, less the mean of all classes: with few examples
 * planes alone follow chance words, means do not. Returns the largest weight after it.
 */
function addPrototypes(training: OpenTraining): number {
  const { vectors, norms, labelStarts, labels, counts, classes, features, weights, options } = training;
  const { starts, ids, values } = vectors;
  const examplesOf = Array.from({ length: classes }, (): number[] => []);
  norms.forEach((_norm, index) => {
    for (let at = labelStarts[index] as number; at < (labelStarts[index + 1] as number); at++)
      examplesOf[labels[at] as number]?.push(index);
  });
  const usual = new Float64Array(features);
  const mean = new Float32Array(features);
  const means = examplesOf.map((examples, label) => {
    mean.fill(0);
    for (const index of examples) {
      const length = sqrt((norms[index] as number) - 1) || 1;
      for (let at = starts[index] as number; at < (starts[index + 1] as number); at++) {
        const id = ids[at] as number;
        mean[id] = (mean[id] as number) + (values[at] as number) / length;
      }
    }
    let square = 0;
    for (let id = 0; id < features; id++) square += (mean[id] as number) * (mean[id] as number);
    const share = options.prototype * min(1, manyExamples / max(1, counts[label] as number));
    const strength = share / (sqrt(square) || 1);
    const held: number[] = [];
    for (let id = 0; id < features; id++) {
      if (mean[id] === 0) continue;
      held.push(id);
      usual[id] = (usual[id] as number) + ((mean[id] as number) * strength) / classes;
    }
    return { ids: held, own: Float64Array.from(held, (id) => (mean[id] as number) * strength) };
  });
  let largest = 0;
  const own = new Float64Array(features);
  means.forEach((held, label) => {
    held.ids.forEach((id, at) => (own[id] = held.own[at] as number));
    const row = label * features;
    for (let id = 0; id < features; id++) {
      const weight = (weights[row + id] as number) + (own[id] as number) - (usual[id] as number);
      weights[row + id] = weight;
      largest = max(largest, abs(weight));
    }
    for (const id of held.ids) own[id] = 0;
  });
  return largest;
}

/** The decision value of every class. Four features are added at a time: that halves the work of adding. */
export function scoreAll(model: LinearModel, vector: SparseVector): Float64Array {
  const { classes, weights, scale, bias } = model;
  const scores = new Float64Array(classes);
  const { ids, values } = vector;
  const fours = ids.length & ~3;
  for (let at = 0; at < fours; at += 4) {
    const value0 = values[at] as number;
    const value1 = values[at + 1] as number;
    const value2 = values[at + 2] as number;
    const value3 = values[at + 3] as number;
    const row0 = (ids[at] as number) * classes;
    const row1 = (ids[at + 1] as number) * classes;
    const row2 = (ids[at + 2] as number) * classes;
    const row3 = (ids[at + 3] as number) * classes;
    for (let target = 0; target < classes; target++) {
      scores[target] =
        (scores[target] as number) +
        value0 * (weights[row0 + target] as number) +
        value1 * (weights[row1 + target] as number) +
        value2 * (weights[row2 + target] as number) +
        value3 * (weights[row3 + target] as number);
    }
  }
  for (let at = fours; at < ids.length; at++) {
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
