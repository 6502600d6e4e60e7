import { PhraseMatcher } from '../text/phrase-matcher.ts';
import { splitParts, type MessagePart } from '../text/split-requests.ts';
import type { AspectFinder } from './aspect-finder.ts';
import type { ReadMessage } from './message-reader.ts';
import type { AspectRules } from './rule-schemas.ts';

const roles = ['wishes', 'wants', 'states', 'subjects', 'others', 'now'] as const;
type Role = (typeof roles)[number];

export type CircumstanceRules = Pick<AspectRules, 'joiners' | Role>;

/** Tells what people say of their circumstances from what they ask for: "có giấy độc thân rồi, giờ đăng ký kết hôn ở đâu". */
export class Circumstances {
  readonly #aspects: AspectFinder;
  readonly #joiners = new PhraseMatcher<true>();
  readonly #words = new PhraseMatcher<Role>();

  constructor(rules: CircumstanceRules, aspects: AspectFinder) {
    this.#aspects = aspects;
    for (const phrase of rules.joiners ?? []) this.#joiners.add(phrase, true, { strict: true });
    for (const role of roles)
      for (const phrase of rules[role] ?? []) this.#words.add(phrase, role, { strict: true });
  }

  /** The parts of a message, each of which may be told or asked for. */
  partsOf({ normalised, tokens }: ReadMessage): MessagePart[] {
    return splitParts(normalised, tokens, this.#joiners);
  }

  /** What a message asks for and wishes, without what it only tells; undefined unless it does both. */
  without(message: ReadMessage): string | undefined {
    const { normalised, tokens } = message;
    const parts = this.partsOf(message);
    const told = this.told(message, parts);
    if (told.size === 0 || told.size === parts.length) return undefined;
    return parts
      .filter((part) => !told.has(part))
      .map(({ start, end }) => normalised.slice(tokens[start]?.start ?? 0, tokens[end - 1]?.end ?? 0))
      .join(', ');
  }

  /**
   * The parts of a message that say how things are: they ask and want nothing, and are about what is done or about
   * somebody. What only names a thing may be a request, and so may what the writer does, unless "now" follows. What is
   * wished for "then" is asked ("bằng lái đã mờ thì cấp lại").
   */
  told(message: ReadMessage, parts: readonly MessagePart[]): ReadonlySet<MessagePart> {
    const told = new Set<MessagePart>();
    let isBeforeNow = false;
    for (const part of [...parts].reverse()) {
      const tokens = message.tokens.slice(part.start, part.end);
      const end = message.tokens[part.end]?.start ?? message.normalised.length;
      const normalised = message.normalised.slice(tokens[0]?.start ?? 0, end);
      const found = this.#words.findAll(tokens);
      const holds = (role: Role): boolean => found.some(({ value }) => value === role);
      const begins = (role: Role): boolean => found.some(({ value, start }) => value === role && start === 0);
      const then = tokens.findIndex(({ text }) => text === 'thì');
      const wishesThen = then >= 0 && found.some(({ value, start }) => value === 'wishes' && start > then);
      const asks =
        holds('wants') || wishesThen || this.#aspects.isQuestion({ ...message, tokens, normalised });
      const isOfSomebody = begins('others') || (begins('subjects') && (isBeforeNow || !holds('wishes')));
      if (!asks && (holds('states') || isOfSomebody)) told.add(part);
      isBeforeNow ||= begins('now');
    }
    return told;
  }
}
