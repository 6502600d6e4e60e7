import type { CatalogueLibrary } from '../content/catalogue/catalogue-library.ts';
import type { Library, Unit } from '../content/library.ts';
import type { RenderContext } from '../content/render-block.ts';
import type { Translator } from '../content/translator.ts';
import type { Aspect } from '../core/aspect.ts';
import type { InboundEvent } from '../core/event.ts';
import type { OutreachMark } from '../core/outreach.ts';
import type { Reply } from '../core/reply.ts';
import type { SessionState } from '../core/session.ts';
import type { LocalizedText } from '../core/unit-control.ts';
import type { Candidate, Decision, Evidence, Understanding } from '../core/understood.ts';

/** One event with everything that deciding about it needs. Deciding is pure: no I/O, no clock. */
export interface Turn {
  event: InboundEvent;
  session: SessionState;
  unit: Unit;
  library: Library;
  /** The national database behind the curated topics; empty before the first import. */
  catalogue: CatalogueLibrary;
  understanding: Understanding;
  t: Translator;
  now: Date;
  /** Said first in whatever is replied: the unit's notice that is in force now. */
  notice?: LocalizedText | undefined;
  /** The outreach item that this event comes through: its link was followed, or its code typed. */
  outreach?: OutreachMark | undefined;
}

/** Why a conversation went to an officer. */
export type HandoverReason = 'asked' | 'officer-wrote' | 'platform';

/**
 * Something to do beside replying, carried out by the caller after the turn is stored. Each may be carried out again
 * for the same event and then changes nothing.
 */
export type Effect =
  | { kind: 'erase-citizen'; by: 'citizen' | 'platform' }
  | { kind: 'record-consent'; granted: boolean; noticeVersion: string }
  /** `about` is the interaction whose answer is judged; `reason` comes with a later event. */
  | { kind: 'record-feedback'; about: string; helpful: boolean; reason: string | null }
  /** The citizen chose `topic` for words that were not clear; `about` is the interaction that holds the words. */
  | { kind: 'suggest-training'; about: string; topic: string; aspect: Aspect | null }
  | { kind: 'record-survey'; survey: string; question: string; answer: string }
  /** An officer is awaited until `until` (ISO 8601). */
  | { kind: 'open-handover'; reason: HandoverReason; until: string }
  /** An officer has the conversation or wrote in it. */
  | { kind: 'note-officer'; reason: HandoverReason; until: string }
  /** The citizen wrote while an officer has the conversation. */
  | { kind: 'extend-handover'; until: string }
  | { kind: 'close-handover'; by: 'citizen' | 'officer' | 'time' };

/** What was decided about one event. */
export interface Plan {
  decision: Decision | 'silent';
  topic: string | null;
  aspect: Aspect | null;
  confidence: number | null;
  candidates: Candidate[];
  explanation: Evidence[];
  sensitive: string | null;
  language: string;
  reply: Reply;
  session: SessionState;
  effects: Effect[];
}

/** A plan in which nothing was understood and nothing is said; callers fill in what they decide. */
export function planOf(turn: Turn, filled: Partial<Plan> & Pick<Plan, 'decision'>): Plan {
  return {
    topic: null,
    aspect: null,
    confidence: null,
    candidates: [],
    explanation: [],
    sensitive: null,
    language: turn.session.language,
    reply: { sections: [], buttons: [] },
    session: turn.session,
    effects: [],
    ...filled,
  };
}

/**
 * Words for this turn's citizen: their language, the unit's name filled in. Keys are of `bot.yaml` unless they name
 * another file: `office:open`.
 */
export function say(turn: Turn, key: string, values: Readonly<Record<string, string | number>> = {}): string {
  const language = turn.session.language;
  const unit = language === 'en' && turn.unit.name.en !== undefined ? turn.unit.name.en : turn.unit.name.vi;
  return turn.t(language, key.includes(':') ? key : `bot:${key}`, {
    unit,
    days: turn.unit.privacy.keep_text_days,
    ...values,
  });
}

export function renderContext(turn: Turn, day: string): RenderContext {
  return { library: turn.library, unit: turn.unit, day, language: turn.session.language, t: turn.t };
}
