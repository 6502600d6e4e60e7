import type { Aspect } from '../core/aspect.ts';
import { inLanguage } from '../content/render-block.ts';
import { availableAspects } from '../content/render-topic.ts';
import { vietnamDay } from '../core/clock.ts';
import type { Understood } from '../core/understood.ts';
import type { Token } from '../text/tokenise.ts';
import { officeTopic } from './answer-office.ts';
import { dropGuessedAspect } from './drop-guessed-aspect.ts';
import { findPhrases, mentions, normalise, readTokens, saysInEffect } from './phrases.ts';
import { stayWithTopic } from './stay-with-topic.ts';
import { findSubject } from './subject.ts';
import { renderContext, type Turn } from './turn.ts';

/** A follow-up is short; more words say something of their own. */
const wordsAtMost = 9;

/**
 * What a message means that only goes on about the present topic: "cho con trai tôi thì sao" asks again for somebody
 * else, "còn kết hôn thì sao" asks the last question about another topic. Otherwise what was understood, unchanged.
 */
export function readFollowUp(turn: Turn, text: string, understood: Understood): Understood {
  const followed = readShortFollowUp(turn, text, understood);
  return followed === understood ? (stayWithTopic(turn, text, understood) ?? understood) : followed;
}

function readShortFollowUp(turn: Turn, text: string, understood: Understood): Understood {
  const { session, t } = turn;
  const tokens = readTokens(text);
  if (session.topic === null || tokens.length === 0 || tokens.length > wordsAtMost) return understood;
  const spans = ['follow_up', 'person'].flatMap((list) => findPhrases(t, tokens, list));
  const saysNothingNew = tokens.every((_, at) => spans.some(({ start, end }) => start <= at && at < end));
  if (saysNothingNew && mentions(t, tokens, 'person') && mentions(t, tokens, 'follow_up')) {
    return forSomebodyElse(turn, text) ?? understood;
  }
  const aboutOther = aboutAnotherTopic(turn, text) ?? aboutTopicBefore(turn, tokens, understood);
  if (aboutOther !== undefined) return aboutOther;
  return aboutPresentTopic(turn, understood, tokens.length) ?? understood;
}

/** "Còn kết hôn thì sao": another topic, the same question. */
function aboutAnotherTopic(turn: Turn, text: string): Understood | undefined {
  const { session, t, understanding } = turn;
  const tokens = readTokens(text);
  const starts = findPhrases(t, tokens, 'follow_up_start').some(({ start }) => start === 0);
  if (!starts) return undefined;
  const taken = findPhrases(t, tokens, 'follow_up');
  const named = tokens.filter((_, at) => !taken.some(({ start, end }) => start <= at && at < end));
  if (named.length === 0) return undefined;
  const name = named.map((token) => token.text).join(' ');
  const read = dropGuessedAspect(turn, name, understanding.understand(name));
  const isTopic = read.decision === 'answer' || (read.decision === 'clarify' && read.confusable !== null);
  if (!isTopic || read.aspect !== null || read.topic === session.topic) return undefined;
  return { ...read, aspect: session.aspect, aspects: session.aspect === null ? [] : [session.aspect] };
}

/**
 * "Bao lâu có?" after a word about opening hours in between: a part that the present topic does not have, of the topic
 * before it, which does.
 */
function aboutTopicBefore(
  turn: Turn,
  tokens: readonly Token[],
  understood: Understood,
): Understood | undefined {
  const { aspect, explanation } = understood;
  const { topic, history } = turn.session;
  const isBare = understood.topic === topic && explanation.some(({ code }) => code === 'context');
  if (!isBare || topic === null || aspect === null) return undefined;
  const has = (id: string) => findSubject(turn, id)?.section(aspect) !== undefined;
  // The office has hours; how long something takes is another question.
  const isHours = topic === officeTopic && aspect === 'time' && !mentions(turn.t, tokens, 'office_word');
  if (has(topic) && !isHours) return undefined;
  const before = history.at(-1);
  if (before === undefined || before.topic === topic || !has(before.topic)) return undefined;
  return { ...understood, topic: before.topic, candidates: [{ topic: before.topic, score: 1 }], also: [] };
}

/** Guides that speak of one aspect of every procedure: asked in a few words, the procedure at hand is meant. */
const generalGuides: Partial<Record<Aspect, string>> = { place: 'one-stop', online: 'submit-online' };
const fewWords = 6;

function aboutPresentTopic(turn: Turn, understood: Understood, words: number): Understood | undefined {
  const { aspect, topic: read } = understood;
  const topic = turn.session.topic === null ? undefined : turn.library.topics.get(turn.session.topic);
  if (aspect === null || read === null || words > fewWords || topic?.kind !== 'procedure') return undefined;
  if (generalGuides[aspect] !== read || topic.sections[aspect] === undefined) return undefined;
  return { ...understood, topic: topic.id, candidates: [{ topic: topic.id, score: 1 }], also: [] };
}

/** The same matter for another person: perhaps another procedure of its family, else who it is for. */
function forSomebodyElse(turn: Turn, text: string): Understood | undefined {
  const { session, library, understanding } = turn;
  const topic = session.topic === null ? undefined : library.topics.get(session.topic);
  if (topic === undefined) return undefined;
  const again = understanding.understand(`${inLanguage(topic.name.short, session.language)} ${text}`, {
    topic: topic.id,
    aspect: session.aspect,
  });
  const asked = again.aspect ?? session.aspect;
  if (again.decision === 'clarify' && again.confusable !== null) {
    return { ...again, aspect: asked, aspects: asked === null ? [] : [asked] };
  }
  if (again.decision === 'answer' && again.topic !== null && again.topic !== topic.id) {
    return { ...again, aspect: asked, aspects: asked === null ? [] : [asked] };
  }
  const available = availableAspects(topic, renderContext(turn, vietnamDay(turn.now)));
  const aspect = available.includes('conditions') ? 'conditions' : (asked ?? 'overview');
  return {
    ...again,
    decision: 'answer',
    topic: topic.id,
    aspect,
    aspects: [aspect],
    candidates: [{ topic: topic.id, score: 1 }],
    also: [],
  };
}

/**
 * What is left of a message when the part that says what is not asked is taken away: "tôi không hỏi khai sinh, tôi hỏi
 * kết hôn" → "tôi hỏi kết hôn". Undefined when nothing is denied or nothing else is said.
 */
export function withoutDenial(turn: Turn, text: string): string | undefined {
  const parts = normalise(text)
    .split(/[,;.!?\n]+\s*/u)
    .flatMap((part) => splitAtContrast(turn, part))
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const isDenied = (part: string) =>
    findPhrases(turn.t, readTokens(part), 'denial').some(({ start }) => start <= 2) ||
    (parts.length > 1 &&
      (saysInEffect(turn.t, part, 'none_core') ||
        findPhrases(turn.t, readTokens(part), 'denial_start').some(({ start }) => start === 0)));
  const kept = parts.filter((part) => !isDenied(part));
  return kept.length === 0 || kept.length === parts.length ? undefined : kept.join(', ');
}

/** "kết hôn chứ không phải khai sinh" has two parts. */
function splitAtContrast(turn: Turn, part: string): string[] {
  const tokens = readTokens(part);
  const at = findPhrases(turn.t, tokens, 'contrast').find(({ start }) => start > 0);
  const offset = at === undefined ? undefined : tokens[at.start]?.start;
  return offset === undefined ? [part] : [part.slice(0, offset), part.slice(offset)];
}
