import type { SessionState } from '../core/session.ts';
import { openingValues } from './answer-office.ts';
import { choiceButton } from './buttons.ts';
import { menuReply } from './menu.ts';
import { nextOpening } from './office-clock.ts';
import { planOf, say, type Effect, type HandoverReason, type Plan, type Turn } from './turn.ts';

/** Machines' clocks may differ by so much; a hand-over from further ahead began while a clock was wrong. */
const driftMs = 5 * 60_000;

/**
 * Whether an officer speaks (or is awaited), so that the bot must be silent. A clock that was set back must not keep it
 * silent until the clock is where it was.
 */
export function isWithPerson(session: SessionState, now: Date): boolean {
  const { state, since, until } = session.handover;
  if (state === 'bot') return false;
  if (since !== undefined && Date.parse(since) > now.getTime() + driftMs) return false;
  return until === undefined || now.getTime() < Date.parse(until);
}

/** The session from now on: an officer is awaited or speaks, until the unit's time limit passes without a word. */
export function handOver(turn: Turn, state: 'waiting' | 'person'): SessionState {
  const { session, now } = turn;
  const since =
    session.handover.state === state ? (session.handover.since ?? now.toISOString()) : now.toISOString();
  return {
    ...session,
    handover: { state, since, until: silentUntil(turn) },
    question: null,
    options: [],
    misses: 0,
  };
}

function silentUntil(turn: Turn): string {
  return new Date(turn.now.getTime() + turn.unit.conversation.handover_minutes * 60_000).toISOString();
}

/** The session once the bot answers again. */
export function takeBack(session: SessionState): SessionState {
  return session.handover.state === 'bot' ? session : { ...session, handover: { state: 'bot' } };
}

/** The citizen asks for an officer: says when somebody will read it; from now on the bot is silent. */
export function callOfficer(turn: Turn): Plan {
  return planOf(turn, {
    decision: 'handover',
    topic: 'talk-to-officer',
    session: handOver(turn, 'waiting'),
    effects: [{ kind: 'open-handover', reason: 'asked', until: silentUntil(turn) }],
    reply: {
      sections: [
        `${say(turn, 'handover.done', { expected: expectedTime(turn) })}\n${say(turn, 'handover.warning')}`,
      ],
      buttons: [choiceButton(turn, 'bot_back', { kind: 'assistant' })],
    },
  });
}

function expectedTime(turn: Turn): string {
  const next = nextOpening(turn.unit, turn.library.holidays, turn.now);
  if (next === undefined) return say(turn, 'handover.expected_unknown');
  if (next.isNow) return say(turn, 'handover.expected_now');
  const { time, day } = openingValues(turn, next);
  return say(turn, 'handover.expected_later', { when: `${time}, ${day}` });
}

/** An officer has the conversation: wrote in the platform's own tool, or took it there. */
export function noteOfficer(turn: Turn, reason: HandoverReason): Plan {
  return planOf(turn, {
    decision: 'silent',
    session: handOver(turn, 'person'),
    effects: [{ kind: 'note-officer', reason, until: silentUntil(turn) }],
  });
}

/** The officer gave the conversation back; nothing is said until the citizen writes. */
export function noteReturn(turn: Turn): Plan {
  return planOf(turn, {
    decision: 'silent',
    session: takeBack(turn.session),
    effects: closing(turn.session, 'officer'),
  });
}

/** The citizen wants the assistant back. */
export function returnToAssistant(turn: Turn): Plan {
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'help',
    session: takeBack(turn.session),
    effects: closing(turn.session, 'citizen'),
    reply: { ...menuReply(turn), sections: [say(turn, 'handover.back')] },
  });
}

/** The record of a hand-over that ends; none when there was none. */
export function closing(session: SessionState, by: 'citizen' | 'officer' | 'time'): Effect[] {
  return session.handover.state === 'bot' ? [] : [{ kind: 'close-handover', by }];
}

/** During a hand-over the citizen's words are the officer's; each keeps the bot silent for another while. */
export function stayWithPerson(turn: Turn): Plan {
  const state = turn.session.handover.state === 'person' ? 'person' : 'waiting';
  return planOf(turn, {
    decision: 'silent',
    session: handOver(turn, state),
    effects: [{ kind: 'extend-handover', until: silentUntil(turn) }],
  });
}
