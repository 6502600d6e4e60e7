import { catalogueCode } from '../content/catalogue/catalogue-library.ts';
import { shortenName } from '../content/catalogue/render-catalogue.ts';
import { inLanguage } from '../content/render-block.ts';
import type { Aspect } from '../core/aspect.ts';
import { buttonTitleLimit, type Button } from '../core/reply.ts';
import type { Option, OpenQuestion } from '../core/session.ts';
import type { Understood } from '../core/understood.ts';
import { mostAskedAspects } from './answer-topic.ts';
import { aspectButton, choiceButton, helpButtons, topicButton } from './buttons.ts';
import { menuReply } from './menu.ts';
import { decodeChoice, encodeChoice } from './payload.ts';
import { leaveTopic } from './remember.ts';
import { findSubject, type Subject } from './subject.ts';
import { planOf, say, type Plan, type Turn } from './turn.ts';

/** Options shown when the bot asks which topic is meant. */
const optionsAtMost = 3;
/**
 * A further candidate this unlikely is no suggestion, nor is one this far (share of its score) behind the first. Where the
 * first is as unlikely, one of many alike is meant, and those nearly as likely are suggestions.
 */
const leastScore = 0.05;
const leastShare = 0.2;
const nearlyAsLikely = 0.5;
/** What is this likely in words that were not understood is offered beside the usual ways. */
const hintScore = 0.2;
const hintsAtMost = 2;

/**
 * Asks which topic is meant: by the distinguishing question of a confusable set, else "việc nào dưới đây". What the
 * citizen has just refused is not offered again.
 */
export function askWhich(turn: Turn, understood: Understood): Plan {
  const { confusable, aspect } = understood;
  const set = confusable === null ? undefined : turn.understanding.confusableSet(confusable);
  const refused = turn.session.rejected ?? [];
  const members = set?.options.filter(
    ({ topic }) => !refused.includes(topic) && findSubject(turn, topic) !== undefined,
  );
  if (set !== undefined && members !== undefined && members.length >= 2) {
    const language = turn.session.language;
    const options = members.map(({ topic, title }) => ({
      title: inLanguage(title, language),
      payload: payloadOf(topic, aspect),
    }));
    const question: OpenQuestion = { kind: 'distinguish', about: set.id, ...withAspect(aspect) };
    return ask(turn, inLanguage(set.question, language), options, question, aspect);
  }
  const best = understood.candidates[0]?.score ?? 0;
  const least = Math.max(leastShare * best, Math.min(leastScore, nearlyAsLikely * best));
  const likely = understood.candidates.filter(({ score }, at) => at === 0 || score >= least);
  return offerTopics(
    turn,
    likely.map(({ topic }) => topic).filter((topic) => !refused.includes(topic)),
    aspect,
  );
}

/** Whether a question asks which topic is meant. */
export function isWhich({ kind }: OpenQuestion): boolean {
  return kind === 'clarify' || kind === 'distinguish';
}

/** Offers at most three topics; the rest is kept for "không phải". */
function offerTopics(turn: Turn, topics: readonly string[], aspect: Aspect | null): Plan {
  const known = topics.flatMap((id) => findSubject(turn, id) ?? []);
  const shown = known.slice(0, optionsAtMost);
  const [first] = shown;
  if (first === undefined) return fallBack(turn);
  // Names of the catalogue begin alike, and a button shows no more than their beginning.
  const isNumbered = shown.length > 1 && shown.some(({ id }) => catalogueCode(id) !== undefined);
  const options = shown.map(({ id, title }, at): Option => ({
    title: isNumbered ? shortenName(`${at + 1}. ${title}`, buttonTitleLimit) : title,
    payload: payloadOf(id, aspect),
  }));
  const question =
    shown.length === 1
      ? say(turn, 'clarify.one', { topic: first.name })
      : aspect === null
        ? say(turn, 'clarify.which')
        : askAspectOf(turn, aspect);
  const names = isNumbered ? shown.map(({ name }, at) => `${at + 1}. ${name}`) : [];
  const rest = known.slice(optionsAtMost).map(({ id }) => id);
  const open: OpenQuestion = { kind: 'clarify', about: 'topics', rest, ...withAspect(aspect) };
  return ask(turn, [question, ...names].join('\n'), options, open, aspect);
}

function askAspectOf(turn: Turn, aspect: Aspect): string {
  return say(turn, 'clarify.which_aspect', { aspect: namePart(turn, aspect) });
}

/** In Vietnamese the name of a part stands inside the sentence, in English at its beginning. */
function namePart(turn: Turn, aspect: Aspect): string {
  const name = say(turn, `aspect.${aspect}.name`);
  return turn.session.language === 'vi' ? name.charAt(0).toLocaleLowerCase('vi') + name.slice(1) : name;
}

function ask(
  turn: Turn,
  text: string,
  options: readonly Option[],
  question: OpenQuestion,
  aspect: Aspect | null,
): Plan {
  return planOf(turn, {
    decision: 'clarify',
    aspect,
    reply: {
      sections: [text],
      buttons: [
        ...options.map(({ title, payload }): Button => ({ kind: 'choice', title, payload })),
        choiceButton(turn, 'none_of_these', { kind: 'none-of-these' }),
      ],
    },
    session: { ...turn.session, options: [...options], question },
  });
}

