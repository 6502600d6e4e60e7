import type { HandoverEntry } from './handover.ts';

/** A hand-over in the list of those that are open. */
export interface OpenHandover extends HandoverEntry {
  /** Messages of the citizen since an officer wrote last. */
  unanswered: number;
  /** Since when the citizen waits for a person's word; null while nothing is left to answer. */
  waitingSince: string | null;
}

/** One line of a conversation as officers see it, oldest first. Words are masked; instants are ISO 8601 in UTC. */
export type TalkLine =
  /** `text` is null where none was kept: not text, consent declined, or erased. */
  | { by: 'citizen'; id: string; at: string; kind: string; text: string | null }
  | { by: 'bot'; id: string; at: string; text: string }
  | {
      by: 'officer';
      id: string;
      at: string;
      /** Null where an officer wrote in the platform's own tool, whose words we do not have. */
      officer: string | null;
      text: string | null;
      /** What became of the message; null while it is on its way. */
      delivery: string | null;
    };

export interface Talk {
  lines: TalkLine[];
  /** What the citizen was last understood to talk about. */
  topic: string | null;
  language: string;
}

/** Hand-overs of one unit as officers work with them; every method is bound to the unit. */
export interface UnitHandovers {
  /** Those that are open, longest waiting first. */
  listOpen(): Promise<OpenHandover[]>;
  read(id: string): Promise<HandoverEntry | undefined>;
  /** Gives an open one to an officer; undefined when it is over or another officer has it. */
  take(id: string, officer: string, at: string): Promise<HandoverEntry | undefined>;
  /** Gives an open one to `officer` if `from` still has it (null: nobody); undefined when not. */
  assign(id: string, officer: string, from: string | null, at: string): Promise<HandoverEntry | undefined>;
  /** What was said from a day before the hand-over until now; undefined when the unit has no such hand-over. */
  readTalk(id: string): Promise<Talk | undefined>;
}
