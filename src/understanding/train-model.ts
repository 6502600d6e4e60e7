import { AspectClassifier } from './aspect-classifier.ts';
import { AspectPhrases } from './aspect-finder.ts';
import type { LearntBeside, LearntFrom } from './helper-task.ts';
import { MessageReader, type ReadMessage } from './message-reader.ts';
import type { Example, IntentData } from './read-intents.ts';
import type { Lexicon } from './rule-schemas.ts';
import { harmless, SensitiveClassifier } from './sensitive-classifier.ts';
import { sensitiveLabel } from './sensitive-label.ts';
import { outOfScopeLabel, TopicClassifier, type FurtherWords } from './topic-classifier.ts';
import type { TrainingHelper } from './training-helper.ts';
import { emptyVocabulary } from './vocabulary.ts';

/** Example texts read once for all that learn from them. */
export class ReadExamples {
  readonly #reader: MessageReader;
  readonly #read = new Map<string, ReadMessage>();

  constructor(lexicon: Lexicon) {
    this.#reader = new MessageReader(lexicon, emptyVocabulary);
  }

  read(text: string): ReadMessage {
    let message = this.#read.get(text);
    if (message === undefined) {
      message = this.#reader.read(text);
      this.#read.set(text, message);
    }
    return message;
  }
}

/**
 * Learns the topics from all examples but those of sensitive categories, whose words are only made known. What is done
 * before `finish` is done while the helper trains.
 */
export function beginTopics(
  data: IntentData,
  reader: ReadExamples,
  names: FurtherWords,
  helper: TrainingHelper,
): { finish: () => TopicClassifier } {
  const isSensitive = new Set(data.sensitive.map(({ id }) => sensitiveLabel(id)));
  const usual = data.examples.filter(
    ({ topic, isAside }) => isAside !== true && (topic === null || !isSensitive.has(topic)),
  );
  const sensitive = data.examples.filter(({ topic }) => topic !== null && isSensitive.has(topic));
  const sensitiveWords = sensitive.map(({ text }) => reader.read(text).tokens.map((token) => token.folded));
  return TopicClassifier.begin(
    usual.map(({ text, topic, language }) => ({ text, label: topic ?? outOfScopeLabel, language })),
    data.lexicon,
    { furtherWords: [...sensitiveWords, ...names], read: (text) => reader.read(text), helper },
  );
}

/** Learns sensitive matters and aspects. */
export function learnBeside(data: LearntFrom, reader: ReadExamples): LearntBeside {
  return { aspects: trainAspects(data, reader).save(), sensitive: trainSensitive(data, reader).save() };
}

/**
 * Learns the sensitive categories. Examples of a guide or general topic that a category answers with are left out, for
 * they hold both kinds of messages, but for a topic named as the category itself.
 */
function trainSensitive(
  data: Pick<IntentData, 'examples' | 'sensitive' | 'sensitiveIdeas'>,
  reader: ReadExamples,
): SensitiveClassifier {
  const answered = new Set(data.sensitive.map(({ topic }) => topic));
  const placeOf = new Map<string | null, number>(
    data.sensitive.flatMap(({ id }, at) => [
      [sensitiveLabel(id), at],
      [id, at],
    ]),
  );
  const nearMisses = new Set(data.sensitive.flatMap((one) => one.near_misses ?? []).map(({ text }) => text));
  const labelled = sortByText(data.examples).flatMap((example) => {
    const place = placeOf.get(example.topic);
    if (place === undefined && example.topic !== null && answered.has(example.topic)) return [];
    const isAlike = example.topic === null || nearMisses.has(example.text);
    const label = place ?? (isAlike ? harmless.alike : harmless.usual);
    return { message: reader.read(example.text), label };
  });
  return SensitiveClassifier.train(
    labelled.map(({ message }) => message),
    labelled.map(({ label }) => label),
    data.sensitive.length,
    data.sensitiveIdeas,
  );
}

/** Learns aspects from the example questions of procedures and guides; a bare name or alias asks for no part. */
function trainAspects(
  data: Pick<IntentData, 'examples' | 'topics' | 'aspects'>,
  reader: ReadExamples,
): AspectClassifier {
  const asking = new Set(
    data.topics
      .filter((topic) => topic.kind === 'procedure' || topic.kind === 'guide')
      .map((topic) => topic.id),
  );
  const examples = sortByText(
    data.examples.filter(
      ({ topic, isUntagged }) => topic !== null && isUntagged !== true && asking.has(topic),
    ),
  ).sort((one, other) => compare(one.topic ?? '', other.topic ?? ''));
  return AspectClassifier.train(
    examples.map(({ text }) => reader.read(text)),
    examples.map(({ aspects }) => aspects),
    examples.map(({ topic }) => topic ?? ''),
    new AspectPhrases(data.aspects).named,
  );
}

/** One order whatever the order of the files, so that the same examples give the same model. */
function sortByText(examples: readonly Example[]): Example[] {
  return [...examples].sort((one, other) => compare(one.text, other.text));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
