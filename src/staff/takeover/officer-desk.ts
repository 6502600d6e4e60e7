import type { Aspect } from '../../core/aspect.ts';
import type { Unit } from '../../content/library.ts';

/**
 * What an officer's act does outside of the database's own rows: the bot falls silent or speaks again, a reply goes out.
 * Every call may be repeated. Each throws AppError `conflict` when the conversation is over or a colleague has it.
 */
export interface OfficerDesk {
  take(id: string, officer: string): Promise<unknown>;
  /** Sends a reply once per `replyId`. Throws AppError `invalid-input` when the platform's window has closed. */
  reply(id: string, officer: string, text: string, replyId: string): Promise<void>;
  giveBack(id: string, officer: string): Promise<void>;
}

/** The approved answer of a unit to one part of a topic, as text; undefined when nothing of it may be said today. */
export type PrepareAnswer = (
  unit: Unit,
  topic: string,
  aspect: Aspect,
  language: string,
) => string | undefined;
