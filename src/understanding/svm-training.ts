import type { PackedVectors } from './features.ts';
import { meanExamples } from './mean-examples.ts';
import { workStage, type OpenTraining, type TrainOptions } from './open-training.ts';
import { groupSize, trainGroup } from './svm-descent.ts';

/** A group of classes takes a tenth of a second: whoever waits this long for one trains it too. */
const groupPatienceMs = 2_000;

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
    means: options.prototype > 0 ? meanExamples(vectors, norms, labels, counts, features, options) : null,
    model: {
      classes,
      weights: new Int8Array(new SharedArrayBuffer(classes * features)),
      scales: sharedFloats(classes),
      bias: sharedFloats(classes),
    },
    stages: sharedInts(Math.ceil(classes / groupSize)),
  };
}

/** Trains one group of classes after another, as long as one is open. */
export function trainOpenClasses(training: OpenTraining): void {
  const { stages } = training;
  for (let group = 0; group < stages.length; group++) {
    if (Atomics.compareExchange(stages, group, workStage.open, workStage.taken) === workStage.open)
      trainTaken(training, group);
  }
}

/**
 * Waits for the classes that other threads have taken. Whoever waits has nothing else to do: from `patienceMs` on it
 * trains them too, for the result is the same, and the other thread may be gone or have no processor.
 */
export function awaitOthers(training: OpenTraining, patienceMs = groupPatienceMs): void {
  const { stages } = training;
  for (let group = 0; group < stages.length; group++) {
    for (;;) {
      const stage = Atomics.load(stages, group);
      if (stage === workStage.done) break;
      if (stage === workStage.open) trainOpenClasses(training);
      else if (Atomics.wait(stages, group, workStage.taken, patienceMs) === 'timed-out')
        trainTaken(training, group);
    }
  }
}

/** Trains a group; one that fails is open again, so that nobody waits for it. */
function trainTaken(training: OpenTraining, group: number): void {
  let stage: number = workStage.open;
  try {
    trainGroup(training, group * groupSize);
    stage = workStage.done;
  } finally {
    Atomics.store(training.stages, group, stage);
    Atomics.notify(training.stages, group);
  }
}

const sharedInts = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(length * 4));
const sharedFloats = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(length * 4));

function shareInts(list: readonly number[]): Int32Array {
  const shared = sharedInts(list.length);
  shared.set(list);
  return shared;
}
