import { join } from 'node:path';
import { calibration, termBounds } from '../../src/understanding/constants.ts';
import { buildUnderstanding } from '../../src/understanding/load-understanding.ts';
import { parseSources, readSources, type Example } from '../../src/understanding/read-intents.ts';
import { sensitiveLabel } from '../../src/understanding/sensitive-label.ts';
import { outOfScopeLabel, TopicClassifier, type Ranking } from '../../src/understanding/topic-classifier.ts';
import { noises, seededRandom, type Noise } from './noise.ts';

/**
 * Cross-validation over the examples in intents/, plain and noisy: what the constants of understanding were chosen by.
 * Prints accuracy per noise, a fitted calibration, what each threshold would answer, and what the whole of understanding
 * makes of the texts of one fold (decisions, aspects, sensitive matters). Two of five folds are run unless told
 * otherwise: `node test/bench/cross-validate.ts [folds]`
 */
const root = join(import.meta.dirname, '../..');
const data = parseSources(readSources(join(root, 'intents'), join(root, 'content')));
const folds = 5;
const foldsToRun = Number(process.argv[2] ?? 2);
const judgedNoises: readonly Noise[] = ['plain', 'mix'];
const terms = Object.keys(calibration).filter((name) => name !== 'bias') as (keyof Ranking['terms'])[];
const names = new Set(data.topics.flatMap((topic) => topic.names));
/** Sensitive messages are learnt apart from topics. */
const usual = data.examples.filter(({ topic }) => topic === null || !topic.startsWith(sensitiveLabel('')));
const kinds = new Map(data.topics.map((topic) => [topic.id, topic.kind]));

interface Row {
  group: string;
  noise: Noise;
  right: boolean;
  among3: boolean;
  /** 1 and the terms, within their bounds. */
  values: number[];
}

function foldOf({ text }: Example): number {
  let hash = 7;
  for (const letter of text) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return names.has(text) ? -1 : hash % folds;
}

function groupOf({ topic, language }: Example): string {
  const kind = topic === null ? 'out of scope' : (kinds.get(topic) ?? 'general');
  return kind === 'procedure' || kind === 'guide' ? language : kind;
}

function boundedTerms(ranking: Ranking): number[] {
  const bounds: Partial<Record<string, readonly [number, number]>> = termBounds;
  return terms.map((name) => {
    const [low, high] = bounds[name] ?? [-Infinity, Infinity];
    return Math.max(low, Math.min(high, ranking.terms[name]));
  });
}

function runFold(fold: number): Row[] {
  const label = (example: Example): string => example.topic ?? outOfScopeLabel;
  const train = usual.filter((example) => foldOf(example) !== fold);
  const classifier = TopicClassifier.train(
    train.map((example) => ({ text: example.text, label: label(example), language: example.language })),
    data.lexicon,
  );
  const random = seededRandom(fold + 1);
  return usual
    .filter((example) => foldOf(example) === fold)
    .flatMap((example) =>
      judgedNoises.map((noise) => {
        const ranking = classifier.rank(classifier.reader.read(noises[noise](example.text, random)));
        const places = ranking.labels.slice(0, 3).map((ranked) => ranked.label);
        return {
          group: groupOf(example),
          noise,
          right: places[0] === label(example),
          among3: places.includes(label(example)),
          values: [1, ...boundedTerms(ranking)],
        };
      }),
    );
}

/** Logistic regression by Newton's method; plain texts count twice. */
function fitCalibration(rows: readonly Row[]): number[] {
  const size = terms.length + 1;
  const weights = new Array<number>(size).fill(0);
  for (let step = 0; step < 25; step++) {
    const system = Array.from({ length: size }, (_row, at) => {
      const row = new Array<number>(size + 1).fill(0);
      row[at] = 1;
      row[size] = -(weights[at] ?? 0);
      return row;
    });
    for (const { values, right, noise } of rows) {
      const importance = noise === 'plain' ? 2 : 1;
      const belief = believe(values, weights);
      values.forEach((one, at) => {
        const row = system[at];
        if (row === undefined) return;
        row[size] = (row[size] ?? 0) + importance * ((right ? 1 : 0) - belief) * one;
        values.forEach((other, column) => {
          row[column] = (row[column] ?? 0) + importance * belief * (1 - belief) * one * other;
        });
      });
    }
    solve(system).forEach((change, at) => (weights[at] = (weights[at] ?? 0) + change));
  }
  return weights;
}

