/** Taken once: in a context of its own (a test's) each look-up of a global is slow. */
const { clz32, max } = Math;

/** A table as it is kept: nothing of it is made anew when it is read back. */
export interface SavedHashNumbers {
  keys: Uint32Array;
  slots: Int32Array;
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

  /** The table that `save` gave, which it takes over. */
  static restore({ keys, slots }: SavedHashNumbers): HashNumbers {
    const numbers = new HashNumbers(0);
    numbers.#keys = keys;
    numbers.#slots = slots;
    numbers.#size = keys.length;
    return numbers;
  }

  save(): SavedHashNumbers {
    return { keys: this.keys(), slots: this.#slots };
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

  /** Makes room for another hash; a table read back has its slots already, but no room in its list. */
  #grow(): void {
    const room = this.#slots.length / 4;
    const isFull = this.#size >= room;
    const keys = new Uint32Array(isFull ? room * 2 : room);
    keys.set(this.#keys);
    this.#keys = keys;
    if (!isFull) return;
    this.#slots = new Int32Array(keys.length * 4);
    for (let number = 0; number < this.#size; number++) {
      const key = keys[number] as number;
      const slot = this.#slotOf(key);
      this.#slots[slot] = key;
      this.#slots[slot + 1] = number + 1;
    }
  }
}
