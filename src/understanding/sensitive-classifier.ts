import { PhraseMatcher, type PhraseMatch } from '../text/phrase-matcher.ts';
import { sensitiveScoring } from './constants.ts';
import { hashPair, hashWord } from '../text/hash-words.ts';
import type { FeatureRecipe, FoundFeatures } from './feature-recipe.ts';
import { FeatureSpace, type PackedVectors, type SavedFeatureSpace, type SparseVector } from './features.ts';
import { scoreAll, trainLinearSvm } from './linear-svm.ts';
import type { LinearModel } from './open-training.ts';
import type { ReadMessage } from './message-reader.ts';
import { indexExamples, likenessPerClass, type ExampleIndex } from './nearest-examples.ts';

/** Ideas that messages of this kind are made of, each in many wordings (`ideas` of intents/sensitive.yaml). */
export type SensitiveIdeas = Readonly<Record<string, readonly string[]>>;

export interface SavedSensitiveClassifier {
  features: SavedFeatureSpace;
  /** One class per category. */
  categories: LinearModel;
  /** Class 1 = of any category. */
  any: LinearModel;
  /** The examples of all categories, and those that only look like them. */
  index: ExampleIndex;
}

/** What a message is that is of no category: a usual one, or one that only looks like one of a category. */
export const harmless = { usual: -1, alike: -2 } as const;

/** Classes of the index. */
const likeness = { sensitive: 0, alike: 1 } as const;

const kinds = { word: 0, pair: 1, skip: 2, marks: 3, idea: 4, ideaPair: 5 } as const;
const furthestSkip = 3;

/** Learns from examples and near misses which messages are about an emergency or a delicate matter. */
export class SensitiveClassifier {
  readonly #features: FeatureSpace;
  readonly #saved: SavedSensitiveClassifier;
  readonly #allFeatures: Uint8Array;

  private constructor(features: FeatureSpace, saved: SavedSensitiveClassifier) {
    this.#features = features;
    this.#saved = saved;
    this.#allFeatures = new Uint8Array(features.size).fill(1);
  }

  /** `labels[i]` is the place of the category of message i, one of `harmless` for a message of none; `categories` says how many. */
  static train(
    messages: readonly ReadMessage[],
    labels: readonly number[],
    categories: number,
    ideas: SensitiveIdeas,
  ): SensitiveClassifier {
    // What words look like without marks ("phục" like "phực") is learnt too: half of all citizens type none.
    const typed = messages.flatMap((message) => [message, withoutMarks(message)]);
    const typedLabels = labels.flatMap((label) => [label, label]);
    const { space, vectors } = FeatureSpace.learn(recipeFor(ideas), typed, typedLabels);
    const train = (classOf: (label: number) => number, classes: number): LinearModel => {
      const classesOf = typedLabels.map((label) => (label < 0 ? [] : [classOf(label)]));
      return trainLinearSvm(vectors, classesOf, classes, space.size, sensitiveScoring.svm);
    };
    return new SensitiveClassifier(space, {
      features: space.save(),
      categories: train((label) => label, categories),
      any: train(() => 0, 1),
      index: indexAsWritten(vectors, labels, space.size),
    });
  }

  static restore(saved: SavedSensitiveClassifier, ideas: SensitiveIdeas): SensitiveClassifier {
    return new SensitiveClassifier(FeatureSpace.restore(recipeFor(ideas), saved.features), saved);
  }

  save(): SavedSensitiveClassifier {
    return this.#saved;
  }

