import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { providePackages } from './provide-packages.ts';

export interface Labelled {
  text: string;
  label: string;
}

/** Something that learns labels of texts. What `learn` gives tells the likeliest label of one text. */
export interface Contestant {
  name: string;
  learn(examples: readonly Labelled[]): Promise<(text: string) => Guess | Promise<Guess>>;
}

/** Null where nothing is found. */
type Guess = string | null;

const packages = [
  'wink-perceptron@2.0.0',
  'fasttext.wasm.js@1.0.0',
  '@nlpjs/nlu@4.27.0',
  'flexsearch@0.8.212',
  'minisearch@7.2.0',
  'natural@8.1.1',
  '@orama/orama@3.1.18',
];

/**
 * Libraries that a chatbot could be built with, each as its guide shows it and with the settings that served it best:
 * tolerance of slips makes the searchers slower and no better, for Vietnamese words are short. Where a library leaves the
 * splitting to its user, or its own would cut words at every mark, it gets lower-case words by Unicode. Searchers answer
 * with the label of the nearest example.
 */
export async function provideLibraries(): Promise<Contestant[]> {
  const folder = await providePackages('understanding-libraries', packages);
  const load = createRequire(join(folder, 'package.json'));
  return [
    winkPerceptron(load),
    fastText(folder),
    nlpjs(load),
    flexsearch(load),
    minisearch(load),
    naturalBayes(load),
    orama(load),
  ];
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

/** Words and pairs of neighbours. */
function termsOf(text: string): string[] {
  const words = wordsOf(text);
  return [...words, ...words.slice(1).map((word, at) => `${words[at]} ${word}`)];
}

function winkPerceptron(load: NodeJS.Require): Contestant {
  const features = (text: string) => Object.fromEntries(termsOf(text).map((term) => [term, 1]));
  return {
    name: 'wink-perceptron',
    learn: async (examples) => {
      const perceptron = load('wink-perceptron')();
      perceptron.learn(examples.map(({ text, label }) => [features(text), { label }]));
      return (text) => perceptron.predict(features(text)) as string;
    },
  };
}

/** Its settings for few short texts: more passes, and pieces of words and pairs in a smaller table than the usual 2 million. */
const fastTextSettings = {
  ...{ epoch: 25, lr: 0.5, dim: 50, loss: 'softmax' },
  ...{ wordNgrams: 2, minn: 2, maxn: 4, bucket: 100_000, minCount: 1 },
};

/** As WebAssembly: no binary of it is to be had from the registry. */
function fastText(folder: string): Contestant {
  const lineOf = (text: string) => wordsOf(text).join(' ');
  const prefix = '__label__';
  return {
    name: 'fastText (WebAssembly)',
    learn: async (examples) => {
      const path = join(folder, 'node_modules/fasttext.wasm.js/dist/main/node.mjs');
      const { getFastTextClass, getFastTextModule } = await import(pathToFileURL(path).href);
      const FastText = await getFastTextClass({ getFastTextModule });
      const lines = examples.map(({ text, label }) => `${prefix}${label} ${lineOf(text)}\n`);
      const file = `data:text/plain;base64,${Buffer.from(lines.join('')).toString('base64')}`;
      const model = await new FastText().trainSupervised(file, fastTextSettings, () => undefined);
      return (text) => {
        const best = model.predict(lineOf(text)).get(0) as [number, string] | undefined;
        return best?.[1].slice(prefix.length) ?? null;
      };
    },
  };
}

function nlpjs(load: NodeJS.Require): Contestant {
  return {
    name: '@nlpjs/nlu',
    learn: async (examples) => {
      const { NluNeural } = load('@nlpjs/nlu');
      const { containerBootstrap } = load('@nlpjs/core');
      const nlu = new NluNeural({ locale: 'vi', container: await containerBootstrap(), log: false });
      await nlu.train(examples.map(({ text, label }) => ({ utterance: text, intent: label })));
      return async (text) => (await nlu.process(text)).classifications[0]?.intent as Guess;
    },
  };
}

function flexsearch(load: NodeJS.Require): Contestant {
  return {
    name: 'flexsearch (nearest example)',
    learn: async (examples) => {
      const { Index } = load('flexsearch');
      const index = new Index({ context: true });
      examples.forEach(({ text }, id) => index.add(id, text));
      return (text) => labelAt(examples, index.search(text, { limit: 1, suggest: true })[0]);
    },
  };
}

function minisearch(load: NodeJS.Require): Contestant {
  return {
    name: 'minisearch (nearest example)',
    learn: async (examples) => {
      const MiniSearch = load('minisearch');
      const index = new MiniSearch({ fields: ['text'] });
      index.addAll(examples.map(({ text }, id) => ({ id, text })));
      return (text) => labelAt(examples, index.search(text)[0]?.id);
    },
  };
}

/** With its usual smoothing of 1 the rarest label would win everywhere. */
const bayesSmoothing = 0.01;

function naturalBayes(load: NodeJS.Require): Contestant {
  return {
    name: 'natural (Bayes)',
    learn: async (examples) => {
      const { BayesClassifier } = load('natural/lib/natural/classifiers');
      const bayes = new BayesClassifier(undefined, bayesSmoothing);
      for (const { text, label } of examples) bayes.addDocument(wordsOf(text), label);
      bayes.train();
      return (text) => bayes.classify(wordsOf(text)) as string;
    },
  };
}

function orama(load: NodeJS.Require): Contestant {
  return {
    name: 'orama (nearest example)',
    learn: async (examples) => {
      const { create, insertMultiple, search } = load('@orama/orama');
      const tokenizer = { language: 'english', normalizationCache: new Map(), tokenize: wordsOf };
      const database = create({ schema: { text: 'string' }, components: { tokenizer } });
      await insertMultiple(
        database,
        examples.map(({ text }, id) => ({ id: String(id), text })),
      );
      return async (text) => {
        const { hits } = await search(database, { term: text, limit: 1 });
        return labelAt(examples, hits[0]?.id);
      };
    },
  };
}

function labelAt(examples: readonly Labelled[], id: unknown): Guess {
  return id === undefined ? null : (examples[Number(id)]?.label ?? null);
}
