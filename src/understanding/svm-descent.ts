import type { OpenTraining } from './open-training.ts';

/** Taken once: in a context of its own (a test's) each look-up of a global is slow. */
const { abs, max, min, round, sqrt } = Math;

/** So many classes are trained together: one pass over all examples then serves each of them. */
export const groupSize = 8;
/** Rounds over a class's own examples alone, before those over all that it does not tell well enough. */
const ownRounds = 10;
/** A class is at rest when no example's gradient is further from its bound than this. */
const stopAtGap = 0.02;
/** Most examples are of other classes: each class starts by saying no, so that those cost nothing. */
const startBias = -1;

/** Where all examples matter: one this far on its side is left alone for a round, then for three, then for seven. */
const farEnough = 0.5;
const never = 255;

/** The largest weight of a class in its model. */
const mostQuantised = 127;

/** One class on its way. */
interface Descent {
  weights: Float32Array;
  bias: number;
  /** How much each example holds the plane. */
  alphas: Float64Array;
  /** 1 for each example of the class. */
  own: Uint8Array;
  /** What an error of an own example costs. */
  ownCost: number;
  /** The round in which each example is looked at again; `never` for those that do not matter. */
  due: Uint8Array;
  /** How many rounds each example was left alone the last time. */
  naps: Uint8Array;
  /** Rounds gone. */
  round: number;
}

/**
 * Trains a group of classes, each against the rest, by dual coordinate descent (L2-regularised hinge loss), and
 * adds what their mean examples say. The order of visits comes from the examples' words, so that one more example moves
 * only what is near it. The cost of a class's own examples falls with their number, so that a class with many examples
 * is not preferred.
 */
export function trainGroup(training: OpenTraining, first: number): void {
  const last = min(training.classes, first + groupSize);
  const descents: Descent[] = [];
  for (let target = first; target < last; target++) descents.push(openDescent(training, target));
  if (training.options.thorough === true) {
    for (const { due } of descents) due.fill(0);
  } else {
    for (const descent of descents) goRounds(training, descent, ownRounds);
    const scores = scoreExamples(training, interleave(descents, training.features));
    descents.forEach((descent, place) => {
      chooseActive(descent, scores, place);
    });
  }
  descents.forEach((descent, place) => {
    goRounds(training, descent, training.options.rounds);
    addMeans(training, first + place, descent.weights);
    training.model.bias[first + place] = descent.bias;
  });
  quantise(
    training,
    first,
    descents.map(({ weights }) => weights),
  );
}

/**
 * Adds the direction of a class's mean example, less the mean of all classes: with few examples planes alone follow
 * chance words, means do not.
 */
function addMeans({ means }: OpenTraining, target: number, weights: Float32Array): void {
  if (means === null) return;
  const { usual, starts, ids, values } = means;
  for (let id = 0; id < weights.length; id++) weights[id] = (weights[id] as number) - (usual[id] as number);
  const end = starts[target + 1] as number;
  for (let at = starts[target] as number; at < end; at++) {
    const id = ids[at] as number;
    weights[id] = (weights[id] as number) + (values[at] as number);
  }
}

/** So many features of a group are turned at a time: they fit into the nearest memory. */
const turnedTogether = 64;

/** Rounds each class's weights to parts of a scale of its own, and files them under their features. */
function quantise({ model, classes }: OpenTraining, first: number, rows: readonly Float32Array[]): void {
  const steps = rows.map((weights, place) => {
    let largest = 0;
    for (let id = 0; id < weights.length; id++) largest = max(largest, abs(weights[id] as number));
    model.scales[first + place] = largest / mostQuantised || 1;
    return mostQuantised / (largest || mostQuantised);
  });
  const features = rows[0]?.length ?? 0;
  for (let from = 0; from < features; from += turnedTogether) {
    const end = min(features, from + turnedTogether);
    rows.forEach((weights, place) => {
      const step = steps[place] as number;
      for (let id = from, at = from * classes + first + place; id < end; id++, at += classes) {
        model.weights[at] = round((weights[id] as number) * step);
      }
    });
  }
}

/** A class before its first round: its own examples are all that matters. One without examples says no. */
function openDescent(training: OpenTraining, target: number): Descent {
  const { labelStarts, labels, norms, counts, features, options, classes } = training;
  const own = new Uint8Array(norms.length);
  let index = 0;
  for (let at = 0; at < labels.length; at++) {
    while (at >= (labelStarts[index + 1] as number)) index++;
    if (labels[at] === target) own[index] = 1;
  }
  const usual = max(1, norms.length / (options.apart === true ? 1 : classes));
  const ownCost = options.cost * min(4, max(0.25, sqrt(usual / max(1, counts[target] as number))));
  return {
    weights: new Float32Array(features),
    bias: startBias,
    alphas: new Float64Array(norms.length),
    own,
    ownCost,
    due: own.map((is) => (is === 1 ? 0 : never)),
    naps: new Uint8Array(norms.length),
    round: 0,
  };
}

