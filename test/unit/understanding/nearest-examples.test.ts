import { expect, it } from '@jest/globals';
import {
  indexExamples,
  likenessPerClass,
  nearestPerClass,
} from '../../../src/understanding/nearest-examples.ts';

const every = new Uint8Array(3).fill(1);

/** Examples as lists of [feature, value]. */
function indexOf(examples: readonly (readonly (readonly [number, number])[])[], labels: readonly number[]) {
  const starts = new Int32Array(examples.length + 1);
  examples.forEach((example, at) => (starts[at + 1] = (starts[at] ?? 0) + example.length));
  const ids = Int32Array.from(examples.flat(), ([id]) => id);
  const values = Float32Array.from(examples.flat(), ([, value]) => value);
  return indexExamples({ starts, ids, values, orders: [] }, labels, 3, every, 1);
}

const vector = { ids: Int32Array.of(0, 1), values: Float32Array.of(3, 4) };
const index = indexOf(
  [
    [[0, 2]],
    [[1, 7]],
    [
      [0, 3],
      [1, 4],
    ],
    [[2, 1]],
  ],
  [0, 0, 0, 1],
);

it('gives the cosine with the most similar example of each class, time after time', () => {
  for (let time = 0; time < 2; time++) {
    const [one, other] = nearestPerClass(index, vector, 2, every);
    expect(one).toBeCloseTo(1);
    expect(other).toBe(0);
  }
});

it('gives the mean cosine with the most similar examples of each class, those that are missing as nothing', () => {
  const mean = (most: number) => likenessPerClass(index, vector, 2, every, most)[0];
  expect(mean(1)).toBeCloseTo(1);
  expect(mean(2)).toBeCloseTo((1 + 0.8) / 2);
  expect(mean(3)).toBeCloseTo((1 + 0.8 + 0.6) / 3);
  expect(mean(6)).toBeCloseTo((1 + 0.8 + 0.6) / 6);
  expect(likenessPerClass(index, vector, 2, every, 3)[1]).toBe(0);
});
