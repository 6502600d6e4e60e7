import type { PackedVectors } from './features.ts';
import type { ClassMeans, TrainOptions } from './open-training.ts';

/** Taken once: in a context of its own (a test's) each look-up of a global is slow. */
const { max, min, sqrt } = Math;

/** From this many examples of a class on, its mean counts less, for the planes know better. */
const manyExamples = 60;

/** Makes the mean examples, in memory that threads can share; `norms` are squares of lengths, one added. */
export function meanExamples(
  { starts, ids, values }: PackedVectors,
  norms: Float64Array,
  labels: readonly (readonly number[])[],
  counts: Int32Array,
  features: number,
  options: TrainOptions,
): ClassMeans {
  const examplesOf = Array.from(counts, (): number[] => []);
  labels.forEach((own, index) => {
    for (const label of own) examplesOf[label]?.push(index);
  });
  const means = {
    starts: new Int32Array(new SharedArrayBuffer(4 * counts.length + 4)),
    ids: new Int32Array(new SharedArrayBuffer(4 * ids.length)),
    values: new Float32Array(new SharedArrayBuffer(4 * ids.length)),
    usual: new Float32Array(new SharedArrayBuffer(4 * features)),
  };
  const mean = new Float64Array(features);
  let end = 0;
  examplesOf.forEach((examples, label) => {
    const start = end;
    for (const index of examples) {
      const share = 1 / (sqrt((norms[index] as number) - 1) || 1);
      const last = starts[index + 1] as number;
      for (let at = starts[index] as number; at < last; at++) {
        const id = ids[at] as number;
        if (mean[id] === 0) means.ids[end++] = id;
        mean[id] = (mean[id] as number) + (values[at] as number) * share;
      }
    }
    let square = 0;
    for (let at = start; at < end; at++) square += (mean[means.ids[at] as number] as number) ** 2;
    const counted = options.prototype * min(1, manyExamples / max(1, counts[label] as number));
    const strength = counted / (sqrt(square) || 1);
    for (let at = start; at < end; at++) {
      const id = means.ids[at] as number;
      const value = (mean[id] as number) * strength;
      means.values[at] = value;
      means.usual[id] = (means.usual[id] as number) + value / counts.length;
      mean[id] = 0;
    }
    means.starts[label + 1] = end;
  });
  return means;
}
