import { inLanguage } from '../content/render-block.ts';
import { capitalise } from '../content/render-topic.ts';
import type { Button, Reply } from '../core/reply.ts';
import type { Language, Option, SessionState } from '../core/session.ts';
import type { Understood } from '../core/understood.ts';
import { answerTopic, choiceButton } from './answer-topic.ts';
import { handOver, isWithPerson } from './hand-over.ts';
import { menuButtons, menuReply } from './menu.ts';
import { decodeChoice, encodeChoice } from './payload.ts';
import { resolveOption } from './resolve-option.ts';
import {
  answerChosen,
  callOfficer,
  remember,
  respondToChoice,
  returnToAssistant,
} from './respond-to-choice.ts';
import { planOf, say, type Plan, type Turn } from './turn.ts';

/** Characters of a message that are read; what a citizen asks stands in the first part of a long one. */
const readAtMost = 4_000;

/** Options shown when the bot asks which topic is meant. */
const optionsAtMost = 3;

/** What a citizen's words lead to. */
export function respondToText(turn: Turn, text: string): Plan {
  const words = text.slice(0, readAtMost);
  const context = { topic: turn.session.topic, aspect: turn.session.aspect };
  const understood = turn.understanding.understand(words, context);
  // An emergency is answered whoever speaks; everything else is the officer's while one has the conversation.
  if (understood.decision === 'sensitive') return respondToSensitive(turn, understood);
  if (isWithPerson(turn.session, turn.now)) return listenForReturn(turn, words);

  const chosen = resolveOption(words, turn.session.options);
  if (chosen !== undefined) return respondToOption(turn, chosen);
  const spoken = speakTheirLanguage(turn, understood);
  const plan = respondToMeaning(spoken, understood);
  return {
    ...plan,
    candidates: understood.candidates,
    explanation: understood.explanation,
    confidence: understood.confidence,
    language: understood.language,
  };
}

function respondToMeaning(turn: Turn, understood: Understood): Plan {
  if (understood.language !== 'vi' && understood.language !== 'en' && understood.decision !== 'answer') {
    return planOf(turn, {
      decision: 'fallback',
      reply: {
        sections: [say(turn, `language.${understood.language}`)],
        buttons: menuButtons(turn).slice(0, 3),
      },
    });
  }
  switch (understood.decision) {
    case 'answer':
      return answerMeant(turn, understood);
    case 'clarify':
      return askWhich(turn, understood);
    case 'handover':
      return callOfficer(turn);
    case 'smalltalk':
      return smallTalk(turn, understood);
    case 'sensitive':
      return respondToSensitive(turn, understood);
    case 'fallback':
    case 'unsupported':
      return fallBack(turn);
  }
}

function answerMeant(turn: Turn, understood: Understood): Plan {
  const topic = understood.topic === null ? undefined : turn.library.topics.get(understood.topic);
  if (topic === undefined) return fallBack(turn);
  const reply = answerTopic(turn, topic, understood.aspects);
  return planOf(turn, {
    decision: 'answer',
    topic: topic.id,
    aspect: understood.aspect,
    reply: withSecondRequest(turn, reply, understood),
    session: remember(turn.session, topic.id, understood.aspect),
  });
}

/** The other question of the same message, as a button in front. */
function withSecondRequest(turn: Turn, reply: Reply, understood: Understood): Reply {
  const second = understood.also[0];
  const topic = second === undefined ? undefined : turn.library.topics.get(second.topic);
  if (second === undefined || topic === undefined) return reply;
  const aspect = second.aspects[0];
  const payload =
    aspect === undefined
      ? encodeChoice({ kind: 'topic', topic: topic.id })
      : encodeChoice({ kind: 'aspect', topic: topic.id, aspect });
  const button: Button = { kind: 'choice', title: inLanguage(topic.title, turn.session.language), payload };
  const notice = say(turn, 'answer.also', { topic: inLanguage(topic.name.short, turn.session.language) });
  return { sections: [...reply.sections, notice], buttons: [button, ...reply.buttons] };
}

