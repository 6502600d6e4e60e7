/** How often each word stands before each other word. */
export class PairCounts {
  readonly #after = new Map<string, Map<string, number>>();

  /** Counts from what `save` gave. */
  static restore(saved: SavedPairCounts): PairCounts {
    const counts = new PairCounts();
    saved.pairs.split('\n').forEach((pair, at) => {
      const [first = '', second = ''] = pair.split(' ');
      if (second !== '') counts.add(first, second, saved.counts[at]);
    });
    return counts;
  }

  add(first: string, second: string, times = 1): void {
    let after = this.#after.get(first);
    if (after === undefined) {
      after = new Map();
      this.#after.set(first, after);
    }
    after.set(second, (after.get(second) ?? 0) + times);
  }

  of(first: string, second: string): number {
    return this.#after.get(first)?.get(second) ?? 0;
  }

  /** A copy that grows apart from this one. */
  copy(): PairCounts {
    const copy = new PairCounts();
    for (const [first, after] of this.#after) copy.#after.set(first, new Map(after));
    return copy;
  }

  /** All pairs, one a line, and their counts: quickly read back. */
  save(): SavedPairCounts {
    const pairs: string[] = [];
    const counts: number[] = [];
    for (const [first, after] of this.#after) {
      for (const [second, times] of after) {
        pairs.push(`${first} ${second}`);
        counts.push(times);
      }
    }
    return { pairs: pairs.join('\n'), counts: Uint32Array.from(counts) };
  }
}

export interface SavedPairCounts {
  pairs: string;
  counts: Uint32Array;
}