/** The weights of the classes side by side, feature after feature. */
function interleave(descents: readonly Descent[], features: number): Float32Array {
  const sideBySide = new Float32Array(features * groupSize);
  descents.forEach(({ weights }, place) => {
    for (let id = 0, at = place; id < features; id++, at += groupSize) {
      sideBySide[at] = weights[id] as number;
    }
  });
  return sideBySide;
}

/** The product of every example with the weights of every class of the group. */
function scoreExamples({ vectors, norms }: OpenTraining, sideBySide: Float32Array): Float32Array {
  const scores = new Float32Array(norms.length * groupSize);
  const { starts, ids, values } = vectors;
  for (let index = 0; index < norms.length; index++) {
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    let sum4 = 0;
    let sum5 = 0;
    let sum6 = 0;
    let sum7 = 0;
    const end = starts[index + 1] as number;
    for (let at = starts[index] as number; at < end; at++) {
      const value = values[at] as number;
      const place = (ids[at] as number) * groupSize;
      sum0 += value * (sideBySide[place] as number);
      sum1 += value * (sideBySide[place + 1] as number);
      sum2 += value * (sideBySide[place + 2] as number);
      sum3 += value * (sideBySide[place + 3] as number);
      sum4 += value * (sideBySide[place + 4] as number);
      sum5 += value * (sideBySide[place + 5] as number);
      sum6 += value * (sideBySide[place + 6] as number);
      sum7 += value * (sideBySide[place + 7] as number);
    }
    const row = index * groupSize;
    scores[row] = sum0;
    scores[row + 1] = sum1;
    scores[row + 2] = sum2;
    scores[row + 3] = sum3;
    scores[row + 4] = sum4;
    scores[row + 5] = sum5;
    scores[row + 6] = sum6;
    scores[row + 7] = sum7;
  }
  return scores;
}

/** From now on the class's own examples matter and those that it does not tell well enough. */
function chooseActive({ own, due, bias }: Descent, scores: Float32Array, place: number): void {
  for (let index = 0; index < own.length; index++) {
    const score = bias + (scores[index * groupSize + place] as number);
    due[index] = own[index] === 1 || score > -1 ? 0 : never;
  }
}

/** Moves the plane by one example after another, in rounds of ever other order, until those that matter are at rest. */
function goRounds({ vectors, norms, options }: OpenTraining, descent: Descent, most: number): void {
  const { starts, ids, values, orders } = vectors;
  const { weights, alphas, own, due, naps, ownCost } = descent;
  const isThorough = options.thorough === true;
  for (let end = descent.round + most; descent.round < end; descent.round++) {
    const { round } = descent;
    const order = orders[round % orders.length] as Int32Array;
    let gap = 0;
    for (let visit = 0; visit < order.length; visit++) {
      const index = order[visit] as number;
      if ((due[index] as number) > round) continue;
      const from = starts[index] as number;
      const to = starts[index + 1] as number;
      const isOwn = own[index] === 1;
      const limit = isOwn ? ownCost : options.cost;
      const alpha = alphas[index] as number;
      const score = descent.bias + productOf(weights, ids, values, from, to);
      const gradient = (isOwn ? score : -score) - 1;
      if (alpha === 0 && gradient >= 0) {
        if (!isThorough) due[index] = never;
        else if (gradient >= farEnough) {
          const nap = 2 * (naps[index] as number) + 1;
          naps[index] = nap;
          due[index] = round + 1 + nap;
        }
        continue;
      }
      const moved = min(max(0, alpha - gradient / (norms[index] as number)), limit);
      if (moved === alpha) continue;
      gap = max(gap, abs(gradient));
      alphas[index] = moved;
      const step = isOwn ? moved - alpha : alpha - moved;
      descent.bias += step;
      for (let at = from; at < to; at++) {
        const id = ids[at] as number;
        weights[id] = (weights[id] as number) + step * (values[at] as number);
      }
    }
    if (gap < stopAtGap) return;
  }
}

/** The sum over a vector's features of value times weight. Four sums side by side, so that none waits for the other. */
function productOf(
  weights: Float32Array,
  ids: Int32Array,
  values: Float32Array,
  start: number,
  end: number,
): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let at = start;
  for (const last = end - 3; at < last; at += 4) {
    sum0 += (weights[ids[at] as number] as number) * (values[at] as number);
    sum1 += (weights[ids[at + 1] as number] as number) * (values[at + 1] as number);
    sum2 += (weights[ids[at + 2] as number] as number) * (values[at + 2] as number);
    sum3 += (weights[ids[at + 3] as number] as number) * (values[at + 3] as number);
  }
  for (; at < end; at++) sum0 += (weights[ids[at] as number] as number) * (values[at] as number);
  return sum0 + sum1 + (sum2 + sum3);
}
