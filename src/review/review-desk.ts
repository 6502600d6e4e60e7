import { AppError, errorMessage } from '../core/errors.ts';
import type { Clock, Logger } from '../core/ports.ts';
import type { ReviewStore, Verdict, WantedTopic } from '../core/review.ts';
import type {
  MeasuredEffect,
  TrainingEffect,
  TrainingExample,
  TrainingPublication,
  TrainingStore,
  TrainingVersion,
} from '../core/training.ts';
import { fold } from '../text/fold.ts';
import { normaliseText } from '../text/normalise.ts';
import { toExampleText } from './example-text.ts';
import { groupItems, type ReviewGroup } from './group-items.ts';

/** The draft of the training set beside what is in force. */
export interface TrainingDraft {
  name: string;
  version: number;
  examples: TrainingExample[];
  /** Examples that the version in force does not have, and those that it has and the draft has not. */
  added: TrainingExample[];
  removed: TrainingExample[];
  /** The newest measurement of just this draft against just this version. */
  effect: MeasuredEffect | undefined;
}

/** What reviewers do. Every call that changes something is audited. */
export interface ReviewDesk {
  queue(of: QueueScope): Promise<{ groups: ReviewGroup[]; questions: number; isCut: boolean }>;
  count(of: QueueScope): Promise<number>;
  /** The group that holds a question; undefined when it was judged meanwhile or is not of these units. */
  group(of: QueueScope, interactionId: string): Promise<ReviewGroup | undefined>;
  /**
   * Judges questions; returns how many. Those that belong somewhere or are off topic become examples; of what is
   * sensitive only the officer's own words do.
   * Throws AppError `invalid-input` when none of them can be judged (any more).
   */
  judge(order: {
    interactionIds: readonly string[];
    unitIds: readonly string[];
    verdict: Verdict;
    reviewer: string;
  }): Promise<number>;
  wantedTopics(unitIds: readonly string[]): Promise<WantedTopic[]>;
  draft(): Promise<TrainingDraft>;
  withdraw(exampleId: number, officer: string): Promise<boolean>;
  /**
   * Puts an officer's own words in the place of a citizen's, so that the example stays when those go; false when it is
   * gone. Throws AppError `invalid-input` for words that are no others.
   */
  rewrite(exampleId: number, text: string, officer: string): Promise<boolean>;
  /**
   * Begins to measure what the draft changes, unless that is being done; the result is found in `draft`. Throws AppError
   * `conflict` while another draft is being measured: two models at once would need too much memory.
   */
  measure(officer: string): Promise<void>;
  /**
   * Puts the draft in force. Throws AppError `conflict` when it was not measured, or something changed since, or it
   * breaks questions and `acceptsBroken` is not given.
   */
  publish(order: { draft: string; officer: string; reason: string; acceptsBroken: boolean }): Promise<number>;
  rollBack(order: { version: number; officer: string; reason: string }): Promise<void>;
  history(): Promise<{ versions: TrainingVersion[]; publications: TrainingPublication[] }>;
}

export interface QueueScope {
  unitIds: readonly string[];
  /** Whether conversations marked as a test are shown too. */
  withTest: boolean;
}

export interface ReviewDeskTools {
  review: ReviewStore;
  training: TrainingStore;
  /** Compares the model of the version in force with that of the draft; takes seconds, beside everything else. */
  measureEffect(of: {
    current: readonly TrainingExample[];
    draft: readonly TrainingExample[];
  }): Promise<TrainingEffect>;
  clock: Clock;
  logger: Logger;
}

/** The queue shows the newest questions up to this many. */
const queueAtMost = 1_000;
const wantedAtMost = 200;
const historyAtMost = 50;
/** A measurement that did not end within this time will not: its process died. */
const measuringAtMostMs = 10 * 60_000;

