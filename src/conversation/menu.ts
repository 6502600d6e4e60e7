import { isInForce } from '../content/render-topic.ts';
import { vietnamDay } from '../core/clock.ts';
import type { Button, Reply } from '../core/reply.ts';
import { choiceButton, topicButton } from './buttons.ts';
import { planOf, say, type Plan, type Turn } from './turn.ts';

/** The topics that most people come for, then an officer. */
export function menuButtons(turn: Turn): Button[] {
  const day = vietnamDay(turn.now);
  const topics = turn.t.list(turn.session.language, 'bot:menu.topics').flatMap((id) => {
    const topic = turn.library.topics.get(id);
    return topic !== undefined && isInForce(topic, day) ? [topicButton(turn, topic)] : [];
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
