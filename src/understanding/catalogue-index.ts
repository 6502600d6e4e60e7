import { fold } from '../text/fold.ts';
import { catalogueScoring } from './constants.ts';
import type { CatalogueName } from './catalogue-names.ts';

/** A procedure found by the words of its name. */
export interface CatalogueMatch {
  code: string;
  /** How much of the message's weight the name holds, 0 to 1; words that ask for a part aside. */
  coverage: number;
  /** How many words of the message that weighs up, empty words and politeness aside. */
  words: number;
  /** How many words the name has, empty ones aside. */
  length: number;
  /** Whether the message is a stretch of the name, word for word, of some length. */
  isStretch: boolean;
  /** Share of the belief among all names, 0 to 1. */
  share: number;
  /** How much likelier than by chance the message's words are drawn from the name; a logarithm. */
  score: number;
}

/** A word as it is written, and folded. */
interface Word {
  text: string;
  folded: string;
}

/** A word of a message. */
export interface AskedWord extends Word {
  /** Whether it asks for a part of a procedure ("lệ phí") rather than names one. */
  isAside: boolean;
}

interface WeighedWord extends Word {
  /** How often it is used in all names, as a share of all words. */
  usual: number;
  /** What it counts, 0 to 1; politeness and parts asked for count less. */
  weight: number;
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
/** So many of the likeliest by single words are looked at word by word. */
const closelyCompared = 60;

/** One name, laid out for comparing. */
interface LaidOutName {
  words: readonly string[];
  /** Its words with their marks. */
  marked: ReadonlySet<string>;
  /** Where each folded word stands in the name, from the first on. */
  places: ReadonlyMap<string, readonly number[]>;
  /** Chance that a word drawn from the name is a given one of its words. */
  chance: number;
  /** What speaks for the name before anything is asked, as a logarithm. */
  prior: number;
}

/** The names that hold a word, and what the word says for each of them, wherever it stands. */
interface Postings {
  names: Int32Array;
  gains: Float64Array;
}

/**
 * Finds procedures by words of their names. A name is as likely as its words, and their neighbours, would be drawn from it
 * rather than from all names: a query-likelihood model (Ponte and Croft 1998) with a term for the word before.
 */
export class CatalogueIndex {
  readonly #names: readonly CatalogueName[];
  readonly #laidOut: readonly LaidOutName[];
  readonly #postings: ReadonlyMap<string, Postings>;
  /** How often each word is used in all names, as a share of all words. */
  readonly #usual: ReadonlyMap<string, number>;
  readonly #unheardOf: number;
  readonly #fillers: ReadonlySet<string>;
  /** What the words of the message being looked for say of each name; zero between messages. */
  readonly #byWords: Float64Array;

  /** `words` holds the words of each name, as messages are read; preferred codes win what is equal otherwise. */
  constructor(
    names: readonly CatalogueName[],
    words: readonly (readonly string[])[],
    fillers: ReadonlySet<string>,
    isPreferred: (code: string) => boolean,
  ) {
    this.#names = names;
    this.#fillers = fillers;
    this.#byWords = new Float64Array(names.length);
    this.#laidOut = names.map((name, at) =>
      layOut(
        (words[at] ?? [])
          .map((text) => ({ text, folded: fold(text) }))
          .filter(({ folded }) => !emptyWords.has(folded)),
        (name.commune ? catalogueScoring.commune : 0) +
          (isPreferred(name.code) ? catalogueScoring.preferred : 0),
      ),
    );
    const { holders, counts, total } = countWords(this.#laidOut);
    this.#usual = new Map([...counts].map(([word, count]) => [word, (count + 0.5) / (total + 1)]));
    this.#unheardOf = 0.5 / (total + 1);
    this.#postings = new Map(
      [...holders].map(([word, list]) => {
        const usual = this.#usual.get(word) ?? this.#unheardOf;
        const gains = list.map((index) => likelierThanUsual(this.#laidOut[index]?.chance ?? 0, usual));
        return [word, { names: Int32Array.from(list), gains: Float64Array.from(gains) }];
      }),
    );
  }

  /** The best matches for the words of a message, best first. */
  find(asked: readonly AskedWord[], limit: number): CatalogueMatch[] {
    const weighed = this.#weigh(asked);
    const scored = this.#likeliestByWords(weighed).flatMap((index) => {
      const name = this.#laidOut[index];
      return name === undefined ? [] : [{ index, name, score: this.#likelihood(weighed, name) }];
    });
    scored.sort((one, other) => other.score - one.score || one.index - other.index);
    const best = scored[0]?.score ?? 0;
    const belief = scored.reduce((sum, { score }) => sum + Math.exp(score - best), 0);
    const typed = weighed.map(({ folded }) => folded);
    const words = weighed.filter(({ weight }) => weight === 1).length;
    return scored.slice(0, limit).map(({ index, name, score }) => {
      const isStretch =
        typed.length >= catalogueScoring.shortestStretch && skippedBetween(name.words, typed) <= typed.length;
      return {
        code: this.#names[index]?.code ?? '',
        coverage: coverageOf(weighed, name),
        words,
        length: name.words.length,
        isStretch,
        share: Math.exp(score - best) / belief,
        score,
      };
    });
  }

  #weigh(asked: readonly AskedWord[]): WeighedWord[] {
    const often = catalogueScoring.fillerShare * this.#names.length;
    return asked
      .filter(({ folded }) => !emptyWords.has(folded))
      .map(({ text, folded, isAside }) => {
        const isPolite =
          this.#fillers.has(folded) && (this.#postings.get(folded)?.names.length ?? 0) <= often;
        const usual = this.#usual.get(folded) ?? this.#unheardOf;
        return { text, folded, usual, weight: isAside || isPolite ? catalogueScoring.aside : 1 };
      });
  }

