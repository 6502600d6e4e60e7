import type { Aspect } from '../core/aspect.ts';
import type { SessionState, Visited } from '../core/session.ts';

/** How many earlier topics "quay lại" can reach. */
const historyAtMost = 5;

/** The session after an answer: the topic is in front, what was talked about before can be gone back to. */
export function remember(session: SessionState, topic: string, aspect: Aspect | null): SessionState {
  const { finishedFlow, ...rest } = session;
  const isSame = session.topic === topic && session.aspect === aspect && finishedFlow === undefined;
  const history =
    session.topic === null || isSame
      ? session.history
      : [...session.history, visited(session.topic, session.aspect, finishedFlow)].slice(-historyAtMost);
  return { ...rest, topic, aspect, history, options: [], question: null, misses: 0, rejected: [] };
}

function visited(topic: string, aspect: Aspect | null, flow: Visited['flow']): Visited {
  return flow === undefined ? { topic, aspect } : { topic, aspect, flow };
}

/** The session as it was before the answer in front: what was visited last is in front again. */
export function returnTo(session: SessionState): SessionState {
  const left = leaveTopic(session);
  const previous = session.history.at(-1);
  if (previous === undefined) return left;
  const { topic, aspect, flow } = previous;
  const history = session.history.slice(0, -1);
  return { ...left, topic, aspect, history, ...(flow === undefined ? {} : { finishedFlow: flow }) };
}

/** The session once nothing is in front any more. */
export function leaveTopic(session: SessionState): SessionState {
  const { finishedFlow: _left, ...rest } = session;
  return { ...rest, topic: null, aspect: null };
}
