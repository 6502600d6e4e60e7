import type { TrainingExample } from '../core/training.ts';
import type { Example } from '../understanding/read-intents.ts';

/** Published examples in the form in which understanding learns them; the same examples give the same model. */
export function toLearnt(examples: readonly TrainingExample[]): Example[] {
  return examples.map(({ text, topic, aspect, language }) => ({
    text,
    topic,
    aspects: aspect === null ? [] : [aspect],
    language,
  }));
}
