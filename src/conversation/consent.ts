import { createHash } from 'node:crypto';
import type { Button, Reply } from '../core/reply.ts';
import { choiceButton } from './buttons.ts';
import { planOf, say, type Plan, type Turn } from './turn.ts';

/** Of an answer's buttons, how many stay beside a question about the conversation itself; platforms show five. */
const otherButtonsAtMost = 3;

/**
 * At first contact, and again when the notice has changed, a reply says who speaks, that it is automated, what is kept
 * and how to refuse, with two buttons of equal weight (Luật 91/2025/QH15 on personal data, Luật 134/2025/QH15 on AI).
 * In an emergency the numbers come first and nothing is asked.
 */
export function introduce(turn: Turn, plan: Plan): Plan {
  const { session } = plan;
  const version = turn.unit.privacy.notice_version;
  const isKnown = session.introduced && (session.noticeVersion ?? version) === version;
  if (isKnown || plan.reply.sections.length === 0) return plan;
  const spoken = { ...turn, session };
  const introduced = { ...session, introduced: true, noticeVersion: version };
  if (plan.decision === 'sensitive') {
    const sections = [...plan.reply.sections, say(spoken, 'first_contact.short')];
    return { ...plan, reply: { ...plan.reply, sections }, session: introduced };
  }
  const isAnswered = plan.effects.some(({ kind }) => kind === 'record-consent' || kind === 'erase-citizen');
  const notice = say(spoken, plan.decision === 'smalltalk' ? 'first_contact.notice' : 'first_contact.short');
  const consent =
    isAnswered || (session.consent !== null && session.noticeVersion === version)
      ? []
      : consentButtons(spoken);
  const isAsking = session.question !== null;
  // The notice greets and says who speaks; nothing of that is said twice.
  const isGreeting = plan.topic === 'greeting' || plan.topic === 'bot-identity';
  const rest = isGreeting ? [say(spoken, 'menu.text')] : plan.reply.sections;
  const reply: Reply = {
    sections: [notice, ...rest],
    // What the bot itself asks keeps all its options; the rest gives way to the two buttons.
    buttons: isAsking ? [...plan.reply.buttons, ...consent] : withButtonsInside(plan.reply.buttons, consent),
  };
  return { ...plan, reply, session: { ...introduced, ...(isAnswered ? {} : { consent: null }) } };
}

/** Puts a question's buttons among those of an answer so that all are seen where five are shown. */
export function withButtonsInside(buttons: readonly Button[], own: readonly Button[]): Button[] {
  if (own.length === 0 || buttons.length <= otherButtonsAtMost) return [...buttons, ...own];
  const startsWith = (head: string) =>
    buttons.find((button) => button.kind === 'choice' && button.payload.startsWith(head));
  const kept = [buttons[0], startsWith('f:') ?? buttons[1]].filter((button) => button !== undefined);
  const more = startsWith('m:') ?? startsWith('officer');
  const last = more === undefined || kept.includes(more) ? buttons[otherButtonsAtMost - 1] : more;
  return [...kept, ...own, ...(last === undefined ? [] : [last])];
}

function consentButtons(turn: Turn): Button[] {
  return [
    choiceButton(turn, 'keep', { kind: 'consent', granted: true }),
    choiceButton(turn, 'do_not_keep', { kind: 'consent', granted: false }),
  ];
}

/** A citizen's decision, with proof of which words it answers. */
export function recordConsent(turn: Turn, granted: boolean): Plan {
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'personal-data',
    effects: [{ kind: 'record-consent', granted, noticeVersion: noticeVersion(turn) }],
    session: {
      ...turn.session,
      consent: granted ? 'granted' : 'declined',
      introduced: true,
      noticeVersion: turn.unit.privacy.notice_version,
    },
    reply: {
      sections: [say(turn, granted ? 'first_contact.kept' : 'first_contact.not_kept')],
      buttons: [choiceButton(turn, 'menu', { kind: 'menu' })],
    },
  });
}

/** The unit's version and a hash of the notice as this citizen reads it: "1-3f9c0a12be47". */
function noticeVersion(turn: Turn): string {
  const hash = createHash('sha256').update(say(turn, 'first_contact.notice')).digest('hex').slice(0, 12);
  return `${turn.unit.privacy.notice_version}-${hash}`;
}
