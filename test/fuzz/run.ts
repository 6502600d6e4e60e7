import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { countBranches } from './count-branches.ts';
import { createRandom, hostileTexts, mutate } from './mutate.ts';
import { loadTargets, type FuzzTarget } from './targets.ts';

/**
 * Coverage-guided fuzzing of everything that reads foreign bytes: an input that takes a branch in a new way is kept and
 * changed further. Targets take turns. Prints what was reached; what broke a promise or took too long is written,
 * made small, to `--out`, and belongs into test/fixtures/fuzz.
 *
 * node test/fuzz/run.ts [--seconds 60] [--out DIR] [--seeds DIR] [--only TARGET] [--seed N]
 *
 * `--seeds` adds inputs of one's own, as DIR/<target>/<any name>.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    out: { type: 'string', default: 'fuzz-found' },
    seeds: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

const turnMs = 2_000;
const reportEveryMs = 60_000;
/** An input of at most 16 kB that takes longer than this, again and again, is a way to stop a server. */
const slowMs = 500;
const differentAtMost = 40;

interface Progress {
  target: FuzzTarget;
  corpus: Buffer[];
  execs: number;
  seconds: number;
  /** By signature: one of each kind is enough. */
  found: Map<string, { input: Buffer; message: string }>;
  longestMs: number;
}

const coverage = countBranches();
const random = createRandom(Number(values.seed));
const words = [
  ...hostileTexts.map((text) => Buffer.from(text, 'utf8')),
  Buffer.from('\ue000'),
  Buffer.from([0xff]),
];
const targets = (await loadTargets()).filter(({ name }) => values.only === undefined || name === values.only);
const runs: Progress[] = [];
for (const target of targets) {
  const corpus = [...target.seeds(), ...(await readExtra(target.name))];
  const progress = { target, corpus: [], execs: 0, seconds: 0, found: new Map(), longestMs: 0 };
  runs.push(progress);
  for (const seed of corpus.length > 0 ? corpus : [Buffer.from('x')]) execute(progress, seed, true);
}

const endMs = performance.now() + Number(values.seconds) * 1_000;
let reportAtMs = performance.now() + reportEveryMs;
while (performance.now() < endMs) {
  for (const progress of runs) {
    const begunMs = performance.now();
    const untilMs = Math.min(endMs, begunMs + turnMs);
    while (performance.now() < untilMs) {
      const parent = progress.corpus[random(progress.corpus.length)] ?? Buffer.alloc(0);
      execute(progress, mutate(parent, progress.corpus, words, random), false);
    }
    progress.seconds += (performance.now() - begunMs) / 1_000;
    await breathe();
  }
  if (performance.now() > reportAtMs) {
    report();
    await writeFound();
    reportAtMs = performance.now() + reportEveryMs;
  }
}
report();
await writeFound();
process.exitCode = runs.some(({ found }) => found.size > 0) ? 1 : 0;

function execute(progress: Progress, input: Buffer, keep: boolean): void {
  progress.execs += 1;
  coverage.reset();
  const failure = attempt(progress.target, input);
  progress.longestMs = Math.max(progress.longestMs, failure.ms);
  if (failure.signature !== undefined) note(progress, input, failure.signature, failure.message);
  else if (failure.ms > slowMs && isAlwaysSlow(progress.target, input)) note(progress, input, 'slow', 'slow');
  if (coverage.learn() || keep) progress.corpus.push(Buffer.from(input));
}

function attempt(
  target: FuzzTarget,
  input: Buffer,
): { ms: number; signature: string | undefined; message: string } {
  const begunMs = performance.now();
  try {
    target.run(input);
    return { ms: performance.now() - begunMs, signature: undefined, message: '' };
  } catch (error) {
    const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    const place = /\/(src\/[^:)]+:\d+|test\/fuzz\/targets\.ts:\d+)/.exec(stack)?.[1] ?? '';
    const promise = message.startsWith('broken promise') ? message : '';
    return {
      ms: performance.now() - begunMs,
      signature: `${name} ${place} ${promise}`,
      message: `${name}: ${message.slice(0, 200)}`,
    };
  }
}

/** A busy machine makes anything slow once. */
function isAlwaysSlow(target: FuzzTarget, input: Buffer): boolean {
  return [1, 2, 3].every(() => attempt(target, input).ms > slowMs);
}

function note(progress: Progress, input: Buffer, signature: string, message: string): void {
  if (progress.found.has(signature) || progress.found.size >= differentAtMost) return;
  const small = signature === 'slow' ? Buffer.from(input) : shrink(progress.target, input, signature);
  progress.found.set(signature, { input: small, message });
  console.log(`${progress.target.name}: ${message} (${small.length} bytes)`);
}

/** Takes pieces away as long as the same thing breaks. */
function shrink(target: FuzzTarget, input: Buffer, signature: string): Buffer {
  let small = Buffer.from(input);
  for (let piece = Math.ceil(small.length / 2); piece >= 1; piece = Math.floor(piece / 2)) {
    for (let at = 0; at < small.length;) {
      const without = Buffer.concat([small.subarray(0, at), small.subarray(at + piece)]);
      if (attempt(target, without).signature === signature) small = without;
      else at += piece;
    }
  }
  return small;
}

function report(): void {
  const { covered, total } = coverage.reached();
  const rows = runs.map(
    ({ target, execs, seconds, corpus, found, longestMs }) =>
      `| ${target.name} | ${execs} | ${Math.round(execs / Math.max(1, seconds))} | ${corpus.length} | ${found.size} | ${longestMs.toFixed(0)} |`,
  );
  const execs = runs.reduce((sum, run) => sum + run.execs, 0);
  console.log(
    [
      `\n${new Date().toISOString()} ${execs} executions, ${covered} of ${total} branches and functions of what was loaded\n`,
      '| target | executions | a second | kept inputs | different faults | longest ms |',
      '|---|---|---|---|---|---|',
      ...rows,
    ].join('\n'),
  );
}

async function readExtra(target: string): Promise<Buffer[]> {
  if (values.seeds === undefined) return [];
  const folder = join(values.seeds, target);
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}

async function writeFound(): Promise<void> {
  for (const { target, found } of runs) {
    for (const [signature, { input }] of found) {
      const folder = join(values.out, target.name);
      await mkdir(folder, { recursive: true });
      const name = createHash('sha256').update(signature).digest('hex').slice(0, 12);
      await writeFile(join(folder, `${name}.bin`), input);
    }
  }
}
