import { inLanguage } from '../content/render-block.ts';
import type { Aspect } from '../core/aspect.ts';
import type { Button } from '../core/reply.ts';
import type { Option, OpenQuestion } from '../core/session.ts';
import type { Understood } from '../core/understood.ts';
import { choiceButton, helpButtons } from './buttons.ts';
import { menuReply } from './menu.ts';
import { decodeChoice, encodeChoice } from './payload.ts';
import { findSubject } from './subject.ts';
import { planOf, say, type Plan, type Turn } from './turn.ts';

/** Options shown when the bot asks which topic is meant. */
const optionsAtMost = 3;
/** A candidate this unlikely is no suggestion. */
const leastScore = 0.02;

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
  const likely = understood.candidates.filter(({ score }, at) => at === 0 || score >= leastScore);
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
  const known = topics.filter((id) => findSubject(turn, id) !== undefined);
  const shown = known.slice(0, optionsAtMost);
  if (shown.length === 0) return fallBack(turn);
  const options = shown.flatMap((id): Option[] => {
    const topic = findSubject(turn, id);
    return topic === undefined ? [] : [{ title: topic.title, payload: payloadOf(id, aspect) }];
  });
  const text = aspect === null ? say(turn, 'clarify.which') : askAspectOf(turn, aspect);
  const rest = known.slice(optionsAtMost);
  return ask(turn, text, options, { kind: 'clarify', about: 'topics', rest, ...withAspect(aspect) }, aspect);
}

function askAspectOf(turn: Turn, aspect: Aspect): string {
  const name = say(turn, `aspect.${aspect}.name`);
  // In Vietnamese the name stands inside the sentence, in English at its beginning.
  const inside = name.charAt(0).toLocaleLowerCase('vi') + name.slice(1);
  return say(turn, 'clarify.which_aspect', { aspect: turn.session.language === 'vi' ? inside : name });
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
  const left = { ...session, topic: null, aspect: null, misses, rejected, options: [], question: null };
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

/** Not understood: once with a hint, the second time with everything else that may help. */
export function fallBack(turn: Turn): Plan {
  const misses = turn.session.misses + 1;
  return planOf(turn, {
    decision: 'fallback',
    session: { ...turn.session, misses, options: [], question: null },
    reply: {
      sections: [say(turn, misses === 1 ? 'fallback.first' : 'fallback.again')],
      buttons: misses === 1 ? menuReply(turn).buttons : helpButtons(turn),
    },
  });
}

function payloadOf(topic: string, aspect: Aspect | null): string {
  return aspect === null
    ? encodeChoice({ kind: 'topic', topic })
    : encodeChoice({ kind: 'aspect', topic, aspect });
}

function withAspect(aspect: Aspect | null): { aspect?: Aspect } {
  return aspect === null ? {} : { aspect };
}
