import type { Flow } from '../content/library.ts';
import type { Reply } from '../core/reply.ts';
import type { Option } from '../core/session.ts';
import type { Understood } from '../core/understood.ts';
import { hasMarks } from '../text/fold.ts';
import {
  describeOffice,
  describeOneDay,
  describeOpeningHours,
  officeTopic,
  readOfficeQuestion,
} from './answer-office.ts';
import { answerTopic, offerMore } from './answer-topic.ts';
import { askPartOfWhat, askWhich, askWhichFor, fallBack, isWhich } from './ask-which.ts';
import { choiceButton, helpButtons, topicButton } from './buttons.ts';
import { withButtonsInside } from './consent.ts';
import { dropGuessedAspect } from './drop-guessed-aspect.ts';
import {
  answerFlow,
  askAgain,
  endFlow,
  findFlow,
  openFlow,
  readFlowAnswer,
  startFlow,
} from './guided-flow.ts';
import { callOfficer, isWithPerson, returnToAssistant, stayWithPerson } from './hand-over.ts';
import { menuButtons, showMenu } from './menu.ts';
import { decodeChoice } from './payload.ts';
import { mentions, readTokens, says, saysInEffect } from './phrases.ts';
import { describePlaces, placeNamesTopic } from './place-names.ts';
import { pickInOwnWords } from './pick-in-own-words.ts';
import { readCommand } from './read-command.ts';
import { readDay } from './read-day.ts';
import { readFollowUp, withoutDenial } from './read-follow-up.ts';
import { readPast } from './read-past.ts';
import { readStory } from './read-story.ts';
import { remember } from './remember.ts';
import { resolveOption } from './resolve-option.ts';
import { respondToChoice } from './respond-to-choice.ts';
import { answerSeveral, readQuestions } from './several-questions.ts';
import { offerSurvey } from './survey.ts';
import { findSubject } from './subject.ts';
import { planOf, say, type Plan, type Turn } from './turn.ts';
import { vietnamDay } from '../core/clock.ts';

/** Characters of a message that are read; what a citizen asks stands in the first part of a long one. */
const readAtMost = 4_000;
/** Empty lines, spaces and invisible characters; in a long message they must not use up what is read. */
const blankRun = /[\s\u200b-\u200f\u202a-\u202e\u2060-\u206f]{3,}/g;
/** The topic of emergencies: answered whoever speaks, and whatever was asked. */
const emergencyTopic = 'emergency';
/** From here on an understood topic interrupts a guided flow; less is taken for an answer that was not understood. */
const surely = 0.6;

/** What a citizen's words lead to. */
export function respondToText(turn: Turn, text: string): Plan {
  const said = text.length > readAtMost ? text.replace(blankRun, '\n').trim() : text;
  const typed = said.slice(0, readAtMost);
  const words = turn.understanding.spellOut(typed);
  const context = { topic: turn.session.topic, aspect: turn.session.aspect };
  const understood = dropGuessedAspect(turn, words, turn.understanding.understand(typed, context));
  const isEmergency = understood.decision === 'sensitive' && understood.topic === emergencyTopic;
  if (isWithPerson(turn.session, turn.now)) {
    return isEmergency ? respondToSensitive(turn, understood) : listenForReturn(turn, words);
  }
  // What was just offered is picked in known words; nothing of that is an emergency or an insult.
  const plan = respondToPick(turn, words) ?? respondToWords(turn, words, understood);
  return said.length > readAtMost ? withLongNotice(turn, plan) : plan;
}

/** A typed command, or the choice of something that was offered or asked; undefined when it is neither. */
function respondToPick(turn: Turn, words: string): Plan | undefined {
  const command = readCommand(turn, words);
  if (command !== undefined) return respondToChoice(turn, command);
  const chosen = resolveOption(words, turn.session.options, turn.t);
  if (chosen !== undefined) return respondToOption(turn, chosen);
  const open = openFlow(turn);
  if (open === undefined) return respondToNod(turn, words) ?? respondToNothingAsked(turn, words);
  const answer = readFlowAnswer(turn, open.step, words);
  return answer === undefined ? undefined : answerFlow(turn, open.flow.id, open.step.id, answer);
}

