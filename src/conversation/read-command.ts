import { decodeChoice, type Choice } from './payload.ts';
import { says, saysInEffect } from './phrases.ts';
import type { Turn } from './turn.ts';

/** Commands that mean the same at any time. */
const always: readonly { words: string; choice: Choice }[] = [
  { words: 'keep', choice: { kind: 'consent', granted: true } },
  { words: 'do_not_keep', choice: { kind: 'consent', granted: false } },
  { words: 'erase', choice: { kind: 'erase', confirmed: true } },
  { words: 'vietnamese', choice: { kind: 'language', language: 'vi' } },
  { words: 'english', choice: { kind: 'language', language: 'en' } },
  { words: 'officer', choice: { kind: 'officer' } },
  { words: 'menu', choice: { kind: 'menu' } },
  // Whoever calls the assistant while it answers anyway is shown what it can do; during a hand-over it comes back.
  { words: 'assistant', choice: { kind: 'menu' } },
];

/** A typed command of the conversation itself, as the button that means the same; undefined when it is none. */
export function readCommand(turn: Turn, text: string): Choice | undefined {
  const { session, t } = turn;
  const found = always.find(({ words }) => says(t, text, words));
  if (found !== undefined) return found.choice;
  const offered = session.options.flatMap(({ payload }) => decodeChoice(payload) ?? []);
  const offeredOf = (kind: Choice['kind'], wanted: (choice: Choice) => boolean = () => true) =>
    offered.find((choice) => choice.kind === kind && wanted(choice));
  if (says(t, text, 'agree'))
    return offeredOf('consent', (choice) => choice.kind === 'consent' && choice.granted);
  if (says(t, text, 'disagree')) {
    return offeredOf('consent', (choice) => choice.kind === 'consent' && !choice.granted);
  }
  if (says(t, text, 'helpful'))
    return offeredOf('feedback', (choice) => choice.kind === 'feedback' && choice.helpful);
  if (says(t, text, 'not_helpful')) {
    return offeredOf('feedback', (choice) => choice.kind === 'feedback' && !choice.helpful);
  }
  if (session.flow !== null && says(t, text, 'resume')) return { kind: 'flow-resume' };
  if (session.flow !== null && says(t, text, 'cancel')) return { kind: 'flow-cancel' };
  if (says(t, text, 'back')) return { kind: 'back' };
  if (session.topic !== null && says(t, text, 'what_next')) {
    return { kind: 'aspect', topic: session.topic, aspect: 'steps' };
  }
  // Inside a flow "không phải" is an answer like any other; with nothing said before there is nothing to refuse.
  const canReject =
    session.question === null
      ? session.topic !== null || session.misses > 0
      : session.question.kind !== 'flow';
  const rejects = () => says(t, text, 'none_of_these') || saysInEffect(t, text, 'none_core');
  return canReject && rejects() ? { kind: 'none-of-these' } : undefined;
}
