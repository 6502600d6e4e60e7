import type { PackedVectors } from './features.ts';

/** What became of work that threads share: nobody has taken it, a thread is at it, its result is there. */
export const workStage = { open: 0, taken: 1, done: 2 } as const;
/** What the helper learns takes a second or two: when it is silent for so many milliseconds it is gone. */
export const longestWaitMs = 20_000;

/** One-vs-rest linear model: a row of class weights per feature, so that one feature is looked up once for all. */
export interface LinearModel {
  classes: number;
  /** Quantised weights, `feature * classes + class`; times the class's scale they are the weights. */
  weights: Int8Array;
  scales: Float32Array;
  bias: Float32Array;
}

export interface TrainOptions {
  /** Cost of an error. */
  cost: number;
  /** Rounds over the examples that matter. Fewer keep chance words from counting too much. */
  rounds: number;
  /** Whether all examples matter in all rounds: slower, for few classes with many examples each. */
  thorough?: boolean;
  /** How much each class's mean example counts beside the separating planes; less where there are many examples. */
  prototype: number;
  /** Each class is a question of its own, of which an example may answer several, not one choice among all. */
  apart?: boolean;
}

/** Each class's mean example, scaled to what it counts: that of class c from `starts[c]` to `starts[c + 1]`. */
export interface ClassMeans {
  starts: Int32Array;
  ids: Int32Array;
  values: Float32Array;
  /** The mean over all classes, a value per feature. */
  usual: Float32Array;
}

/**
 * A linear model in the making, in memory that threads share: whoever has time takes an open group of classes and
 * trains it. Each class depends on the examples alone, so the model is the same whoever trained what.
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
  /** Null where mean examples do not count. */
  means: ClassMeans | null;
  model: LinearModel;
  /** Of each group of classes. */
  stages: Int32Array;
}
