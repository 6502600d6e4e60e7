import { useCodeCache } from './code-cache.ts';

/** Server entry: serve.ts with the programs from the cache, and a failed start told in plain words. */
useCodeCache();
try {
  const { serve } = await import('./serve.ts');
  await serve();
} catch (error) {
  const { explainError } = await import('./core/explain-error.ts');
  // What an operator can mend is said plainly; anything else with its place in the code.
  console.error(explainError(error) ?? error);
  process.exit(1);
}
