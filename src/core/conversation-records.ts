import type { Aspect } from './aspect.ts';

/** What a citizen said about an answer. Instants are ISO 8601 in UTC. */
export interface FeedbackRecord {
  /** The interaction that is judged. */
  interactionId: string;
  unitId: string;
  citizen: string;
  helpful: boolean;
  reason: string | null;
  at: string;
}

/** The topic that a citizen chose for words that were not clear; the words are the interaction's. */
export interface TrainingSuggestion {
  interactionId: string;
  unitId: string;
  citizen: string;
  topic: string;
  aspect: Aspect | null;
  at: string;
}

export interface SurveyAnswer {
  /** The interaction in which it was answered. */
  interactionId: string;
  unitId: string;
  channel: string;
  citizen: string;
  survey: string;
  question: string;
  answer: string;
  at: string;
}

/** Append-only records about a conversation; appending the same again changes nothing. */
export interface ConversationRecords {
  /** Of an interaction of another citizen nothing is recorded: a payload can be forged. */
  appendFeedback(record: FeedbackRecord): Promise<void>;
  appendSuggestion(record: TrainingSuggestion): Promise<void>;
  appendSurveyAnswer(record: SurveyAnswer): Promise<void>;
  /** Newest first. */
  listFeedback(unitId: string, limit: number): Promise<FeedbackRecord[]>;
  listSuggestions(unitId: string, limit: number): Promise<TrainingSuggestion[]>;
  listSurveyAnswers(unitId: string, limit: number): Promise<SurveyAnswer[]>;
}
