import type { Button } from '../core/reply.ts';
import { withButtonsInside } from './consent.ts';
import { interactionId } from './interaction-id.ts';
import { choiceButton, choiceOf } from './buttons.ts';
import { feedbackReasons, type FeedbackReason } from './payload.ts';
import { planOf, say, type Plan, type Turn } from './turn.ts';

/** After every n-th answer (unit setting) asks with two buttons whether it helped; never at first contact. */
export function askForFeedback(turn: Turn, plan: Plan): Plan {
  const every = turn.unit.conversation.feedback_every;
  if (plan.decision !== 'answer' || every === 0) return plan;
  const answers = plan.session.answersSinceFeedback + 1;
  const isBusy = !plan.session.introduced || plan.session.question !== null || plan.session.flow !== null;
  if (answers < every || isBusy) {
    return { ...plan, session: { ...plan.session, answersSinceFeedback: answers } };
  }
  const spoken = { ...turn, session: plan.session };
  const about = interactionId(turn.event);
  const own: Button[] = [
    choiceButton(spoken, 'helpful', { kind: 'feedback', helpful: true, about }),
    choiceButton(spoken, 'not_helpful', { kind: 'feedback', helpful: false, about }),
  ];
  return {
    ...plan,
    session: { ...plan.session, answersSinceFeedback: 0 },
    reply: {
      sections: [...plan.reply.sections, say(spoken, 'feedback.ask')],
      buttons: withButtonsInside(plan.reply.buttons, own),
    },
  };
}

/** Thanks for a yes; after a no asks for the reason. Both reach the review queue. */
export function takeFeedback(turn: Turn, helpful: boolean, about: string): Plan {
  const effects: Plan['effects'] = [{ kind: 'record-feedback', about, helpful, reason: null }];
  if (helpful) {
    return planOf(turn, {
      decision: 'smalltalk',
      effects,
      reply: { sections: [say(turn, 'feedback.thanks')], buttons: [] },
    });
  }
  return planOf(turn, {
    decision: 'smalltalk',
    effects,
    session: { ...turn.session, question: { kind: 'feedback-reason', about } },
    reply: {
      sections: [say(turn, 'feedback.why')],
      buttons: feedbackReasons.map((reason) =>
        choiceOf(say(turn, `feedback.reason.${reason}`), { kind: 'feedback-reason', reason, about }),
      ),
    },
  });
}

export function takeFeedbackReason(turn: Turn, reason: FeedbackReason, about: string): Plan {
  return planOf(turn, {
    decision: 'smalltalk',
    effects: [{ kind: 'record-feedback', about, helpful: false, reason }],
    session: { ...turn.session, question: null, options: [] },
    reply: {
      sections: [say(turn, 'feedback.noted')],
      buttons: [
        choiceButton(turn, 'officer', { kind: 'officer' }),
        choiceButton(turn, 'menu', { kind: 'menu' }),
      ],
    },
  });
}
