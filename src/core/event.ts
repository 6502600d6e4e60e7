/** What a citizen, or the platform on their behalf, did; free of any platform's words. */
export type EventContent =
  | { kind: 'text'; text: string }
  /** A press on one of our own buttons: `payload` is what we attached to it, `title` what the citizen saw. */
  | { kind: 'choice'; payload: string; title?: string }
  /** Anything that is not text. `text` is a caption when the platform sends one. */
  | { kind: 'attachment'; attachment: AttachmentKind; text?: string }
  | { kind: 'location'; latitude: number; longitude: number }
  /** First contact or a return through a link: follow, Get Started, a referral. `ref` names an outreach item. */
  | { kind: 'start'; ref?: string }
  /** An officer answered in the platform's own tool, so the bot must be silent. */
  | { kind: 'staff-reply' }
  /** The platform moved the conversation to (`person`) or back from (`bot`) another owner. */
  | { kind: 'owner-change'; owner: 'bot' | 'person' }
  /** The platform asks for erasure of this citizen's data. */
  | { kind: 'erase-request' };

export type AttachmentKind =
  'image' | 'sticker' | 'audio' | 'video' | 'file' | 'link' | 'contact' | 'reaction' | 'other';

/**
 * One event as the inbound queue carries it. All ids are strings (platform ids exceed 2^53).
 * `eventId` is unique within its channel and unit and is what deliveries are de-duplicated by.
 */
export interface InboundEvent {
  channel: string;
  unitId: string;
  eventId: string;
  /** The platform's id of the citizen. Personal: encrypted in the queue, never logged, never stored. */
  userId: string;
  /** When the citizen acted, as the platform says, ISO 8601 in UTC. */
  occurredAt: string;
  /** When we received it, ISO 8601 in UTC. */
  receivedAt: string;
  content: EventContent;
  /** True for staff and web-chat test traffic, which no figure may count. */
  test?: boolean;
  /** True where an officer's answer could reach nobody (a terminal): a hand-over is said, but no queue gets it. */
  unattended?: boolean;
}
