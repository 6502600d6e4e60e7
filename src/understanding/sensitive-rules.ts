import { PhraseMatcher } from '../text/phrase-matcher.ts';
import type { Token } from '../text/tokenise.ts';
import type { SensitiveCategory } from './rule-schemas.ts';

export interface SensitiveFinding {
  category: SensitiveCategory;
  phrase: string;
}

/** Emergencies and delicate matters by fixed phrases, which win over every topic. Categories stand in order of weight. */
export class SensitiveRules {
  readonly #matcher = new PhraseMatcher<{ rank: number; unless: boolean }>();
  readonly #categories: readonly SensitiveCategory[];

  constructor(categories: readonly SensitiveCategory[]) {
    this.#categories = categories;
    categories.forEach((category, rank) => {
      for (const phrase of category.phrases)
        this.#matcher.add(phrase, { rank, unless: false }, { strict: true });
      for (const phrase of category.unless ?? [])
        this.#matcher.add(phrase, { rank, unless: true }, { strict: true });
    });
  }

  /** The category with this id. */
  category(id: string): SensitiveCategory | undefined {
    return this.#categories.find((category) => category.id === id);
  }

  /** The gravest category that the message falls under; a near miss named under `unless` lifts its category. */
  find(tokens: readonly Token[]): SensitiveFinding | undefined {
    const matches = this.#matcher.findAll(tokens);
    const lifted = new Set(matches.filter((match) => match.value.unless).map((match) => match.value.rank));
    let gravest: { rank: number; phrase: string } | undefined;
    for (const { value, phrase } of matches) {
      if (value.unless || lifted.has(value.rank)) continue;
      if (gravest === undefined || value.rank < gravest.rank) gravest = { rank: value.rank, phrase };
    }
    const category = gravest === undefined ? undefined : this.#categories[gravest.rank];
    return category === undefined || gravest === undefined ? undefined : { category, phrase: gravest.phrase };
  }
}
