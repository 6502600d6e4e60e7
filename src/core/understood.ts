import type { Aspect } from './aspect.ts';
import type { Language } from './session.ts';

/** What the bot does with one message; see DESIGN.md section 2. */
export type Decision =
  'answer' | 'clarify' | 'handover' | 'smalltalk' | 'fallback' | 'sensitive' | 'unsupported';

export interface Candidate {
  topic: string;
  /** Calibrated probability, 0 to 1. */
  score: number;
}

/** One line of evidence for reviewers. `code` is stable; `text` is Vietnamese, without the citizen's raw words unless masked. */
export interface Evidence {
  code:
    | 'repaired'
    | 'feature'
    | 'alias'
    | 'confusable'
    | 'aspect'
    | 'context'
    | 'sensitive'
    | 'rejected'
    | 'part-only'
    | 'runner-up'
    | 'switched-off';
  text: string;
  weight?: number;
}

export interface Entity {
  kind:
    | 'procedure-code'
    | 'dossier-code'
    | 'date'
    | 'weekday'
    | 'amount'
    | 'phone'
    | 'identity-number'
    | 'age'
    | 'relation'
    | 'place'
    | 'document';
  /** Normalised value; masked for what identifies a person. */
  value: string;
  start: number;
  end: number;
}

/** What is known of the conversation when a message is understood. */
export interface MatchContext {
  topic: string | null;
  aspect: Aspect | null;
}

/** A topic and the aspects asked of it; one message may hold several requests. */
export interface Request {
  topic: string;
  aspects: Aspect[];
  confidence: number;
}

/**
 * What a message means, before the conversation's state is considered. Pure data, JSON-serialisable.
 * `topic` is set for every decision that names one topic; `candidates` holds what would be offered, best first.
 */
export interface Understood {
  decision: Decision;
  topic: string | null;
  aspect: Aspect | null;
  /** All aspects asked of `topic`, `aspect` first. */
  aspects: Aspect[];
  /** Calibrated probability that `topic` is what is meant, 0 to 1. */
  confidence: number;
  candidates: Candidate[];
  /** Confusable set that must be told apart first, if any (id in `intents/confusable.yaml`). */
  confusable: string | null;
  /** Category of a sensitive message (id in `intents/sensitive.yaml`), when decision is `sensitive`. */
  sensitive: string | null;
  /** Further requests of the same message, in the order in which they are made. */
  also: Request[];
  language: Language | 'zh' | 'ko' | 'ja' | 'km' | 'other';
  entities: Entity[];
  explanation: Evidence[];
}

/** Topics that people mix up, with the one question that tells them apart (`intents/confusable.yaml`). */
export interface ConfusableSet {
  id: string;
  question: { vi: string; en: string };
  /** What the citizen may choose; titles fit a button (20 characters). */
  options: { topic: string; title: { vi: string; en: string } }[];
}

/** Text → meaning. Deterministic; never throws for what a citizen typed. */
export interface Understanding {
  /** Hash of everything that the model was made from; logged with each interaction. */
  readonly version: string;
  understand(text: string, context?: MatchContext): Understood;
  /** The text with its abbreviations written out, for rules that go by words. */
  spellOut(text: string): string;
  /** The set that `Understood.confusable` names. */
  confusableSet(id: string): ConfusableSet | undefined;
}
