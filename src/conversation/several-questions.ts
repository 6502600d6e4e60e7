import type { Button } from '../core/reply.ts';
import type { Request, Understood } from '../core/understood.ts';
import { answerTopic } from './answer-topic.ts';
import { choiceOf, topicButton } from './buttons.ts';
import { remember } from './remember.ts';
import { findSubject } from './subject.ts';
import { planOf, say, type Plan, type Turn } from './turn.ts';

/** Questions answered in one reply; further ones are offered. */
const answeredAtMost = 2;

/** The questions of a message that asks several things; undefined when it is one question. */
export function readQuestions(turn: Turn, understood: Understood): Request[] | undefined {
  const { decision, topic, aspects, confidence, also } = understood;
  if (decision !== 'answer' || topic === null || also.length === 0) return undefined;
  const known = [{ topic, aspects, confidence }, ...also].filter(
    (request) => findSubject(turn, request.topic) !== undefined,
  );
  return known.length >= 2 ? known : undefined;
}

/** Answers the first two questions of a message and offers the rest. */
export function answerSeveral(turn: Turn, requests: readonly Request[]): Plan {
  const answered = requests.slice(0, answeredAtMost);
  const offered = requests.slice(answeredAtMost).flatMap(({ topic }) => findSubject(turn, topic) ?? []);
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
