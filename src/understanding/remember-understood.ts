import { Remembered } from '../core/remembered.ts';
import type { Understanding } from '../core/understood.ts';

/** Meanings kept; each takes a few kilobytes. */
const kept = 500;
/** Nobody else writes a longer message word for word. */
const longestChars = 160;

/**
 * The same understanding, which does not work out again what was just asked in the same words and context: on a busy day
 * many citizens ask the same, and several rules ask about one message.
 */
export function rememberUnderstood(understanding: Understanding): Understanding {
  const meanings = new Remembered<ReturnType<Understanding['understand']>>(kept);
  const spellings = new Remembered<string>(kept);
  return {
    version: understanding.version,
    confusableSet: (id) => understanding.confusableSet(id),
    spellOut: (text) =>
      text.length > longestChars
        ? understanding.spellOut(text)
        : spellings.get(text, () => understanding.spellOut(text)),
    understand(text, context) {
      if (text.length > longestChars) return understanding.understand(text, context);
      const key = JSON.stringify([text, context?.topic ?? null, context?.aspect ?? null]);
      return meanings.get(key, () => understanding.understand(text, context));
    },
  };
}
