import { fold } from '../text/fold.ts';
import { overlap, PhraseMatcher } from '../text/phrase-matcher.ts';
import type { AspectFinding } from './aspect-finder.ts';
import type { AskedWord } from './catalogue-index.ts';
import type { Fillers } from './fillers.ts';
import type { ReadMessage } from './message-reader.ts';
import type { AspectRules } from './rule-schemas.ts';

type OpeningRules = Pick<AspectRules, 'openers' | 'opening_tails' | 'questions'>;

/**
 * The words of a message that may belong to the name of a procedure: without the politeness it begins with ("em muốn hỏi
 * về") and without questions for a part ("nộp ở đâu"). In names of thirty words such words stand by chance: without marks
 * "hỏi" is in every "thu hồi".
 */
export class MatterWords {
  readonly #fillers: Fillers;
  readonly #openers: ReadonlySet<string>;
  readonly #openingTails: ReadonlySet<string>;
  readonly #questions = new PhraseMatcher<true>();

  constructor(rules: OpeningRules, fillers: Fillers) {
    this.#fillers = fillers;
    this.#openers = new Set((rules.openers ?? []).map((word) => fold(word)));
    this.#openingTails = new Set((rules.opening_tails ?? []).map((word) => fold(word)));
    for (const phrase of rules.questions ?? []) this.#questions.add(phrase, true);
  }

  of({ tokens, language }: ReadMessage, { matches }: AspectFinding): AskedWord[] {
    const begun = this.#endOfOpening({ tokens, language });
    const questions = this.#questions.findAll(tokens);
    const asking = matches.filter((match) => questions.some((question) => overlap(question, match)));
    return tokens.flatMap(({ text, folded }, at) => {
      const isIn = (match: { start: number; end: number }) => match.start <= at && at < match.end;
      if (at < begun || asking.some(isIn)) return [];
      return [{ text, folded, isAside: matches.some(isIn) }];
    });
  }

  /** Where the politeness ends that a message begins with; 0 where somebody begins with the matter itself. */
  #endOfOpening({ tokens, language }: Pick<ReadMessage, 'tokens' | 'language'>): number {
    const first = tokens.findIndex((token) => !this.#fillers.has(token, language));
    const polite = tokens.slice(0, first < 0 ? tokens.length : first).map(({ folded }) => folded);
    if (!polite.some((word) => this.#openers.has(word))) return 0;
    // "Hợp" says nothing by itself, but in "em muốn hỏi hợp tác xã" it belongs to the matter.
    return 1 + polite.findLastIndex((word) => this.#openers.has(word) || this.#openingTails.has(word));
  }
}
