import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { OpenTraining } from './svm-training.ts';

/** A second thread that trains classes while this one does other work. Without a second processor nobody helps. */
export class TrainingHelper {
  readonly #worker: Worker | undefined;

  constructor() {
    if (availableParallelism() < 2) return;
    this.#worker = new Worker(new URL('./training-worker.ts', import.meta.url));
    this.#worker.unref();
    // A helper that cannot start or fails leaves its work to the thread that waits for it.
    this.#worker.on('error', () => undefined);
  }

  /** Lets the helper take open classes of a training. */
  help(training: OpenTraining): void {
    this.#worker?.postMessage(training);
  }

  /** Lets the helper go, once it is at rest. */
  dismiss(): void {
    this.#worker?.postMessage(null);
  }
}
