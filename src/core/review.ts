import type { Aspect } from './aspect.ts';
import type { Candidate } from './understood.ts';

/** Why an exchange should be looked at. */
export type ReviewReason = 'not-understood' | 'unsure' | 'unhelpful' | 'chosen';

/** A question that went wrong, or may have. Instants are ISO 8601 in UTC. */
export interface ReviewItem {
  interactionId: string;
  unitId: string;
  channel: string;
  receivedAt: string;
  /** The citizen's words, masked. */
  text: string;
  language: string;
  decision: string;
  topic: string | null;
  aspect: string | null;
  confidence: number | null;
  candidates: Candidate[];
  reasons: ReviewReason[];
  /** What the citizen gave as the reason of "không hữu ích". */
  complaint: string | null;
  /** The topic that the citizen chose when asked which one was meant. */
  chosen: string | null;
  test: boolean;
}

/** What a reviewer makes of a question. `topic` comes with `belongs`, `category` with `sensitive`. */
export type Verdict =
  | { verdict: 'right' | 'off-topic' }
  | { verdict: 'new-topic'; note: string }
  | { verdict: 'belongs'; topic: string; aspect: Aspect | null }
  /** `example` is the officer's own words; empty when there are none. The citizen's are not kept. */
  | { verdict: 'sensitive'; category: string; example: string };

/** A topic that reviewers found missing, with one question that asks for it. */
export interface WantedTopic {
  interactionId: string;
  unitId: string;
  note: string;
  /** Masked words; null once they were erased. */
  text: string | null;
  reviewer: string;
  at: string;
}

/** Reads what is to be reviewed and keeps what reviewers said. */
export interface ReviewStore {
  /** Questions without a verdict, newest first. */
  listOpen(query: { unitIds: readonly string[]; withTest: boolean; limit: number }): Promise<ReviewItem[]>;
  /** How many of them there are, counted up to `limit`. */
  countOpen(query: { unitIds: readonly string[]; withTest: boolean; limit: number }): Promise<number>;
  /** The given ones of the units, with or without a verdict; those whose words were erased are left out. */
  read(interactionIds: readonly string[], unitIds: readonly string[]): Promise<ReviewItem[]>;
  listWantedTopics(unitIds: readonly string[], limit: number): Promise<WantedTopic[]>;
}
