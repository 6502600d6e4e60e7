import { HashNumbers } from './feature-hash.ts';
import type { FeatureRecipe } from './feature-recipe.ts';
import type { ReadMessage } from './message-reader.ts';
import { listPieces, maskNumber } from './word-pieces.ts';

const { min } = Math;

/** What is noted of each feature, side by side: the last message and label with it, and how many have it. */
const noted = { lastMessage: 0, messages: 1, lastLabel: 2, labels: 3 } as const;
const notes = 4;
const usualFeatures = 1 << 19;

/** Features as they are met in the messages to learn from, before it is known which are worth keeping. */
export class DraftFeatures {
  readonly #recipe: FeatureRecipe;
  readonly #numbers = new HashNumbers(usualFeatures);
  readonly #piecesOf = new Map<string, Int32Array>();
  #kinds = new Uint8Array(usualFeatures);
  #notes = new Int32Array(usualFeatures * notes);
  /** The features of all messages, as often as each occurs. */
  #met = new Int32Array(usualFeatures * 8);
  #metCount = 0;
  readonly #starts: number[] = [0];
  #label = 0;
  #idOf = new Int32Array(0);

  constructor(recipe: FeatureRecipe) {
    this.#recipe = recipe;
  }

  /** How many features all messages have together, as often as each occurs. */
  get occurrences(): number {
    return this.#metCount;
  }

  read(message: ReadMessage, label: number): void {
    this.#label = label;
    this.#recipe.list(message, (kind, key) => {
      this.#meet(this.#numberOf(kind, key));
    });
    if (this.#recipe.pieces !== null) this.#readPieces(message, this.#recipe.pieces);
    this.#starts.push(this.#metCount);
  }

  /**
   * The features worth keeping, by kind, commonness and hash; their places here are their numbers from now on. Common
   * ones side by side stay in the nearest memory.
   */
  keep(): { keys: Uint32Array; kinds: Uint8Array; documents: Int32Array; labelCounts: Int32Array } {
    const keys = this.#numbers.keys();
    const ofKinds = this.#recipe.kinds.map((kind, place) => {
      const worthy: number[] = [];
      for (let number = 0; number < keys.length; number++) {
        if (this.#kinds[number] !== place) continue;
        if (this.#noteOf(number, noted.messages) < kind.fewest) continue;
        if (this.#noteOf(number, noted.labels) < (kind.fewestLabels ?? 1)) continue;
        const rareness = 2 ** 20 - min(2 ** 20, this.#noteOf(number, noted.messages));
        worthy.push(rareness * 2 ** 32 + (keys[number] as number));
      }
      return Float64Array.from(worthy).sort();
    });
    const kept = new Uint32Array(ofKinds.reduce((sum, list) => sum + list.length, 0));
    let end = 0;
    for (const list of ofKinds) for (const place of list) kept[end++] = place % 2 ** 32;
    const numbers = Int32Array.from(kept, (key) => this.#numbers.find(key));
    this.#idOf = new Int32Array(keys.length).fill(-1);
    numbers.forEach((number, id) => (this.#idOf[number] = id));
    return {
      keys: kept,
      kinds: Uint8Array.from(numbers, (number) => this.#kinds[number] as number),
      documents: numbers.map((number) => this.#noteOf(number, noted.messages)),
      labelCounts: numbers.map((number) => this.#noteOf(number, noted.labels)),
    };
  }

  /** Tells the kept features of a message, as often as each occurs; to be asked after `keep`. */
  eachKept(message: number, tell: (id: number) => void): void {
    const end = this.#starts[message + 1] ?? 0;
    for (let at = this.#starts[message] ?? 0; at < end; at++) {
      const id = this.#idOf[this.#met[at] as number] as number;
      if (id >= 0) tell(id);
    }
  }

  #readPieces(message: ReadMessage, kind: number): void {
    for (const token of message.tokens) {
      const word = maskNumber(token.folded);
      let pieces = this.#piecesOf.get(word);
      if (pieces === undefined) {
        pieces = Int32Array.from(listPieces(word), (key) => this.#numberOf(kind, key));
        this.#piecesOf.set(word, pieces);
      }
      for (let at = 0; at < pieces.length; at++) this.#meet(pieces[at] as number);
    }
  }

  #numberOf(kind: number, key: number): number {
    const known = this.#numbers.size;
    const number = this.#numbers.numberOf(key);
    if (number < known) return number;
    if (number === this.#kinds.length) this.#grow();
    this.#kinds[number] = kind;
    this.#notes[number * notes + noted.lastMessage] = -1;
    this.#notes[number * notes + noted.lastLabel] = -1;
    return number;
  }

  #meet(number: number): void {
    if (this.#metCount === this.#met.length) {
      const longer = new Int32Array(this.#met.length * 2);
      longer.set(this.#met);
      this.#met = longer;
    }
    this.#met[this.#metCount++] = number;
    const all = this.#notes;
    const place = number * notes;
    const message = this.#starts.length;
    if (all[place + noted.lastMessage] === message) return;
    all[place + noted.lastMessage] = message;
    all[place + noted.messages] = (all[place + noted.messages] as number) + 1;
    if (all[place + noted.lastLabel] === this.#label) return;
    all[place + noted.lastLabel] = this.#label;
    all[place + noted.labels] = (all[place + noted.labels] as number) + 1;
  }

  #noteOf(number: number, which: number): number {
    return this.#notes[number * notes + which] as number;
  }

  #grow(): void {
    const kinds = new Uint8Array(this.#kinds.length * 2);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
    const longer = new Int32Array(this.#notes.length * 2);
    longer.set(this.#notes);
    this.#notes = longer;
  }
}
