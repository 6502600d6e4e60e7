import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { parse } from 'yaml';
import { fold } from '../../src/text/fold.ts';
import { readCatalogueNames, type CatalogueName } from '../../src/understanding/catalogue-names.ts';
import { loadUnderstanding } from '../../src/understanding/load-understanding.ts';
import { parseSources, readLexicon, readSources } from '../../src/understanding/read-intents.ts';
import { TopicClassifier, type SavedClassifier } from '../../src/understanding/topic-classifier.ts';
import type { Labelled } from './library-contestants.ts';
import { quantile } from './load.ts';
import { seededRandom, type Random } from './noise.ts';

/**
 * Measures one model in a process of its own, for `topics.ts`: opens it (from `directory` where an earlier process left
 * it there, else by training), asks it questions, prints `TopicsFigures` as JSON.
 */

export interface TopicsTask {
  /** Topics with their examples and others by name alone, in all of understanding; or all learnt from their names, by the classifier alone. */
  what: 'understanding' | 'classifier';
  topics: number;
  /** Ids of the topics that have examples: those of `intentsDir`. */
  curated: readonly string[];
  intentsDir: string;
  /** Path of a national catalogue dump; null where the curated topics are all. */
  catalogue: string | null;
  /** Where the model is kept. */
  directory: string;
}

export interface TopicsFigures {
  readyMs: number;
  readyCpuMs: number;
  p50Micros: number;
  p99Micros: number;
  /** Percent of the questions of which the right topic comes first. */
  right: number;
  residentMb: number;
}

interface Model {
  open: () => Ask;
  questions: readonly Labelled[];
}

type Ask = (text: string) => string | null;

const root = join(import.meta.dirname, '../..');
const contentDir = join(root, 'content');
const seed = 2026;
/** The quickest of so many rounds counts for a question: other programs only ever make it slower. */
const rounds = 3;
const nameQuestions = 500;

const task = JSON.parse(process.argv[2] ?? '') as TopicsTask;
console.log(JSON.stringify(measure(task.what === 'understanding' ? planUnderstanding() : planClassifier())));

function measure({ open, questions }: Model): TopicsFigures {
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  const ask = open();
  const readyMs = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpuBefore);
  const hits = questions.filter(({ text, label }) => ask(text) === label).length;
  const micros = questions.map(() => Infinity);
  for (let round = 0; round < rounds; round += 1) {
    questions.forEach(({ text }, at) => {
      const started = performance.now();
      ask(text);
      micros[at] = Math.min(micros[at] ?? Infinity, (performance.now() - started) * 1000);
    });
  }
  return {
    readyMs,
    readyCpuMs: (user + system) / 1000,
    p50Micros: quantile(micros, 0.5),
    p99Micros: quantile(micros, 0.99),
    right: (100 * hits) / questions.length,
    residentMb: process.memoryUsage.rss() / 2 ** 20,
  };
}

/** Golden questions of the curated topics, while names that are not asked for stand beside them. */
function planUnderstanding(): Model {
  const { intentsDir, curated, topics, directory } = task;
  const codes = new Set(parseSources(readSources(intentsDir, contentDir)).topics.map(({ code }) => code));
  const names = shuffledNames(seededRandom(seed))
    .filter(({ code }) => !codes.has(code))
    .slice(0, topics - curated.length);
  const open = (): Ask => {
    const understanding = loadUnderstanding({
      ...{ intentsDir, contentDir, cacheDir: directory },
      ...(names.length === 0 ? {} : { catalogue: names }),
    });
    return (text) => {
      const { topic, candidates } = understanding.understand(text);
      return topic ?? candidates[0]?.topic ?? null;
    };
  };
  return { open, questions: curated.flatMap(readGolden) };
}

function readGolden(topic: string): Labelled[] {
  const golden = parse(readFileSync(join(root, `test/golden/procedures/${topic}.yaml`), 'utf8')) as {
    text: string;
  }[];
  return golden.map(({ text }) => ({ text, label: topic }));
}

/** Each topic learnt from its official name and three windows of it; asked for by five words of it without marks. */
function planClassifier(): Model {
  const random = seededRandom(seed);
  const names = shuffledNames(random).slice(0, task.topics);
  const examples = names.flatMap(({ code, name }) =>
    [name, ...[6, 6, 6].map((size) => windowOf(name, size, random))].map((text) => ({ text, label: code })),
  );
  const lexicon = readLexicon(task.intentsDir);
  const path = join(task.directory, 'classifier.bin');
  const open = (): Ask => {
    const classifier = existsSync(path)
      ? TopicClassifier.restore(deserialize(readFileSync(path)) as SavedClassifier, lexicon)
      : TopicClassifier.train(examples, lexicon);
    if (!existsSync(path)) writeFileSync(path, serialize(classifier.save()));
    return (text) => classifier.rank(classifier.reader.read(text)).labels[0]?.label ?? null;
  };
  const questions = Array.from({ length: nameQuestions }, (_, at) => names[at % names.length]).flatMap(
    (asked) =>
      asked === undefined ? [] : [{ text: fold(windowOf(asked.name, 5, random)), label: asked.code }],
  );
  return { open, questions };
}

function shuffledNames(random: Random): CatalogueName[] {
  if (task.catalogue === null) return [];
  return readCatalogueNames(task.catalogue)
    .map((name) => ({ name, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ name }) => name);
}

/** So many neighbouring words from a random place. */
function windowOf(name: string, size: number, random: Random): string {
  const words = name.split(/\s+/);
  const start = Math.floor(random() * Math.max(1, words.length - size + 1));
  return words.slice(start, start + size).join(' ');
}
