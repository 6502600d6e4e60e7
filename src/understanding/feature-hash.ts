/** Features are numbered by 32-bit hashes of what they are made of, so that no text is joined while a message is read. */

/** A well mixed hash of one word, unsigned. */
export function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return mix(hash);
}

/** The hash of two parts in this order, told apart by `salt` from other pairings of them. */
export function hashPair(one: number, other: number, salt: number): number {
  return mix(Math.imul(one ^ Math.imul(salt + 1, 0x9e3779b1), 0x85ebca77) + Math.imul(other, 0xc2b2ae3d));
}

function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Finds the place of a hash in a list of different hashes. */
export class HashTable {
  readonly #keys: Uint32Array;
  readonly #slots: Int32Array;
  readonly #mask: number;

  constructor(keys: Uint32Array) {
    this.#keys = keys;
    let capacity = 16;
    while (capacity < keys.length * 2) capacity *= 2;
    this.#mask = capacity - 1;
    this.#slots = new Int32Array(capacity);
    for (let id = 0; id < keys.length; id++) {
      let slot = (keys[id] as number) & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = id + 1;
    }
  }

  /** The place of `key`, -1 when it is not in the list. */
  idOf(key: number): number {
    let slot = key & this.#mask;
    for (;;) {
      const id = (this.#slots[slot] as number) - 1;
      if (id < 0 || this.#keys[id] === key) return id;
      slot = (slot + 1) & this.#mask;
    }
  }
}
