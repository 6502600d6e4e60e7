import { aspects, type Aspect } from '../core/aspect.ts';
import type { SparseVector } from './features.ts';
import { aspectScoring } from './constants.ts';
import { trainLinearSvm } from './linear-svm.ts';
import type { ReadMessage } from './message-reader.ts';

/** Words and short phrases of a question's form: how it asks, whatever the topic. */
function listForms(message: ReadMessage): string[] {
  const words = message.tokens.map((token) => (/^\d/.test(token.folded) ? '#' : token.folded));
  const forms = new Set<string>();
  words.forEach((word, at) => {
    forms.add(word);
    const next = words[at + 1];
    const third = words[at + 2];
    if (next !== undefined) forms.add(`${word} ${next}`);
    if (next !== undefined && third !== undefined) forms.add(`${word} ${next} ${third}`);
    if (third !== undefined) forms.add(`${word}~${third}`);
  });
  const last = words.at(-1);
  if (last !== undefined) forms.add(`${words.at(-2) ?? ''} ${last}$`);
  return [...forms];
}

export interface SavedAspectClassifier {
  keys: string[];
  rarity: Float32Array;
  /** `key * aspects + aspect`. */
  weights: Float32Array;
  bias: Float32Array;
}

/** Learns from tagged examples which aspect a question asks about, from forms that occur under several topics. */
export class AspectClassifier {
  readonly #ids = new Map<string, number>();
  readonly #saved: SavedAspectClassifier;

  private constructor(saved: SavedAspectClassifier) {
    this.#saved = saved;
    saved.keys.forEach((key, id) => this.#ids.set(key, id));
  }

  /** `asked[i]` holds the aspects of message i (none = asks no part), `topics[i]` its topic. */
  static train(
    messages: readonly ReadMessage[],
    asked: readonly (readonly Aspect[])[],
    topics: readonly string[],
  ): AspectClassifier {
    const uses = new Map<string, { count: number; topics: Set<string> }>();
    const forms = messages.map(listForms);
    forms.forEach((list, at) => {
      for (const form of list) {
        const use = uses.get(form) ?? { count: 0, topics: new Set() };
        use.count++;
        use.topics.add(topics[at] ?? '');
        uses.set(form, use);
      }
    });
    const kept = [...uses].filter(([, use]) => use.topics.size >= aspectScoring.fewestTopics);
    kept.sort(([one], [other]) => (one < other ? -1 : 1));
    const keys = kept.map(([key]) => key);
    const rarity = Float32Array.from(kept, ([, use]) => Math.log(messages.length / use.count) + 0.5);
    const weights = new Float32Array(keys.length * aspects.length);
    const bias = new Float32Array(aspects.length).fill(-1);
    const classifier = new AspectClassifier({ keys, rarity, weights, bias });
    const vectors = forms.map((list) => classifier.#vectorOf(list));
    aspects.forEach((aspect, column) => {
      const labels = asked.map((list) => (list.includes(aspect) ? 1 : 0));
      if (!labels.includes(1)) return;
      const model = trainLinearSvm(vectors, labels, 2, keys.length, {
        cost: aspectScoring.cost,
        rounds: aspectScoring.rounds,
        prototype: 0,
        thorough: true,
      });
      for (let id = 0; id < keys.length; id++) {
        weights[id * aspects.length + column] = (model.weights[id * 2 + 1] ?? 0) * model.scale;
      }
      bias[column] = model.bias[1] ?? -1;
    });
    return classifier;
  }

  static restore(saved: SavedAspectClassifier): AspectClassifier {
    return new AspectClassifier(saved);
  }

  save(): SavedAspectClassifier {
    return this.#saved;
  }

  /** Decision value of every aspect, in the order of `aspects`; above 0 speaks for it. */
  score(message: ReadMessage): Float64Array {
    const { weights, bias } = this.#saved;
    const { ids, values } = this.#vectorOf(listForms(message));
    const scores = Float64Array.from(bias);
    if (message.tokens.every((token) => /^\d/.test(token.folded))) return scores.fill(-1);
    for (let at = 0; at < ids.length; at++) {
      const row = (ids[at] as number) * aspects.length;
      for (let column = 0; column < aspects.length; column++) {
        scores[column] =
          (scores[column] as number) + (values[at] as number) * (weights[row + column] as number);
      }
    }
    return scores;
  }

  #vectorOf(forms: readonly string[]): SparseVector {
    const ids: number[] = [];
    const values: number[] = [];
    let square = 0;
    for (const form of forms) {
      const id = this.#ids.get(form);
      if (id === undefined) continue;
      const value = this.#saved.rarity[id] as number;
      ids.push(id);
      values.push(value);
      square += value * value;
    }
    const length = Math.sqrt(square) || 1;
    return { ids: Int32Array.from(ids), values: Float32Array.from(values, (value) => value / length) };
  }
}
