import { catalogueScoring } from './constants.ts';
import type { CatalogueName } from './catalogue-names.ts';

/** A procedure found by the words of its name. */
export interface CatalogueMatch {
  code: string;
  /** How much of the message's weight the name holds, 0 to 1. */
  coverage: number;
  /** Ranking score; higher is better. */
  score: number;
}

/** Finds procedures by words and word pairs of their names, rare words counting more. */
export class CatalogueIndex {
  readonly #names: readonly CatalogueName[];
  readonly #postings = new Map<string, number[]>();
  readonly #idf = new Map<string, number>();
  readonly #lengths: Float64Array;
  readonly #starts: readonly string[];
  readonly #fillers: ReadonlySet<string>;

  /** `words` holds the folded words of each name, as messages are read. */
  constructor(
    names: readonly CatalogueName[],
    words: readonly (readonly string[])[],
    fillers: ReadonlySet<string>,
  ) {
    this.#names = names;
    this.#fillers = fillers;
    const starts: string[] = [];
    words.forEach((nameWords, index) => {
      const content = this.#contentWords(nameWords);
      starts.push(content.slice(0, 3).join(' '));
      for (const key of new Set(keysOf(content))) {
        const list = this.#postings.get(key);
        if (list === undefined) this.#postings.set(key, [index]);
        else list.push(index);
      }
    });
    this.#starts = starts;
    this.#lengths = new Float64Array(names.length);
    for (const [key, list] of this.#postings) {
      const idf = Math.log(1 + names.length / list.length);
      this.#idf.set(key, idf);
      for (const index of list) this.#lengths[index] = (this.#lengths[index] ?? 0) + idf * idf;
    }
  }

  /** The best matches for the folded words of a message, best first. */
  find(words: readonly string[], limit: number): CatalogueMatch[] {
    const content = this.#contentWords(words);
    const keys = [...new Set(keysOf(content))];
    const scores = new Map<number, { dot: number; words: number }>();
    let queryLength = 0;
    let wordTotal = 0;
    const unseen = Math.log(1 + this.#names.length);
    for (const key of keys) {
      const isPair = key.includes(' ');
      const idf = this.#idf.get(key) ?? unseen;
      queryLength += idf * idf;
      if (!isPair) wordTotal += idf;
      for (const index of this.#postings.get(key) ?? []) {
        const seen = scores.get(index);
        if (seen === undefined) scores.set(index, { dot: idf * idf, words: isPair ? 0 : idf });
        else {
          seen.dot += idf * idf;
          if (!isPair) seen.words += idf;
        }
      }
    }
    const start = content.slice(0, 3).join(' ');
    const found: CatalogueMatch[] = [];
    for (const [index, { dot, words: held }] of scores) {
      const name = this.#names[index];
      if (name === undefined) continue;
      const cosine =
        dot / (Math.sqrt(queryLength) * Math.pow(this.#lengths[index] ?? 1, catalogueScoring.lengthPower));
      const bonus =
        (this.#starts[index] === start ? catalogueScoring.sameStart : 0) +
        (name.commune ? catalogueScoring.commune : 0);
      found.push({
        code: name.code,
        coverage: wordTotal === 0 ? 0 : held / wordTotal,
        score: cosine * (1 + bonus),
      });
    }
    found.sort((one, other) => other.score - one.score || (one.code < other.code ? -1 : 1));
    return found.slice(0, limit);
  }

  /** The share of a message's weight that lies in the given words, 0 to 1; comparable with a match's coverage. */
  coverageBy(words: readonly string[], held: ReadonlySet<string> | undefined): number {
    const unseen = Math.log(1 + this.#names.length);
    let total = 0;
    let covered = 0;
    for (const word of new Set(this.#contentWords(words))) {
      const idf = this.#idf.get(word) ?? unseen;
      total += idf;
      if (held?.has(word) === true) covered += idf;
    }
    return total === 0 ? 0 : covered / total;
  }

  #contentWords(words: readonly string[]): string[] {
    return words.filter((word) => !this.#fillers.has(word));
  }
}

function keysOf(words: readonly string[]): string[] {
  const keys = [...words];
  for (let at = 1; at < words.length; at++) keys.push(`${words[at - 1]} ${words[at]}`);
  return keys;
}
