import { isAspect, type Aspect } from '../core/aspect.ts';

/** Why an answer did not help; ids of buttons, so they never change their meaning. */
export const feedbackReasons = ['wrong', 'unclear', 'incomplete', 'other-question', 'other'] as const;
export type FeedbackReason = (typeof feedbackReasons)[number];

/** What one of our buttons means. Payloads stay valid for ever: a citizen may press a button of last year. */
export type Choice =
  | { kind: 'topic'; topic: string }
  | { kind: 'aspect'; topic: string; aspect: Aspect }
  /** The remaining aspects of a topic. */
  | { kind: 'more'; topic: string }
  | { kind: 'menu' }
  | { kind: 'officer' }
  /** Back from an officer to the assistant. */
  | { kind: 'assistant' }
  | { kind: 'none-of-these' }
  | { kind: 'back' }
  | { kind: 'consent'; granted: boolean }
  | { kind: 'erase'; confirmed: boolean }
  | { kind: 'language'; language: 'vi' | 'en' }
  /** Whether the answer of an interaction helped. */
  | { kind: 'feedback'; helpful: boolean; about: string }
  | { kind: 'feedback-reason'; reason: FeedbackReason; about: string }
  /** Begins a guided flow. */
  | { kind: 'flow'; flow: string }
  | { kind: 'flow-answer'; flow: string; step: string; option: string }
  | { kind: 'flow-resume' }
  | { kind: 'flow-cancel' };

/** Short words, since a payload travels with every button and platforms limit it. */
export function encodeChoice(choice: Choice): string {
  switch (choice.kind) {
    case 'topic':
      return `t:${choice.topic}`;
    case 'aspect':
      return `a:${choice.aspect}:${choice.topic}`;
    case 'more':
      return `m:${choice.topic}`;
    case 'consent':
      return choice.granted ? 'consent:yes' : 'consent:no';
    case 'erase':
      return choice.confirmed ? 'erase:yes' : 'erase:no';
    case 'language':
      return `lang:${choice.language}`;
    case 'feedback':
      return `fb:${choice.helpful ? 'yes' : 'no'}:${choice.about}`;
    case 'feedback-reason':
      return `fr:${choice.reason}:${choice.about}`;
    case 'flow':
      return `f:${choice.flow}`;
    case 'flow-answer':
      return `fa:${choice.flow}:${choice.step}:${choice.option}`;
    case 'menu':
    case 'officer':
    case 'assistant':
    case 'none-of-these':
    case 'back':
    case 'flow-resume':
    case 'flow-cancel':
      return choice.kind;
  }
}

/** Reads a payload that came back from a platform; undefined when it is none of ours. */
export function decodeChoice(payload: string): Choice | undefined {
  const [head = '', ...tail] = payload.split(':');
  const rest = tail.join(':');
  switch (head) {
    case 't':
      return rest === '' ? undefined : { kind: 'topic', topic: rest };
    case 'm':
      return rest === '' ? undefined : { kind: 'more', topic: rest };
    case 'f':
      return rest === '' ? undefined : { kind: 'flow', flow: rest };
    case 'a': {
      const [aspect, ...topic] = tail;
      return isAspect(aspect) && topic.length > 0
        ? { kind: 'aspect', aspect, topic: topic.join(':') }
        : undefined;
    }
    case 'fa': {
      const [flow, step, option] = tail;
      return flow !== undefined && step !== undefined && option !== undefined && tail.length === 3
        ? { kind: 'flow-answer', flow, step, option }
        : undefined;
    }
    case 'fb': {
      const [answer, about] = tail;
      return (answer === 'yes' || answer === 'no') && isInteractionId(about)
        ? { kind: 'feedback', helpful: answer === 'yes', about }
        : undefined;
    }
    case 'fr': {
      const [word, about] = tail;
      const reason = feedbackReasons.find((one) => one === word);
      return reason !== undefined && isInteractionId(about)
        ? { kind: 'feedback-reason', reason, about }
        : undefined;
    }
    case 'consent':
      return rest === 'yes' || rest === 'no' ? { kind: 'consent', granted: rest === 'yes' } : undefined;
    case 'erase':
      return rest === 'yes' || rest === 'no' ? { kind: 'erase', confirmed: rest === 'yes' } : undefined;
    case 'lang':
      return rest === 'vi' || rest === 'en' ? { kind: 'language', language: rest } : undefined;
    case 'menu':
    case 'officer':
    case 'assistant':
    case 'none-of-these':
    case 'back':
    case 'flow-resume':
    case 'flow-cancel':
      return rest === '' ? { kind: head } : undefined;
    default:
      return undefined;
  }
}

function isInteractionId(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f-]{36}$/.test(text);
}