  /** The names that single words speak most for. */
  #likeliestByWords(asked: readonly WeighedWord[]): number[] {
    const sums = this.#byWords;
    const touched: number[] = [];
    asked.forEach(({ folded, weight }, at) => {
      const postings = this.#postings.get(folded);
      if (postings === undefined || asked.findIndex((one) => one.folded === folded) < at) return;
      const { names, gains } = postings;
      for (let place = 0; place < names.length; place++) {
        const index = names[place] as number;
        let sum = sums[index] as number;
        if (sum === 0) {
          touched.push(index);
          sum = this.#laidOut[index]?.prior ?? 0;
        }
        sums[index] = sum + weight * (gains[place] as number);
      }
    });
    const likeliest = highest(touched, sums, closelyCompared);
    for (const index of touched) sums[index] = 0;
    return likeliest;
  }

  /** How much likelier the words are drawn from a name, in their order, than from all names; a logarithm. */
  #likelihood(asked: readonly WeighedWord[], name: LaidOutName): number {
    const { places, chance, prior } = name;
    let sum = prior;
    let before: readonly number[] | undefined;
    asked.forEach((word, at) => {
      const { folded, usual, weight } = word;
      const here = places.get(folded);
      if (here !== undefined) {
        sum +=
          weight * markedShare(word, name) * likelierThanUsual(chance + chanceAfter(before, here), usual);
        if (at === 0 && here[0] === 0) sum += catalogueScoring.fromStart;
      }
      before = here;
    });
    return sum;
  }
}

/** How many words of `name` are skipped where `typed` stands closest in it, in order; Infinity where it does not stand. */
function skippedBetween(name: readonly string[], typed: readonly string[]): number {
  let fewest = Infinity;
  for (let start = 0; start + typed.length <= name.length; start++) {
    if (name[start] !== typed[0]) continue;
    let at = start + 1;
    let held = 1;
    for (; at < name.length && held < typed.length; at++) if (name[at] === typed[held]) held++;
    if (held < typed.length) break;
    fewest = Math.min(fewest, at - start - typed.length);
  }
  return fewest;
}

function coverageOf(asked: readonly WeighedWord[], name: LaidOutName): number {
  let total = 0;
  let covered = 0;
  for (const word of asked) {
    if (word.weight < 1) continue;
    const rarity = -Math.log(word.usual);
    total += rarity;
    covered += heldShare(word, name) * rarity;
  }
  return total === 0 ? 0 : covered / total;
}

/** How far a name holds a word: by its marks too, or by its letters only ("sữa chua" in "sửa chữa"). */
function heldShare(word: WeighedWord, name: LaidOutName): number {
  return name.places.has(word.folded) ? markedShare(word, name) : 0;
}

/** The same of a word whose letters the name holds. */
function markedShare({ text, folded }: WeighedWord, { marked }: LaidOutName): number {
  return text === folded || marked.has(text) ? 1 : catalogueScoring.otherMarks;
}

/** Those with the highest sums, at most so many, highest first; of equal ones the first. */
function highest(places: readonly number[], sums: Float64Array, most: number): number[] {
  const best: number[] = [];
  // Most are lower than what there is already: only the others are put in order.
  let least = -Infinity;
  for (const place of places) {
    const sum = sums[place] as number;
    if (sum < least) continue;
    let at = best.length;
    while (at > 0 && isHigher(sum, place, best[at - 1] as number, sums)) at--;
    best.splice(at, 0, place);
    if (best.length > most) best.pop();
    if (best.length === most) least = sums[best[most - 1] as number] as number;
  }
  return best;
}

function isHigher(sum: number, place: number, other: number, sums: Float64Array): boolean {
  const otherSum = sums[other] as number;
  return sum > otherSum || (sum === otherSum && place < other);
}

/** How much more often a word is drawn from a name than from all names; a logarithm. */
function likelierThanUsual(chance: number, usual: number): number {
  return Math.log1p(chance / (catalogueScoring.usual * usual));
}

/** What a word gains where it follows the one before it in the name: most right behind it, less from afar. */
function chanceAfter(before: readonly number[] | undefined, here: readonly number[]): number {
  if (before === undefined) return 0;
  let nearest = Infinity;
  for (const one of before) {
    for (const place of here) if (place > one && place - one < nearest) nearest = place - one;
  }
  if (nearest === Infinity) return 0;
  return nearest === 1 ? catalogueScoring.neighbour : catalogueScoring.follower / nearest;
}

function layOut(words: readonly Word[], prior: number): LaidOutName {
  const places = new Map<string, number[]>();
  words.forEach(({ folded }, at) => {
    const list = places.get(folded);
    if (list === undefined) places.set(folded, [at]);
    else list.push(at);
  });
  const chance = 1 / (catalogueScoring.lengthShare * Math.sqrt(Math.max(1, words.length)));
  const marked = new Set(words.map(({ text }) => text));
  return { words: words.map(({ folded }) => folded), marked, places, chance, prior };
}

/** Which names hold each word, how often all of them do, and how many words they have together. */
function countWords(names: readonly LaidOutName[]): {
  holders: Map<string, number[]>;
  counts: Map<string, number>;
  total: number;
} {
  const holders = new Map<string, number[]>();
  const counts = new Map<string, number>();
  let total = 0;
  names.forEach(({ places }, index) => {
    for (const [word, { length }] of places) {
      total += length;
      counts.set(word, (counts.get(word) ?? 0) + length);
      const list = holders.get(word);
      if (list === undefined) holders.set(word, [index]);
      else list.push(index);
    }
  });
  return { holders, counts, total };
}
