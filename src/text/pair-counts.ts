import { HashNumbers, type SavedHashNumbers } from './hash-numbers.ts';
import { hashPair, hashWord } from './hash-words.ts';

const pairSalt = 101;

/** How often each word stands before each other word. Pairs are known by their hashes: quickly read back. */
export class PairCounts {
  #pairs = new HashNumbers();
  /** By the number of a pair. */
  #counts: Uint32Array = new Uint32Array(1024);

  /** Counts from what `save` gave. */
  static restore(saved: SavedPairCounts): PairCounts {
    const counts = new PairCounts();
    counts.#pairs = HashNumbers.restore(saved.pairs);
    counts.#counts = saved.counts;
    return counts;
  }

  add(first: string, second: string): void {
    const pair = this.#pairs.numberOf(keyOf(first, second));
    if (pair >= this.#counts.length) {
      const counts = new Uint32Array(2 * (pair + 1));
      counts.set(this.#counts);
      this.#counts = counts;
    }
    this.#counts[pair] = (this.#counts[pair] as number) + 1;
  }

  of(first: string, second: string): number {
    const pair = this.#pairs.find(keyOf(first, second));
    return pair < 0 ? 0 : (this.#counts[pair] as number);
  }

  save(): SavedPairCounts {
    return { pairs: this.#pairs.save(), counts: this.#counts.slice(0, this.#pairs.size) };
  }
}

export interface SavedPairCounts {
  pairs: SavedHashNumbers;
  counts: Uint32Array;
}

function keyOf(first: string, second: string): number {
  return hashPair(hashWord(first), hashWord(second), pairSalt);
}
