import type { Aspect } from '../core/aspect.ts';
import { PhraseMatcher, type PhraseMatch } from '../text/phrase-matcher.ts';
import type { Token } from '../text/tokenise.ts';
import type { AspectRules } from './rule-schemas.ts';

type Role = 'asks' | 'weak' | 'unless' | 'negation';

interface Mark {
  role: Role;
  aspect: Aspect | null;
}

export interface AspectFinding {
  /** What is asked, in the order of the words; empty when no aspect is named. */
  aspects: Aspect[];
  /** Places of the words that named them, for explanation and to see what else the message says. */
  matches: { aspect: Aspect; phrase: string; start: number; end: number }[];
}

/** How many words may stand between a negation and the aspect that it sets aside. */
const negationReach = 2;

/** Finds which parts of a topic a message asks about, by the phrases in intents/aspects.yaml. */
export class AspectFinder {
  readonly #matcher = new PhraseMatcher<Mark>();

  constructor(rules: AspectRules) {
    for (const phrase of rules.negations) this.#matcher.add(phrase, { role: 'negation', aspect: null });
    for (const [name, rule] of Object.entries(rules.aspects)) {
      const aspect = name as Aspect;
      for (const phrase of rule.phrases) this.#matcher.add(phrase, { role: 'asks', aspect });
      for (const phrase of rule.weak ?? []) this.#matcher.add(phrase, { role: 'weak', aspect });
      for (const phrase of rule.unless ?? []) this.#matcher.add(phrase, { role: 'unless', aspect });
    }
  }

  find(tokens: readonly Token[]): AspectFinding {
    const found = this.#matcher.findAll(tokens);
    const blocked = found.filter((match) => match.value.role === 'unless');
    const negations = found.filter((match) => match.value.role === 'negation');
    const isOpen = (match: PhraseMatch<Mark>): boolean =>
      !blocked.some((block) => block.value.aspect === match.value.aspect && overlap(block, match)) &&
      !negations.some((not) => not.end <= match.start && match.start - not.end <= negationReach);
    const strong = found.filter((match) => match.value.role === 'asks' && isOpen(match));
    const chosen = dropContained(
      strong.length > 0 ? strong : found.filter((match) => match.value.role === 'weak' && isOpen(match)),
    );
    const matches = chosen.flatMap(({ value, phrase, start, end }) =>
      value.aspect === null ? [] : [{ aspect: value.aspect, phrase, start, end }],
    );
    return { aspects: [...new Set(matches.map((match) => match.aspect))], matches };
  }
}

function overlap(one: { start: number; end: number }, other: { start: number; end: number }): boolean {
  return one.start < other.end && other.start < one.end;
}

/** Of matches one inside the other, the longer speaks: "nộp tiền ở đâu" is about the fee, not only the place. */
function dropContained(matches: readonly PhraseMatch<Mark>[]): PhraseMatch<Mark>[] {
  return matches.filter(
    (match) =>
      !matches.some(
        (other) =>
          other !== match &&
          other.value.aspect !== match.value.aspect &&
          other.start <= match.start &&
          other.end >= match.end &&
          other.end - other.start > match.end - match.start,
      ),
  );
}