function respondToWords(turn: Turn, words: string, understood: Understood): Plan {
  if (understood.decision === 'sensitive') return respondToSensitive(turn, understood);
  const wordless = respondToWordless(turn, words);
  if (wordless !== undefined) return wordless;
  const picked = pickInOwnWords(turn, words, understood);
  if (picked !== undefined) return respondToOption(turn, picked);
  const asked = turn.session.question;
  const isBareAspect = understood.explanation.some(({ code }) => code === 'context');
  // Options that were only guessed do not keep a citizen from going on about the topic that is being talked about.
  if (asked?.kind === 'distinguish' && isBareAspect && understood.aspect !== null) {
    return askWhichFor(turn, asked, understood.aspect);
  }
  const open = openFlow(turn);
  const meant = withAskedPart(turn, readMeaning(turn, words, understood));
  const spoken = speakTheirLanguage(withoutSurvey(turn), words, meant);
  const isMissed = open !== undefined && open.flow.kind !== 'survey' && !interrupts(meant, open.flow);
  const plan = isMissed ? askAgain(spoken) : respondToMeaning(spoken, words, meant);
  return {
    ...plan,
    candidates: meant.candidates,
    explanation: meant.explanation,
    confidence: meant.confidence,
    language: meant.language,
  };
}

/** Which matter is meant was asked about a part of it: whoever now names one wants that part. */
function withAskedPart({ session }: Turn, meant: Understood): Understood {
  const part = session.question !== null && isWhich(session.question) ? session.question.aspect : undefined;
  const isNamed = meant.decision === 'answer' || meant.decision === 'clarify';
  return part === undefined || meant.aspect !== null || !isNamed
    ? meant
    : { ...meant, aspect: part, aspects: [part] };
}

/** A survey never stands in the way: whatever is no answer to it ends it. */
function withoutSurvey(turn: Turn): Turn {
  const isSurvey = openFlow(turn)?.flow.kind === 'survey';
  return isSurvey ? { ...turn, session: endFlow(turn.session) } : turn;
}

/** What is meant once the conversation is considered. */
function readMeaning(turn: Turn, words: string, understood: Understood): Understood {
  const kept = withoutDenial(turn, words);
  const context = { topic: turn.session.topic, aspect: turn.session.aspect };
  const wanted =
    kept === undefined
      ? undefined
      : dropGuessedAspect(turn, kept, turn.understanding.understand(kept, context));
  if (wanted?.decision !== 'answer' && wanted?.decision !== 'clarify') {
    return readStory(turn, words, readFollowUp(turn, words, readPast(turn, words, understood)));
  }
  // "Tạm trú chứ không phải thường trú cần giấy tờ gì": what is asked may stand in the part that was taken away.
  const { aspect, aspects } = wanted.aspect === null ? understood : wanted;
  return readFollowUp(turn, kept ?? words, { ...wanted, aspect, aspects });
}

/** Whether a message is more than an answer to the open question of a flow. */
function interrupts(meant: Understood, flow: Flow): boolean {
  const isAboutFlow = meant.topic !== null && flow.topics.includes(meant.topic);
  switch (meant.decision) {
    case 'answer':
      // The bare name of what the flow is about adds nothing to it.
      return meant.confidence >= surely && !(meant.aspect === null && isAboutFlow);
    case 'clarify':
      return meant.confusable !== null;
    case 'handover':
    case 'smalltalk':
    case 'sensitive':
      return true;
    case 'fallback':
    case 'unsupported':
      return false;
  }
}

function respondToMeaning(turn: Turn, words: string, meant: Understood): Plan {
  if (meant.entities.some(({ kind }) => kind === 'dossier-code')) return answerDossier(turn);
  const office = readOfficeQuestion(turn, words, meant);
  if (office !== undefined) return answerAbout(turn, officeTopic, describeOffice(turn, office));
  const places = describePlaces(turn, words, meant);
  if (places !== undefined) return answerAbout(turn, placeNamesTopic, places);
  const flow = findFlow(turn, words, meant);
  if (flow !== undefined) {
    const topic =
      meant.topic !== null && flow.topics.includes(meant.topic) ? meant.topic : turn.session.topic;
    return startFlow({ ...turn, session: { ...turn.session, topic } }, flow.id);
  }
  if (meant.language !== 'vi' && meant.language !== 'en' && meant.decision !== 'answer') {
    return speakOtherLanguage(turn, meant.language);
  }
  const questions = readQuestions(turn, meant);
  if (questions !== undefined) return answerSeveral(turn, questions);
  switch (meant.decision) {
    case 'answer':
      return answerMeant(turn, words, meant);
    case 'clarify':
      return askOfWhat(turn, meant) ?? askWhich(turn, meant);
    case 'handover':
      return refuses(turn, words, 'refuse_officer') ? showMenu(turn) : callOfficer(turn);
    case 'smalltalk':
      return smallTalk(turn, words, meant);
    case 'sensitive':
      return respondToSensitive(turn, meant);
    case 'fallback':
    case 'unsupported':
      return fallBack(turn, meant);
  }
}

