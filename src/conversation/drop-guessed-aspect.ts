import type { Understood } from '../core/understood.ts';
import { readTokens, wholeWords } from './phrases.ts';
import type { Turn } from './turn.ts';

/**
 * A message that says no more than the name of a topic asks for no part of it, whatever the examples suggest: "đăng ký
 * kết hôn" gets the overview. An aspect that some word of the message names stays.
 */
export function dropGuessedAspect(turn: Turn, words: string, understood: Understood): Understood {
  const isNamed = understood.explanation.some(({ code }) => code === 'aspect' || code === 'context');
  if (understood.aspect === null || isNamed) return understood;
  const topics = [understood.topic, ...understood.candidates.map(({ topic }) => topic)];
  const known = new Set(wholeWords(turn.t, 'topic_word'));
  for (const id of topics) {
    const topic = id === null ? undefined : turn.library.topics.get(id);
    if (topic === undefined) continue;
    for (const name of [topic.title, topic.name.short, topic.name.full]) {
      for (const text of [name.vi, name.en ?? '']) {
        for (const { folded } of readTokens(text)) known.add(folded);
      }
    }
  }
  const saysMore = readTokens(words).some(({ folded }) => !known.has(folded));
  return saysMore ? understood : { ...understood, aspect: null, aspects: [] };
}
