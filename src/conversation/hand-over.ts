import type { SessionState } from '../core/session.ts';
import type { Turn } from './turn.ts';

/** Whether an officer speaks (or is awaited), so that the bot must be silent. */
export function isWithPerson(session: SessionState, now: Date): boolean {
  const { state, until } = session.handover;
  return state !== 'bot' && (until === undefined || now.getTime() < Date.parse(until));
}

/** The session from now on: an officer is awaited or speaks, until the unit's time limit passes without a word. */
export function handOver(turn: Turn, state: 'waiting' | 'person'): SessionState {
  const { session, unit, now } = turn;
  const since =
    session.handover.state === state ? (session.handover.since ?? now.toISOString()) : now.toISOString();
  const until = new Date(now.getTime() + unit.conversation.handover_minutes * 60_000).toISOString();
  return { ...session, handover: { state, since, until }, question: null, options: [], misses: 0 };
}

/** The session once the bot answers again. */
export function takeBack(session: SessionState): SessionState {
  return session.handover.state === 'bot' ? session : { ...session, handover: { state: 'bot' } };
}
