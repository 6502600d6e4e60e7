import { inLanguage } from '../content/render-block.ts';
import type { Topic } from '../content/library.ts';
import { availableAspects } from '../content/render-topic.ts';
import type { Aspect } from '../core/aspect.ts';
import { vietnamDay } from '../core/clock.ts';
import type { Understood } from '../core/understood.ts';
import { findPhrases, mentions, readTokens, wholeWords } from './phrases.ts';
import { renderContext, type Turn } from './turn.ts';

/** More words say something of their own. */
const wordsAtMost = 14;
/** From this confidence on the likeliest topic is asked about, whatever the conversation is about. */
const perhapsElsewhere = 0.55;

/**
 * What a message means that by itself is not clear, or names a circumstance, while a procedure is talked about: "bên
 * chồng cần giấy gì" asks for the papers of that procedure, "chưa đăng ký kết hôn thì sao" what then becomes of it.
 * Undefined when it does not go on about it.
 */
export function stayWithTopic(turn: Turn, words: string, understood: Understood): Understood | undefined {
  const { topic: present } = turn.session;
  const topic = present === null ? undefined : turn.library.topics.get(present);
  if (topic === undefined || readTokens(words).length > wordsAtMost) return undefined;
  return (
    describesCase(turn, topic, words, understood) ??
    asksOnlyForPart(turn, topic, words, understood) ??
    asksOfMember(turn, topic, understood)
  );
}

/**
 * "Chưa …, không … thì sao": a circumstance of the procedure, which its conditions speak of. "Lỡ …": what has happened
 * to somebody who reads a guide, which tells what to do.
 */
function describesCase(
  turn: Turn,
  topic: Topic,
  words: string,
  understood: Understood,
): Understood | undefined {
  const isGuide = topic.kind === 'guide';
  const tokens = readTokens(words);
  const end = findPhrases(turn.t, tokens, 'case_end').find((match) => match.end === tokens.length);
  const asksOutright = end !== undefined && end.start >= 2;
  const isOpen = understood.topic === topic.id || understood.topic === null;
  if (!asksOutright && !(isGuide && isOpen)) return undefined;
  if (!mentions(turn.t, tokens.slice(0, end?.start), isGuide ? 'mishap_word' : 'case_word')) return undefined;
  const isNamed =
    understood.topic === topic.id && understood.aspect !== null && understood.aspect !== 'steps';
  if (isNamed) return undefined;
  const available = availableAspects(topic, renderContext(turn, vietnamDay(turn.now)));
  const telling = isGuide ? 'steps' : 'conditions';
  const aspect = available.includes(telling) ? telling : 'overview';
  // What the circumstance names may be what is meant after all.
  const others = understood.decision === 'answer' ? understood.candidates.slice(0, 1) : [];
  const meant = about(understood, topic, aspect);
  return { ...meant, candidates: [...meant.candidates, ...others.filter((one) => one.topic !== topic.id)] };
}

/** A part is asked for, of what is not clear; with the present topic's name before it, it is. */
function asksOnlyForPart(
  turn: Turn,
  topic: Topic,
  words: string,
  understood: Understood,
): Understood | undefined {
  const { aspect, candidates, confusable, decision } = understood;
  const [likely] = candidates;
  if (decision !== 'clarify' || confusable !== null || aspect === null || likely === undefined)
    return undefined;
  if (likely.score >= perhapsElsewhere && isNamed(turn, likely.topic, words)) return undefined;
  const language = understood.language === 'en' ? 'en' : 'vi';
  const again = turn.understanding.understand(`${inLanguage(topic.name.short, language)} ${words}`);
  if (again.topic === topic.id || again.candidates[0]?.topic === topic.id)
    return about(understood, topic, aspect);
  // "I lost my passport. How long does it take to get a new one?": together they mean a relative of the topic.
  const isRelative = again.topic !== null && topic.related?.includes(again.topic) === true;
  return again.decision === 'answer' && isRelative
    ? { ...again, aspect, aspects: [aspect], also: [] }
    : undefined;
}

/** Whether a message holds a telling word of a topic's names. */
function isNamed(turn: Turn, id: string, words: string): boolean {
  const topic = turn.library.topics.get(id);
  if (topic === undefined) return true;
  const usual = wholeWords(turn.t, 'topic_word');
  const said = new Set(readTokens(words).map(({ folded }) => folded));
  return [topic.title, topic.name.short]
    .flatMap(({ vi, en }) => readTokens(`${vi} ${en ?? ''}`))
    .some(({ folded }) => said.has(folded) && !usual.has(folded));
}

/** A part of one of several look-alikes: of the one that is talked about. */
function asksOfMember(turn: Turn, topic: Topic, understood: Understood): Understood | undefined {
  const { aspect, confusable, decision } = understood;
  if (aspect === null || confusable === null) return undefined;
  const options = turn.understanding.confusableSet(confusable)?.options ?? [];
  const isMember = options.some((option) => option.topic === topic.id);
  return isMember && decision === 'clarify' ? about(understood, topic, aspect) : undefined;
}

function about(understood: Understood, { id }: Topic, aspect: Aspect): Understood {
  return {
    ...understood,
    decision: 'answer',
    topic: id,
    aspect,
    aspects: [aspect],
    candidates: [{ topic: id, score: 1 }],
    confusable: null,
    also: [],
  };
}
