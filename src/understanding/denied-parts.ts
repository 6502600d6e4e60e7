import { PhraseMatcher } from '../text/phrase-matcher.ts';
import type { ReadMessage } from './message-reader.ts';
import type { AspectRules } from './rule-schemas.ts';

interface Stretch {
  start: number;
  end: number;
}

/** Finds what a message names only to set it aside: "khai tử chứ không phải khai sinh". */
export class DeniedParts {
  readonly #denials = new PhraseMatcher<true>();
  readonly #contrasts = new PhraseMatcher<true>();

  constructor(rules: Pick<AspectRules, 'denials' | 'contrasts'>) {
    for (const phrase of rules.denials ?? []) this.#denials.add(phrase, true, { strict: true });
    for (const phrase of rules.contrasts ?? []) this.#contrasts.add(phrase, true, { strict: true });
  }

  /**
   * The message without what it denies; undefined when it denies nothing. A denial reaches to the next mark, the next
   * word of contrast or the next of `questions`, the places where the message asks for an aspect.
   */
  without(message: ReadMessage, questions: readonly Stretch[]): string | undefined {
    const { tokens, normalised } = message;
    const denials = this.#denials.findAll(tokens);
    if (denials.length === 0) return undefined;
    const contrasts = this.#contrasts.findAll(tokens);
    let kept = '';
    let from = 0;
    for (const denial of denials) {
      const start = tokens[denial.start]?.start ?? 0;
      if (start < from) continue;
      const stops = [...contrasts, ...questions].filter((stop) => stop.start > denial.end);
      const stop = Math.min(tokens.length, ...stops.map((one) => one.start));
      const end = tokens[stop]?.start ?? normalised.length;
      const mark = normalised.slice(start, end).search(/[,.;!?\n]/u);
      kept += `${normalised.slice(from, start)} `;
      from = mark < 0 ? end : start + mark;
    }
    return `${kept}${normalised.slice(from)}`.trim();
  }
}
