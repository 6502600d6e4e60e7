import type { Aspect } from '../core/aspect.ts';
import { newSession } from '../core/session.ts';
import { answerTopic, offerMore } from './answer-topic.ts';
import { isWhich, partOfWhat, rejectOptions } from './ask-which.ts';
import { choiceButton } from './buttons.ts';
import { recordConsent } from './consent.ts';
import { takeFeedback, takeFeedbackReason } from './feedback.ts';
import {
  answerFlow,
  cancelFlow,
  openFlow,
  reopenFlow,
  resumeFlow,
  showResultAgain,
  startFlow,
  stepBack,
} from './guided-flow.ts';
import { callOfficer, closing, isWithPerson, returnToAssistant } from './hand-over.ts';
import { menuReply, showMenu } from './menu.ts';
import { decodeChoice, type Choice } from './payload.ts';
import { leaveTopic, remember } from './remember.ts';
import { findSubject } from './subject.ts';
import { planOf, say, type Effect, type Plan, type Turn } from './turn.ts';

/** What may be pressed while an officer has the conversation: to end that, and the rights over one's data. */
const worksWithPerson: readonly Choice['kind'][] = ['assistant', 'consent', 'erase'];

/** What a pressed button does. */
export function respondToChoice(turn: Turn, choice: Choice): Plan {
  if (isWithPerson(turn.session, turn.now) && !worksWithPerson.includes(choice.kind)) {
    return planOf(turn, { decision: 'silent', effects: judgement(choice) });
  }
  switch (choice.kind) {
    case 'topic':
      return withSuggestion(turn, choice, answerChosen(turn, choice.topic, []));
    case 'aspect':
      return withSuggestion(turn, choice, answerChosen(turn, choice.topic, [choice.aspect]));
    case 'more': {
      const topic = findSubject(turn, choice.topic);
      if (topic === undefined) return staleButton(turn);
      const session = { ...turn.session, topic: topic.id };
      return planOf(turn, { decision: 'clarify', topic: topic.id, reply: offerMore(turn, topic), session });
    }
    case 'menu':
      return showMenu(turn);
    case 'officer':
      return callOfficer(turn);
    case 'assistant':
      return returnToAssistant(turn);
    case 'none-of-these':
      return rejectOptions(turn);
    case 'back':
      return openFlow(turn) === undefined ? goBack(turn) : stepBack(turn);
    case 'consent':
      return recordConsent(turn, choice.granted);
    case 'erase':
      return choice.confirmed ? erase(turn) : keepAll(turn);
    case 'language':
      return switchLanguage(turn, choice.language);
    case 'feedback':
      return takeFeedback(turn, choice.helpful, choice.about);
    case 'feedback-reason':
      return takeFeedbackReason(turn, choice.reason, choice.about);
    case 'flow':
      return startFlow(turn, choice.flow);
    case 'flow-answer':
      return answerFlow(turn, choice.flow, choice.step, choice.option);
    case 'flow-resume':
      return resumeFlow(turn);
    case 'flow-cancel':
      return cancelFlow(turn);
  }
}

/** What a press says about an earlier answer counts, whoever has the conversation now. */
function judgement(choice: Choice): Effect[] {
  if (choice.kind === 'feedback') {
    return [{ kind: 'record-feedback', about: choice.about, helpful: choice.helpful, reason: null }];
  }
  if (choice.kind !== 'feedback-reason') return [];
  return [{ kind: 'record-feedback', about: choice.about, helpful: false, reason: choice.reason }];
}

/** The answer about a known topic, remembered as what the conversation is about. */
function answerChosen(turn: Turn, topicId: string, asked: readonly Aspect[]): Plan {
  const topic = findSubject(turn, topicId);
  if (topic === undefined) return staleButton(turn);
  return planOf(turn, {
    decision: 'answer',
    topic: topic.id,
    aspect: asked[0] ?? null,
    confidence: 1,
    reply: answerTopic(turn, topic, asked),
    session: remember(turn.session, topic.id, asked[0] ?? null),
  });
}

/** What a citizen chose after "việc nào dưới đây" teaches what their words meant. */
function withSuggestion(turn: Turn, choice: Choice & { topic: string }, plan: Plan): Plan {
  const { question, options } = turn.session;
  const wasAsked = question !== null && isWhich(question) && question.about !== partOfWhat;
  const wasOffered = options.some(({ payload }) => {
    const offered = decodeChoice(payload);
    return offered !== undefined && 'topic' in offered && offered.topic === choice.topic;
  });
  if (!wasAsked || !wasOffered || question.asked === undefined || plan.decision !== 'answer') return plan;
  const aspect = choice.kind === 'aspect' ? choice.aspect : null;
  const effect: Effect = { kind: 'suggest-training', about: question.asked, topic: choice.topic, aspect };
  return { ...plan, effects: [...plan.effects, effect] };
}

/** A button of a topic that is no longer there. */
export function staleButton(turn: Turn): Plan {
  return planOf(turn, {
    decision: 'fallback',
    reply: { ...menuReply(turn), sections: [say(turn, 'stale_button')] },
    session: { ...turn.session, options: [], question: null },
  });
}

/** To the answer before this one; from the result of a flow to its last question. */
function goBack(turn: Turn): Plan {
  const reopened = reopenFlow(turn);
  if (reopened !== undefined) return reopened;
  const previous = turn.session.history.at(-1);
  if (previous === undefined) return showMenu(turn);
  const session = { ...leaveTopic(turn.session), history: turn.session.history.slice(0, -1) };
  const before = { ...turn, session };
  if (previous.flow !== undefined) return showResultAgain(before, previous.flow);
  const { topic, aspect } = previous;
  // A part that has nothing to say was an answer then; nobody goes back to it.
  const isThere = aspect !== null && findSubject(turn, topic)?.section(aspect) !== undefined;
  return answerChosen(before, topic, isThere ? [aspect] : []);
}

function switchLanguage(turn: Turn, language: 'vi' | 'en'): Plan {
  const session = { ...turn.session, language };
  const switched = { ...turn, session };
  return planOf(switched, {
    decision: 'smalltalk',
    topic: 'change-language',
    reply: { ...menuReply(switched), sections: [say(switched, 'smalltalk.language_set')] },
  });
}

/** Erases at once. What stays is no content: the language, that the notice was shown, the decision on keeping. */
function erase(turn: Turn): Plan {
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'erase-my-data',
    effects: [...closing(turn.session, 'citizen'), { kind: 'erase-citizen', by: 'citizen' }],
    session: forget(turn),
    reply: {
      sections: [say(turn, 'erase.done', { code: erasureCode(turn) })],
      buttons: [choiceButton(turn, 'menu', { kind: 'menu' })],
    },
  });
}

function keepAll(turn: Turn): Plan {
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'erase-my-data',
    reply: { sections: [say(turn, 'erase.kept')], buttons: [] },
  });
}

/** A session without any memory of the conversation. */
export function forget({ session, now }: Turn): Plan['session'] {
  const { language, introduced, noticeVersion, consent } = session;
  return {
    ...newSession(now),
    language,
    introduced,
    consent,
    ...(noticeVersion === undefined ? {} : { noticeVersion }),
  };
}

/** A short code by which an erasure can be found in the audit log. */
function erasureCode(turn: Turn): string {
  return turn.now.getTime().toString(36).toUpperCase();
}