/** A part and nothing else, while it is open which matter is meant, or none was named yet; undefined when more is said. */
function askOfWhat(turn: Turn, { aspect, explanation }: Understood): Plan | undefined {
  if (aspect === null || !explanation.some(({ code }) => code === 'part-only')) return undefined;
  const { question } = turn.session;
  return question !== null && isWhich(question)
    ? askWhichFor(turn, question, aspect)
    : askPartOfWhat(turn, aspect);
}

/** "Không muốn gặp cán bộ", "đừng xóa": the words are those of a wish, the wish is not there. */
function refuses(turn: Turn, words: string, list: 'refuse_officer' | 'refuse_erase'): boolean {
  return mentions(turn.t, readTokens(words), list);
}

/** An answer made from data: the office's calendar, the list of old names. */
function answerAbout(turn: Turn, topicId: string, text: string): Plan {
  const aspect = topicId === officeTopic ? 'time' : 'overview';
  const topic = findSubject(turn, topicId);
  return planOf(turn, {
    decision: 'answer',
    topic: topicId,
    aspect,
    session: remember(turn.session, topicId, aspect),
    reply: {
      sections: [text],
      buttons: topic === undefined ? [] : answerTopic(turn, topic, [aspect]).buttons,
    },
  });
}

function answerMeant(turn: Turn, words: string, meant: Understood): Plan {
  const topic = meant.topic === null ? undefined : findSubject(turn, meant.topic);
  if (topic === undefined) return fallBack(turn);
  const reply = withOthers(turn, meant, answerTopic(turn, topic, meant.aspects));
  const isHours = topic.id === officeTopic && (meant.aspect === null || meant.aspect === 'time');
  if (isHours) return answerAbout(turn, officeTopic, describeOpeningHours(turn));
  return planOf(turn, {
    decision: 'answer',
    topic: topic.id,
    aspect: meant.aspect,
    reply: withRepetition(turn, meant, {
      ...reply,
      sections: [...reply.sections, ...namedDay(turn, words)],
    }),
    session: remember(turn.session, topic.id, meant.aspect),
  });
}

/** The same part twice in a row: the first answer was not enough, so the way to a person is shown with it. */
function withRepetition(turn: Turn, meant: Understood, reply: Reply): Reply {
  const { topic, aspect, question, finishedFlow } = turn.session;
  const isRepeated =
    topic === meant.topic && aspect === meant.aspect && question === null && finishedFlow === undefined;
  if (!isRepeated) return reply;
  const way = choiceButton(turn, 'officer', { kind: 'officer' });
  return {
    sections: [say(turn, 'answer.repeated'), ...reply.sections],
    buttons: withButtonsInside(reply.buttons, [way]),
  };
}

/** Another matter that the message may be about can be had with one press. */
function withOthers(turn: Turn, { candidates, topic: meant }: Understood, reply: Reply): Reply {
  const others = candidates
    .filter(({ topic, score }) => topic !== meant && score >= surely)
    .flatMap(({ topic }) => findSubject(turn, topic) ?? [])
    .slice(0, 1)
    .map(topicButton);
  return others.length === 0 ? reply : { ...reply, buttons: withButtonsInside(reply.buttons, others) };
}

const trackingTopic = 'track-application';

/** A file's code is personal data: it is never looked up, only the ways to do so are told. */
function answerDossier(turn: Turn): Plan {
  const topic = findSubject(turn, trackingTopic);
  if (topic === undefined) return fallBack(turn);
  const reply = answerTopic(turn, topic, []);
  return planOf(turn, {
    decision: 'answer',
    topic: topic.id,
    reply: { ...reply, sections: [say(turn, 'answer.dossier'), ...reply.sections] },
    session: remember(turn.session, topic.id, null),
  });
}

/** "Mai lên làm … được không": whether the office works on the day that a question about something else names. */
function namedDay(turn: Turn, words: string): string[] {
  const tokens = readTokens(words);
  if (tokens.length > 20 || !mentions(turn.t, tokens, 'visit_word')) return [];
  const meant = readDay(words, vietnamDay(turn.now), turn.library.holidays, turn.t);
  return (meant?.days ?? []).slice(0, 1).map((day) => describeOneDay(turn, day));
}

