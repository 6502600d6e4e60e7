import { isAspect, type Aspect } from '../core/aspect.ts';

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
  | { kind: 'language'; language: 'vi' | 'en' };

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
    case 'menu':
    case 'officer':
    case 'assistant':
    case 'none-of-these':
    case 'back':
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
    case 'a': {
      const [aspect, ...topic] = tail;
      return isAspect(aspect) && topic.length > 0
        ? { kind: 'aspect', aspect, topic: topic.join(':') }
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
      return rest === '' ? { kind: head } : undefined;
    default:
      return undefined;
  }
}
