import type { Aspect } from './aspect.ts';
import type { Verdict } from './review.ts';

/** A question that teaches what it is about, taken over from a conversation or written by an officer. Instants are ISO 8601 in UTC. */
export interface TrainingExample {
  id: number;
  unitId: string;
  /** Whose masked words it is; they go together. Null for words that an officer wrote, which stay. */
  interactionId: string | null;
  /** When they were said. */
  askedAt: string | null;
  text: string;
  /** Topic id or `sensitive:<category>`; null = no concern of ours. */
  topic: string | null;
  aspect: Aspect | null;
  language: 'vi' | 'en';
  addedBy: string;
  addedAt: string;
}

export interface TrainingVersion {
  number: number;
  examples: number;
  publishedBy: string;
  publishedAt: string;
  effectId: number;
}

/** Which version was put in force; version 0 is the files alone. */
export interface TrainingPublication {
  version: number;
  officer: string;
  reason: string;
  at: string;
}

/** How one question fared. Questions of examples are named by id: their words may have to go. */
export interface EffectLine {
  question: { golden: string } | { example: number };
  /** What it should be, in one word: a topic, `out-of-scope`, `sensitive:<category>`, `clarify`. */
  expected: string;
  before: string;
  after: string;
}

/** What a draft changes, measured on the golden questions and on all examples. */
export interface TrainingEffect {
  golden: number;
  examples: number;
  rightBefore: number;
  rightAfter: number;
  /** All that get better or break, of each at most `linesAtMost`. */
  better: EffectLine[];
  broken: EffectLine[];
  betterCount: number;
  brokenCount: number;
  /** Expectations whose questions fare differently, most changed first. */
  topics: { expected: string; questions: number; before: number; after: number }[];
  ms: number;
}

export interface MeasuredEffect {
  id: number;
  draft: string;
  baseVersion: number;
  startedBy: string;
  startedAt: string;
  endedAt: string | null;
  failure: string | null;
  result: TrainingEffect | null;
}

/** A judgement about some questions, and the examples that follow from it. */
export interface Judgement {
  verdict: Verdict;
  reviewer: string;
  at: string;
  items: readonly { interactionId: string; unitId: string }[];
  examples: readonly Omit<TrainingExample, 'id' | 'addedBy' | 'addedAt' | 'askedAt'>[];
}

/** Keeps examples, versions and measured effects. Every change is audited with it. */
export interface TrainingStore {
  judge(judgement: Judgement): Promise<void>;
  /** Puts an officer's own words in the place of an example of the draft; false when it is not there any more. */
  rewrite(order: { id: number; text: string; officer: string; at: string }): Promise<boolean>;
  /** Examples that the next version would hold, oldest first; the same examples have the same `name`. */
  draft(): Promise<{ name: string; examples: TrainingExample[] }>;
  /** The version in force and its examples that still exist, oldest first. */
  inForce(): Promise<{ version: number; examples: TrainingExample[] }>;
  /** Number of the version in force. */
  currentVersion(): Promise<number>;
  /** Changes whenever `inForce` does, also when examples are forgotten; cheap to ask. */
  mark(): Promise<string>;
  versions(limit: number): Promise<TrainingVersion[]>;
  publications(limit: number): Promise<TrainingPublication[]>;
  withdraw(id: number, officer: string, at: string): Promise<boolean>;
  /** The newest effect of a draft; undefined when none was measured. */
  effectOf(draft: string, baseVersion: number): Promise<MeasuredEffect | undefined>;
  startEffect(effect: { draft: string; baseVersion: number; officer: string; at: string }): Promise<number>;
  endEffect(id: number, end: { result: TrainingEffect } | { failure: string }, at: string): Promise<void>;
  /**
   * Makes the draft of `effect` the version in force and tells all processes; returns its number.
   * Throws AppError `conflict` when draft or version in force have changed since the effect was measured.
   */
  publish(order: { effect: MeasuredEffect; officer: string; at: string; reason: string }): Promise<number>;
  /** Puts an earlier version in force and tells all processes. Throws AppError `not-found` when there is none. */
  rollBack(order: { version: number; officer: string; at: string; reason: string }): Promise<void>;
}