function smallTalk(turn: Turn, words: string, meant: Understood): Plan {
  const topic = meant.topic ?? 'help';
  if (topic === 'erase-my-data' && refuses(turn, words, 'refuse_erase')) {
    return respondToChoice(turn, { kind: 'erase', confirmed: false });
  }
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
    return planOf(turn, {
      decision: 'smalltalk',
      topic,
      reply: {
        sections: [say(turn, 'smalltalk.change-language')],
        buttons: [
          choiceButton(turn, 'vietnamese', { kind: 'language', language: 'vi' }),
          choiceButton(turn, 'english', { kind: 'language', language: 'en' }),
        ],
      },
    });
  }
  const quiet = topic === 'thanks' || topic === 'goodbye';
  const plan = planOf(turn, {
    decision: 'smalltalk',
    topic,
    reply: { sections: [say(turn, `smalltalk.${topic}`)], buttons: quiet ? [] : menuButtons(turn) },
  });
  return quiet ? offerSurvey(turn, plan) : plan;
}

/** Fixed approved words; an emergency begins with the number to call. */
function respondToSensitive(turn: Turn, understood: Understood): Plan {
  const topic = understood.topic === null ? undefined : findSubject(turn, understood.topic);
  const approved = `sensitive:${understood.sensitive ?? 'default'}`;
  const reply: Reply = turn.t.has('vi', approved)
    ? {
        sections: [turn.t(turn.session.language, approved)],
        buttons:
          understood.topic === emergencyTopic
            ? [choiceButton(turn, 'hotlines', { kind: 'topic', topic: 'hotlines' })]
            : [
                choiceButton(turn, 'hotlines', { kind: 'topic', topic: 'hotlines' }),
                choiceButton(turn, 'officer', { kind: 'officer' }),
              ],
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

/** During a hand-over the bot is silent, unless the citizen asks for it by name. */
function listenForReturn(turn: Turn, words: string): Plan {
  const command = readCommand(turn, words);
  if (command?.kind === 'erase' || command?.kind === 'consent') return respondToChoice(turn, command);
  const asksForBot = says(turn.t, words, 'assistant') || saysInEffect(turn.t, words, 'assistant');
  return asksForBot ? returnToAssistant(turn) : stayWithPerson(turn);
}

function respondToOption(turn: Turn, option: Option): Plan {
  const choice = decodeChoice(option.payload);
  return choice === undefined ? fallBack(turn) : respondToChoice(turn, choice);
}

/** "Có", "không" when nothing was asked: more of the present topic, or goodbye. To the only option "có" takes it. */
function respondToNod(turn: Turn, words: string): Plan | undefined {
  const suggested = onlySuggestion(turn);
  if (says(turn.t, words, 'yes')) {
    if (suggested !== undefined) return respondToOption(turn, suggested);
    const { topic } = turn.session;
    return topic === null ? showMenu(turn) : respondToChoice(turn, { kind: 'more', topic });
  }
  if (!says(turn.t, words, 'no')) return undefined;
  if (suggested !== undefined) return respondToChoice(turn, { kind: 'none-of-these' });
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'goodbye',
    reply: { sections: [say(turn, 'smalltalk.goodbye')], buttons: [] },
  });
}

/** The topic of "is it about …?". */
function onlySuggestion({ session }: Turn): Option | undefined {
  if (session.question?.kind !== 'clarify') return undefined;
  const [only, ...others] = session.options.filter(({ payload }) => /^[ta]:/.test(payload));
  return others.length === 0 ? only : undefined;
}

/** "Đắt thế", "ok để em thử": heard, and the talk stays where it was. */
function respondToReaction(turn: Turn): Plan {
  const { topic } = turn.session;
  const subject = topic === null ? undefined : findSubject(turn, topic);
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'help',
    reply:
      subject === undefined
        ? { sections: [say(turn, 'smalltalk.opening')], buttons: menuButtons(turn) }
        : {
            ...offerMore(turn, subject),
            sections: [say(turn, 'smalltalk.reaction', { topic: subject.name })],
          },
  });
}

/** "Làm ăn kiểu gì vậy": an apology and the ways that lead to somebody, never an argument. */
function respondToAnger(turn: Turn): Plan {
  const ways = ['track-application', 'citizen-feedback'].flatMap((id) => findSubject(turn, id) ?? []);
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'help',
    reply: {
      sections: [say(turn, 'smalltalk.annoyed')],
      buttons: [choiceButton(turn, 'officer', { kind: 'officer' }), ...ways.map(topicButton)],
    },
  });
}

