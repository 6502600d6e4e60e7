import type { Button } from '../core/reply.ts';
import type { Request, Understood } from '../core/understood.ts';
import { normaliseText } from '../text/normalise.ts';
import { splitRequests } from '../text/split-requests.ts';
import { answerTopic } from './answer-topic.ts';
import { choiceOf, topicButton } from './buttons.ts';
import { readTokens } from './phrases.ts';
import { remember } from './remember.ts';
import { findSubject } from './subject.ts';
import { planOf, say, type Plan, type Turn } from './turn.ts';

/** Questions answered in one reply; further ones are offered. */
const answeredAtMost = 2;
const partsAtMost = 5;
/** A part counts as a question of its own from this confidence on. */
const surely = 0.6;
/** A shorter part ("ở đâu") belongs to the one before it. */
const wordsAtLeast = 3;

/** The different questions of one message, in the order asked, and topics that may be meant by its unclear parts. */
export interface SeveralQuestions {
  clear: Request[];
  unclear: string[];
}

/** Reads a message that asks several things; undefined when it is one question. */
export function readQuestions(
  turn: Turn,
  text: string,
  understood: Understood,
): SeveralQuestions | undefined {
  const parts = splitRequests(normaliseText(text)).slice(0, partsAtMost);
  if (parts.length < 2) return undefined;
  const requests: Request[] = [];
  const unclear: string[] = [];
  for (const part of parts) {
    if (readTokens(part).length < wordsAtLeast) continue;
    const read = turn.understanding.understand(part);
    const [likely] = read.candidates;
    if (read.decision === 'clarify' && likely !== undefined) unclear.push(likely.topic);
    const isQuestion = read.decision === 'answer' && read.confidence >= surely && read.topic !== null;
    if (!isQuestion || read.topic === null || findSubject(turn, read.topic) === undefined) continue;
    const same = requests.find(({ topic }) => topic === read.topic);
    if (same === undefined)
      requests.push({ topic: read.topic, aspects: read.aspects, confidence: read.confidence });
    else same.aspects = [...new Set([...same.aspects, ...read.aspects])];
  }
  const whole = understood.decision === 'answer' ? understood.topic : null;
  const isMeant = whole === null || requests.some(({ topic }) => topic === whole);
  return requests.length >= 2 && isMeant ? { clear: requests, unclear } : undefined;
}

/** Answers the first two questions of a message and offers the rest. */
export function answerSeveral(turn: Turn, { clear, unclear }: SeveralQuestions): Plan {
  const answered = clear.slice(0, answeredAtMost);
  const left = [...clear.slice(answeredAtMost).map(({ topic }) => topic), ...unclear];
  const offered = [...new Set(left)]
    .filter((id) => !answered.some(({ topic }) => topic === id))
    .flatMap((id) => findSubject(turn, id) ?? []);
  const replies = answered.flatMap((request) => {
    const topic = findSubject(turn, request.topic);
    return topic === undefined ? [] : [answerTopic(turn, topic, request.aspects)];
  });
  const names = offered.map(({ name }) => name);
  const notice = names.length === 0 ? [] : [say(turn, 'answer.also', { topic: names.join('; ') })];
  const [first] = answered;
  const session = answered.reduce(
    (known, { topic, aspects }) => remember(known, topic, aspects[0] ?? null),
    turn.session,
  );
  return planOf(turn, {
    decision: 'answer',
    topic: first?.topic ?? null,
    aspect: first?.aspects[0] ?? null,
    session,
    reply: {
      sections: [...replies.flatMap(({ sections }) => sections), ...notice],
      buttons: [
        ...offered.map((topic) => topicButton(topic)),
        ...answered.flatMap(({ topic: id }): Button[] => {
          const topic = findSubject(turn, id);
          if (topic === undefined) return [];
          return [choiceOf(topic.title, { kind: 'more', topic: id })];
        }),
        ...(replies.at(-1)?.buttons ?? []).filter(({ kind }) => kind === 'link').slice(0, 1),
      ],
    },
  });
}
