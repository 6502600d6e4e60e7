import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { aspects } from '../../src/core/aspect.ts';
import type { Understanding, Understood } from '../../src/core/understood.ts';
import { fold } from '../../src/text/fold.ts';
import { loadUnderstanding } from '../../src/understanding/load-understanding.ts';
import { noises, seededRandom, type Noise } from './noise.ts';

/**
 * Measures understanding on the golden questions: `npm run bench:understanding`. `--topics` adds accuracy per topic,
 * `--failures` the questions that went wrong; with CATALOGUE, the path of a dump, its names are known too.
 */
const root = join(import.meta.dirname, '../..');
const aspect = z.enum(aspects);

const goldenSchema = z.array(
  z.object({
    text: z.string(),
    topic: z.string().nullable().optional(),
    aspect: z
      .union([aspect, z.array(aspect)])
      .nullable()
      .optional(),
    decision: z.union([z.string(), z.array(z.string())]).optional(),
    style: z.string().optional(),
    kind: z.string().optional(),
    category: z.string().nullable().optional(),
    any_of: z.array(z.string()).optional(),
    context: z.object({ topic: z.string(), aspect: aspect.nullable().optional() }).optional(),
    requests: z.array(z.object({ topic: z.string(), aspect: aspect.nullable().optional() })).optional(),
  }),
);
type Golden = z.infer<typeof goldenSchema>[number];

interface Share {
  hits: number;
  of: number;
}

const figures = new Map<string, Share>();
const failures: string[] = [];
const showTopics = process.argv.includes('--topics');
const showFailures = process.argv.includes('--failures');

function count(name: string, hit: boolean): void {
  const share = figures.get(name) ?? { hits: 0, of: 0 };
  share.of++;
  if (hit) share.hits++;
  figures.set(name, share);
}

function readGolden(path: string): Golden[] {
  const full = join(root, 'test/golden', path);
  if (!existsSync(full)) return [];
  const files = full.endsWith('.yaml') ? [full] : readdirSync(full).map((name) => join(full, name));
  return files.flatMap((file) => goldenSchema.parse(parse(readFileSync(file, 'utf8'))));
}

const firstTopic = (found: Understood): string | null => found.topic ?? found.candidates[0]?.topic ?? null;
const allows = (expected: string | string[] | undefined, decision: string): boolean =>
  expected === undefined || [expected].flat().includes(decision);

function note(group: string, golden: Golden, found: Understood): void {
  const offered = found.candidates
    .slice(0, 3)
    .map((candidate) => `${candidate.topic} ${candidate.score.toFixed(2)}`)
    .join(', ');
  failures.push(
    `[${group}] ${golden.text} | ${golden.topic ?? ''} → ${found.decision} ${found.topic ?? ''} (${offered})`,
  );
}

/** Questions whose topic is known: first place, answered wrong, offered, aspect, calibration. */
function measureTopics(
  understanding: Understanding,
): { confidence: number; right: boolean; answered: boolean }[] {
  const judged: { confidence: number; right: boolean; answered: boolean }[] = [];
  const confusions = new Map<string, number>();
  const questions = [
    ...readGolden('procedures'),
    ...readGolden('guides'),
    ...readGolden('typos.yaml'),
    ...readGolden('english.yaml'),
  ];
  for (const golden of questions) {
    if (golden.topic === undefined || golden.topic === null) continue;
    const found = understanding.understand(golden.text, contextOf(golden));
    const style = golden.style ?? 'plain';
    const right = firstTopic(found) === golden.topic;
    count(`topic first: ${style}`, right);
    count('topic first: all', right);
    if (showTopics) count(`topic ${golden.topic}`, right);
    const answered = found.decision === 'answer';
    count('answered outright', answered);
    count('answered outright with a wrong topic', answered && !right);
    if (found.decision === 'clarify') {
      count(
        'clarify: right topic among three offered',
        found.candidates.slice(0, 3).some(({ topic }) => topic === golden.topic),
      );
    }
    judged.push({ confidence: found.candidates[0]?.score ?? 0, right, answered });
    if (!right) {
      const pair = `${golden.topic} → ${firstTopic(found) ?? 'none'}`;
      confusions.set(pair, (confusions.get(pair) ?? 0) + 1);
      note(style, golden, found);
    }
    measureAspect(golden, found);
  }
  console.log('Confusion pairs:');
  const pairs = [...confusions].sort((one, other) => other[1] - one[1]).slice(0, 15);
  for (const [pair, times] of pairs) console.log(`  ${times}  ${pair}`);
  return judged;
}

function measureAspect(golden: Golden, found: Understood): void {
  if (golden.aspect === null || golden.aspect === undefined) return;
  const wanted = [golden.aspect].flat();
  const right = wanted.some((one) => found.aspects.includes(one));
  count('aspect found where one is asked', right);
  count('aspect: first one right', wanted.includes(found.aspect ?? 'overview'));
  if (!right) failures.push(`[aspect] ${golden.text} | ${wanted.join(',')} → ${found.aspects.join(',')}`);
}

function contextOf(golden: Golden): { topic: string | null; aspect: null } {
  return { topic: golden.context?.topic ?? null, aspect: null };
}

/** The plain questions again under seeded noise of our own. */
function measureNoise(understanding: Understanding): void {
  const plain = [...readGolden('procedures'), ...readGolden('guides')].filter(
    (golden) => golden.style === 'plain',
  );
  for (const name of Object.keys(noises) as Noise[]) {
    const random = seededRandom(2026);
    for (const golden of plain) {
      const found = understanding.understand(noises[name](golden.text, random));
      count(`noise ${name}`, firstTopic(found) === golden.topic);
    }
  }
}