/** Asks which topic is meant: by the distinguishing question of a confusable set, else "việc nào dưới đây". */
function askWhich(turn: Turn, understood: Understood): Plan {
  const set =
    understood.confusable === null ? undefined : turn.understanding.confusableSet(understood.confusable);
  const language = turn.session.language;
  const aspect = understood.aspect;
  const payloadOf = (topic: string) =>
    aspect === null
      ? encodeChoice({ kind: 'topic', topic })
      : encodeChoice({ kind: 'aspect', topic, aspect });
  const options: Option[] =
    set === undefined
      ? understood.candidates.flatMap(({ topic: id }) => {
          const topic = turn.library.topics.get(id);
          return topic === undefined
            ? []
            : [{ title: inLanguage(topic.title, language), payload: payloadOf(id) }];
        })
      : set.options.map((option) => ({
          title: inLanguage(option.title, language),
          payload: payloadOf(option.topic),
        }));
  const shown = set === undefined ? options.slice(0, optionsAtMost) : options;
  if (shown.length === 0) return fallBack(turn);
  const question =
    set !== undefined
      ? inLanguage(set.question, language)
      : aspect === null
        ? say(turn, 'clarify.which')
        : say(turn, 'clarify.which_aspect', { aspect: capitalise(say(turn, `aspect.${aspect}.name`)) });
  return planOf(turn, {
    decision: 'clarify',
    aspect,
    reply: {
      sections: [question],
      buttons: [...shown.map(toButton), choiceButton(turn, 'none_of_these', { kind: 'none-of-these' })],
    },
    session: {
      ...turn.session,
      options: shown,
      question: { kind: set === undefined ? 'clarify' : 'distinguish', about: set?.id ?? 'topics' },
    },
  });
}

function toButton(option: Option): Button {
  return { kind: 'choice', title: option.title, payload: option.payload };
}

function smallTalk(turn: Turn, understood: Understood): Plan {
  const topic = understood.topic ?? 'help';
  if (topic === 'erase-my-data') {
    return planOf(turn, {
      decision: 'smalltalk',
      topic,
      reply: {
        sections: [say(turn, 'erase.ask')],
        buttons: [
          choiceButton(turn, 'yes_erase', { kind: 'erase', confirmed: true }),
          choiceButton(turn, 'no_erase', { kind: 'erase', confirmed: false }),
        ],
      },
    });
  }
  if (topic === 'change-language') {
    return respondToChoice(turn, {
      kind: 'language',
      language: turn.session.language === 'vi' ? 'en' : 'vi',
    });
  }
  const quiet = topic === 'thanks' || topic === 'goodbye';
  return planOf(turn, {
    decision: 'smalltalk',
    topic,
    reply: { sections: [say(turn, `smalltalk.${topic}`)], buttons: quiet ? [] : menuButtons(turn) },
  });
}

/** Fixed approved words; an emergency begins with the number to call. */
function respondToSensitive(turn: Turn, understood: Understood): Plan {
  const topic = understood.topic === null ? undefined : turn.library.topics.get(understood.topic);
  const approved = `sensitive:${understood.sensitive ?? 'default'}`;
  const reply: Reply = turn.t.has('vi', approved)
    ? {
        sections: [turn.t(turn.session.language, approved)],
        buttons: [choiceButton(turn, 'hotlines', { kind: 'topic', topic: 'hotlines' })],
      }
    : topic !== undefined
      ? answerTopic(turn, topic, [])
      : {
          sections: [say(turn, 'sensitive.default')],
          buttons: [choiceButton(turn, 'officer', { kind: 'officer' })],
        };
  return planOf(turn, {
    decision: 'sensitive',
    topic: understood.topic,
    sensitive: understood.sensitive,
    confidence: understood.confidence,
    language: understood.language,
    explanation: understood.explanation,
    reply,
  });
}

/** Not understood: once with a hint, the second time with everything else that may help. */
function fallBack(turn: Turn): Plan {
  const misses = turn.session.misses + 1;
  return planOf(turn, {
    decision: 'fallback',
    session: { ...turn.session, misses, options: [], question: null },
    reply: {
      sections: [say(turn, misses === 1 ? 'fallback.first' : 'fallback.again')],
      buttons:
        misses === 1
          ? menuReply(turn).buttons
          : [
              choiceButton(turn, 'menu', { kind: 'menu' }),
              choiceButton(turn, 'hotlines', { kind: 'topic', topic: 'hotlines' }),
              choiceButton(turn, 'officer', { kind: 'officer' }),
            ],
    },
  });
}

/** During a hand-over the bot is silent, unless the citizen asks for it by name. */
function listenForReturn(turn: Turn, words: string): Plan {
  const wanted = turn.t.list(turn.session.language, 'bot:handover_return_words');
  const said = words.trim().toLocaleLowerCase('vi');
  if (wanted.includes(said)) return returnToAssistant(turn);
  const state = turn.session.handover.state === 'person' ? 'person' : 'waiting';
  return planOf(turn, { decision: 'silent', session: handOver(turn, state) });
}

function respondToOption(turn: Turn, option: Option): Plan {
  const choice = decodeChoice(option.payload);
  if (choice === undefined) return answerChosen(turn, '', []);
  return respondToChoice(turn, choice);
}

/** Answers an English message in English and a Vietnamese one in Vietnamese. */
function speakTheirLanguage(turn: Turn, understood: Understood): Turn {
  const { language } = understood;
  const spoken: Language = language === 'vi' || language === 'en' ? language : turn.session.language;
  const session: SessionState =
    spoken === turn.session.language ? turn.session : { ...turn.session, language: spoken };
  return { ...turn, session };
}
