import type { Candidate } from '../core/understood.ts';
import { isOption } from './confusable-sets.ts';
import { specificity, thresholds } from './constants.ts';
import type { ConfusableSet } from './rule-schemas.ts';
import type { Ranking, TopicClassifier } from './topic-classifier.ts';

/** Share of the first topic's score that a topic offered beside it gets, less for each one before it. */
const offeredShare = 0.6;

/**
 * Topics that a message may as well mean as `first`, likeliest first: its few telling words are about as usual in their
 * examples, and the classifier does not set `first` apart either. None for a message that says more.
 */
export function findNearTies(
  classifier: TopicClassifier,
  { labels, terms }: Ranking,
  { words, namesPart }: { words: readonly string[]; namesPart: boolean },
  first: string,
): string[] {
  if (words.length > specificity.words || !classifier.labels.includes(first)) return [];
  const limit = namesPart ? specificity.leadWithPart : specificity.lead;
  if (first === labels[0]?.label && (terms.lead >= limit || terms.nearest >= specificity.sameAsExample))
    return [];
  return labels
    .map(({ label }) => label)
    .filter((label) => label !== first && classifier.lean(words, first, label) < specificity.lean);
}

/**
 * What is offered instead of an answer: by the question of the set that holds most of the ties, if one does; sets whose
 * general words the message names (`named`) go before others.
 */
export function offerTies(
  sets: readonly ConfusableSet[],
  named: ReadonlySet<string>,
  [first, ...others]: readonly Candidate[],
  ties: readonly string[],
): { candidates: Candidate[]; confusable: string | null } {
  if (first === undefined) return { candidates: [], confusable: null };
  const tiesIn = ({ options }: ConfusableSet): number =>
    options.filter(({ topic }) => ties.includes(topic)).length;
  const [set] = sets
    .filter((one) => tiesIn(one) > 0 && isOption(one, first.topic))
    .sort(
      (one, other) => Number(named.has(other.id)) - Number(named.has(one.id)) || tiesIn(other) - tiesIn(one),
    );
  const members = new Set(set?.options.map(({ topic }) => topic) ?? ties);
  const inOrder = [...ties.filter((topic) => members.has(topic)), ...members].filter(
    (topic) => topic !== first.topic,
  );
  const confidence = Math.min(first.score, thresholds.accept);
  const offered = [...new Set(inOrder)].map((topic, at) => ({
    topic,
    score: (confidence * offeredShare) / (1 + at * 0.1),
  }));
  const least = offered.at(-1)?.score ?? confidence;
  const rest = others
    .filter(({ topic }) => !inOrder.includes(topic))
    .map(({ topic, score }) => ({ topic, score: Math.min(score, least) }));
  return {
    candidates: [{ topic: first.topic, score: confidence }, ...offered, ...rest],
    confusable: set?.id ?? null,
  };
}
