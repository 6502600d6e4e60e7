import type { HandoverMessage } from './handover.ts';
import type { Delivery, Interaction } from './interaction.ts';
import type { Decision } from './understood.ts';

/** Which exchanges of a unit's log are wanted. Left out means: whatever it is. */
export interface LogFilter {
  /** Half-open interval of instants. */
  from: Date;
  to: Date;
  channel?: string;
  topic?: string;
  decision?: Decision | 'silent';
  /** What the citizen said of the answer last. */
  feedback?: 'helpful' | 'not-helpful';
  outreach?: string;
  label?: string;
  /** Words that the citizen's masked text holds, from their beginnings on, with or without diacritics. */
  text?: string;
  /** Test traffic too; it is left out unless asked for. */
  withTests?: boolean;
}

/** Where a page of the log goes on: after the exchange with this time and number. */
export interface LogCursor {
  receivedAt: string;
  seq: number;
}

/** One exchange as a list shows it. */
export interface LogEntry {
  seq: number;
  id: string;
  channel: string;
  citizen: string;
  receivedAt: string;
  kind: Interaction['kind'];
  decision: Interaction['decision'];
  topic: string | null;
  aspect: Interaction['aspect'];
  confidence: number | null;
  outreach: string | null;
  test: boolean;
  contentVersion: string;
  /** Null where none was kept, or where it was erased. */
  maskedText: string | null;
  erased: boolean;
  helpful: boolean | null;
  labels: string[];
}

/** One exchange with all that is known of it. */
export interface LogExchange extends LogEntry {
  replyText: string;
  links: string[];
  candidates: Interaction['candidates'];
  explanation: Interaction['explanation'];
  sensitive: string | null;
  matcherVersion: string;
  feedbackReason: string | null;
  deliveries: Pick<Delivery, 'part' | 'status' | 'at' | 'code'>[];
}

/** One conversation: the exchanges of a citizen without a longer pause. */
export interface LogConversation {
  exchanges: LogExchange[];
  /** What officers wrote in that time. */
  officers: HandoverMessage[];
  /** An exchange of the citizen's conversation before, and of the one after. */
  earlier: string | null;
  later: string | null;
}

/** The log of one unit as officers see it; every method is bound to the unit. */
export interface ConversationLog {
  /** Newest first. */
  list(filter: LogFilter, options: { limit: number; after?: LogCursor }): Promise<LogEntry[]>;
  /** The conversation that an exchange belongs to; undefined when the unit has no such exchange. */
  read(id: string): Promise<LogConversation | undefined>;
  /** Exchanges of the filter with what was replied, newest first, in pages, for an export. */
  export(filter: LogFilter, limit: number): AsyncIterable<(LogEntry & { replyText: string })[]>;
  /** Outreach items that conversations came through, and labels in use, for filters. */
  listChoices(from: Date): Promise<{ outreach: string[]; labels: string[] }>;
  addLabel(id: string, label: string, by: string, at: string): Promise<boolean>;
  removeLabel(id: string, label: string): Promise<boolean>;
}
