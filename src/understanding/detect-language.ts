import type { Token } from '../text/tokenise.ts';
import type { Vocabulary } from './vocabulary.ts';

export type MessageLanguage = 'vi' | 'en' | 'zh' | 'ko' | 'ja' | 'km' | 'other';

const scripts: readonly (readonly [MessageLanguage, RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['ko', /\p{Script=Hangul}/u],
  ['km', /\p{Script=Khmer}/u],
  ['zh', /\p{Script=Han}/u],
];

/**
 * The language of a normalised text. Other scripts by their letters; Latin letters are Vietnamese unless the words
 * are mostly English ones. Text without letters counts as Vietnamese.
 */
export function detectLanguage(
  normalised: string,
  tokens: readonly Token[],
  englishWords: ReadonlySet<string>,
  vocabulary: Pick<Vocabulary, 'words' | 'englishOnly'>,
): MessageLanguage {
  if (/[^\u0000-\u024F\u0300-\u036F\u1E00-\u1EFF\u2000-\u206F\s]/u.test(normalised)) {
    for (const [language, letters] of scripts) if (letters.test(normalised)) return language;
    if (!/\p{Script=Latin}/u.test(normalised) && /\p{L}/u.test(normalised)) return 'other';
  }
  let english = 0;
  let vietnamese = 0;
  for (const token of tokens) {
    if (token.exact) vietnamese += 2;
    else if (englishWords.has(token.text)) english++;
    else if (vocabulary.englishOnly.has(token.text)) english++;
    else if (vocabulary.words.has(token.folded)) vietnamese++;
  }
  return english > vietnamese && english * 2 >= tokens.length ? 'en' : 'vi';
}
