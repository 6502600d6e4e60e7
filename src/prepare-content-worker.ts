import { parentPort, workerData } from 'node:worker_threads';
import { createCheckTools } from './check-tools.ts';
import { checkContent } from './content/check/check-content.ts';
import { readCheckInput } from './content/check/check-input.ts';
import { AppError } from './core/errors.ts';
import type { LintOptions, PrepareResult } from './prepare-content.ts';
import { loadUnderstanding } from './understanding/load-understanding.ts';

/** Thread entry: see prepareContent. */
async function prepare({ paths, understanding, bubbleLimitChars, day }: LintOptions): Promise<PrepareResult> {
  // Golden files belong to development: a ward's edit is not refused for want of one.
  const input = await readCheckInput({ ...paths, goldenDir: undefined }, createCheckTools(bubbleLimitChars), {
    day,
  });
  const findings = checkContent(input);
  let trainingFault: string | null = null;
  if (understanding !== undefined && !findings.some(({ severity }) => severity === 'error')) {
    try {
      loadUnderstanding(understanding);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      trainingFault = error.message;
    }
  }
  return { findings, trainingFault };
}

parentPort?.postMessage(await prepare(workerData as LintOptions));
