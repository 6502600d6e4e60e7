import type { Aspect } from '../core/aspect.ts';
import type { SessionState } from '../core/session.ts';

/** How many earlier topics "quay lại" can reach. */
const historyAtMost = 5;

/** The session after an answer: the topic is in front, what was talked about before can be gone back to. */
export function remember(session: SessionState, topic: string, aspect: Aspect | null): SessionState {
  const isSame = session.topic === topic && session.aspect === aspect;
  const history =
    session.topic === null || isSame
      ? session.history
      : [...session.history, { topic: session.topic, aspect: session.aspect }].slice(-historyAtMost);
  return { ...session, topic, aspect, history, options: [], question: null, misses: 0, rejected: [] };
}
