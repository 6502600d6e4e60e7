import { featureWeights, rarity } from './constants.ts';
import { hashPair, hashWord } from '../text/hash-words.ts';
import type { FeatureRecipe, FoundFeatures } from './feature-recipe.ts';
import type { ReadMessage } from './message-reader.ts';
import { maskNumber } from './word-pieces.ts';

/** Kinds of features by which topics are told apart; single words and single ideas stand first. */
export const topicKinds = { word: 0, idea: 1, phrase: 2, skip: 3, ideaPair: 4, piece: 5, marks: 6 } as const;

const furthestSkip = 4;

/** The features of a message for finding its topic. */
export const topicFeatures: FeatureRecipe = {
  kinds: [
    { group: 0, fewest: 1 },
    { group: 1, fewest: 1 },
    { group: 0, fewest: 2 },
    { group: 2, fewest: 2 },
    { group: 1, fewest: 2 },
    { group: 3, fewest: 2 },
    { group: 4, fewest: 1 },
  ],
  groups: [
    featureWeights.word,
    featureWeights.concept,
    featureWeights.skip,
    featureWeights.char,
    featureWeights.marks,
  ],
  rarity: { documents: rarity.documents, labels: rarity.topics },
  pieces: topicKinds.piece,
  list: (message, found) => {
    listWords(message, found);
    listIdeas(message, found);
  },
};

/** The hash under which a folded word, or an idea written `§idea`, is a feature. */
export function tellingKey(word: string): number {
  return word.startsWith('§') ? ideaKey(hashWord(word)) : wordKey(hashWord(maskNumber(word)));
}

/** How a feature reads in an explanation. */
export function describeFeature(
  message: ReadMessage,
  { kind, start, end }: { kind: number; start: number; end: number },
): string {
  const isIdea = kind === topicKinds.idea || kind === topicKinds.ideaPair;
  const words = isIdea
    ? message.concepts.map((word) => word.replace('§', ''))
    : message.tokens.map((token) => (kind === topicKinds.marks ? token.text : token.folded));
  const isApart = kind === topicKinds.skip || kind === topicKinds.ideaPair;
  return isApart ? `${words[start] ?? ''} … ${words[end - 1] ?? ''}` : words.slice(start, end).join(' ');
}

function listWords(message: ReadMessage, found: FoundFeatures): void {
  const words = message.hashes;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as number;
    found.add(topicKinds.word, wordKey(word), at, at + 1);
    if (at + 1 < words.length) {
      const pair = hashPair(word, words[at + 1] as number, 1);
      found.add(topicKinds.phrase, pair, at, at + 2);
      if (at + 2 < words.length)
        found.add(topicKinds.phrase, hashPair(pair, words[at + 2] as number, 2), at, at + 3);
    }
    const furthest = Math.min(words.length - 1, at + furthestSkip);
    for (let later = at + 2; later <= furthest; later++)
      found.add(topicKinds.skip, hashPair(word, words[later] as number, 3), at, later + 1);
    const token = message.tokens[at];
    if (token?.exact === true) found.add(topicKinds.marks, hashPair(hashWord(token.text), 0, 4), at, at + 1);
  }
}

function listIdeas({ concepts, conceptHashes: words }: ReadMessage, found: FoundFeatures): void {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as number;
    const isIdea = concepts[at]?.startsWith('§') ?? false;
    if (isIdea) found.add(topicKinds.idea, ideaKey(word), at, at + 1);
    const furthest = Math.min(words.length - 1, at + furthestSkip);
    for (let later = at + 1; later <= furthest; later++) {
      if (!isIdea && !(concepts[later]?.startsWith('§') ?? false)) continue;
      found.add(topicKinds.ideaPair, hashPair(word, words[later] as number, 5), at, later + 1);
    }
  }
}

function wordKey(hash: number): number {
  return hashPair(hash, 0, 6);
}

function ideaKey(hash: number): number {
  return hashPair(hash, 0, 7);
}
