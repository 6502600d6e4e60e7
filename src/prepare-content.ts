import { Worker } from 'node:worker_threads';
import { AppError } from './core/errors.ts';
import type { UnderstandingOptions } from './understanding/load-understanding.ts';

/** What the worker is given; everything can be cloned. */
export interface PrepareOptions {
  paths: { contentDir: string; unitsDir: string; intentsDir: string };
  /** With `cacheDir`: the trained model is handed over through it. */
  understanding: UnderstandingOptions;
  bubbleLimitChars: number;
  /** Today in Vietnam, `YYYY-MM-DD`. */
  day: string;
}

/** What the worker answers: one line for each fault that forbids publishing. */
export interface PrepareResult {
  faults: string[];
}

/**
 * Checks the files as `content check` does and trains the model into the cache, in a worker thread, so that answering
 * goes on meanwhile; afterwards loading library and understanding takes milliseconds.
 * @throws AppError `content` whose message lists every error with file and line, one a line.
 */
export async function prepareContent(options: PrepareOptions): Promise<void> {
  const { faults } = await runWorker(options);
  if (faults.length > 0) {
    throw new AppError('content', `Nội dung vừa sửa có lỗi (tthc content check):\n${faults.join('\n')}`);
  }
}

function runWorker(options: PrepareOptions): Promise<PrepareResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./prepare-content-worker.ts', import.meta.url), {
      workerData: options,
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      reject(
        new AppError(
          'content',
          `Việc kiểm tra nội dung dừng giữa chừng (mã ${code}); lưu lại tệp để thử lại`,
        ),
      );
    });
  });
}
