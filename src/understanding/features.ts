import type { ReadMessage } from './message-reader.ts';
import { featureWeights } from './constants.ts';

/** Kinds of features; each kind is scaled on its own, so that many character pieces do not drown few words. */
const kinds = ['word', 'char', 'skip', 'concept', 'marks'] as const;
type Kind = (typeof kinds)[number];

/** A sparse vector: feature numbers and their values. */
export interface SparseVector {
  ids: Int32Array;
  values: Float32Array;
}

const furthestSkip = 4;

/** Calls `see` with every feature of a message but its character pieces. */
function listFeatures(message: ReadMessage, see: (kind: Kind, key: string) => void): void {
  const words = message.tokens.map((token) => maskNumber(token.folded));
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    see('word', word);
    const next = words[at + 1];
    if (next !== undefined) {
      see('word', `${word} ${next}`);
      const third = words[at + 2];
      if (third !== undefined) see('word', `${word} ${next} ${third}`);
    }
    for (let step = 2; step <= furthestSkip; step++) {
      const later = words[at + step];
      if (later !== undefined) see('skip', `${word}~${later}`);
    }
  }
  const concepts = message.concepts;
  for (let at = 0; at < concepts.length; at++) {
    const word = maskNumber(concepts[at] ?? '');
    const isConcept = word.startsWith('§');
    if (isConcept) see('concept', word);
    for (let step = 1; step <= furthestSkip; step++) {
      const later = concepts[at + step];
      if (later === undefined || !(isConcept || later.startsWith('§'))) continue;
      see('concept', `${word}^${maskNumber(later)}`);
    }
  }
  for (const token of message.tokens) {
    if (token.exact) see('marks', `'${token.text}`);
  }
}

/** Long numbers say nothing about the topic; short ones (lớp 6, mức 2, 1022) may. */
function maskNumber(word: string): string {
  return /^\d/.test(word) && word.length > 4 ? '#' : word;
}

/** Character pieces of 2 to 5 letters of one word, its ends marked. */
function listPieces(word: string): string[] {
  const bounded = `<${word}>`;
  const pieces: string[] = [];
  for (let length = 2; length <= 5; length++) {
    for (let at = 0; at + length <= bounded.length; at++) pieces.push(bounded.slice(at, at + length));
  }
  return pieces;
}

/** Numbers the features of the training messages and turns messages into weighted vectors. */
export class FeatureSpace {
  readonly #ids = new Map<string, number>();
  readonly #kinds: Uint8Array;
  readonly #idf: Float32Array;
  readonly #pieces = new Map<string, Int32Array>();
  readonly keys: readonly string[];

  private constructor(keys: readonly string[], featureKinds: Uint8Array, idf: Float32Array) {
    this.keys = keys;
    this.#kinds = featureKinds;
    this.#idf = idf;
    keys.forEach((key, id) => this.#ids.set(key, id));
  }

  /** Learns which features exist and how rare each is. */
  static learn(messages: readonly ReadMessage[]): FeatureSpace {
    const counts = new Map<string, { kind: number; documents: number; last: number }>();
    messages.forEach((message, document) => {
      const see = (kind: Kind, key: string): void => {
        const seen = counts.get(key);
        if (seen === undefined) counts.set(key, { kind: kinds.indexOf(kind), documents: 1, last: document });
        else if (seen.last !== document) {
          seen.documents++;
          seen.last = document;
        }
      };
      listFeatures(message, see);
      for (const token of message.tokens) {
        for (const piece of listPieces(maskNumber(token.folded))) see('char', `|${piece}`);
      }
    });
    const kept = [...counts].filter(
      ([key, seen]) =>
        seen.documents > 1 ||
        (kinds[seen.kind] === 'word' && !/ .* /.test(key)) ||
        kinds[seen.kind] === 'concept',
    );
    kept.sort(([one], [other]) => (one < other ? -1 : 1));
    return new FeatureSpace(
      kept.map(([key]) => key),
      Uint8Array.from(kept, ([, seen]) => seen.kind),
      Float32Array.from(kept, ([, seen]) => Math.log((1 + messages.length) / (1 + seen.documents)) + 1),
    );
  }

  static restore(saved: SavedFeatureSpace): FeatureSpace {
    return new FeatureSpace(saved.keys, saved.kinds, saved.idf);
  }

  save(): SavedFeatureSpace {
    return { keys: this.keys, kinds: this.#kinds, idf: this.#idf };
  }

  get size(): number {
    return this.keys.length;
  }

  /** The number of a feature, -1 for one never seen. */
  idOf(key: string): number {
    return this.#ids.get(key) ?? -1;
  }

  /** TF-IDF of one message; each kind has unit length times its weight. */
  vectorOf(message: ReadMessage): SparseVector {
    const counts = new Map<number, number>();
    const add = (id: number): void => {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    };
    listFeatures(message, (_kind, key) => {
      const id = this.#ids.get(key);
      if (id !== undefined) add(id);
    });
    for (const token of message.tokens) for (const id of this.#piecesOf(maskNumber(token.folded))) add(id);

    const squares = new Float64Array(kinds.length);
    const ids = Int32Array.from(counts.keys());
    const values = new Float32Array(ids.length);
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at] ?? 0;
      const value = (1 + Math.log(counts.get(id) ?? 1)) * (this.#idf[id] ?? 0);
      values[at] = value;
      const kind = this.#kinds[id] ?? 0;
      squares[kind] = (squares[kind] ?? 0) + value * value;
    }
    const scales = kinds.map((kind, at) => featureWeights[kind] / Math.sqrt(squares[at] || 1));
    for (let at = 0; at < ids.length; at++) {
      values[at] = (values[at] ?? 0) * (scales[this.#kinds[ids[at] ?? 0] ?? 0] ?? 0);
    }
    return { ids, values };
  }

  #piecesOf(word: string): Int32Array {
    const known = this.#pieces.get(word);
    if (known !== undefined) return known;
    const ids = Int32Array.from(
      listPieces(word)
        .map((piece) => this.#ids.get(`|${piece}`) ?? -1)
        .filter((id) => id >= 0),
    );
    if (this.#pieces.size < 10_000) this.#pieces.set(word, ids);
    return ids;
  }
}

export interface SavedFeatureSpace {
  keys: readonly string[];
  kinds: Uint8Array;
  idf: Float32Array;
}
