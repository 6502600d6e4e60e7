import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TopicsFigures, TopicsTask } from './measure-topics.ts';

const intents = join(import.meta.dirname, '../../intents');
const curatedTopics = 60;
const sizes = [curatedTopics, 600, 2642];
const measurer = join(import.meta.dirname, 'measure-topics.ts');

/**
 * What understanding costs as topics grow: 60 procedures with their examples, then with the names of the national
 * catalogue beside them (CATALOGUE is the path of a dump); and the classifier alone, learning each topic from its name.
 * Prints Markdown, ratios to the smallest first.
 */
export async function benchTopics(): Promise<void> {
  const catalogue = process.env['CATALOGUE'] ?? null;
  if (catalogue === null) {
    console.error(
      'Without CATALOGUE=<path of a national catalogue dump> only the curated topics are measured.',
    );
  }
  const directory = await mkdtemp(join(tmpdir(), 'tthc-topics-'));
  const intentsDir = join(directory, 'intents');
  const curated = await copyIntents(intentsDir);
  for (const what of ['understanding', 'classifier'] as const) {
    if (catalogue === null && what === 'classifier') continue;
    const rows: Row[] = [];
    for (const topics of catalogue === null ? [curatedTopics] : sizes) {
      const model = join(directory, `${what}-${topics}`);
      await mkdir(model);
      rows.push(await measureSize({ what, topics, curated, intentsDir, catalogue, directory: model }));
      await rm(model, { recursive: true });
    }
    printTable(what, rows);
  }
  await rm(directory, { recursive: true });
}

interface Row {
  topics: number;
  cold: TopicsFigures;
  warm: TopicsFigures;
  modelBytes: number;
}

/** The rules and the first procedures, by name. */
async function copyIntents(to: string): Promise<string[]> {
  const files = (await readdir(join(intents, 'procedures'))).sort().slice(0, curatedTopics);
  const rules = (await readdir(intents)).filter((name) => name.endsWith('.yaml'));
  for (const path of [...rules, ...files.map((name) => join('procedures', name))]) {
    await cp(join(intents, path), join(to, path));
  }
  return files.map((name) => name.replace(/\.yaml$/, ''));
}

/** In one process that trains, and in another that finds the model made. */
async function measureSize(task: TopicsTask): Promise<Row> {
  const cold = await measureApart(task);
  const [file] = await readdir(task.directory);
  const { size } = await stat(join(task.directory, file ?? ''));
  return { topics: task.topics, cold, warm: await measureApart(task), modelBytes: size };
}

async function measureApart(task: TopicsTask): Promise<TopicsFigures> {
  console.error(`${task.what}, ${task.topics} topics …`);
  const { stdout } = await promisify(execFile)(process.execPath, [measurer, JSON.stringify(task)]);
  return JSON.parse(stdout) as TopicsFigures;
}

const titles = {
  understanding: `Understanding: ${curatedTopics} procedures with examples, names of the catalogue beside them, asked golden questions`,
  classifier:
    'The classifier alone: every topic learnt from its name, asked five words of names without marks',
};

function printTable(what: TopicsTask['what'], rows: readonly Row[]): void {
  const [least] = rows;
  const ratio = (value: number, base = value) => (value / base).toFixed(1);
  const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  console.log(`\n### ${titles[what]}\n`);
  console.log(
    '| topics | time a message, ratio | training, ratio | p50, p99 | training | model on disk | warm start | resident after it | right at first place |',
  );
  console.log(`|${' --- |'.repeat(9)}`);
  for (const { topics, cold, warm, modelBytes } of rows) {
    const cells = [
      topics,
      ratio(warm.p50Micros, least?.warm.p50Micros),
      ratio(cold.readyCpuMs, least?.cold.readyCpuMs),
      `${warm.p50Micros.toFixed(0)} µs, ${warm.p99Micros.toFixed(0)} µs`,
      `${(cold.readyMs / 1000).toFixed(1)} s, ${(cold.readyCpuMs / 1000).toFixed(1)} s CPU`,
      `${mb(modelBytes)} MB`,
      `${(warm.readyMs / 1000).toFixed(2)} s`,
      `${warm.residentMb.toFixed(0)} MB`,
      `${warm.right.toFixed(1)} %`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
