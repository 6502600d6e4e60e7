import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Understanding } from '../../src/core/understood.ts';
import { loadUnderstanding } from '../../src/understanding/load-understanding.ts';

export const projectDir = resolve(import.meta.dirname, '../..');

/** Trained models by the hash of what they were made from: one training serves all test files and systems of a run. */
export const sharedModelCache = join(tmpdir(), 'tthc-test-model-cache');

/** The project's own model; `npm test` has trained it before the first test asks. */
export function loadModel(): Understanding {
  return loadUnderstanding({
    intentsDir: join(projectDir, 'intents'),
    contentDir: join(projectDir, 'content'),
    cacheDir: sharedModelCache,
  });
}
