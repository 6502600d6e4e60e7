import { serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { parseSources, readSources } from '../../../src/understanding/read-intents.ts';
import { TopicClassifier, type LabelledText } from '../../../src/understanding/topic-classifier.ts';
import { TrainingHelper } from '../../../src/understanding/training-helper.ts';
import { thresholds } from '../../../src/understanding/constants.ts';
import { projectDir } from '../../support/model.ts';

/** Topics that are near each other: where one more example would be felt. */
const topics = [
  'birth-registration',
  'death-registration',
  'marital-status-certificate',
  'passport',
  'office',
];
const data = parseSources(readSources(join(projectDir, 'intents'), join(projectDir, 'content')));
const examples = data.examples.flatMap(({ text, topic, language }): LabelledText[] =>
  topic !== null && topics.includes(topic) ? [{ text, label: topic, language }] : [],
);
const asked = examples.filter((_example, at) => at % 5 === 0);
const learnt = examples.filter((_example, at) => at % 5 !== 0);
const train = (texts: readonly LabelledText[], helper?: TrainingHelper): TopicClassifier =>
  TopicClassifier.train(texts, data.lexicon, helper === undefined ? {} : { helper });
const bytesOf = (classifier: TopicClassifier): Buffer => serialize(classifier.save());

/** What is done with each question: its first topic, and whether that is answered, asked about or let go. */
const decide = (classifier: TopicClassifier): string[] =>
  asked.map(({ text }) => {
    const { labels, confidence } = classifier.rank(classifier.reader.read(text));
    const { accept, clarify } = thresholds;
    return `${labels[0]?.label} ${confidence >= accept ? 'accept' : confidence >= clarify ? 'ask' : 'reject'}`;
  });

describe('a trained model', () => {
  const classifier = train(learnt);

  it('is the same to the byte for the same examples in any order, trained by one thread or two', () => {
    const helper = new TrainingHelper();
    const again = train([...learnt].reverse(), helper);
    helper.dismiss();
    expect(bytesOf(again).equals(bytesOf(classifier))).toBe(true);
  });

  it('decides the same, but for one in a hundred, when one topic gets one more example', () => {
    const more = { text: 'ad ơi em mất cuốn sổ xanh đi nước ngoài thì qua đâu', label: 'passport' };
    const before = decide(classifier);
    const after = decide(train([...learnt, more]));
    const changed = after.filter((decision, at) => decision !== before[at]);
    expect(before.length).toBeGreaterThan(100);
    expect(changed.length).toBeLessThanOrEqual(before.length / 100);
  });
});
