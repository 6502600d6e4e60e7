import { aspects as allAspects, type Aspect } from '../core/aspect.ts';
import { fold } from '../text/fold.ts';
import { overlap, PhraseMatcher, type PhraseMatch } from '../text/phrase-matcher.ts';
import { AspectClassifier, type NamedAspects, type SavedAspectClassifier } from './aspect-classifier.ts';
import { aspectScoring } from './constants.ts';
import type { ReadMessage } from './message-reader.ts';
import type { AspectRules } from './rule-schemas.ts';

const roles = ['asks', 'weak', 'unless', 'negation'] as const;
type Role = (typeof roles)[number];

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

/** The phrases of intents/aspects.yaml, to be found in messages. */
export class AspectPhrases {
  readonly #matcher = new PhraseMatcher<Mark>();
  readonly #questions = new PhraseMatcher<true>();
  readonly #questionEnds: ReadonlySet<string>;
  readonly #questionTails: ReadonlySet<string>;
  /** What was found last: rules and features ask of the same message. */
  #lastRead: { message: ReadMessage; found: PhraseMatch<Mark>[] } | undefined;

  constructor(rules: AspectRules) {
    const add = (phrase: string, mark: Mark): void => {
      // Marks count ("căn cước gì" does not ask "cần gì", "lần đầu" not "đâu"), but short words are often typed without.
      this.#matcher.add(phrase, mark, { strict: true, short: 'typed' });
    };
    // "xây dựng" and "sử dụng" hold no "đừng": a negation goes by its marks however short.
    for (const phrase of rules.negations)
      this.#matcher.add(phrase, { role: 'negation', aspect: null }, { strict: true });
    for (const phrase of rules.questions ?? []) this.#questions.add(phrase, true);
    this.#questionEnds = new Set((rules.question_ends ?? []).map((word) => fold(word)));
    this.#questionTails = new Set((rules.question_tails ?? []).map((word) => fold(word)));
    for (const [name, rule] of Object.entries(rules.aspects)) {
      const aspect = name as Aspect;
      for (const phrase of rule.phrases) add(phrase, { role: 'asks', aspect });
      for (const phrase of rule.weak ?? []) add(phrase, { role: 'weak', aspect });
      for (const phrase of rule.unless ?? []) add(phrase, { role: 'unless', aspect });
    }
  }

  findAll(message: ReadMessage): PhraseMatch<Mark>[] {
    if (this.#lastRead?.message !== message)
      this.#lastRead = { message, found: this.#matcher.findAll(message.tokens) };
    return this.#lastRead.found;
  }

  /** What the phrases of a message say, as features: role and aspect. */
  readonly named: NamedAspects = (message) => {
    const said = this.findAll(message).map(
      ({ value }) =>
        roles.indexOf(value.role) * 100 + (value.aspect === null ? 99 : allAspects.indexOf(value.aspect)),
    );
    return [...new Set(said)];
  };

  /** Whether a message asks rather than states or names something. */
  isQuestion({ tokens, normalised }: ReadMessage): boolean {
    return normalised.includes('?') || this.#endsAsking(tokens) || this.#questions.findAll(tokens).length > 0;
  }

  #endsAsking(tokens: ReadMessage['tokens']): boolean {
    for (let at = tokens.length - 1; at >= 0; at--) {
      const word = tokens[at]?.folded ?? '';
      if (this.#questionEnds.has(word)) return true;
      if (!this.#questionTails.has(word)) return false;
    }
    return false;
  }
}

/** Finds which parts of a topic a message asks about. */
export class AspectFinder {
  readonly #phrases: AspectPhrases;
  readonly #classifier: AspectClassifier;

  constructor(phrases: AspectPhrases, saved: SavedAspectClassifier) {
    this.#phrases = phrases;
    this.#classifier = AspectClassifier.restore(saved, phrases.named);
  }

  /** Whether a message asks rather than states or names something. */
  isQuestion(message: ReadMessage): boolean {
    return this.#phrases.isQuestion(message);
  }

  find(message: ReadMessage): AspectFinding {
    const found = this.#phrases.findAll(message);
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
    const isShort = message.tokens.length <= aspectScoring.shortMessage;
    const isBrief = message.tokens.length <= aspectScoring.briefMessage;
    const leading = new Set(weak.filter(({ start }) => start === 0).map((match) => match.value.aspect));
    const isQuestion = this.#phrases.isQuestion(message);
    const listed = findListed(chosen);
    const learnt = this.#classifier.score(message);
    const scored = allAspects
      .map((aspect, at) => {
        const isNamed =
          named.has(aspect) && ((isShort && sure.has(aspect)) || (isBrief && leading.has(aspect)));
        const isOnlyOne = isQuestion && sure.size === 1 && sure.has(aspect);
        const bonus =
          isNamed || listed.has(aspect) ? aspectScoring.phrase : isOnlyOne ? aspectScoring.onlyPhrase : 0;
        return { aspect, score: (learnt[at] ?? -1) + bonus };
      })
      .filter(({ aspect }) => named.has(aspect) || !setAside.has(aspect))
      .sort((one, other) => other.score - one.score);
    const limit = isQuestion ? aspectScoring.asked : aspectScoring.askedOutright;
    const asked = scored.filter(({ score }, at) => score >= (at === 0 ? limit : aspectScoring.askedToo));
    const placeOf = (aspect: Aspect): number =>
      matches.find((match) => match.aspect === aspect)?.start ?? Infinity;
    if ((asked[1]?.score ?? -1) >= aspectScoring.inOrder)
      asked.sort((one, other) => placeOf(one.aspect) - placeOf(other.aspect));
    return { aspects: asked.map(({ aspect }) => aspect), matches };
  }
}

/**
 * The parts of a list of questions, however long the message: "cần gì, bao nhiêu tiền, bao lâu có, làm ở đâu". Sure
 * phrases that stand so close together say nothing else.
 */
function findListed(chosen: readonly PhraseMatch<Mark>[]): ReadonlySet<Aspect> {
  const sure = chosen
    .filter(({ value }) => value.role === 'asks')
    .sort((one, other) => one.start - other.start);
  const runs: PhraseMatch<Mark>[][] = [];
  for (const match of sure) {
    const run = runs.at(-1);
    const end = Math.max(-Infinity, ...(run ?? []).map((one) => one.end));
    if (run !== undefined && match.start - end <= aspectScoring.listGap) run.push(match);
    else runs.push([match]);
  }
  const aspectsOf = (run: readonly PhraseMatch<Mark>[]) =>
    new Set(run.flatMap(({ value }) => value.aspect ?? []));
  return runs.map(aspectsOf).find((aspects) => aspects.size >= aspectScoring.list) ?? new Set();
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
