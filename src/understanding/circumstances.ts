import { PhraseMatcher } from '../text/phrase-matcher.ts';
import { splitParts, type MessagePart } from '../text/split-requests.ts';
import type { AspectFinder } from './aspect-finder.ts';
import type { ReadMessage } from './message-reader.ts';
import type { AspectRules } from './rule-schemas.ts';

export type CircumstanceRules = Pick<
  AspectRules,
  'joiners' | 'wishes' | 'wants' | 'states' | 'subjects' | 'now'
>;

/** Tells what people say of their circumstances from what they ask for: "có giấy độc thân rồi, giờ đăng ký kết hôn ở đâu". */
export class Circumstances {
  readonly #aspects: AspectFinder;
  readonly #joiners = new PhraseMatcher<true>();
  readonly #wishes = new PhraseMatcher<true>();
  readonly #wants = new PhraseMatcher<true>();
  readonly #states = new PhraseMatcher<true>();
  readonly #subjects = new PhraseMatcher<true>();
  readonly #now = new PhraseMatcher<true>();

  constructor(rules: CircumstanceRules, aspects: AspectFinder) {
    this.#aspects = aspects;
    for (const [phrases, matcher] of [
      [rules.joiners, this.#joiners],
      [rules.wishes, this.#wishes],
      [rules.wants, this.#wants],
      [rules.states, this.#states],
      [rules.subjects, this.#subjects],
      [rules.now, this.#now],
    ] as const)
      for (const phrase of phrases ?? []) matcher.add(phrase, true, { strict: true });
  }

  /** What a message asks for and wishes, without what it only tells; undefined unless it does both. */
  without(message: ReadMessage): string | undefined {
    const { normalised, tokens } = message;
    const parts = splitParts(normalised, tokens, this.#joiners);
    const told = this.told(message, parts);
    if (told.size === 0 || told.size === parts.length) return undefined;
    return parts
      .filter((part) => !told.has(part))
      .map(({ start, end }) => normalised.slice(tokens[start]?.start ?? 0, tokens[end - 1]?.end ?? 0))
      .join(', ');
  }

  /**
   * The parts of a message that say how things are: they ask and want nothing, and are about what is done or about
   * somebody. What only names a thing may be a request, and so may what somebody does, unless "now" follows.
   */
  told(message: ReadMessage, parts: readonly MessagePart[]): ReadonlySet<MessagePart> {
    const told = new Set<MessagePart>();
    let isBeforeNow = false;
    for (const part of [...parts].reverse()) {
      const tokens = message.tokens.slice(part.start, part.end);
      const end = message.tokens[part.end]?.start ?? message.normalised.length;
      const normalised = message.normalised.slice(tokens[0]?.start ?? 0, end);
      const holds = (phrases: PhraseMatcher<true>): boolean => phrases.findAll(tokens).length > 0;
      const begins = (phrases: PhraseMatcher<true>): boolean =>
        phrases.findAll(tokens).some(({ start }) => start === 0);
      const asks = this.#aspects.isQuestion({ ...message, tokens, normalised }) || holds(this.#wants);
      const isOfSomebody = begins(this.#subjects) && (isBeforeNow || !holds(this.#wishes));
      if (!asks && (holds(this.#states) || isOfSomebody)) told.add(part);
      isBeforeNow ||= begins(this.#now);
    }
    return told;
  }
}
