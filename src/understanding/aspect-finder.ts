import { aspects as allAspects, type Aspect } from '../core/aspect.ts';
import { PhraseMatcher, type PhraseMatch } from '../text/phrase-matcher.ts';
import type { AspectClassifier } from './aspect-classifier.ts';
import { aspectScoring } from './constants.ts';
import type { ReadMessage } from './message-reader.ts';
import type { AspectRules } from './rule-schemas.ts';

type Role = 'asks' | 'weak' | 'unless' | 'negation';

interface Mark {
  role: Role;
  aspect: Aspect | null;
}

export interface AspectFinding {
  /** What is asked, surest first; empty when no part is asked. */
  aspects: Aspect[];
  /** Places of the words that named them, for explanation and to see what else the message says. */
  matches: { aspect: Aspect; phrase: string; start: number; end: number }[];
}

/** How many words may stand between a negation and the aspect that it sets aside. */
const negationReach = 2;

/** Finds which parts of a topic a message asks about: phrases of intents/aspects.yaml and what the examples teach. */
export class AspectFinder {
  readonly #matcher = new PhraseMatcher<Mark>();

  readonly #classifier: AspectClassifier;

  constructor(rules: AspectRules, classifier: AspectClassifier) {
    this.#classifier = classifier;
    for (const phrase of rules.negations) this.#matcher.add(phrase, { role: 'negation', aspect: null });
    for (const [name, rule] of Object.entries(rules.aspects)) {
      const aspect = name as Aspect;
      for (const phrase of rule.phrases) this.#matcher.add(phrase, { role: 'asks', aspect });
      for (const phrase of rule.weak ?? []) this.#matcher.add(phrase, { role: 'weak', aspect });
      for (const phrase of rule.unless ?? []) this.#matcher.add(phrase, { role: 'unless', aspect });
    }
  }

  find(message: ReadMessage): AspectFinding {
    const found = this.#matcher.findAll(message.tokens);
    const blocked = found.filter((match) => match.value.role === 'unless');
    const negations = found.filter((match) => match.value.role === 'negation');
    const isOpen = (match: PhraseMatch<Mark>): boolean =>
      !blocked.some((block) => block.value.aspect === match.value.aspect && overlap(block, match)) &&
      !negations.some((not) => not.end <= match.start && match.start - not.end <= negationReach);
    const strong = found.filter((match) => match.value.role === 'asks' && isOpen(match));
    const weak = found.filter((match) => match.value.role === 'weak' && isOpen(match));
    const setAside = new Set(
      found
        .filter((match) => match.value.role === 'asks' && !isOpen(match))
        .map((match) => match.value.aspect),
    );
    const chosen = dropContained([...strong, ...weak]);
    const matches = chosen.flatMap(({ value, phrase, start, end }) =>
      value.aspect === null ? [] : [{ aspect: value.aspect, phrase, start, end }],
    );
    const named = new Set(matches.map((match) => match.aspect));
    const sure = new Set(strong.map((match) => match.value.aspect));
    const bonusOf = (aspect: Aspect): number =>
      !named.has(aspect) ? 0 : sure.has(aspect) ? aspectScoring.phrase : aspectScoring.weakPhrase;
    const learnt = this.#classifier.score(message);
    const scored = allAspects
      .map((aspect, at) => ({ aspect, score: (learnt[at] ?? 0) + bonusOf(aspect) }))
      .filter(({ aspect }) => named.has(aspect) || !setAside.has(aspect))
      .sort((one, other) => other.score - one.score);
    const asked = scored.filter(
      ({ score }, at) => score >= (at === 0 ? aspectScoring.asked : aspectScoring.askedToo),
    );
    return { aspects: asked.map(({ aspect }) => aspect), matches };
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
