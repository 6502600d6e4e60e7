import { describe, expect, it } from '@jest/globals';
import type { PackedVectors } from '../../../src/understanding/features.ts';
import { finishTraining } from '../../../src/understanding/linear-svm.ts';
import { workStage, type LinearModel, type OpenTraining } from '../../../src/understanding/open-training.ts';
import { awaitOthers, openTraining, trainOpenClasses } from '../../../src/understanding/svm-training.ts';

/** Twelve classes, two groups: each example has the feature of its class and one that all share. */
const classes = 12;
const examples = 36;
const vectors: PackedVectors = {
  starts: Int32Array.from({ length: examples + 1 }, (_, at) => at * 2),
  ids: Int32Array.from({ length: examples * 2 }, (_, at) => (at % 2 === 0 ? 1 + ((at / 2) % classes) : 0)),
  values: new Float32Array(examples * 2).fill(0.7),
  orders: [Int32Array.from({ length: examples }, (_, at) => (at * 7) % examples)],
};
const open = (from: PackedVectors = vectors): OpenTraining =>
  openTraining(
    from,
    Array.from({ length: examples }, (_, at) => [at % classes]),
    classes,
    classes + 1,
    { cost: 1, rounds: 5, prototype: 1.5 },
  );
const alone = (): LinearModel => finishTraining(open());

describe('training that threads share', () => {
  it('gives the same model when a thread took classes and never comes back', () => {
    const training = open();
    Atomics.store(training.stages, 1, workStage.taken);
    trainOpenClasses(training);
    awaitOthers(training, 1);
    expect(Array.from(training.model.weights)).toEqual(Array.from(alone().weights));
  });

  it('gives the same model when a thread gave classes back', () => {
    const training = open();
    Atomics.store(training.stages, 0, workStage.taken);
    trainOpenClasses(training);
    Atomics.store(training.stages, 0, workStage.open);
    awaitOthers(training);
    expect(Array.from(training.model.weights)).toEqual(Array.from(alone().weights));
  });

  it('leaves no class taken by a thread that fails', () => {
    const training = open({ ...vectors, orders: [] });
    expect(() => {
      trainOpenClasses(training);
    }).toThrow();
    expect(Array.from(training.stages)).toEqual([workStage.open, workStage.open]);
  });
});
