import type { Understood } from '../core/understood.ts';
import { readTokens } from './phrases.ts';
import type { Turn } from './turn.ts';

/** From this many words on a message is a story with a question somewhere in it. */
const storyWords = 16;
const sentencesAtMost = 8;
/** A sentence counts from this confidence on, and only when it names what it asks. */
const surely = 0.6;

/** The question inside a long message that is not clear as a whole; otherwise what was understood, unchanged. */
export function readStory(turn: Turn, words: string, understood: Understood): Understood {
  const isClear = understood.decision !== 'fallback' && understood.decision !== 'clarify';
  if (isClear || readTokens(words).length < storyWords) return understood;
  const sentences = words
    .split(/(?<=[.!?;])\s+|\n+/u)
    .filter((sentence) => readTokens(sentence).length >= 3)
    .slice(0, sentencesAtMost);
  if (sentences.length < 2) return understood;
  const questions = sentences
    .map((sentence) => turn.understanding.understand(sentence))
    .filter(
      ({ decision, confidence, explanation }) =>
        decision === 'answer' && confidence >= surely && explanation.some(({ code }) => code === 'aspect'),
    )
    .sort((one, other) => other.confidence - one.confidence);
  return questions[0] ?? understood;
}
