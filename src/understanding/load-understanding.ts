import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVersionCache, hashCode } from '../cache/version-cache.ts';
import type { Understanding } from '../core/understood.ts';
import type { SavedAspectClassifier } from './aspect-classifier.ts';
import { AspectFinder, AspectPhrases } from './aspect-finder.ts';
import { CatalogueIndex } from './catalogue-index.ts';
import { readCatalogueNames, type CatalogueName } from './catalogue-names.ts';
import { ConfusableSets } from './confusable-sets.ts';
import { PhraseEntities } from './entities/phrase-entities.ts';
import { Fillers } from './fillers.ts';
import type { LearntFrom } from './helper-task.ts';
import {
  addExamples,
  hashSources,
  parseSources,
  readSources,
  type Example,
  type IntentData,
} from './read-intents.ts';
import type { SensitiveCategory, SensitiveRules } from './rule-schemas.ts';
import { SensitiveClassifier, type SavedSensitiveClassifier } from './sensitive-classifier.ts';
import { SensitiveFinder } from './sensitive-finder.ts';
import { TopicClassifier, type SavedClassifier } from './topic-classifier.ts';
import { beginTopics, learnBeside, ReadExamples } from './train-model.ts';
import { TrainingHelper } from './training-helper.ts';
import { MessageUnderstanding } from './understand.ts';

export interface UnderstandingOptions {
  /** The folder `intents/`. */
  intentsDir: string;
  /** The folder `content/`: codes and names of topics are read from it. Without it no topic has a code. */
  contentDir?: string;
  /** Path of a national catalogue dump (JSON lines, plain or gzip), or the names themselves. */
  catalogue?: string | readonly CatalogueName[];
  /** Examples beside those of the files, e.g. what reviewers published; they win over a file's example of the same words. */
  examples?: readonly Example[];
  /** Where trained models may be kept between starts; nothing is kept without it. */
  cacheDir?: string;
}

/** The model in force, the one before it for going back, and a draft that is being measured. */
const modelsKept = 3;

/** What a trained model consists of; its serialised bytes depend on the sources alone. */
interface SavedModel {
  classifier: SavedClassifier;
  aspects: SavedAspectClassifier;
  sensitive: SavedSensitiveClassifier;
  rules: Omit<IntentData, 'examples' | 'sensitive'> & { sensitive: SensitiveRules[] };
  catalogue: { names: CatalogueName[]; words: string[][] } | null;
}

/**
 * Understanding trained from the intents (or restored from `cacheDir` when nothing has changed).
 * Throws AppError `content` when a file is missing or wrong.
 */
export function loadUnderstanding(options: UnderstandingOptions): Understanding {
  const sources = readSources(options.intentsDir, options.contentDir);
  const examples = options.examples ?? [];
  const version = hashAll(hashSources(sources), options.catalogue, examples);
  const cache =
    options.cacheDir === undefined
      ? undefined
      : createVersionCache<SavedModel>(options.cacheDir, 'understanding', modelsKept);
  const cached = cache?.read(version);
  if (cached !== undefined) return assemble(cached, undefined, version);
  const helper = new TrainingHelper();
  try {
    const data = addExamples(parseSources(sources), examples);
    const { saved, classifier } = trainModel(data, readNames(options.catalogue), helper);
    cache?.write(version, saved);
    return assemble(saved, classifier, version);
  } finally {
    helper.dismiss();
  }
}

/** Understanding trained from examples and rules at hand, without a cache: for measuring on what was held out. */
export function buildUnderstanding(data: IntentData): Understanding {
  const helper = new TrainingHelper();
  const { saved, classifier } = trainModel(data, null, helper);
  helper.dismiss();
  return assemble(saved, classifier, 'unnamed');
}

function trainModel(
  data: IntentData,
  names: CatalogueName[] | null,
  helper: TrainingHelper,
): { saved: SavedModel; classifier: TopicClassifier } {
  const { examples, sensitive, ...rules } = data;
  const { topics: entries, lexicon, aspects: phrases, sensitiveIdeas } = data;
  const from: LearntFrom = {
    examples,
    topics: entries,
    lexicon,
    aspects: phrases,
    sensitive,
    sensitiveIdeas,
  };
  helper.learn(from);
  const reader = new ReadExamples(data.lexicon);
  const read = names?.map(({ name }) => reader.read(name).tokens) ?? [];
  const catalogue =
    names === null ? null : { names, words: read.map((tokens) => tokens.map(({ text }) => text)) };
  const foldedNames = read.map((tokens) => tokens.map(({ folded }) => folded));
  const topics = beginTopics(data, reader, foldedNames, helper);
  const classifier = topics.finish();
  const beside = helper.takeLearnt() ?? learnBeside(from, reader);
  const saved = {
    classifier: classifier.save(),
    ...beside,
    rules: { ...rules, sensitive: sensitive.map(withoutExamples) },
    catalogue,
  };
  return { saved, classifier };
}

function withoutExamples({
  id,
  topic,
  decision,
  urgent,
  phrases,
  unless,
}: SensitiveCategory): SensitiveRules {
  return { id, topic, decision, urgent, phrases, ...(unless === undefined ? {} : { unless }) };
}

function assemble(saved: SavedModel, trained: TopicClassifier | undefined, version: string): Understanding {
  const { rules, catalogue } = saved;
  const fillers = new Fillers(rules.lexicon);
  const curatedCodes = new Set(rules.topics.map((topic) => topic.code));
  const parts = {
    classifier: trained ?? TopicClassifier.restore(saved.classifier, rules.lexicon),
    topics: new Map(rules.topics.map((topic) => [topic.id, topic])),
    lexicon: rules.lexicon,
    aspects: new AspectFinder(new AspectPhrases(rules.aspects), saved.aspects),
    messageRules: rules.aspects,
    sensitive: new SensitiveFinder(
      rules.sensitive,
      SensitiveClassifier.restore(saved.sensitive, rules.sensitiveIdeas),
    ),
    confusable: new ConfusableSets(rules.confusable),
    phraseEntities: new PhraseEntities(rules.lexicon),
    catalogue:
      catalogue === null
        ? null
        : new CatalogueIndex(catalogue.names, catalogue.words, fillers.folded, (code) =>
            curatedCodes.has(code),
          ),
    catalogueCodes: new Set(catalogue?.names.map(({ code }) => code)),
  };
  const reader = new MessageUnderstanding(parts, fillers);
  return {
    version,
    understand: (text, context) => reader.understand(text, context),
    spellOut: (text) => reader.spellOut(text),
    confusableSet: (id) => rules.confusable.find((set) => set.id === id),
  };
}

function readNames(catalogue: UnderstandingOptions['catalogue']): CatalogueName[] | null {
  if (catalogue === undefined) return null;
  return typeof catalogue === 'string' ? readCatalogueNames(catalogue) : [...catalogue];
}

/** Hash of the sources, the further examples, the catalogue and this program's own code: a model is made by all of them. */
function hashAll(
  sourcesHash: string,
  catalogue: UnderstandingOptions['catalogue'],
  examples: readonly Example[],
): string {
  const hash = createHash('sha256').update(sourcesHash);
  if (examples.length > 0) hash.update(JSON.stringify(examples.map((one) => JSON.stringify(one)).sort()));
  if (typeof catalogue === 'string') hash.update(readFileSync(catalogue));
  else if (catalogue !== undefined) hash.update(JSON.stringify(catalogue));
  hash.update(hashCode([import.meta.dirname, join(import.meta.dirname, '../text')]));
  return hash.digest('hex').slice(0, 16);
}
