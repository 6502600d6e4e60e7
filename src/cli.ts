#!/usr/bin/env node
import { useCodeCache } from './code-cache.ts';

/** Command line entry: cli/program.ts with the programs from the cache. */
useCodeCache();
try {
  const { runProgram } = await import('./cli/program.ts');
  await runProgram();
} catch (error) {
  const { explainError } = await import('./core/explain-error.ts');
  console.error(explainError(error) ?? error);
  process.exitCode = 1;
}
