import type { Aspect } from './aspect.ts';

export type Language = 'vi' | 'en';

/** Something the citizen may choose by button, number or title. */
export interface Option {
  title: string;
  payload: string;
}

/** What the bot asked and is waiting for. */
export interface OpenQuestion {
  kind: 'clarify' | 'distinguish' | 'flow' | 'consent' | 'feedback-reason' | 'survey';
  /** Topic, confusable set or flow that the question is about. */
  about: string;
  /** The interaction whose words led to the question, so that a choice can become a training suggestion. */
  asked?: string;
  /** Topics that may be offered next when none of the shown ones is meant, best first. */
  rest?: string[];
  /** What was asked of the topic that is still to be found. */
  aspect?: Aspect;
}

/** Who speaks to the citizen. `until` is the instant at which the bot takes over again by itself. */
export interface HandoverState {
  state: 'bot' | 'waiting' | 'person';
  since?: string;
  until?: string;
}

/** A guided flow in progress: its id and the answers so far, by step id. */
export interface FlowState {
  id: string;
  step: string;
  answers: Record<string, string>;
  /** The topic that was talked about when it began. */
  topic?: string;
}

/** What the conversation was about, for "quay lại". */
export interface Visited {
  topic: string;
  aspect: Aspect | null;
  /** The finished flow whose result it was. */
  flow?: FlowState;
}

/** What is remembered of a conversation. Holds no raw words of the citizen and no platform id. */
export interface SessionState {
  language: Language;
  topic: string | null;
  aspect: Aspect | null;
  /** Topics before the present one, newest last, for "quay lại". */
  history: Visited[];
  options: Option[];
  question: OpenQuestion | null;
  flow: FlowState | null;
  /** The finished flow whose result is in front now. */
  finishedFlow?: FlowState;
  handover: HandoverState;
  /** Messages in a row that were not understood. */
  misses: number;
  /** Topics that the citizen has just said are not meant; not offered again until something was answered. */
  rejected?: string[];
  /** True once the first-contact notice was shown. */
  introduced: boolean;
  /** Version of the notice that was shown; a newer one is shown and asked about again. */
  noticeVersion?: string;
  /** The citizen's decision on keeping the content of messages; null = not asked or not answered. */
  consent: 'granted' | 'declined' | null;
  /** The outreach item through which this conversation began, if any. */
  outreach: string | null;
  answersSinceFeedback: number;
  /** How fast the citizen writes: messages since an instant, the newest, and how many were allowed. */
  pace?: { since: string; last: string; count: number; allowance: number };
  /** When the citizen was last asked to take the survey. */
  surveyedAt?: string;
  /** The interaction before this one. */
  lastInteractionId: string | null;
  /** The event that this state was written after, so that the same event is not handled on top of it. */
  lastEventId: string | null;
  updatedAt: string;
}

/** The state of someone who has never written. */
export function newSession(now: Date): SessionState {
  return {
    language: 'vi',
    topic: null,
    aspect: null,
    history: [],
    options: [],
    question: null,
    flow: null,
    handover: { state: 'bot' },
    misses: 0,
    introduced: false,
    consent: null,
    outreach: null,
    answersSinceFeedback: 0,
    lastInteractionId: null,
    lastEventId: null,
    updatedAt: now.toISOString(),
  };
}
