import { holdAll, PhraseMatcher, type PhraseMatch } from '../text/phrase-matcher.ts';
import type { Token } from '../text/tokenise.ts';
import { sensitiveScoring, termBounds, thresholds } from './constants.ts';
import type { SparseVector } from './features.ts';
import type { ReadMessage } from './message-reader.ts';
import type { SensitiveRules } from './rule-schemas.ts';
import type { SensitiveClassifier } from './sensitive-classifier.ts';
import type { Ranking } from './topic-classifier.ts';

export interface SensitiveFinding {
  category: SensitiveRules;
  /** Whether enough speaks for it. */
  isSure: boolean;
  /** Whether a phrase of the category stands in the message. */
  isNamed: boolean;
  /** Whether enough would speak for it if someone asked for the emergency numbers. */
  isLikely: boolean;
  /** Belief that the message is sensitive, 0 to 1. */
  confidence: number;
}

/** Emergencies and delicate matters, by what examples and near misses teach and by the phrases of sensitive.yaml. */
export class SensitiveFinder {
  readonly #matcher = new PhraseMatcher<{ category: number; unless: boolean }>();
  readonly #categories: readonly SensitiveRules[];
  readonly #classifier: SensitiveClassifier;

  constructor(categories: readonly SensitiveRules[], classifier: SensitiveClassifier) {
    this.#categories = categories;
    this.#classifier = classifier;
    categories.forEach((category, place) => {
      for (const phrase of category.phrases)
        this.#matcher.add(phrase, { category: place, unless: false }, { strict: true });
      for (const phrase of category.unless ?? [])
        this.#matcher.add(phrase, { category: place, unless: true }, { strict: true });
    });
  }

  /**
   * The likeliest category of a message and how much speaks for it; undefined when there are no categories. What the
   * ranking of topics shows counts against it: a usual topic, unless it is itself for such messages, and strangeness.
   * `cried` are the words that say something beside politeness, none where the message asks: where a phrase holds them all,
   * nothing else is said.
   */
  find(message: ReadMessage, ranking: Ranking, cried: readonly Token[]): SensitiveFinding | undefined {
    const matches = this.#matcher.findAll(message.tokens);
    const lifted = new Set(matches.filter(({ value }) => value.unless).map(({ value }) => value.category));
    const naming = matches.filter(({ value }) => !value.unless && !lifted.has(value.category));
    const named = naming.length > 0;
    const learnt = this.#classifier.score(message);
    const isWhole = (match: PhraseMatch<unknown>): boolean => holdAll([match], message.tokens, cried);
    const whole = cried.length === 0 ? undefined : naming.find(isWhole)?.value.category;
    const category = this.#categories[whole ?? learnt.category];
    if (category === undefined) return undefined;
    const topic = ranking.labels[0]?.label;
    const strange = Math.max(0, Math.min(termBounds.strange[1], ranking.terms.strange));
    const isUsual = !this.#answers(category, topic);
    const countedWords = Math.max(1, Math.min(sensitiveScoring.mostWords, message.tokens.length));
    const rough =
      learnt.score +
      sensitiveScoring.length * Math.log(countedWords) +
      (named ? sensitiveScoring.phrase : 0) -
      (lifted.size > 0 ? sensitiveScoring.phrase : 0) -
      (isUsual ? sensitiveScoring.usualTopic * ranking.confidence : 0) -
      (isUsual && !named && ranking.confidence >= thresholds.accept ? sensitiveScoring.sureTopic : 0) -
      sensitiveScoring.strange * strange;
    // Far from any alarm the nearest examples hardly ever tip the balance, and they take time.
    const score = rough < sensitiveScoring.rough ? rough : rough + this.#leanOf(learnt.vector);
    const limit = limitOf(category);
    const isNothingElse = whole !== undefined && !(isUsual && ranking.confidence >= thresholds.accept);
    return {
      category,
      isSure: score >= limit || isNothingElse,
      isNamed: named,
      isLikely: score >= sensitiveScoring.emergency,
      confidence: beliefIn(isNothingElse ? Math.max(0, score - limit) : score - limit),
    };
  }

  /** Whether a topic is what a category is answered with; one where a life may be at stake, with that of any category. */
  #answers(category: SensitiveRules, topic: string | undefined): boolean {
    const asked = category.urgent ? this.#categories : [category];
    return asked.some((one) => one.topic === topic || one.id === topic);
  }

  /** How much nearer a message is to examples of a category than to those that only look like one. */
  #leanOf(vector: SparseVector): number {
    const { sensitive, alike } = this.#classifier.likeness(vector);
    return sensitiveScoring.likeSensitive * sensitive - sensitiveScoring.likeAlike * alike;
  }

  /** The words of a message that spoke most for a category. */
  explain(message: ReadMessage, category: SensitiveRules): string {
    return this.#classifier.explain(message, this.#categories.indexOf(category), 2).join(', ');
  }
}

/** Belief from how far a sum lies above its limit. */
function beliefIn(above: number): number {
  return 1 / (1 + Math.exp(-sensitiveScoring.steepness * above));
}

/** The sum from which a message counts as one of this category. */
function limitOf({ urgent, decision }: SensitiveRules): number {
  if (urgent) return sensitiveScoring.urgent;
  return decision === 'answer' ? sensitiveScoring.answered : sensitiveScoring.delicate;
}