  /** The likeliest category's place, and how far the message lies on the sensitive side (on no fixed scale). */
  score(message: ReadMessage): { category: number; score: number; vector: SparseVector } {
    const vector = this.#features.vectorOf(message);
    const ofCategory = scoreAll(this.#saved.categories, vector);
    let category = 0;
    for (let at = 1; at < ofCategory.length; at++) {
      if ((ofCategory[at] as number) > (ofCategory[category] as number)) category = at;
    }
    const ofAny = scoreAll(this.#saved.any, vector)[0] ?? 0;
    return { category, score: (ofCategory[category] ?? -1) + ofAny, vector };
  }

  /** How like a message is to the examples nearest to it: of any category, and of those that only look like one; 0 to 1. */
  likeness(vector: SparseVector): { sensitive: number; alike: number } {
    const most = sensitiveScoring.nearest;
    const means = likenessPerClass(this.#saved.index, vector, 2, this.#allFeatures, most);
    return { sensitive: means[likeness.sensitive] ?? 0, alike: means[likeness.alike] ?? 0 };
  }

  /** The words that spoke most for a category, strongest first. */
  explain(message: ReadMessage, category: number, limit: number): string[] {
    const { ids, values } = this.#features.vectorOf(message);
    const { classes, weights } = this.#saved.categories;
    const strongest = Array.from(ids, (id, at) => ({
      id,
      weight: (values[at] ?? 0) * (weights[id * classes + category] ?? 0),
    }))
      .filter(({ weight }) => weight > 0)
      .sort((one, other) => other.weight - one.weight)
      .slice(0, limit * 3)
      .map(({ id }) => id);
    const places = this.#features.placesOf(message, strongest);
    const words = strongest.flatMap((id) => {
      const place = places.get(id);
      if (place === undefined) return [];
      return message.tokens
        .slice(place.start, place.end)
        .map((token) => token.text)
        .join(' ');
    });
    return [...new Set(words)].slice(0, limit);
  }
}

/** Files what is sensitive or looks like it; `vectors` hold each message as written and without marks. */
function indexAsWritten(vectors: PackedVectors, labels: readonly number[], features: number): ExampleIndex {
  const filed = labels.flatMap((label, at) => (label === harmless.usual ? [] : [at]));
  const starts = new Int32Array(filed.length + 1);
  const ids: number[] = [];
  const values: number[] = [];
  filed.forEach((message, at) => {
    for (let from = vectors.starts[2 * message] ?? 0; from < (vectors.starts[2 * message + 1] ?? 0); from++) {
      ids.push(vectors.ids[from] ?? 0);
      values.push(vectors.values[from] ?? 0);
    }
    starts[at + 1] = ids.length;
  });
  return indexExamples(
    { starts, ids: Int32Array.from(ids), values: Float32Array.from(values), orders: [] },
    filed.map((message) => (labels[message] === harmless.alike ? likeness.alike : likeness.sensitive)),
    features,
    new Uint8Array(features).fill(1),
    1,
  );
}

/** A message as one who types no marks writes it. */
function withoutMarks(message: ReadMessage): ReadMessage {
  return {
    ...message,
    tokens: message.tokens.map((token) => ({ ...token, text: token.folded, exact: false })),
  };
}

function recipeFor(ideas: SensitiveIdeas): FeatureRecipe {
  const matcher = new PhraseMatcher<number>();
  for (const [idea, phrases] of Object.entries(ideas)) {
    for (const phrase of phrases) matcher.add(phrase, hashWord(idea), { strict: true });
  }
  return {
    kinds: [
      { group: 0, fewest: 1 },
      { group: 1, fewest: 2 },
      { group: 2, fewest: 2 },
      { group: 3, fewest: 1 },
      { group: 4, fewest: 1 },
      { group: 5, fewest: 1 },
    ],
    groups: sensitiveScoring.groups,
    rarity: { documents: 1, labels: 0 },
    pieces: null,
    strange: kinds.word,
    list: (message, found) => {
      listWords(message, found);
      listIdeas(matcher.findAll(message.tokens), found);
    },
  };
}

function listWords({ tokens, hashes: words }: ReadMessage, found: FoundFeatures): void {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as number;
    found.add(kinds.word, hashPair(word, 0, 11), at, at + 1);
    if (at + 1 < words.length) found.add(kinds.pair, hashPair(word, words[at + 1] as number, 12), at, at + 2);
    const furthest = Math.min(words.length - 1, at + furthestSkip);
    for (let later = at + 2; later <= furthest; later++)
      found.add(kinds.skip, hashPair(word, words[later] as number, 13), at, later + 1);
    const token = tokens[at];
    if (token?.exact === true) found.add(kinds.marks, hashPair(hashWord(token.text), 0, 14), at, at + 1);
  }
}

/** Each idea where it first stands, and each two of them; `matches` have the hashes of ideas as values. */
function listIdeas(matches: readonly PhraseMatch<number>[], found: FoundFeatures): void {
  const inOrder: PhraseMatch<number>[] = [];
  for (const match of matches) {
    if (!inOrder.some(({ value }) => value === match.value)) inOrder.push(match);
  }
  inOrder.sort((one, other) => one.value - other.value);
  inOrder.forEach(({ value, start, end }, at) => {
    found.add(kinds.idea, hashPair(value, 0, 15), start, end);
    for (const other of inOrder.slice(at + 1)) {
      const from = Math.min(start, other.start);
      found.add(kinds.ideaPair, hashPair(value, other.value, 16), from, Math.max(end, other.end));
    }
  });
}
