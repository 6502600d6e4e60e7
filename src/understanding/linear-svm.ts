import type { PackedVectors, SparseVector } from './features.ts';
import type { LinearModel, OpenTraining, TrainOptions } from './open-training.ts';
import { awaitOthers, openTraining, trainOpenClasses } from './svm-training.ts';

/**
 * Trains by dual coordinate descent (L2-regularised hinge loss), each class against the rest; `labels[i]`
 * holds the classes of example i. Deterministic.
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
  const { classes, weights, scales, bias } = training.model;
  return { classes, weights: weights.slice(), scales: scales.slice(), bias: bias.slice() };
}

/** The decision value of every class. Four features are added at a time: that halves the work of adding. */
export function scoreAll(model: LinearModel, vector: SparseVector): Float64Array {
  const { classes, weights, scales, bias } = model;
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
    scores[target] = (scores[target] as number) * (scales[target] as number) + (bias[target] as number);
  }
  return scores;
}
