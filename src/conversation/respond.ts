import { respondToAttachment } from './respond-to-attachment.ts';
import { respondToChoice } from './respond-to-choice.ts';
import { respondToText } from './respond-to-text.ts';
import { handOver, isWithPerson, takeBack } from './hand-over.ts';
import { introduce, menuReply } from './menu.ts';
import { decodeChoice } from './payload.ts';
import { planOf, type Plan, type Turn } from './turn.ts';

/**
 * The whole story of one event: who speaks, what was meant, what is said, what is remembered. Pure: the same turn
 * gives the same plan, so a retried event cannot decide differently.
 */
export function respond(arrived: Turn): Plan {
  const turn = refreshContext(arrived);
  const plan = dispatch(turn);
  return introduce(turn, { ...plan, session: { ...plan.session, updatedAt: turn.now.toISOString() } });
}

function dispatch(turn: Turn): Plan {
  const { content } = turn.event;
  switch (content.kind) {
    case 'text':
      return respondToText(turn, content.text);
    case 'choice': {
      const choice = decodeChoice(content.payload);
      return choice === undefined
        ? respondToText(turn, content.title ?? content.payload)
        : respondToChoice(turn, choice);
    }
    case 'attachment':
      return respondToAttachment(turn, content.attachment, content.text);
    case 'location':
      return respondToAttachment(turn, 'location', undefined);
    case 'start':
      return planOf(turn, {
        decision: 'smalltalk',
        topic: 'greeting',
        reply: menuReply(turn),
        session: { ...turn.session, outreach: content.ref ?? turn.session.outreach },
      });
    case 'staff-reply':
      return planOf(turn, { decision: 'silent', session: handOver(turn, 'person') });
    case 'owner-change':
      return planOf(turn, {
        decision: 'silent',
        session: content.owner === 'person' ? handOver(turn, 'person') : takeBack(turn.session),
      });
    case 'erase-request':
      return planOf(turn, { decision: 'silent', effects: [{ kind: 'erase-citizen' }] });
  }
}

/** Forgets the topic of a conversation that rested too long, and ends a hand-over whose time is up. */
function refreshContext(turn: Turn): Turn {
  const { session, unit, now } = turn;
  const restedMs = now.getTime() - Date.parse(session.updatedAt);
  const aged = restedMs > unit.conversation.context_minutes * 60_000;
  const fresh = aged
    ? { ...session, topic: null, aspect: null, history: [], options: [], question: null, misses: 0 }
    : session;
  const returned = isWithPerson(fresh, now) ? fresh : takeBack(fresh);
  return { ...turn, session: returned };
}
