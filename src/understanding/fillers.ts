import { fold } from '../text/fold.ts';
import type { Token } from '../text/tokenise.ts';
import type { MessageLanguage } from './detect-language.ts';
import type { Lexicon } from './rule-schemas.ts';

/** Words that say nothing about the topic: politeness, particles, pronouns. */
export class Fillers {
  readonly #marked: Record<'vi' | 'en', ReadonlySet<string>>;
  readonly #folded: Record<'vi' | 'en', ReadonlySet<string>>;

  constructor(lexicon: Pick<Lexicon, 'fillers' | 'english_fillers'>) {
    const usual = lexicon.fillers.map((word) => word.normalize('NFC').toLowerCase());
    const english = [...usual, ...(lexicon.english_fillers ?? [])];
    this.#marked = { vi: new Set(usual), en: new Set(english) };
    this.#folded = { vi: new Set(usual.map(fold)), en: new Set(english.map(fold)) };
  }

  /** Folded, of Vietnamese messages. */
  get folded(): ReadonlySet<string> {
    return this.#folded.vi;
  }

  /** Whether a word is a filler, marks aside. */
  has({ folded }: Token, language: MessageLanguage): boolean {
    return this.#folded[language === 'en' ? 'en' : 'vi'].has(folded);
  }

  /** Whether it is one by its marks too, where it has any: "bán" is not "bạn", "đăng" is not "đặng". */
  hasExactly(token: Token, language: MessageLanguage): boolean {
    const { text, folded } = token;
    return text === folded
      ? this.has(token, language)
      : this.#marked[language === 'en' ? 'en' : 'vi'].has(text);
  }
}
