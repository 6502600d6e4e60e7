import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AppError, errorMessage } from '../core/errors.ts';
import type { Understanding } from '../core/understood.ts';
import { loadUnderstanding, type UnderstandingOptions } from './load-understanding.ts';

/**
 * Loads the understanding without holding up the event loop: training takes a second or more, so it happens in a worker
 * thread, which leaves the model in the cache.
 * @throws AppError `content` when a file is missing or wrong.
 */
export async function prepareUnderstanding(
  options: UnderstandingOptions & { cacheDir: string },
): Promise<Understanding> {
  const worker = new Worker(new URL('./train-worker.ts', import.meta.url), { workerData: options });
  try {
    await once(worker, 'message');
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('content', errorMessage(error), { cause: error });
  } finally {
    await worker.terminate();
  }
  return loadUnderstanding(options);
}
