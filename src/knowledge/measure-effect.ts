import { Worker } from 'node:worker_threads';
import { AppError } from '../core/errors.ts';
import type { TrainingEffect, TrainingExample } from '../core/training.ts';
import type { UnderstandingOptions } from '../understanding/load-understanding.ts';

/** What the worker is given; everything can be cloned. */
export interface MeasureOptions {
  /** How the model in force is made, without its further examples. `cacheDir`: where it and the draft's are kept. */
  understanding: Omit<UnderstandingOptions, 'examples'>;
  goldenDir: string;
  current: readonly TrainingExample[];
  draft: readonly TrainingExample[];
}

/** A measurement takes seconds; one that takes this long hangs. */
const measureAtMostMs = 5 * 60_000;

/**
 * Asks the model in force and that of the draft all golden questions and all examples of both, in a worker thread, so
 * that answering goes on meanwhile.
 */
export function measureEffect(options: MeasureOptions): Promise<TrainingEffect> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./measure-effect-worker.ts', import.meta.url), {
      workerData: options,
    });
    const timer = setTimeout(() => void worker.terminate(), measureAtMostMs);
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      clearTimeout(timer);
      reject(new AppError('content', `The measurement ended early (code ${code}); start it again.`));
    });
  });
}
