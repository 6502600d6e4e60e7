import type { Candidate } from '../core/understood.ts';
import type { CatalogueMatch } from './catalogue-index.ts';
import { nameBelief, officialWords, termBounds, thresholds } from './constants.ts';
import type { Ranking } from './topic-classifier.ts';

/** Probability that a message means one of the catalogue's names, the likeliest of which is `best`, 0 to 1. */
export function believeInName(best: CatalogueMatch, { margin, strange, covered }: Ranking['terms']): number {
  const { most } = nameBelief;
  const [low, high] = termBounds.strange;
  const sum =
    nameBelief.bias +
    nameBelief.coverage * best.coverage +
    nameBelief.likelihood * Math.min(most.likelihood, best.score) +
    nameBelief.words * Math.min(most.words, best.words) +
    (best.isStretch ? nameBelief.stretch : 0) +
    nameBelief.doubledLength * Math.log2(Math.max(1, best.length)) +
    nameBelief.margin * margin +
    nameBelief.strange * Math.max(low, Math.min(high, strange)) +
    nameBelief.covered * covered;
  const belief = 1 / (1 + Math.exp(-sum));
  return best.words < nameBelief.fewestWords ? Math.min(belief, nameBelief.ofFewWords) : belief;
}

/**
 * Whether a message of so many words is official: a stretch of a name, or little else than words that hardly mean
 * anything but a name.
 */
export function isOfficial(best: CatalogueMatch, terms: Ranking['terms'], words: number): boolean {
  if (best.isStretch) return true;
  const isBare = best.words >= Math.max(officialWords.fewest, officialWords.share * words);
  return isBare && believeInName(best, terms) >= officialWords.belief;
}

/**
 * Whether a message holds so little of a name that it may do so by chance: it is asked about, not answered. Of 849 answers
 * to words of a name 40 rested on as little, of eight to other golden questions two.
 */
export function isSlight({ words, coverage, length }: CatalogueMatch): boolean {
  return words * coverage < nameBelief.leastHeld * length;
}

/** Whether a name holds all words of a message that say something, and there are two of them at least. */
export function holdsAll({ words, coverage }: CatalogueMatch): boolean {
  return words >= 2 && coverage > 0.99;
}

/**
 * One list of curated topics and names, best first: each shares in the belief that its kind is meant. A topic that would be
 * asked about is, as long as no name is likelier. Where the likeliest topic comes before each name it is as sure as it was
 * without them: many names alike take belief from it, none of them its place. `topicsOf` names the topics that stand for a
 * code.
 */
export function mergeNames(
  curated: readonly Candidate[],
  found: readonly CatalogueMatch[],
  belief: number,
  topicsOf: (code: string) => readonly string[],
): Candidate[] {
  const least = belief < thresholds.name ? thresholds.clarify : 0;
  const scores = new Map(
    curated.map(({ topic, score }) => [topic, Math.max(Math.min(score, least), score * (1 - belief))]),
  );
  for (const { code, share } of found) {
    const topics = topicsOf(code);
    for (const topic of topics)
      scores.set(topic, (scores.get(topic) ?? 0) + (belief * share) / topics.length);
  }
  const merged = [...scores]
    .map(([topic, score]) => ({ topic, score }))
    .sort((one, other) => other.score - one.score);
  const [first] = merged;
  const [own] = curated;
  const isFirst = first !== undefined && own?.topic === first.topic && own.score > first.score;
  const factor = isFirst ? own.score / first.score : 1;
  return merged.map(({ topic, score }) => ({ topic, score: Math.min(0.99, score * factor) }));
}