/** Every question that is written with marks, as it is and without them. */
function measureMarks(understanding: Understanding): void {
  for (const golden of [...readGolden('procedures'), ...readGolden('guides'), ...readGolden('typos.yaml')]) {
    if (golden.topic === undefined || golden.topic === null || fold(golden.text) === golden.text) continue;
    const isRight = (text: string) =>
      firstTopic(understanding.understand(text, contextOf(golden))) === golden.topic;
    count('marked questions: as written', isRight(golden.text));
    count('marked questions: without marks', isRight(fold(golden.text)));
  }
}

function measureDecisions(understanding: Understanding): void {
  for (const golden of readGolden('ambiguous.yaml')) {
    const found = understanding.understand(golden.text);
    count('ambiguous: asked back', found.decision === 'clarify');
    const offers = found.candidates.slice(0, 3).some(({ topic }) => golden.any_of?.includes(topic) ?? true);
    count('ambiguous: offers a right one', offers);
    if (found.decision !== 'clarify') note('ambiguous', golden, found);
  }
  for (const golden of readGolden('out-of-scope.yaml')) {
    const found = understanding.understand(golden.text);
    const group = golden.kind ?? 'far';
    count(`out of scope answered as in scope: ${group}`, found.decision === 'answer');
    count(`out of scope as expected: ${group}`, allows(golden.decision, found.decision));
    if (found.decision === 'answer') note(`oos ${group}`, golden, found);
  }
  for (const golden of readGolden('sensitive.yaml')) {
    const found = understanding.understand(golden.text);
    const isCategory = golden.category !== null && golden.category !== undefined;
    if (isCategory) {
      const right =
        found.sensitive === golden.category ||
        (found.decision !== 'sensitive' && found.topic === 'scam-warning');
      const recognised = found.decision === 'sensitive' || right;
      count('sensitive recognised', recognised);
      count('sensitive: right category', right);
      if (!recognised) note(`sensitive ${golden.category ?? ''}`, golden, found);
    } else {
      count('sensitive: false alarm on a near miss', found.decision === 'sensitive');
      if (found.decision === 'sensitive') note('false alarm', golden, found);
    }
  }
  for (const golden of readGolden('general.yaml')) {
    const found = understanding.understand(golden.text);
    const right = found.topic === golden.topic;
    count('general topics', right && allows(golden.decision, found.decision));
    if (!right) note('general', golden, found);
  }
  for (const golden of readGolden('follow-ups.yaml')) {
    const found = understanding.understand(golden.text, contextOf(golden));
    const right = firstTopic(found) === golden.topic;
    count('follow-ups', right);
    if (!right) note(`follow-up ${golden.context?.topic ?? ''}`, golden, found);
    measureAspect(golden, found);
  }
  for (const golden of readGolden('multi.yaml')) {
    const found = understanding.understand(golden.text);
    const got = new Set([found.topic, ...found.also.map((request) => request.topic)]);
    const all = (golden.requests ?? []).filter(({ topic }) => got.has(topic)).length;
    count('several requests: one found', all > 0);
    count('several requests: both found', all === golden.requests?.length);
  }
}

function printCalibration(
  judged: readonly { confidence: number; right: boolean; answered: boolean }[],
): void {
  let error = 0;
  for (let bin = 0; bin < 10; bin++) {
    const inside = judged.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin);
    if (inside.length === 0) continue;
    const right = inside.filter((one) => one.right).length / inside.length;
    const mean = inside.reduce((sum, one) => sum + one.confidence, 0) / inside.length;
    error += (inside.length / judged.length) * Math.abs(right - mean);
  }
  console.log(`Expected calibration error: ${(100 * error).toFixed(1)} %`);
  const sorted = [...judged].sort((one, other) => other.confidence - one.confidence);
  for (const coverage of [0.5, 0.7, 0.8, 0.9, 1]) {
    const covered = sorted.slice(0, Math.ceil(coverage * sorted.length));
    const accuracy = covered.filter((one) => one.right).length / Math.max(1, covered.length);
    console.log(`  the surest ${100 * coverage} % are right in ${(100 * accuracy).toFixed(1)} %`);
  }
}

function measureTime(understanding: Understanding): void {
  const texts = [...readGolden('procedures'), ...readGolden('guides')].map((golden) => golden.text);
  for (const text of texts) understanding.understand(text);
  const micros: number[] = [];
  for (let round = 0; round < 3; round++) {
    for (const text of texts) {
      const started = performance.now();
      understanding.understand(text);
      micros.push((performance.now() - started) * 1000);
    }
  }
  micros.sort((one, other) => one - other);
  const at = (share: number): string => (micros[Math.floor(share * (micros.length - 1))] ?? 0).toFixed(0);
  console.log(`Time per message: p50 ${at(0.5)} µs, p99 ${at(0.99)} µs`);
}

const started = performance.now();
const understanding = loadUnderstanding({
  intentsDir: join(root, 'intents'),
  contentDir: join(root, 'content'),
  ...(process.env.CATALOGUE === undefined ? {} : { catalogue: process.env.CATALOGUE }),
});
console.log(`Cold start: ${(performance.now() - started).toFixed(0)} ms; model ${understanding.version}`);
const judged = measureTopics(understanding);
measureNoise(understanding);
measureMarks(understanding);
measureDecisions(understanding);
printCalibration(judged);
measureTime(understanding);
for (const [name, { hits, of }] of [...figures].sort(([one], [other]) => (one < other ? -1 : 1))) {
  console.log(`${((100 * hits) / of).toFixed(1).padStart(6)} %  ${name}  (${hits}/${of})`);
}
if (showFailures) for (const failure of failures) console.log(failure);
