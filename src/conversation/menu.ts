import { isInForce } from '../content/render-topic.ts';
import { vietnamDay } from '../core/clock.ts';
import type { Button, Reply } from '../core/reply.ts';
import { choiceButton, topicButton } from './answer-topic.ts';
import { say, type Plan, type Turn } from './turn.ts';

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

/**
 * At first contact a reply begins by saying who speaks, that it is automated, what is kept and how to refuse
 * (Luật 91/2025/QH15 on personal data, Luật 134/2025/QH15 on AI).
 */
export function introduce(turn: Turn, plan: Plan): Plan {
  if (plan.session.introduced || plan.reply.sections.length === 0) return plan;
  const fullNotice = plan.decision === 'smalltalk';
  const notice = say(turn, fullNotice ? 'first_contact.notice' : 'first_contact.short');
  const reply: Reply =
    plan.decision === 'sensitive'
      ? { ...plan.reply, sections: [...plan.reply.sections, notice] }
      : { ...plan.reply, sections: [notice, ...plan.reply.sections] };
  return { ...plan, reply, session: { ...plan.session, introduced: true } };
}
