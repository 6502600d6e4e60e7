import { catalogueScoring } from './constants.ts';
import type { CatalogueName } from './catalogue-names.ts';

/** A procedure found by the words of its name. */
export interface CatalogueMatch {
  code: string;
  /** How much of the message's weight the name holds, 0 to 1. */
  coverage: number;
  /** Whether the message is a stretch of the name, word for word, of some length. */
  isStretch: boolean;
  /** Whether the message is the whole name. */
  isWhole: boolean;
  /** Ranking score; higher is better. */
  score: number;
}

/** Words that names and messages use freely; left out on both sides. */
const emptyWords = new Set([
  'thu',
  'tuc',
  'va',
  'cua',
  'cho',
  'cac',
  'nhung',
  'voi',
  'doi',
  've',
  'la',
  'thi',
  'ma',
]);
/** So many of the best by words are looked at word by word. */
const closelyCompared = 60;

/** Finds procedures by words and word pairs of their names, rare words counting more. */
export class CatalogueIndex {
  readonly #names: readonly CatalogueName[];
  readonly #words: readonly (readonly string[])[];
  readonly #postings = new Map<string, number[]>();
  readonly #idf = new Map<string, number>();
  readonly #lengths: Float64Array;
  readonly #fillers: ReadonlySet<string>;
  readonly #isPreferred: (code: string) => boolean;

  /** `words` holds the folded words of each name, as messages are read; preferred codes win what is equal otherwise. */
  constructor(
    names: readonly CatalogueName[],
    words: readonly (readonly string[])[],
    fillers: ReadonlySet<string>,
    isPreferred: (code: string) => boolean,
  ) {
    this.#names = names;
    this.#fillers = fillers;
    this.#isPreferred = isPreferred;
    this.#words = words.map((nameWords) => nameWords.filter((word) => !emptyWords.has(word)));
    this.#words.forEach((content, index) => {
      for (const key of new Set(keysOf(content))) {
        const list = this.#postings.get(key);
        if (list === undefined) this.#postings.set(key, [index]);
        else list.push(index);
      }
    });
    this.#lengths = new Float64Array(names.length);
    for (const [key, list] of this.#postings) {
      const idf = Math.log(1 + names.length / list.length);
      this.#idf.set(key, idf);
      for (const index of list) this.#lengths[index] = (this.#lengths[index] ?? 0) + idf * idf;
    }
  }

  /** The best matches for the folded words of a message, best first. */
  find(words: readonly string[], limit: number): CatalogueMatch[] {
    const typed = words.filter((word) => !emptyWords.has(word));
    const asked = this.#tellingWords(typed);
    const { scores, queryLength, wordTotal } = this.#scoreByWords(asked);
    const shortlist = [...scores].sort(([, one], [, other]) => other.dot - one.dot).slice(0, closelyCompared);
    const found = shortlist.flatMap(([index, { dot, words: held }]) => {
      const name = this.#names[index];
      const nameWords = this.#words[index];
      if (name === undefined || nameWords === undefined) return [];
      const place = findInOrder(nameWords, typed);
      const isStretch =
        place !== null && typed.length >= catalogueScoring.shortestStretch && place.inside <= typed.length;
      const isWhole = place?.before === 0 && nameWords.length === typed.length;
      const length = Math.pow(this.#lengths[index] ?? 1, catalogueScoring.lengthPower);
      const bonus =
        (place === null ? 0 : catalogueScoring.stretch / (1 + place.inside)) +
        (place === null ? 0 : catalogueScoring.fromStart / (1 + place.before)) +
        (isWhole ? catalogueScoring.whole : 0) +
        (name.commune ? catalogueScoring.commune : 0) +
        (this.#isPreferred(name.code) ? catalogueScoring.preferred : 0);
      const score = (dot / (Math.sqrt(queryLength) * length)) * (1 + bonus);
      return [
        { code: name.code, coverage: wordTotal === 0 ? 0 : held / wordTotal, isStretch, isWhole, score },
      ];
    });
    found.sort((one, other) => other.score - one.score || (one.code < other.code ? -1 : 1));
    return found.slice(0, limit);
  }

  /** The share of a message's weight that lies in the given words, 0 to 1; comparable with a match's coverage. */
  coverageBy(words: readonly string[], isHeld: (word: string) => boolean): number {
    let total = 0;
    let covered = 0;
    for (const word of new Set(this.#tellingWords(words))) {
      const idf = this.#idfOf(word);
      total += idf;
      if (isHeld(word)) covered += idf;
    }
    return total === 0 ? 0 : covered / total;
  }

  #scoreByWords(words: readonly string[]): {
    scores: Map<number, { dot: number; words: number }>;
    queryLength: number;
    wordTotal: number;
  } {
    const scores = new Map<number, { dot: number; words: number }>();
    let queryLength = 0;
    let wordTotal = 0;
    for (const key of new Set(keysOf(words))) {
      const isPair = key.includes(' ');
      const idf = this.#idfOf(key);
      queryLength += idf * idf;
      if (!isPair) wordTotal += idf;
      for (const index of this.#postings.get(key) ?? []) {
        const seen = scores.get(index) ?? { dot: 0, words: 0 };
        seen.dot += idf * idf;
        if (!isPair) seen.words += idf;
        scores.set(index, seen);
      }
    }
    return { scores, queryLength, wordTotal };
  }

  #idfOf(key: string): number {
    return this.#idf.get(key) ?? Math.log(1 + this.#names.length);
  }

  /** Leaves out empty words, and politeness that the names do not use either. */
  #tellingWords(words: readonly string[]): string[] {
    const often = catalogueScoring.fillerShare * this.#names.length;
    return words.filter(
      (word) =>
        !emptyWords.has(word) &&
        (!this.#fillers.has(word) || (this.#postings.get(word)?.length ?? 0) > often),
    );
  }
}

/** How closely `typed` stands in `name`, in order: words skipped before it, and inside it; null when it does not. */
function findInOrder(
  name: readonly string[],
  typed: readonly string[],
): { before: number; inside: number } | null {
  if (typed.length === 0) return null;
  let best: { before: number; inside: number } | null = null;
  for (let start = 0; start + typed.length <= name.length; start++) {
    if (name[start] !== typed[0]) continue;
    let at = start + 1;
    let held = 1;
    for (; at < name.length && held < typed.length; at++) if (name[at] === typed[held]) held++;
    if (held < typed.length) break;
    const inside = at - start - typed.length;
    if (best === null || inside < best.inside) best = { before: start, inside };
  }
  return best;
}

function keysOf(words: readonly string[]): string[] {
  const keys = [...words];
  for (let at = 1; at < words.length; at++) keys.push(`${words[at - 1]} ${words[at]}`);
  return keys;
}
