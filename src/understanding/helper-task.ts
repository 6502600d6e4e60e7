import type { MessagePort } from 'node:worker_threads';
import type { SavedAspectClassifier } from './aspect-classifier.ts';
import type { OpenTraining } from './open-training.ts';
import type { IntentData } from './read-intents.ts';
import type { SavedSensitiveClassifier } from './sensitive-classifier.ts';

/** What is learnt beside the topics, and what it is learnt from. */
export interface LearntBeside {
  aspects: SavedAspectClassifier;
  sensitive: SavedSensitiveClassifier;
}
export type LearntFrom = Pick<
  IntentData,
  'examples' | 'topics' | 'lexicon' | 'aspects' | 'sensitive' | 'sensitiveIdeas'
>;

/** What the helper is told: to learn sensitive matters and aspects, to help with a training, to go. */
export type HelperTask =
  { learn: LearntFrom; answer: MessagePort; stage: Int32Array } | { help: OpenTraining } | 'go';
