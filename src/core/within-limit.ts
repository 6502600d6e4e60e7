/**
 * What `work` resolves to; rejects with the error of `late` when it takes longer than `limitMs`. The work itself goes on,
 * and the limit alone keeps no process alive.
 */
export function withinLimit<T>(work: Promise<T>, limitMs: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), limitMs);
    timer.unref();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
