/** One hand-over of a conversation to an officer. Instants are ISO 8601 in UTC. */
export interface HandoverEntry {
  /** The interaction that opened it. */
  id: string;
  unitId: string;
  channel: string;
  /** Pseudonym. */
  citizen: string;
  /** Why: `asked`, `officer-wrote` or `platform`. */
  reason: string;
  test: boolean;
  openedAt: string;
  /** Until then the platform lets an officer answer. */
  windowUntil: string;
  /** Then the bot takes over again by itself. */
  silentUntil: string;
  lastMessageAt: string;
  answeredAt: string | null;
  assignedTo: string | null;
  assignedAt: string | null;
  returnedAt: string | null;
  /** `citizen`, `officer` or `time`. */
  returnedBy: string | null;
}

/** Longest reply of an officer, in characters: one bubble on every channel. */
export const officerReplyLimit = 1_800;

/** What an officer wrote, masked. */
export interface HandoverMessage {
  /** The exchange that the log holds for it; a message of the same exchange is the same message. */
  interactionId?: string;
  officer: string;
  text: string;
  at: string;
}

/** A moment of a hand-over as the conversation reports it. */
export interface HandoverMoment {
  id: string;
  unitId: string;
  channel: string;
  citizen: string;
  reason: string;
  test: boolean;
  at: string;
  windowUntil: string;
  silentUntil: string;
  /** The platform's id of the citizen, sealed. */
  address: Uint8Array;
}

/** Keeps hand-overs; a citizen has at most one open. Every call may be repeated without harm. */
export interface HandoverStore {
  /** Opens one unless one is open already. */
  open(moment: HandoverMoment): Promise<void>;
  /** An officer wrote or took the conversation on the platform: opens one if need be, answers it. */
  noteAnswer(moment: HandoverMoment): Promise<void>;
  /** The citizen wrote meanwhile. */
  noteMessage(citizen: string, at: string, windowUntil: string, silentUntil: string): Promise<void>;
  /** Ends the open one and forgets the address; false when none was open. */
  close(citizen: string, by: string, at: string): Promise<boolean>;
  /** Ends those whose time is up; returns how many. */
  closeOverdue(at: string): Promise<number>;
  /** Those that are open, longest waiting first. */
  listOpen(unitId: string): Promise<HandoverEntry[]>;
  read(id: string): Promise<HandoverEntry | undefined>;
  /** Gives an open one to an officer; undefined when it is closed or another officer has it. */
  take(id: string, officer: string, at: string): Promise<HandoverEntry | undefined>;
  /** Gives an open one to a colleague if `from` still has it (null: nobody); undefined when not, or when it is closed. */
  assign(id: string, officer: string, at: string, from: string | null): Promise<HandoverEntry | undefined>;
  /** The sealed platform id; undefined once it is over. */
  address(id: string): Promise<Uint8Array | undefined>;
  addMessage(id: string, message: HandoverMessage): Promise<void>;
  messages(id: string): Promise<HandoverMessage[]>;
  /** Forgets what officers wrote to a citizen. */
  forget(citizen: string): Promise<void>;
  /** Forgets what officers of a unit wrote before an instant. */
  purgeMessages(unitId: string, before: string): Promise<number>;
}
