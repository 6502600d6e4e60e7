import type { PackedVectors } from './features.ts';

/** Taken once: in a context of its own (a test's) each look-up of a global is slow. */
const { abs, imul, max, min, sqrt } = Math;

export interface TrainOptions {
  /** Cost of an error. */
  cost: number;
  /** How much each class's mean example counts beside the separating planes; less where there are many examples. */
  prototype: number;
  /** Passes over the examples at most. */
  rounds: number;
  /** Visits every example in every round: slower, for classes whose own examples are few among many alike. */
  thorough?: boolean;
  /** Each class is a question of its own, of which an example may answer several, not one choice among all. */
  apart?: boolean;
}

/** Training stops when no example's gradient is further from its bound than this. */
const stopAtGap = 0.1;
/** An example without weight that is right by this much more than asked is not visited again. */
const shrinkMargin = 0.15;
/** Most examples are of other classes: each class starts by saying no, so that those cost nothing. */
const startBias = -1;

/** What became of a class: nobody has taken it, a thread is at it, its weights are there. */
const stage = { open: 0, taken: 1, done: 2 } as const;
/** A class takes milliseconds: a thread that is silent for so many is gone. */
const longestWait = 20_000;

/**
 * A linear model in the making, in memory that threads share: whoever has time takes an open class and trains it. Each
 * class depends on the examples alone, so the model is the same whoever trained what.
 */
export interface OpenTraining {
  vectors: PackedVectors;
  /** The square of each vector's length, one added for the bias. */
  norms: Float64Array;
  /** The classes of example i, from `labelStarts[i]` to `labelStarts[i + 1]`. */
  labelStarts: Int32Array;
  labels: Int32Array;
  /** How many examples each class has. */
  counts: Int32Array;
  classes: number;
  features: number;
  options: TrainOptions;
  /** Class after class: a weight per feature. */
  weights: Float32Array;
  bias: Float32Array;
  stages: Int32Array;
}

/** Lays out a training in shared memory; `labels[i]` holds the classes of example i. No class is trained yet. */
export function openTraining(
  vectors: PackedVectors,
  labels: readonly (readonly number[])[],
  classes: number,
  features: number,
  options: TrainOptions,
): OpenTraining {
  const { starts, values } = vectors;
  const counts = sharedInts(classes);
  const labelStarts = sharedInts(labels.length + 1);
  const norms = new Float64Array(new SharedArrayBuffer(labels.length * 8));
  labels.forEach((own, index) => {
    for (const label of own) counts[label] = (counts[label] as number) + 1;
    labelStarts[index + 1] = (labelStarts[index] as number) + own.length;
    let square = 1;
    for (let at = starts[index] as number; at < (starts[index + 1] as number); at++) {
      square += (values[at] as number) * (values[at] as number);
    }
    norms[index] = square;
  });
  return {
    vectors,
    norms,
    labelStarts,
    labels: shareInts(labels.flat()),
    counts,
    classes,
    features,
    options,
    weights: sharedFloats(classes * features),
    bias: sharedFloats(classes),
    stages: sharedInts(classes),
  };
}

/** Trains one class after another, as long as one is open. */
export function trainOpenClasses(training: OpenTraining): void {
  for (let target = 0; target < training.classes; target++) {
    if (Atomics.compareExchange(training.stages, target, stage.open, stage.taken) === stage.open)
      trainClass(training, target);
  }
}

/** Waits for the classes that other threads have taken; trains those of a thread that does not come back. */
export function awaitOthers(training: OpenTraining): void {
  for (let target = 0; target < training.classes; target++) {
    while (Atomics.load(training.stages, target) !== stage.done) {
      if (Atomics.wait(training.stages, target, stage.taken, longestWait) === 'timed-out')
        trainClass(training, target);
    }
  }
}

/** A class without examples says no. */
function trainClass(training: OpenTraining, target: number): void {
  training.bias[target] = startBias;
  if ((training.counts[target] as number) > 0) descend(training, target);
  Atomics.store(training.stages, target, stage.done);
  Atomics.notify(training.stages, target);
}

/**
 * Dual coordinate descent for one class against the rest. The cost of a class's own examples falls with their number,
 * so that a class with many examples is not preferred. The order of visits comes from a fixed seed.
 */
function descend(training: OpenTraining, target: number): void {
  const { vectors, norms, options, counts, features, classes } = training;
  const { starts, ids, values } = vectors;
  const own = ownExamples(training, target);
  const weights = training.weights.subarray(target * features, (target + 1) * features).fill(0);
  const usual = max(1, norms.length / (options.apart === true ? 1 : classes));
  const positiveCost = options.cost * min(4, max(0.25, sqrt(usual / (counts[target] as number))));
  let bias = startBias;
  const alphas = new Float64Array(norms.length);
  const active = orderOwnFirst(own);
  let activeCount = active.length;
  let seed = 20_261_122 + (options.apart === true ? 0 : target);
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
      const isOwn = own[index] === 1;
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
  training.bias[target] = bias;
}

/** 1 for each example of a class. */
function ownExamples({ labelStarts, labels, norms }: OpenTraining, target: number): Uint8Array {
  const own = new Uint8Array(norms.length);
  for (let index = 0; index < own.length; index++) {
    for (let at = labelStarts[index] as number; at < (labelStarts[index + 1] as number); at++) {
      if (labels[at] === target) own[index] = 1;
    }
  }
  return own;
}

/** The class's own examples first: what they teach shows which of the others matter. */
function orderOwnFirst(own: Uint8Array): Int32Array {
  const order = new Int32Array(own.length);
  let next = 0;
  for (const wanted of [1, 0]) {
    own.forEach((isOwn, index) => {
      if (isOwn === wanted) order[next++] = index;
    });
  }
  return order;
}

const sharedInts = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(length * 4));
const sharedFloats = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(length * 4));

function shareInts(list: readonly number[]): Int32Array {
  const shared = sharedInts(list.length);
  shared.set(list);
  return shared;
}