/** "Lệ phí?" while it is open which topic is meant: the same options again, now for that part of them. */
export function askWhichFor(turn: Turn, question: OpenQuestion, aspect: Aspect): Plan {
  const options = turn.session.options.flatMap(({ title, payload }): Option[] => {
    const choice = decodeChoice(payload);
    const topic = choice !== undefined && 'topic' in choice ? choice.topic : undefined;
    return topic === undefined ? [] : [{ title, payload: payloadOf(topic, aspect) }];
  });
  return ask(turn, askAspectOf(turn, aspect), options, { ...question, aspect }, aspect);
}

/** What such a question is about: the words before it named no matter, so the choice after it tells nothing of them. */
export const partOfWhat = 'part';

/** "Lệ phí?" while nothing is talked about: of what, with what most people come for to press. */
export function askPartOfWhat(turn: Turn, aspect: Aspect): Plan {
  const options = turn.t.list(turn.session.language, 'bot:menu.topics').flatMap((id): Option[] => {
    const topic = findSubject(turn, id);
    return topic?.inForce === true && topic.section(aspect) !== undefined
      ? [{ title: topic.title, payload: payloadOf(id, aspect) }]
      : [];
  });
  const question: OpenQuestion = { kind: 'clarify', about: partOfWhat, aspect };
  return ask(
    turn,
    say(turn, 'clarify.part_of_what', { part: namePart(turn, aspect) }),
    options,
    question,
    aspect,
  );
}

/**
 * "Không phải": what was offered is not offered again. First the next likely topics, then other words are asked for,
 * after two misses the menu, the hotline and an officer: the way leads on, never round.
 */
export function rejectOptions(turn: Turn): Plan {
  const { session } = turn;
  const offered = session.options.flatMap(({ payload }) => /^(?:t|a:[a-z]+):(.+)$/.exec(payload)?.[1] ?? []);
  const wrong = session.question === null && session.topic !== null ? [session.topic] : offered;
  const rejected = [...new Set([...(session.rejected ?? []), ...wrong])];
  const misses = session.misses + 1;
  const left = { ...leaveTopic(session), misses, rejected, options: [], question: null };
  const next = (session.question?.rest ?? []).filter((topic) => !rejected.includes(topic));
  if (misses < 2 && next.length > 0) {
    return offerTopics({ ...turn, session: left }, next, session.question?.aspect ?? null);
  }
  if (misses >= 2) {
    return planOf(turn, {
      decision: 'fallback',
      session: left,
      reply: { sections: [say(turn, 'fallback.again')], buttons: helpButtons(turn) },
    });
  }
  return planOf(turn, {
    decision: 'clarify',
    session: left,
    reply: {
      sections: [say(turn, 'clarify.rest')],
      buttons: [
        choiceButton(turn, 'menu', { kind: 'menu' }),
        choiceButton(turn, 'officer', { kind: 'officer' }),
      ],
    },
  });
}

/**
 * Not understood: once with a hint, the second time with everything else that may help. While something is talked about
 * the parts of it come first: most of what is not understood then still goes on about it.
 */
export function fallBack(turn: Turn, understood?: Understood): Plan {
  const misses = turn.session.misses + 1;
  const refused = turn.session.rejected ?? [];
  const hints = (understood?.candidates ?? [])
    .filter(
      ({ topic, score }) => score >= hintScore && topic !== turn.session.topic && !refused.includes(topic),
    )
    .flatMap(({ topic }) => findSubject(turn, topic) ?? [])
    .filter(({ inForce }) => inForce)
    .slice(0, hintsAtMost)
    .map(topicButton);
  const present = turn.session.topic === null ? undefined : findSubject(turn, turn.session.topic);
  return planOf(turn, {
    decision: 'fallback',
    session: { ...turn.session, misses, options: [], question: null },
    reply:
      misses > 1
        ? { sections: [say(turn, 'fallback.again')], buttons: helpButtons(turn) }
        : present?.inForce === true
          ? {
              sections: [say(turn, 'fallback.about', { topic: present.name })],
              buttons: waysOn(turn, present, hints, understood?.aspect ?? null),
            }
          : { sections: [say(turn, 'fallback.first')], buttons: hintsFirst(hints, menuReply(turn).buttons) },
  });
}

/** Parts of the present topic that were not just told, the one that was asked for first, and the ways out of it. */
function waysOn(turn: Turn, subject: Subject, hints: readonly Button[], asked: Aspect | null): Button[] {
  const parts = mostAskedAspects(subject).filter((aspect) => aspect !== turn.session.aspect);
  const ordered = [
    ...parts.filter((aspect) => aspect === asked),
    ...parts.filter((aspect) => aspect !== asked),
  ];
  return [
    ...hints.slice(0, 1),
    ...ordered.slice(0, 3 - Math.min(1, hints.length)).map((aspect) => aspectButton(turn, subject, aspect)),
    choiceButton(turn, 'menu', { kind: 'menu' }),
    choiceButton(turn, 'officer', { kind: 'officer' }),
  ];
}

function hintsFirst(hints: readonly Button[], menu: readonly Button[]): Button[] {
  return [...hints, ...menu.filter((button) => hints.every(({ title }) => title !== button.title))];
}

function payloadOf(topic: string, aspect: Aspect | null): string {
  return aspect === null
    ? encodeChoice({ kind: 'topic', topic })
    : encodeChoice({ kind: 'aspect', topic, aspect });
}

function withAspect(aspect: Aspect | null): { aspect?: Aspect } {
  return aspect === null ? {} : { aspect };
}
