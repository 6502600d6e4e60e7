import type { Aspect } from './aspect.ts';
import type { DeliveryStatus } from './reply.ts';
import type { Candidate, Decision, Evidence } from './understood.ts';

/** One logged exchange. Append-only: what happens later (delivery, feedback) is a record of its own. */
export interface Interaction {
  /** Derived from channel, unit and event id, so that a retried event writes the same row. */
  id: string;
  unitId: string;
  channel: string;
  /** Pseudonym: HMAC of channel, unit and platform id. */
  citizen: string;
  receivedAt: string;
  handledAt: string;
  /** Kind of event (`EventContent['kind']`). */
  kind: string;
  decision: Decision | 'silent';
  topic: string | null;
  aspect: Aspect | null;
  confidence: number | null;
  candidates: Candidate[];
  explanation: Evidence[];
  language: string;
  /** Category of a sensitive message; its words are not kept. */
  sensitive: string | null;
  contentVersion: string;
  matcherVersion: string;
  /** The citizen's words after masking; null where none may be kept. */
  maskedText: string | null;
  /** What the bot said, from approved content. */
  replyText: string;
  /** URLs given in the reply. */
  links: string[];
  outreach: string | null;
  test: boolean;
}

/** What became of one part of a reply. */
export interface Delivery {
  interactionId: string;
  /** Given with the delivery, for a reply may go out before its interaction is logged. */
  unitId: string;
  part: number;
  status: DeliveryStatus;
  at: string;
  /** Platform's code when refused, e.g. `-230` or `10/2018278`. */
  code: string | null;
  /** The platform's id of the sent message; null where unknown. */
  messageId: string | null;
}
