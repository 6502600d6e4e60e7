import type { Button, Reply } from '../core/reply.ts';
import { choiceButton, topicButton } from './buttons.ts';
import { findSubject } from './subject.ts';
import { planOf, say, type Plan, type Turn } from './turn.ts';

/** The topics that most people come for, then an officer. */
export function menuButtons(turn: Turn): Button[] {
  const topics = turn.t.list(turn.session.language, 'bot:menu.topics').flatMap((id) => {
    const topic = findSubject(turn, id);
    return topic?.inForce === true ? [topicButton(topic)] : [];
  });
  return [...topics, choiceButton(turn, 'officer', { kind: 'officer' })];
}

export function menuReply(turn: Turn): Reply {
  return { sections: [say(turn, 'menu.text')], buttons: menuButtons(turn) };
}

export function showMenu(turn: Turn): Plan {
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'help',
    reply: menuReply(turn),
    session: { ...turn.session, options: [], question: null },
  });
}
