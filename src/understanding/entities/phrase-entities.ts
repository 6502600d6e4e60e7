import type { Entity } from '../../core/understood.ts';
import { PhraseMatcher } from '../../text/phrase-matcher.ts';
import type { Token } from '../../text/tokenise.ts';
import type { Lexicon } from '../rule-schemas.ts';

/** Entities that are lists in the lexicon: relations, documents, places with their present names. */
export class PhraseEntities {
  readonly #matcher = new PhraseMatcher<{ kind: Entity['kind']; value: string }>();

  constructor(lexicon: Pick<Lexicon, 'relations' | 'documents' | 'places'>) {
    for (const phrase of lexicon.relations)
      this.#matcher.add(phrase, { kind: 'relation', value: phrase }, { strict: true });
    for (const phrase of lexicon.documents) this.#matcher.add(phrase, { kind: 'document', value: phrase });
    for (const [written, today] of Object.entries(lexicon.places)) {
      this.#matcher.add(written, { kind: 'place', value: today });
    }
  }

  /** The longest ones, without overlaps; offsets are those of the tokens. */
  find(tokens: readonly Token[]): Entity[] {
    const found = this.#matcher.findAll(tokens);
    found.sort((one, other) => other.end - other.start - (one.end - one.start) || one.start - other.start);
    const taken: { start: number; end: number }[] = [];
    const entities: Entity[] = [];
    for (const { value, start, end } of found) {
      if (taken.some((other) => start < other.end && other.start < end)) continue;
      taken.push({ start, end });
      entities.push({ ...value, start: tokens[start]?.start ?? 0, end: tokens[end - 1]?.end ?? 0 });
    }
    return entities.sort((one, other) => one.start - other.start);
  }
}
