import { holdAll, PhraseMatcher, type PhraseMatch } from '../text/phrase-matcher.ts';
import type { Token } from '../text/tokenise.ts';
import type { ConfusableSet } from './rule-schemas.ts';

type Mark = { role: 'cue'; set: number; topic: string; byDefault: boolean } | { role: 'ask'; set: number };

/** What the words of a message say about one set of look-alikes. */
export interface ConfusableFinding {
  set: ConfusableSet;
  /** Options whose own cue words occur, strongest (longest cue) first. */
  cued: string[];
  /** Options whose words mean them as long as nothing speaks for another one. */
  cuedByDefault: string[];
  /** Tokens covered by cue words, with the option that they speak for. */
  cues: { topic: string; start: number; end: number }[];
  /** Tokens covered by the set's general words. */
  asked: { start: number; end: number }[];
  /** Whether the words that speak for an option are all among the general ones: "đổi tên" is a shop's or a child's. */
  isGeneral: boolean;
  /** Whether all cue words of options are words of other sets too, for other topics: "hết hạn". */
  isShared: boolean;
}

/** "Dọn quán" is no "đơn" and "đống" no "đóng"; a word typed without marks may be any of them. */
const byMarks = { strict: true, short: 'typed' } as const;

/** Topics that people mix up, and the words that tell them apart. */
export class ConfusableSets {
  readonly sets: readonly ConfusableSet[];
  readonly #matcher = new PhraseMatcher<Mark>();
  readonly #setsOfTopic = new Map<string, number[]>();
  /** What was found last: several steps ask of the same message. */
  #lastRead: { tokens: readonly Token[]; found: PhraseMatch<Mark>[] } | undefined;
  /** The topics that each cue speaks for; null stands for a set's general word. */
  readonly #topicsOfPhrase = new Map<string, Set<string | null>>();

  constructor(sets: readonly ConfusableSet[]) {
    this.sets = sets;
    sets.forEach((set, index) => {
      for (const phrase of set.ask) {
        this.#matcher.add(phrase, { role: 'ask', set: index }, byMarks);
        this.#note(phrase, null);
      }
      for (const { topic, cues, default_cues: defaultCues } of set.options) {
        this.#setsOfTopic.set(topic, [...(this.#setsOfTopic.get(topic) ?? []), index]);
        const add = (cue: string, byDefault: boolean): void =>
          this.#matcher.add(cue, { role: 'cue', set: index, topic, byDefault }, byMarks);
        for (const cue of cues) add(cue, false);
        for (const cue of defaultCues ?? []) add(cue, true);
        for (const cue of [...cues, ...(defaultCues ?? [])]) this.#note(cue, topic);
      }
    });
  }

  #note(phrase: string, topic: string | null): void {
    const topics = this.#topicsOfPhrase.get(phrase) ?? new Set();
    this.#topicsOfPhrase.set(phrase, topics.add(topic));
  }

  /** Whether two topics are options of one set, or of one of `among`. */
  areAlike(one: string, other: string, among?: ReadonlySet<string>): boolean {
    const sets = this.#setsOfTopic.get(other) ?? [];
    const isAmong = (set: number): boolean => among?.has(this.sets[set]?.id ?? '') ?? true;
    return this.#setsOfTopic.get(one)?.some((set) => sets.includes(set) && isAmong(set)) ?? false;
  }

  #findAll(tokens: readonly Token[]): PhraseMatch<Mark>[] {
    if (this.#lastRead?.tokens !== tokens) this.#lastRead = { tokens, found: this.#matcher.findAll(tokens) };
    return this.#lastRead.found;
  }

  /** The ids of the sets whose general words a message holds. */
  namedBy(tokens: readonly Token[]): Set<string> {
    return new Set(
      this.#findAll(tokens).flatMap(({ value }) =>
        value.role === 'ask' ? (this.sets[value.set]?.id ?? []) : [],
      ),
    );
  }

  /** Whether a message names a set by its general words and says nothing beside them: `content` is what it says at all. */
  isNamedAlone(tokens: readonly Token[], content: readonly Token[]): boolean {
    const general = this.#findAll(tokens).filter(({ value }) => value.role === 'ask');
    return this.sets.some((_, index) => {
      const spans = general.filter(({ value }) => value.set === index);
      return spans.length > 0 && holdAll(spans, tokens, content);
    });
  }

  /** Findings of every set with a word in the message, or that `topic` belongs to. */
  find(tokens: readonly Token[], topic: string): ConfusableFinding[] {
    const matches = this.#findAll(tokens);
    const concerned = new Set([
      ...matches.filter((match) => match.value.role === 'ask').map((match) => match.value.set),
      ...(this.#setsOfTopic.get(topic) ?? []),
    ]);
    return [...concerned].flatMap((index) => {
      const set = this.sets[index];
      if (set === undefined) return [];
      const cues = matches
        .flatMap(({ value, phrase, start, end }) =>
          value.role === 'cue' && value.set === index
            ? [{ ...value, phrase, start, end, length: end - start }]
            : [],
        )
        .sort((one, other) => other.length - one.length);
      const topicsOf = (byDefault: boolean): string[] => [
        ...new Set(cues.filter((cue) => cue.byDefault === byDefault).map((cue) => cue.topic)),
      ];
      const asked = matches.filter((match) => match.value.role === 'ask' && match.value.set === index);
      const isGeneral = cues.every((cue) =>
        asked.some((span) => span.start <= cue.start && cue.end <= span.end),
      );
      const isShared = cues
        .filter((cue) => !cue.byDefault)
        .every(({ phrase }) => (this.#topicsOfPhrase.get(phrase)?.size ?? 0) > 1);
      return [
        { set, cued: topicsOf(false), cuedByDefault: topicsOf(true), cues, asked, isGeneral, isShared },
      ];
    });
  }
}

/** Whether a topic is one of those that a set tells apart. */
export function isOption({ options }: ConfusableSet, topic: string): boolean {
  return options.some((option) => option.topic === topic);
}
