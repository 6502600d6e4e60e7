/** A button as the conversation means it; each channel decides how (and whether) it can show it. */
export type Button =
  | { kind: 'choice'; title: string; payload: string }
  | { kind: 'link'; title: string; url: string }
  | { kind: 'phone'; title: string; number: string };

/** The longest button title that every channel shows whole. */
export const buttonTitleLimit = 20;

/**
 * An answer free of any channel. `sections` are plain text without marks-up; a channel may put several into one
 * bubble or split a long one at sentence ends, but never changes a word.
 */
export interface Reply {
  sections: string[];
  buttons: Button[];
}

/** One message in the form in which a channel's client sends it; opaque outside that channel. */
export interface OutboundMessage {
  channel: string;
  unitId: string;
  /** The platform's id of the citizen. Personal: encrypted in the queue. */
  userId: string;
  /** The interaction that this message answers, for the delivery record. */
  interactionId: string;
  /** 0 for the first bubble of a reply. */
  part: number;
  /** After this instant (ISO 8601, UTC) the platform's window is closed and the message must not be sent. */
  sendBefore: string;
  /** When the event that it answers was received, for the time a reply took. */
  receivedAt: string;
  /** What `Channel.format` made. */
  body: unknown;
}

/** What became of one outbound message. */
export type DeliveryStatus =
  'sent' | 'refused' | 'window-closed' | 'unknown' | 'undeliverable' | 'expired' | 'suppressed';
