import { parentPort, workerData } from 'node:worker_threads';
import { createCheckTools } from './check-tools.ts';
import { checkContent } from './content/check/check-content.ts';
import { readCheckInput } from './content/check/check-input.ts';
import { AppError } from './core/errors.ts';
import type { PrepareOptions, PrepareResult } from './prepare-content.ts';
import { loadUnderstanding } from './understanding/load-understanding.ts';

/** Thread entry: see prepareContent. */
async function prepare(options: PrepareOptions): Promise<PrepareResult> {
  const faults = await listFaults(options);
  if (faults.length === 0) {
    try {
      loadUnderstanding(options.understanding);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      faults.push(error.message);
    }
  }
  return { faults };
}

/** Golden files belong to development: a ward's edit is not refused for want of one. */
async function listFaults({ paths, bubbleLimitChars, day }: PrepareOptions): Promise<string[]> {
  const input = await readCheckInput({ ...paths, goldenDir: undefined }, createCheckTools(bubbleLimitChars), {
    day,
  });
  return checkContent(input)
    .filter(({ severity }) => severity === 'error')
    .map(({ file, line, code, message, fix }) => `${file}:${line} [${code}] ${message} → ${fix}`);
}

parentPort?.postMessage(await prepare(workerData as PrepareOptions));
