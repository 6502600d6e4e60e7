/** Features are numbered by 32-bit hashes of what they are made of, so that no text is joined while a message is read. */

/** Taken once: in a context of its own (a test's) each look-up of a global is slow. */
const { clz32, imul, max } = Math;

/** A well mixed hash of one word, unsigned. */
export function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = imul(hash ^ word.charCodeAt(at), 0x01000193);
  return mix(hash);
}

/** The hash of two parts in this order, told apart by `salt` from other pairings of them. */
export function hashPair(one: number, other: number, salt: number): number {
  return mix(imul(one ^ imul(salt + 1, 0x9e3779b1), 0x85ebca77) + imul(other, 0xc2b2ae3d));
}

function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Numbers different hashes in the order in which they are first seen. */
export class HashNumbers {
  #keys: Uint32Array;
  /** Pairs of a hash and its number plus one, side by side: a look-up touches one place of the memory. */
  #slots: Int32Array;
  #size = 0;

  /** `expected`: about how many hashes there will be. */
  constructor(expected = 1024) {
    const capacity = 1 << (32 - clz32(max(1, expected - 1)));
    this.#keys = new Uint32Array(capacity);
    this.#slots = new Int32Array(capacity * 4);
  }

  /** The table of a finished list: each hash has its place as its number. */
  static of(keys: Uint32Array): HashNumbers {
    const numbers = new HashNumbers(keys.length);
    for (const key of keys) numbers.numberOf(key);
    return numbers;
  }

  get size(): number {
    return this.#size;
  }

  /** The hashes in the order of their numbers. */
  keys(): Uint32Array {
    return this.#keys.slice(0, this.#size);
  }

  /** The number of `key`, -1 when it was never seen. */
  find(key: number): number {
    return (this.#slots[this.#slotOf(key) + 1] as number) - 1;
  }

  /** The number of `key`, a new one when it was never seen. */
  numberOf(key: number): number {
    const slot = this.#slotOf(key);
    const known = (this.#slots[slot + 1] as number) - 1;
    if (known >= 0) return known;
    if (this.#size === this.#keys.length) {
      this.#grow();
      return this.numberOf(key);
    }
    this.#keys[this.#size] = key;
    this.#slots[slot] = key;
    this.#slots[slot + 1] = ++this.#size;
    return this.#size - 1;
  }

  /** Where `key` stands or would stand. */
  #slotOf(key: number): number {
    const slots = this.#slots;
    const signed = key | 0;
    const last = slots.length - 2;
    let slot = (signed << 1) & last;
    while (slots[slot + 1] !== 0 && slots[slot] !== signed) slot = (slot + 2) & last;
    return slot;
  }

  #grow(): void {
    const keys = new Uint32Array(this.#keys.length * 2);
    keys.set(this.#keys);
    this.#keys = keys;
    this.#slots = new Int32Array(keys.length * 4);
    for (let number = 0; number < this.#size; number++) {
      const key = keys[number] as number;
      const slot = this.#slotOf(key);
      this.#slots[slot] = key;
      this.#slots[slot + 1] = number + 1;
    }
  }
}
