/**
 * The latest results of a pure function by their key, so that what is asked again is not computed again. Holds at least
 * the last `atLeast` that were asked for and at most twice as many.
 */
export class Remembered<V extends object | string | boolean> {
  readonly #atLeast: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  constructor(atLeast: number) {
    this.#atLeast = atLeast;
  }

  /** What `compute` gave for this key, the last time or now. Results are shared: nobody may change them. */
  get(key: string, compute: () => V): V {
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const value = this.#old.get(key) ?? compute();
    if (this.#young.size >= this.#atLeast) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