export function createReviewDesk(tools: ReviewDeskTools): ReviewDesk {
  const { review, training } = tools;
  const now = () => tools.clock.now().toISOString();
  let measuring = false;

  async function queue(of: QueueScope) {
    const items = await review.listOpen({ ...of, limit: queueAtMost });
    return { groups: groupItems(items), questions: items.length, isCut: items.length === queueAtMost };
  }

  async function draft(): Promise<TrainingDraft> {
    const { name, examples } = await training.draft();
    const inForce = await training.inForce();
    const published = new Set(inForce.examples.map(({ id }) => id));
    const drafted = new Set(examples.map(({ id }) => id));
    return {
      name,
      version: inForce.version,
      examples,
      added: examples.filter(({ id }) => !published.has(id)),
      removed: inForce.examples.filter(({ id }) => !drafted.has(id)),
      effect: await training.effectOf(name, inForce.version),
    };
  }

  async function measureInto(id: number, draft: readonly TrainingExample[]): Promise<void> {
    const { examples: current } = await training.inForce();
    await tools.measureEffect({ current, draft }).then(
      (result) => training.endEffect(id, { result }, now()),
      (error: unknown) => training.endEffect(id, { failure: errorMessage(error) }, now()),
    );
  }

  function isRunning(effect: MeasuredEffect | undefined): boolean {
    if (effect === undefined || effect.endedAt !== null) return false;
    return tools.clock.now().getTime() - Date.parse(effect.startedAt) < measuringAtMostMs;
  }

  return {
    queue,
    count: (of) => review.countOpen({ ...of, limit: queueAtMost }),
    async group(of, interactionId) {
      const { groups } = await queue(of);
      return groups.find(({ items }) => items.some((item) => item.interactionId === interactionId));
    },
    async judge({ interactionIds, unitIds, verdict, reviewer }) {
      const items = await review.read(interactionIds, unitIds);
      if (items.length === 0) {
        throw new AppError(
          'invalid-input',
          'These questions are gone or not of this unit; load the queue again.',
        );
      }
      const label = labelOf(verdict);
      const texts = new Map<string, TrainingExample['text']>();
      const examples = items.flatMap(({ interactionId, unitId, text, language }) => {
        const isKept = verdict.verdict !== 'sensitive';
        const words = toExampleText(isKept ? text : verdict.example);
        if (label === undefined || words === undefined || texts.has(words.toLowerCase())) return [];
        texts.set(words.toLowerCase(), words);
        return [
          {
            unitId,
            interactionId: isKept ? interactionId : null,
            text: words,
            ...label,
            language: language === 'en' ? ('en' as const) : ('vi' as const),
          },
        ];
      });
      await training.judge({ verdict, reviewer, at: now(), items, examples });
      return items.length;
    },
    wantedTopics: (unitIds) => review.listWantedTopics(unitIds, wantedAtMost),
    draft,
    withdraw: (exampleId, officer) => training.withdraw(exampleId, officer, now()),
    async rewrite(exampleId, text, officer) {
      const old = (await training.draft()).examples.find(({ id }) => id === exampleId);
      if (old === undefined) return false;
      const words = toExampleText(text);
      if (words === undefined || plain(words) === plain(old.text)) {
        throw new AppError('invalid-input', 'Write the sentence in other words than the citizen did.');
      }
      return training.rewrite({ id: exampleId, text: words, officer, at: now() });
    },
    async measure(officer) {
      const { name, version, examples, effect } = await draft();
      if (isRunning(effect)) return;
      if (measuring)
        throw new AppError('conflict', 'Another draft is being measured; wait until that is done.');
      measuring = true;
      const id = await training
        .startEffect({ draft: name, baseVersion: version, officer, at: now() })
        .catch((error: unknown) => {
          measuring = false;
          throw error;
        });
      void measureInto(id, examples)
        .catch((error: unknown) => tools.logger.error({ error }, 'a measured effect could not be stored'))
        .finally(() => {
          measuring = false;
        });
    },
    async publish({ draft: name, officer, reason, acceptsBroken }) {
      const { effect, ...present } = await draft();
      const result = effect?.result ?? null;
      if (effect === undefined || result === null || present.name !== name) {
        throw new AppError(
          'conflict',
          'The draft has changed or was not measured; measure it, then publish.',
        );
      }
      if (result.brokenCount > 0 && !acceptsBroken) {
        throw new AppError(
          'conflict',
          'The draft breaks questions; look at them, then accept that or withdraw.',
        );
      }
      return training.publish({ effect, officer, at: now(), reason });
    },
    rollBack: ({ version, officer, reason }) => training.rollBack({ version, officer, at: now(), reason }),
    async history() {
      return {
        versions: await training.versions(historyAtMost),
        publications: await training.publications(historyAtMost),
      };
    },
  };
}

/** What an example of a verdict teaches; undefined when the verdict teaches nothing. */
function labelOf(verdict: Verdict): Pick<TrainingExample, 'topic' | 'aspect'> | undefined {
  switch (verdict.verdict) {
    case 'belongs':
      return { topic: verdict.topic, aspect: verdict.aspect };
    case 'off-topic':
      return { topic: null, aspect: null };
    case 'sensitive':
      return { topic: `sensitive:${verdict.category}`, aspect: null };
    case 'right':
    case 'new-topic':
      return undefined;
  }
}

/** Words as they are compared: marks, capitals and punctuation make no other sentence. */
function plain(text: string): string {
  return fold(normaliseText(text))
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
