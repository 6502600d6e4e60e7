import type { EventContent, InboundEvent } from '../core/event.ts';
import type { SessionState } from '../core/session.ts';
import { isWithPerson } from './hand-over.ts';
import { planOf, say, type Plan, type Turn } from './turn.ts';

/** Whoever paused this long is heard again. */
const pauseMs = 60_000;
/** Allowance of a citizen while the whole unit is flooded; a burst of twenty is still answered. */
const crowdedAllowance = 20;

/** What a person does by hand; what a platform or an officer does is never held back. */
const handmade: readonly EventContent['kind'][] = ['text', 'choice', 'attachment', 'location', 'start'];

/** How an event stands against its citizen's allowance: the first one too many is told so, the rest is met by silence. */
export type Pace = 'within' | 'first-too-many' | 'too-many';

/**
 * Counts an event of a citizen in spans of a minute, by when the citizen acted: what waited through an outage is not a
 * flood. After too many the silence lasts until the citizen pauses for a minute.
 */
export function countPace(
  session: SessionState,
  event: InboundEvent,
  allowance: number,
): { session: SessionState; pace: Pace } {
  if (!handmade.includes(event.content.kind)) return { session, pace: 'within' };
  const atMs = Date.parse(event.occurredAt);
  const known = session.pace;
  const isSilenced = known !== undefined && known.count > known.allowance;
  const beganMs = isSilenced ? Date.parse(known.last) : Date.parse(known?.since ?? event.occurredAt);
  // A clock that was set back must not silence anybody until it is where it was.
  const goesOn = known !== undefined && Math.abs(atMs - beganMs) < pauseMs;
  const count = goesOn ? known.count + 1 : 1;
  const pace = {
    since: goesOn ? known.since : event.occurredAt,
    // Deliveries may arrive out of order.
    last: goesOn && atMs < Date.parse(known.last) ? known.last : event.occurredAt,
    count,
    allowance: isSilenced && goesOn ? known.allowance : allowance,
  };
  if (count <= pace.allowance) return { session: { ...session, pace }, pace: 'within' };
  return {
    session: { ...session, pace },
    pace: count === pace.allowance + 1 ? 'first-too-many' : 'too-many',
  };
}

/** Messages a citizen may write in a minute now. */
export function allowanceOf(turn: Pick<Turn, 'unit'>, crowded: boolean): number {
  const own = turn.unit.conversation.messages_per_minute;
  return crowded ? Math.min(own, crowdedAllowance) : own;
}

/**
 * Answers one event within its citizen's allowance; beyond it, one polite line and then nothing. Words that may be about
 * life and limb are answered all the same, up to twice the allowance.
 */
export function respondWithinPace(
  turn: Turn,
  allowance: number,
  respond: (turn: Turn) => Plan,
): { plan: Plan; pace: Pace } {
  const { session, pace } = countPace(turn.session, turn.event, allowance);
  const counted = { ...turn, session };
  if (pace === 'within') return { plan: respond(counted), pace };
  if (turn.event.content.kind === 'text' && (session.pace?.count ?? 0) <= 2 * allowance) {
    const plan = respond(counted);
    if (plan.sensitive !== null) return { plan, pace: 'within' };
  }
  const quiet = pace === 'too-many' || isWithPerson(session, turn.now);
  return {
    plan: planOf(counted, {
      decision: quiet ? 'silent' : 'smalltalk',
      reply: { sections: quiet ? [] : [say(counted, 'too_fast')], buttons: [] },
    }),
    pace,
  };
}