/** "Vẫn không được": what was told did not help, so who can help comes next, the topic's own number first. */
function respondToStuck(turn: Turn): Plan {
  const { topic } = turn.session;
  const subject = topic === null ? undefined : findSubject(turn, topic);
  const own = (subject?.links() ?? []).filter(({ kind }) => kind === 'phone').slice(0, 1);
  const [, ...ways] = helpButtons(turn);
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'help',
    reply: { sections: [say(turn, 'smalltalk.stuck')], buttons: [...own, ...ways] },
  });
}

/** "Cho em hỏi chút", "thôi không cần nữa": short words that open or close a talk and ask for nothing yet. */
function respondToNothingAsked(turn: Turn, words: string): Plan | undefined {
  if (saysInEffect(turn.t, words, 'cancel_core') || says(turn.t, words, 'cancel')) {
    const session = { ...turn.session, options: [], question: null, misses: 0 };
    return planOf(
      { ...turn, session },
      {
        decision: 'smalltalk',
        topic: 'goodbye',
        reply: { sections: [say(turn, 'smalltalk.goodbye')], buttons: [] },
      },
    );
  }
  if (saysInEffect(turn.t, words, 'stuck_core')) return respondToStuck(turn);
  if (saysInEffect(turn.t, words, 'annoyed_core')) return respondToAnger(turn);
  if (saysInEffect(turn.t, words, 'reaction_core')) return respondToReaction(turn);
  if (!saysInEffect(turn.t, words, 'opening_core')) return undefined;
  return planOf(turn, {
    decision: 'smalltalk',
    topic: 'help',
    reply: { sections: [say(turn, 'smalltalk.opening')], buttons: menuButtons(turn) },
  });
}

const onlyLink = /^\s*(?:https?:\/\/|www\.)\S+\s*$|^\s*[a-z0-9-]+(?:\.[a-z0-9-]+)+\/\S*\s*$/iu;

/** A message without words: only pictures, or only a link. */
function respondToWordless(turn: Turn, words: string): Plan | undefined {
  const isLink = onlyLink.test(words);
  const isEmoji = readTokens(words).length === 0 && /\p{Extended_Pictographic}/u.test(words);
  if (!isLink && !isEmoji) return undefined;
  return planOf(turn, {
    decision: 'unsupported',
    reply: {
      sections: [say(turn, isLink ? 'unsupported.link' : 'unsupported.emoji')],
      buttons: isLink
        ? [
            choiceButton(turn, 'scam', { kind: 'topic', topic: 'scam-warning' }),
            ...menuButtons(turn).slice(0, 2),
          ]
        : menuButtons(turn).slice(0, 3),
    },
  });
}

/** A polite line in the script that was recognised, and numbers to call. */
function speakOtherLanguage(turn: Turn, language: string): Plan {
  const english = { ...turn, session: { ...turn.session, language: 'en' as const } };
  return planOf(turn, {
    decision: 'fallback',
    reply: { sections: [say(turn, `language.${language}`)], buttons: helpButtons(english).slice(1) },
  });
}

function withLongNotice(turn: Turn, plan: Plan): Plan {
  const notice = say({ ...turn, session: plan.session }, 'unsupported.too_long');
  return { ...plan, reply: { ...plan.reply, sections: [notice, ...plan.reply.sections] } };
}

/** From this many words on a message tells its language; "ok" does not. */
const tellingWords = 3;

/** "Ok thanks" is said in every language. */
function isCourtesy({ decision, topic }: Understood): boolean {
  return decision === 'smalltalk' && (topic === 'thanks' || topic === 'goodbye');
}

/** "Speak to a person" is half made of words that Vietnamese has too, without their marks; so many words are not. */
const surelyVietnamese = 6;

/** Answers an English message in English and a Vietnamese one in Vietnamese. */
function speakTheirLanguage(turn: Turn, words: string, meant: Understood): Turn {
  const { language } = meant;
  const isFirst = turn.session.lastEventId === null;
  const leavesEnglish = turn.session.language === 'en' && language === 'vi' && !hasMarks(words);
  const fewest = leavesEnglish ? surelyVietnamese : tellingWords;
  const isTelling = isFirst || (readTokens(words).length >= fewest && !isCourtesy(meant));
  if (!isTelling || (language !== 'vi' && language !== 'en')) return turn;
  return { ...turn, session: { ...turn.session, language } };
}
