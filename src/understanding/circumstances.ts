import { PhraseMatcher } from '../text/phrase-matcher.ts';
import { splitParts, type MessagePart } from '../text/split-requests.ts';
import type { AspectFinder } from './aspect-finder.ts';
import type { ReadMessage } from './message-reader.ts';
import type { AspectRules } from './rule-schemas.ts';

/** Tells what people say of their circumstances from what they ask for: "có giấy độc thân rồi, giờ đăng ký kết hôn ở đâu". */
export class Circumstances {
  readonly #aspects: AspectFinder;
  readonly #joiners = new PhraseMatcher<true>();
  readonly #wishes = new PhraseMatcher<true>();
  readonly #wants = new PhraseMatcher<true>();
  readonly #states = new PhraseMatcher<true>();
  readonly #subjects = new PhraseMatcher<true>();

  constructor(rules: Pick<AspectRules, 'joiners' | 'wishes' | 'wants' | 'states' | 'subjects'>, aspects: AspectFinder) {
    this.#aspects = aspects;
    for (const phrase of rules.joiners ?? []) this.#joiners.add(phrase, true, { strict: true });
    for (const phrase of rules.wishes ?? []) this.#wishes.add(phrase, true, { strict: true });
    for (const phrase of rules.wants ?? []) this.#wants.add(phrase, true, { strict: true });
    for (const phrase of rules.states ?? []) this.#states.add(phrase, true, { strict: true });
    for (const phrase of rules.subjects ?? []) this.#subjects.add(phrase, true, { strict: true });
  }

  /** What a message asks for and wishes, without what it only tells; undefined unless it does both. */
  without(message: ReadMessage): string | undefined {
    const { normalised, tokens } = message;
    const parts = splitParts(normalised, tokens, this.#joiners);
    const asking = parts.filter((part) => !this.tells(message, part));
    if (asking.length === 0 || asking.length === parts.length) return undefined;
    return asking
      .map(({ start, end }) => normalised.slice(tokens[start]?.start ?? 0, tokens[end - 1]?.end ?? 0))
      .join(', ');
  }

  /**
   * Whether a part of a message says how things are: it asks and wants nothing, and is about somebody or about what is done.
   * What only names a thing may be a request.
   */
  tells(message: ReadMessage, part: MessagePart): boolean {
    const tokens = message.tokens.slice(part.start, part.end);
    const end = message.tokens[part.end]?.start ?? message.normalised.length;
    const normalised = message.normalised.slice(tokens[0]?.start ?? 0, end);
    const holds = (phrases: PhraseMatcher<true>): boolean => phrases.findAll(tokens).length > 0;
    if (this.#aspects.isQuestion({ ...message, tokens, normalised }) || holds(this.#wants)) return false;
    const hasSubject = this.#subjects.findAll(tokens).some(({ start }) => start === 0);
    return holds(this.#states) || (hasSubject && !holds(this.#wishes));
  }
}