function believe(values: readonly number[], weights: readonly number[]): number {
  return 1 / (1 + Math.exp(-values.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0)));
}

/** Gauss-Jordan on rows that end with the right-hand side; the matrix is positive definite. */
function solve(rows: number[][]): number[] {
  rows.forEach((pivot, at) => {
    const lead = pivot[at] ?? 1;
    rows.forEach((row, other) => {
      if (other === at) return;
      const factor = (row[at] ?? 0) / lead;
      pivot.forEach((value, column) => (row[column] = (row[column] ?? 0) - factor * value));
    });
  });
  return rows.map((row, at) => (row.at(-1) ?? 0) / (row[at] ?? 1));
}

const percent = (hits: number, of: number): string => ((100 * hits) / Math.max(1, of)).toFixed(1);
const rows = Array.from({ length: foldsToRun }, (_fold, fold) => runFold(fold)).flat();
for (const group of new Set(rows.map((row) => row.group))) {
  const line = judgedNoises.map((noise) => {
    const inside = rows.filter((row) => row.group === group && row.noise === noise);
    const first = percent(inside.filter((row) => row.right).length, inside.length);
    return `${noise} ${first} (${percent(inside.filter((row) => row.among3).length, inside.length)})`;
  });
  if (group !== 'out of scope') console.log(`${group}: first (among three) ${line.join(', ')}`);
}
const weights = fitCalibration(rows);
console.log(['bias', ...terms].map((name, at) => `${name}: ${(weights[at] ?? 0).toFixed(2)}`).join(', '));
for (const threshold of [0.4, 0.5, 0.6, 0.7, 0.8]) {
  const accepted = rows.filter((row) => row.noise === 'plain' && believe(row.values, weights) >= threshold);
  const all = (group: string): number =>
    rows.filter((row) => row.noise === 'plain' && row.group === group).length;
  const answered = accepted.filter((row) => row.group === 'vi');
  const strange = accepted.filter((row) => row.group === 'out of scope').length;
  console.log(
    `from ${threshold}: answered ${percent(answered.length, all('vi'))} %, wrong ` +
      `${percent(answered.filter((row) => !row.right).length, all('vi'))} %, out of scope accepted ` +
      `${percent(strange, all('out of scope'))} %`,
  );
}

/** The whole pipeline on held-out texts: shares of each group, by what was done with them. */
function measureDecisions(fold: number): void {
  const understanding = buildUnderstanding({
    ...data,
    examples: data.examples.filter((example) => foldOf(example) !== fold),
  });
  const nearMisses = new Set(
    data.sensitive.flatMap((one) => (one.near_misses ?? []).map(({ text }) => text)),
  );
  const sensitive = new Set(data.sensitive.map(({ id }) => sensitiveLabel(id)));
  for (const example of data.examples.filter((one) => foldOf(one) === fold)) {
    const found = understanding.understand(example.text);
    const isAlarm = found.decision === 'sensitive' || found.topic === 'scam-warning';
    if (example.topic !== null && sensitive.has(example.topic)) {
      count('sensitive: recognised', isAlarm);
    } else if (nearMisses.has(example.text)) {
      count('sensitive: false alarm on a near miss', found.decision === 'sensitive');
    } else if (example.topic === null) {
      count('out of scope: answered', found.decision === 'answer');
      count('out of scope: false alarm', found.decision === 'sensitive');
    } else if (groupOf(example) === 'vi' || groupOf(example) === 'en') {
      const first = found.topic ?? found.candidates[0]?.topic;
      count('topics: first right', first === example.topic);
      count('topics: answered wrong', found.decision === 'answer' && first !== example.topic);
      count('topics: answered', found.decision === 'answer');
      if (found.decision === 'clarify')
        count(
          'topics: right one among three when asked back',
          found.candidates.slice(0, 3).some(({ topic }) => topic === example.topic),
        );
      const [aspect] = example.aspects;
      if (aspect === undefined) count('aspects: none where none is tagged', found.aspect === null);
      else if (aspect !== 'overview')
        count('aspects: first right', found.aspect !== null && example.aspects.includes(found.aspect));
    }
  }
}

const shares = new Map<string, { hits: number; of: number }>();

function count(name: string, hit: boolean): void {
  const share = shares.get(name) ?? { hits: 0, of: 0 };
  share.of++;
  if (hit) share.hits++;
  shares.set(name, share);
}

measureDecisions(0);
for (const [name, { hits, of }] of shares)
  console.log(`${percent(hits, of).padStart(6)} %  ${name} (${hits}/${of})`);
