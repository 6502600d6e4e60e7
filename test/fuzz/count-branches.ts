import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createInstrumenter } from 'istanbul-lib-instrument';

/** What an instrumented file counts; both are written by the file itself while it runs. */
interface FileCounters {
  f: Record<string, number>;
  b: Record<string, number[]>;
}

const counterVariable = '__fuzzCounters__';

/** Hit counts come in classes, so that "once more" is not news but "ten times as often" is. */
function classOf(count: number): number {
  return count === 0 ? 0 : 1 << Math.min(7, 31 - Math.clz32(count));
}

/** Which branches of our own sources an execution took, and whether it took any in a way never seen before. */
export interface BranchCounter {
  /** Forgets the counts of the last execution. */
  reset(): void;
  /** Takes what the last execution did into what is known; true when it did something new. */
  learn(): boolean;
  /** Branches and functions that were ever reached, and how many there are. */
  reached(): { covered: number; total: number };
}

/**
 * Every file of src/ that is imported after this call counts its branches and functions. Imports have to be dynamic
 * ones, since static ones come before any call.
 */
export function countBranches(): BranchCounter {
  const instrumenter = createInstrumenter({ esModules: true, coverageVariable: counterVariable });
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.includes('/src/') || url.includes('/node_modules/') || !url.endsWith('.ts'))
        return nextLoad(url, context);
      const path = fileURLToPath(url);
      const source = stripTypeScriptTypes(readFileSync(path, 'utf8'));
      return { format: 'module', source: instrumenter.instrumentSync(source, path), shortCircuit: true };
    },
  });

  /** The counting cells themselves, gathered once: walking the files' objects anew costs more than most executions. */
  let files = 0;
  let functions: { counts: Record<string, number>; size: number; seen: Uint8Array }[] = [];
  let branches: { counts: number[]; seen: Uint8Array }[] = [];

  function gather(): void {
    const all = Object.values(
      (globalThis as unknown as Record<string, Record<string, FileCounters>>)[counterVariable] ?? {},
    );
    // Files appear as they are imported.
    if (all.length === files) return;
    files = all.length;
    functions = all.map(({ f }) => {
      const size = Object.keys(f).length;
      return { counts: f, size, seen: new Uint8Array(size) };
    });
    branches = all.flatMap(({ b }) =>
      Object.values(b).map((counts) => ({ counts, seen: new Uint8Array(counts.length) })),
    );
  }

  return {
    reset() {
      gather();
      for (const { counts, size } of functions) for (let at = 0; at < size; at += 1) counts[at] = 0;
      for (const { counts } of branches) for (let at = 0; at < counts.length; at += 1) counts[at] = 0;
    },
    learn() {
      let isNew = false;
      const take = (seen: Uint8Array, at: number, bit: number) => {
        if (bit === 0 || ((seen[at] ?? 0) & bit) !== 0) return;
        seen[at] = (seen[at] ?? 0) | bit;
        isNew = true;
      };
      for (const { counts, size, seen } of functions) {
        for (let at = 0; at < size; at += 1) take(seen, at, counts[at] === 0 ? 0 : 1);
      }
      for (const { counts, seen } of branches) {
        for (let at = 0; at < counts.length; at += 1) take(seen, at, classOf(counts[at] ?? 0));
      }
      return isNew;
    },
    reached() {
      const all = [...functions, ...branches].map(({ seen }) => seen);
      const count = (of: (cell: number) => boolean) =>
        all.reduce((sum, cells) => sum + cells.filter(of).length, 0);
      return { covered: count((cell) => cell !== 0), total: count(() => true) };
    },
  };
}
