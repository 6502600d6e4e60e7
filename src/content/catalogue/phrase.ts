import type { Language } from '../../core/session.ts';
import type { Translator } from '../translator.ts';

/** A text of ours by its key in locales/<language>/catalogue.yaml, with what fills it; a list is joined by commas. */
export interface Phrase {
  key: string;
  values?: Readonly<Record<string, PhraseValue>>;
}

export type PhraseValue = string | number | Phrase | readonly (string | Phrase)[];

/** Our words in a language around the record's own; a record's words are put in as they are. */
export function sayPhrase(phrase: Phrase, language: Language, t: Translator): string {
  const values = Object.entries(phrase.values ?? {}).map(([name, value]): [string, string | number] => [
    name,
    sayValue(value, language, t),
  ]);
  return t(language, `catalogue:${phrase.key}`, Object.fromEntries(values));
}

function sayValue(value: PhraseValue, language: Language, t: Translator): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if ('key' in value) return sayPhrase(value, language, t);
  return value.map((one) => (typeof one === 'string' ? one : sayPhrase(one, language, t))).join(', ');
}
