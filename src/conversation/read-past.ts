import type { Understood } from '../core/understood.ts';
import { dropGuessedAspect } from './drop-guessed-aspect.ts';
import { findPhrases, readTokens } from './phrases.ts';
import type { Turn } from './turn.ts';

/** General topics with which people begin; so many words and more hold something beside them. */
const openings: readonly string[] = ['greeting', 'thanks', 'help'];
const longOpening = 10;
/** Words that only lead to a question stand among the first of a message. */
const leadAtMost = 8;
/** What is left of a message once its fillers are gone must be few words, else they were not what hid its meaning. */
const coreAtMost = 6;

/**
 * What a message means past the words around it: "alo cho chị hỏi là …" is no greeting when a question follows, and
 * "thôi hỏi tạm trú đi" asks about "tạm trú". Otherwise what was understood, unchanged.
 */
export function readPast(turn: Turn, words: string, understood: Understood): Understood {
  const { decision, topic } = understood;
  const tokens = readTokens(words);
  const isOpening = decision === 'smalltalk' && topic !== null && openings.includes(topic);
  if (isOpening && tokens.length >= longOpening) {
    const lead = findPhrases(turn.t, tokens, 'lead_in').findLast(({ end }) => end <= leadAtMost);
    const from = tokens[lead?.end ?? 0]?.start;
    return from === undefined ? understood : readRest(turn, words.slice(from), understood);
  }
  if (decision !== 'fallback') return understood;
  const around = ['filler', 'opening_core', 'cancel_core'].flatMap((list) =>
    findPhrases(turn.t, tokens, list),
  );
  const core = tokens.filter((_, at) => !around.some(({ start, end }) => start <= at && at < end));
  if (core.length < 2 || core.length > coreAtMost || core.length === tokens.length) return understood;
  return clear(turn, core.map(({ text }) => text).join(' ')) ?? understood;
}

/** What follows the opening; when that is one more courtesy, the whole is one. */
function readRest(turn: Turn, rest: string, whole: Understood): Understood {
  const { topic, aspect } = turn.session;
  const read = dropGuessedAspect(turn, rest, turn.understanding.understand(rest, { topic, aspect }));
  return read.decision === 'smalltalk' ? whole : read;
}

/** What a part of a message means, when that is clear or a known question tells it. */
function clear(turn: Turn, part: string): Understood | undefined {
  const read = dropGuessedAspect(turn, part, turn.understanding.understand(part));
  const isClear = read.decision === 'answer' || (read.decision === 'clarify' && read.confusable !== null);
  return isClear ? read : undefined;
}
