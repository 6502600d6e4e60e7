import type { SessionState } from '../core/session.ts';
import type { Aspect } from '../core/aspect.ts';
import { answerTopic, choiceButton, offerMore } from './answer-topic.ts';
import { handOver, isWithPerson, takeBack } from './hand-over.ts';
import { menuReply } from './menu.ts';
import type { Choice } from './payload.ts';
import { planOf, say, type Plan, type Turn } from './turn.ts';

/** What a pressed button does. Buttons work during a hand-over too only when they give the conversation back. */
export function respondToChoice(turn: Turn, choice: Choice): Plan {
  if (choice.kind !== 'assistant' && isWithPerson(turn.session, turn.now)) {
    return planOf(turn, { decision: 'silent' });
  }
  switch (choice.kind) {
    case 'topic':
      return answerChosen(turn, choice.topic, []);
    case 'aspect':
      return answerChosen(turn, choice.topic, [choice.aspect]);
    case 'more': {
      const topic = turn.library.topics.get(choice.topic);
      return topic === undefined
        ? showMenu(turn)
        : planOf(turn, { decision: 'clarify', topic: topic.id, reply: offerMore(turn, topic) });
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
      return goBack(turn);
    case 'consent':
      return recordConsent(turn, choice.granted);
    case 'erase':
      return choice.confirmed
        ? planOf(turn, {
            decision: 'smalltalk',
            topic: 'erase-my-data',
            effects: [{ kind: 'erase-citizen' }],
            reply: { sections: [say(turn, 'erase.done', { code: erasureCode(turn) })], buttons: [] },
          })
        : planOf(turn, {
            decision: 'smalltalk',
            topic: 'erase-my-data',
            reply: { sections: [say(turn, 'erase.kept')], buttons: [] },
          });
    case 'language': {
      const session = { ...turn.session, language: choice.language };
      const switched = { ...turn, session };
      return planOf(switched, {
        decision: 'smalltalk',
        topic: 'change-language',
        reply: { ...menuReply(switched), sections: [say(switched, 'smalltalk.language_set')] },
      });
    }
  }
}

/** The answer about a known topic, remembered as what the conversation is about. */
export function answerChosen(turn: Turn, topicId: string, asked: readonly Aspect[]): Plan {
  const topic = turn.library.topics.get(topicId);
  if (topic === undefined) return showMenu(turn);
  return planOf(turn, {
    decision: 'answer',
    topic: topic.id,
    aspect: asked[0] ?? null,
    confidence: 1,
    reply: answerTopic(turn, topic, asked),
    session: remember(turn.session, topic.id, asked[0] ?? null),
  });
}

/** How many earlier topics "quay lại" can reach. */
const historyAtMost = 5;

/** The session after an answer: the topic is in front, the one before it can be gone back to. */
export function remember(session: SessionState, topic: string, aspect: Aspect | null): SessionState {
  const history =
    session.topic === null || session.topic === topic
      ? session.history
      : [...session.history, { topic: session.topic, aspect: session.aspect }].slice(-historyAtMost);
  return { ...session, topic, aspect, history, options: [], question: null, misses: 0 };
}

export function showMenu(turn: Turn): Plan {
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'help',
    reply: menuReply(turn),
    session: { ...turn.session, options: [], question: null },
  });
}

/** Asks for an officer; from now on the bot is silent. */
export function callOfficer(turn: Turn): Plan {
  return planOf(turn, {
    decision: 'handover',
    topic: 'talk-to-officer',
    session: handOver(turn, 'waiting'),
    reply: {
      sections: [
        `${say(turn, 'handover.done', { expected: say(turn, 'handover.expected_unknown') })}\n${say(turn, 'handover.warning')}`,
      ],
      buttons: [choiceButton(turn, 'bot_back', { kind: 'assistant' })],
    },
  });
}

export function returnToAssistant(turn: Turn): Plan {
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'help',
    session: takeBack(turn.session),
    reply: { ...menuReply(turn), sections: [say(turn, 'handover.back')] },
  });
}

/** "Không phải": the options were wrong; the citizen is led on, never round. */
export function rejectOptions(turn: Turn): Plan {
  const misses = turn.session.misses + 1;
  const session = { ...turn.session, misses, options: [], question: null };
  if (misses >= 2) {
    return planOf(turn, {
      decision: 'fallback',
      session,
      reply: { ...menuReply(turn), sections: [say(turn, 'fallback.again')] },
    });
  }
  return planOf(turn, {
    decision: 'clarify',
    session,
    reply: {
      sections: [say(turn, 'clarify.rest')],
      buttons: [
        choiceButton(turn, 'menu', { kind: 'menu' }),
        choiceButton(turn, 'officer', { kind: 'officer' }),
      ],
    },
  });
}

function goBack(turn: Turn): Plan {
  const previous = turn.session.history.at(-1);
  if (previous === undefined) return showMenu(turn);
  const session = { ...turn.session, topic: null, history: turn.session.history.slice(0, -1) };
  return answerChosen(
    { ...turn, session },
    previous.topic,
    previous.aspect === null ? [] : [previous.aspect],
  );
}

function recordConsent(turn: Turn, granted: boolean): Plan {
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'personal-data',
    effects: [{ kind: 'record-consent', granted }],
    session: { ...turn.session, consent: granted ? 'granted' : 'declined' },
    reply: {
      sections: [say(turn, granted ? 'first_contact.kept' : 'first_contact.not_kept')],
      buttons: [choiceButton(turn, 'menu', { kind: 'menu' })],
    },
  });
}

/** A short code by which an erasure can be found in the audit log. */
function erasureCode(turn: Turn): string {
  return turn.now.getTime().toString(36).toUpperCase();
}
