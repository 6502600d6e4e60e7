import { HashNumbers } from '../text/hash-numbers.ts';

/** What is noted of each feature, side by side: the last message and label with it, and how many have it. */
const lastMessage = 0;
const messages = 1;
const lastLabel = 2;
const labels = 3;
const notes = 4;

/** Numbers features and notes in how many messages, and under how many labels, each is met. */
export class NotedFeatures {
  readonly #numbers: HashNumbers;
  #kinds: Uint8Array;
  #notes: Int32Array;

  /** `expected`: about how many features there will be. */
  constructor(expected: number) {
    this.#numbers = new HashNumbers(expected);
    this.#kinds = new Uint8Array(expected);
    this.#notes = new Int32Array(expected * notes);
  }

  get size(): number {
    return this.#numbers.size;
  }

  /** The hashes in the order of their numbers. */
  keys(): Uint32Array {
    return this.#numbers.keys();
  }

  numberOf(key: number): number {
    return this.#numbers.find(key);
  }

  kindOf(number: number): number {
    return this.#kinds[number] as number;
  }

  messagesWith(number: number): number {
    return this.#notes[number * notes + messages] as number;
  }

  labelsWith(number: number): number {
    return this.#notes[number * notes + labels] as number;
  }

  /** The number of a feature that is met in a message (from 0) under a label (from -1); messages follow each other. */
  meet(kind: number, key: number, message: number, label: number): number {
    const known = this.#numbers.size;
    const number = this.#numbers.numberOf(key);
    if (number === known) {
      if (number === this.#kinds.length) this.#grow();
      this.#kinds[number] = kind;
    }
    const all = this.#notes;
    const place = number * notes;
    // Counted from one, for zero stands for none yet.
    if (all[place + lastMessage] === message + 1) return number;
    all[place + lastMessage] = message + 1;
    all[place + messages] = (all[place + messages] as number) + 1;
    if (all[place + lastLabel] === label + 1) return number;
    all[place + lastLabel] = label + 1;
    all[place + labels] = (all[place + labels] as number) + 1;
    return number;
  }

  #grow(): void {
    const { length } = this.#kinds;
    const kinds = new Uint8Array(length * 2);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
    const longer = new Int32Array(length * 2 * notes);
    longer.set(this.#notes);
    this.#notes = longer;
  }
}
