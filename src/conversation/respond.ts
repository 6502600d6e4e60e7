import { inLanguage } from '../content/render-block.ts';
import type { Option } from '../core/session.ts';
import { choiceButton, topicButton } from './buttons.ts';
import { introduce } from './consent.ts';
import { askForFeedback } from './feedback.ts';
import { closing, isWithPerson, noteOfficer, noteReturn, takeBack } from './hand-over.ts';
import { menuReply } from './menu.ts';
import { decodeChoice } from './payload.ts';
import { leaveTopic } from './remember.ts';
import { respondToAttachment, respondToLocation } from './respond-to-attachment.ts';
import { forget, respondToChoice, staleButton } from './respond-to-choice.ts';
import { respondToText } from './respond-to-text.ts';
import { findSubject } from './subject.ts';
import { planOf, type Effect, type Plan, type Turn } from './turn.ts';

/**
 * The whole story of one event: who speaks, what was meant, what is said, what is remembered. Pure: the same turn
 * gives the same plan, so a retried event cannot decide differently.
 */
export function respond(arrived: Turn): Plan {
  const { turn, effects } = refreshContext(arrived);
  const decided = dispatch(turn);
  const plan = withNotice(turn, introduce(turn, askForFeedback(turn, offerToResume(turn, decided))));
  return {
    ...plan,
    effects: [...effects, ...plan.effects],
    session: { ...plan.session, options: offeredChoices(plan), updatedAt: turn.now.toISOString() },
  };
}

function dispatch(turn: Turn): Plan {
  const { content } = turn.event;
  switch (content.kind) {
    case 'text':
      // On a channel whose links carry no code, it is typed from the poster.
      return turn.outreach !== undefined && !isWithPerson(turn.session, turn.now)
        ? greet(turn)
        : respondToText(turn, content.text);
    case 'choice': {
      const choice = decodeChoice(content.payload);
      if (choice !== undefined) return respondToChoice(turn, choice);
      // A payload that is none of ours says nothing; the words on its button may.
      if (content.title !== undefined) return respondToText(turn, content.title);
      return isWithPerson(turn.session, turn.now) ? planOf(turn, { decision: 'silent' }) : staleButton(turn);
    }
    case 'attachment':
      return respondToAttachment(turn, content.attachment, content.text);
    case 'location':
      return respondToLocation(turn, content.latitude, content.longitude);
    case 'start':
      // "Get started" and following the account are no words: while an officer has the conversation nobody greets.
      return isWithPerson(turn.session, turn.now) ? planOf(turn, { decision: 'silent' }) : greet(turn);
    case 'staff-reply':
      return noteOfficer(turn, 'officer-wrote');
    case 'owner-change':
      return content.owner === 'person' ? noteOfficer(turn, 'platform') : noteReturn(turn);
    case 'erase-request':
      return planOf(turn, {
        decision: 'silent',
        effects: [...closing(turn.session, 'citizen'), { kind: 'erase-citizen', by: 'platform' }],
        session: forget(turn),
      });
  }
}

/** The menu; someone who came through an item about a topic finds it first. */
function greet(turn: Turn): Plan {
  const menu = menuReply(turn);
  const topicId = turn.outreach?.topic ?? undefined;
  const subject = topicId === undefined ? undefined : findSubject(turn, topicId);
  const first = subject?.inForce === true ? [topicButton(subject)] : [];
  const others = menu.buttons.filter((button) => first.every(({ title }) => title !== button.title));
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'greeting',
    reply: { ...menu, buttons: [...first, ...others] },
    session: { ...turn.session, question: null },
  });
}

/** The unit's notice comes before everything else, whatever was asked. */
function withNotice(turn: Turn, plan: Plan): Plan {
  if (turn.notice === undefined || plan.reply.sections.length === 0) return plan;
  const notice = inLanguage(turn.notice, plan.session.language);
  return { ...plan, reply: { ...plan.reply, sections: [notice, ...plan.reply.sections] } };
}

/** A guided flow that rested this long is not offered again. */
const flowRestMs = 24 * 60 * 60 * 1000;

/** Forgets the topic of a conversation that rested too long, and ends a hand-over whose time is up. */
function refreshContext(arrived: Turn): { turn: Turn; effects: Effect[] } {
  const { unit, now } = arrived;
  const session = rememberWhatWasAsked(arrived.session);
  // What was said before the clock was set back is as far away as what was said long ago.
  const restedMs = Math.abs(now.getTime() - Date.parse(session.updatedAt));
  const aged = restedMs > unit.conversation.context_minutes * 60_000;
  const fresh = aged
    ? {
        ...leaveTopic(session),
        history: [],
        options: [],
        question: null,
        misses: 0,
        rejected: [],
        flow: restedMs > flowRestMs ? null : session.flow,
        // Only the conversation that began there counts for an outreach item.
        outreach: null,
      }
    : session;
  const came = arrived.outreach === undefined ? fresh : { ...fresh, outreach: arrived.outreach.code };
  if (isWithPerson(came, now)) return { turn: { ...arrived, session: came }, effects: [] };
  return { turn: { ...arrived, session: takeBack(came) }, effects: closing(came, 'time') };
}

/** The interaction before this one is where an open question was asked, and where the citizen's words are. */
function rememberWhatWasAsked(session: Turn['session']): Turn['session'] {
  const { question, lastInteractionId } = session;
  return question === null || question.asked !== undefined || lastInteractionId === null
    ? session
    : { ...session, question: { ...question, asked: lastInteractionId } };
}

/** After an answer in the middle of a guided flow, the way back into it comes first. */
function offerToResume(turn: Turn, plan: Plan): Plan {
  const flow = plan.session.flow;
  const isInside = flow === null || plan.session.question?.kind === 'flow';
  if (isInside || plan.decision !== 'answer') return plan;
  const spoken = { ...turn, session: plan.session };
  const resume = choiceButton(spoken, 'resume', { kind: 'flow-resume' });
  return { ...plan, reply: { ...plan.reply, buttons: [resume, ...plan.reply.buttons] } };
}

/** Choices that a number may pick are remembered in the order in which they were shown. */
const optionsAtMost = 12;

function offeredChoices(plan: Plan): Option[] {
  if (plan.reply.sections.length === 0) return plan.session.options;
  return plan.reply.buttons
    .flatMap((button) => (button.kind === 'choice' ? [{ title: button.title, payload: button.payload }] : []))
    .slice(0, optionsAtMost);
}
