import { join } from 'node:path';
import { buildUnderstanding } from '../../src/understanding/load-understanding.ts';
import { parseSources, readSources, type IntentData } from '../../src/understanding/read-intents.ts';
import { sensitiveLabel } from '../../src/understanding/sensitive-label.ts';
import { TopicClassifier } from '../../src/understanding/topic-classifier.ts';
import { provideLibraries, type Contestant, type Labelled } from './library-contestants.ts';
import { quantile } from './load.ts';
import { noises, seededRandom, type Noise } from './noise.ts';

const root = join(import.meta.dirname, '../..');
const seed = 2026;
/** So few, because some libraries take a tenth of a second for one. */
const askedTexts = 300;
/** Until the engine has compiled the hot code of what answers quickly. */
const warmUpMs = 2_000;
const asked: readonly Noise[] = ['plain', 'nodia', 'typo'];

interface Figures {
  name: string;
  trainCpuMs: number;
  /** Percent right at first place, one for each noise of `asked`. */
  right: number[];
  p50Micros: number;
  p99Micros: number;
}

/**
 * Our classifier and the whole of our understanding against libraries: all learn the same examples of intents/ and are
 * asked the same texts held out of them, as written, without marks and with slips. Prints Markdown, ratios to our
 * classifier first.
 */
export async function benchLibraries(): Promise<void> {
  const data = parseSources(readSources(join(root, 'intents'), join(root, 'content')));
  const { examples, texts } = holdOut(data);
  const contestants = [ourClassifier(data), ourUnderstanding(data, texts), ...(await provideLibraries())];
  const figures: Figures[] = [];
  for (const contestant of contestants) {
    console.error(`${contestant.name} …`);
    figures.push(await measure(contestant, examples, texts));
  }
  console.log(
    `\n### Understanding: ${examples.length} examples, ${texts.length} texts held out, each in three ways\n`,
  );
  printTable(figures);
}

/** Topics' examples in a seeded order, some held out; names and aliases are always learnt. */
function holdOut(data: IntentData): { examples: Labelled[]; texts: Labelled[] } {
  const random = seededRandom(seed);
  const names = new Set(data.topics.flatMap((topic) => topic.names));
  const shuffled = data.examples
    .flatMap(({ text, topic }) =>
      topic === null || topic.startsWith(sensitiveLabel('')) ? [] : [{ text, label: topic, place: random() }],
    )
    .sort((one, other) => one.place - other.place);
  const texts = shuffled.filter(({ text }) => !names.has(text)).slice(0, askedTexts);
  const isHeldOut = setOfTexts(texts);
  return { examples: shuffled.filter(({ text }) => !isHeldOut.has(text)), texts };
}

const setOfTexts = (texts: readonly Labelled[]) => new Set(texts.map(({ text }) => text));

/** The ranking of topics alone, from the same labels and texts as the libraries. */
function ourClassifier({ lexicon }: IntentData): Contestant {
  return {
    name: 'ours: the classifier alone',
    learn: async (examples) => {
      const classifier = TopicClassifier.train(examples, lexicon);
      return (text) => classifier.rank(classifier.reader.read(text)).labels[0]?.label ?? null;
    },
  };
}

/** Everything that a message goes through, which has rules and examples of other matters to learn besides. */
function ourUnderstanding(data: IntentData, texts: readonly Labelled[]): Contestant {
  const isHeldOut = setOfTexts(texts);
  const examples = data.examples.filter(({ text }) => !isHeldOut.has(text));
  return {
    name: 'ours: the whole pipeline',
    learn: async () => {
      const understanding = buildUnderstanding({ ...data, examples });
      return (text) => {
        const { topic, candidates } = understanding.understand(text);
        return topic ?? candidates[0]?.topic ?? null;
      };
    },
  };
}

async function measure(
  contestant: Contestant,
  examples: readonly Labelled[],
  texts: readonly Labelled[],
): Promise<Figures> {
  const cpuBefore = process.cpuUsage();
  const ask = await contestant.learn(examples);
  const { user, system } = process.cpuUsage(cpuBefore);
  await warmUp(ask, examples);
  const micros: number[] = [];
  const right: number[] = [];
  for (const noise of asked) {
    const random = seededRandom(seed);
    let hits = 0;
    for (const { text, label } of texts) {
      const noisy = noises[noise](text, random);
      const started = performance.now();
      const guess = await ask(noisy);
      micros.push((performance.now() - started) * 1000);
      if (guess === label) hits += 1;
    }
    right.push((100 * hits) / texts.length);
  }
  return {
    name: contestant.name,
    trainCpuMs: (user + system) / 1000,
    right,
    p50Micros: quantile(micros, 0.5),
    p99Micros: quantile(micros, 0.99),
  };
}

async function warmUp(ask: (text: string) => unknown, examples: readonly Labelled[]): Promise<void> {
  const end = performance.now() + warmUpMs;
  for (const { text } of examples) {
    if (performance.now() > end) break;
    await ask(text);
  }
}

function printTable(figures: readonly Figures[]): void {
  const [ours] = figures;
  const ratio = (value: number, own = value) => (value / own).toFixed(value < own ? 2 : 1);
  console.log(
    '| system | time, ratio | training, ratio | right: as written / without marks / with slips | p50, p99 | training |',
  );
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const { name, right, p50Micros, p99Micros, trainCpuMs } of figures) {
    const cells = [
      name,
      ratio(p50Micros, ours?.p50Micros),
      ratio(trainCpuMs, ours?.trainCpuMs),
      `${right.map((share) => share.toFixed(1)).join(' / ')} %`,
      `${p50Micros.toFixed(0)} µs, ${p99Micros.toFixed(0)} µs`,
      `${(trainCpuMs / 1000).toFixed(1)} s CPU`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
