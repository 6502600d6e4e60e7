import { aspects, type Aspect } from '../core/aspect.ts';
import { aspectScoring } from './constants.ts';
import { hashPair, hashWord } from '../text/hash-words.ts';
import type { FeatureRecipe, FoundFeatures } from './feature-recipe.ts';
import { FeatureSpace, type SavedFeatureSpace } from './features.ts';
import { scoreAll, trainLinearSvm } from './linear-svm.ts';
import type { LinearModel } from './open-training.ts';
import type { ReadMessage } from './message-reader.ts';

/** The phrases of aspects.yaml that a message holds: each a number that stands for what it says of which aspect. */
export type NamedAspects = (message: ReadMessage) => readonly number[];

export interface SavedAspectClassifier {
  features: SavedFeatureSpace;
  /** One class per aspect, in the order of `aspects`. */
  model: LinearModel;
}

/** Learns from tagged examples which aspects a question asks about, from forms that occur under several topics. */
export class AspectClassifier {
  readonly #features: FeatureSpace;
  readonly #saved: SavedAspectClassifier;

  private constructor(features: FeatureSpace, saved: SavedAspectClassifier) {
    this.#features = features;
    this.#saved = saved;
  }

  /**
   * `asked[i]` holds the aspects of message i (none = asks no part), `topics[i]` its topic; messages of one topic must
   * stand together.
   */
  static train(
    messages: readonly ReadMessage[],
    asked: readonly (readonly Aspect[])[],
    topics: readonly string[],
    named: NamedAspects,
  ): AspectClassifier {
    const numbers = new Map([...new Set(topics)].map((topic, at) => [topic, at]));
    const { space, vectors } = FeatureSpace.learn(
      recipeFor(named),
      messages,
      topics.map((topic) => numbers.get(topic) ?? 0),
    );
    const model = trainLinearSvm(
      vectors,
      asked.map((list) => list.map((aspect) => aspects.indexOf(aspect))),
      aspects.length,
      space.size,
      { ...aspectScoring.svm, apart: true },
    );
    return new AspectClassifier(space, { features: space.save(), model });
  }

  static restore(saved: SavedAspectClassifier, named: NamedAspects): AspectClassifier {
    return new AspectClassifier(FeatureSpace.restore(recipeFor(named), saved.features), saved);
  }

  save(): SavedAspectClassifier {
    return this.#saved;
  }

  /** Decision value of every aspect, in the order of `aspects`; the higher the surer that it is asked. */
  score(message: ReadMessage): Float64Array {
    return scoreAll(this.#saved.model, this.#features.vectorOf(message));
  }
}

const kinds = { form: 0, lastForm: 1, phrase: 2 } as const;
const salts = { word: 21, pair: 22, triple: 23, skip: 24, end: 25, last: 26, phrase: 27 } as const;

const anyNumber = hashWord('#');

function recipeFor(named: NamedAspects): FeatureRecipe {
  return {
    kinds: [
      { group: 0, fewest: 2, fewestLabels: aspectScoring.fewestTopics },
      { group: 1, fewest: 2, fewestLabels: aspectScoring.fewestTopics },
      { group: 2, fewest: 1, fewestLabels: 1 },
    ],
    groups: aspectScoring.groups,
    rarity: { documents: 1, labels: 0 },
    pieces: null,
    list: (message, found) => {
      const words = wordsOf(message);
      const first = found.count;
      listForms(words, found);
      repeatFrom(first, startOfLastSentence(message), found);
      listEnds(words, found);
      for (const number of named(message)) found.add(kinds.phrase, hashPair(number, 0, salts.phrase), 0, 0);
    },
  };
}

function wordsOf({ hashes, tokens }: ReadMessage): number[] {
  return hashes.map((hash, at) => (isNumber(tokens[at]?.folded ?? '') ? anyNumber : hash));
}

/** Words, runs of two and three, and words up to two apart. */
function listForms(words: readonly number[], found: FoundFeatures): void {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as number;
    found.add(kinds.form, hashPair(word, 0, salts.word), at, at + 1);
    if (at + 1 >= words.length) continue;
    const pair = hashPair(word, words[at + 1] as number, salts.pair);
    found.add(kinds.form, pair, at, at + 2);
    for (let apart = 2; apart <= 3 && at + apart < words.length; apart++) {
      const other = words[at + apart] as number;
      found.add(kinds.form, hashPair(word, other, salts.skip + 100 * apart), at, at + apart + 1);
    }
    if (at + 2 < words.length)
      found.add(kinds.form, hashPair(pair, words[at + 2] as number, salts.triple), at, at + 3);
  }
}

/** The forms that have been found, from the first of them, once more as forms of the last sentence where they stand in it. */
function repeatFrom(first: number, sentence: number, found: FoundFeatures): void {
  const end = found.count;
  for (let at = first; at < end; at++) {
    const start = found.starts[at] as number;
    if (start < sentence) continue;
    const key = hashPair(found.keys[at] as number, 0, salts.last);
    found.add(kinds.lastForm, key, start, found.ends[at] as number);
  }
}

/** The last word, the last two and the last three. */
function listEnds(words: readonly number[], found: FoundFeatures): void {
  for (let start = words.length - 1; start >= 0 && start >= words.length - 3; start--) {
    let key = 0;
    for (let at = start; at < words.length; at++) key = hashPair(key, words[at] as number, salts.end);
    found.add(kinds.form, key, start, words.length);
  }
}

/** The place of the first word of the last sentence: that is where a story asks. */
function startOfLastSentence({ tokens, normalised }: ReadMessage): number {
  for (let at = tokens.length - 1; at > 0; at--) {
    const before = tokens[at - 1]?.end ?? 0;
    const start = tokens[at]?.start ?? 0;
    for (let place = before; place < start; place++) {
      if ('.?!;\n'.includes(normalised[place] ?? ' ')) return at;
    }
  }
  return 0;
}

function isNumber(word: string): boolean {
  const first = word.charCodeAt(0);
  return first >= 48 && first <= 57;
}
