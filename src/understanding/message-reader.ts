import { decodeTelex, decodeVni } from '../text/input-method.ts';
import { fold, hasMarks } from '../text/fold.ts';
import { normaliseText } from '../text/normalise.ts';
import { PhraseMatcher, type PhraseMatch } from '../text/phrase-matcher.ts';
import { SpellingRepair, type Trust } from '../text/spelling.ts';
import { isFoldedSyllable, isSyllable } from '../text/syllable.ts';
import { tokenise, trustMarks, type Token } from '../text/tokenise.ts';
import { detectLanguage, type MessageLanguage } from './detect-language.ts';
import { hashWord } from '../text/hash-words.ts';
import type { Lexicon } from './rule-schemas.ts';
import type { Vocabulary } from './vocabulary.ts';
import { maskNumber } from './word-pieces.ts';

/** Longest message that is looked at, in characters; the rest of a longer one is ignored. */
export const longestMessage = 2_000;

/** A message as words in their proper form, with what was changed to get there. */
export interface ReadMessage {
  normalised: string;
  tokens: Token[];
  /** The hash of each folded token, long numbers masked. */
  hashes: number[];
  /** The tokens with each known idea as one word `§idea`; parallel wordings become equal here. */
  concepts: string[];
  /** The hash of each of `concepts`, long numbers masked. */
  conceptHashes: number[];
  /** The token at which each of `concepts` begins. */
  conceptStarts: number[];
  language: MessageLanguage;
  repairs: {
    from: string;
    to: string;
    kind: 'input-method' | 'abbreviation' | 'typo' | 'teencode' | 'split';
  }[];
}

type LexiconPart = Pick<Lexicon, 'abbreviations' | 'concepts' | 'english'>;

/** Turns raw text into proper words: input methods, abbreviations, slips. Made once for one vocabulary. */
export class MessageReader {
  readonly #abbreviations = new Map<string, Token[]>();
  /** Short forms that mean something else beside another word: "cc hđ" is no identity card. */
  readonly #longAbbreviations = new PhraseMatcher<Token[]>();
  /** Known ideas as they are written among words, and their hashes. */
  readonly #conceptMatcher = new PhraseMatcher<{ idea: string; hash: number }>();
  readonly #vocabulary: Vocabulary;
  readonly #repair: SpellingRepair;
  readonly #english: ReadonlySet<string>;

  constructor(lexicon: LexiconPart, vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#repair = new SpellingRepair(vocabulary.words, vocabulary.pairs);
    this.#english = new Set(lexicon.english.map((word) => word.toLowerCase()));
    for (const [short, meant] of Object.entries(lexicon.abbreviations)) {
      const tokens = tokenise(normaliseText(meant)).map((token) => ({ ...token, exact: true }));
      if (short.includes(' ')) this.#longAbbreviations.add(short, tokens, { strict: true });
      else this.#abbreviations.set(normaliseText(short), tokens);
    }
    for (const [concept, phrases] of Object.entries(lexicon.concepts)) {
      const idea = { idea: `§${concept}`, hash: hashWord(`§${concept}`) };
      for (const phrase of phrases) this.#conceptMatcher.add(phrase, idea, { strict: true });
    }
  }

  read(raw: string): ReadMessage {
    const normalised = normaliseText(raw.slice(0, longestMessage));
    return this.readNormalised(normalised);
  }

  /** As `read`, for a text that `normaliseText` has already been applied to (a part of a message). */
  readNormalised(normalised: string): ReadMessage {
    const repairs: ReadMessage['repairs'] = [];
    const typed = tokenise(normalised);
    const language = detectLanguage(normalised, typed, this.#english, this.#vocabulary);
    let tokens = typed;
    if (language === 'vi' || language === 'other') {
      tokens = this.#decodeInputMethods(tokens, repairs);
      const found = this.#findAbbreviations(tokens);
      // What an abbreviation stands for is written with marks whoever typed it: only the other words tell.
      trustMarks(
        found.length === 0 ? tokens : tokens.filter((token) => this.#abbreviationOf(token) === undefined),
      );
      tokens = expandAbbreviations(tokens, found, repairs);
    }
    tokens = this.#repairSlips(tokens, language, repairs);
    const hashes = tokens.map((token) => hashWord(maskNumber(token.folded)));
    return { normalised, tokens, hashes, ...this.#conceptStream(tokens, hashes), language, repairs };
  }

  /** What was typed with abbreviations written out ("ko phai" → "khong phai"), and nothing else changed. */
  spellOut(raw: string): string {
    const normalised = normaliseText(raw);
    const tokens = tokenise(normalised);
    if (detectLanguage(normalised, tokens, this.#english, this.#vocabulary) !== 'vi') return raw;
    // Marks tell how somebody writes; whoever uses none gets none.
    const isMarked = hasMarks(normalised);
    let written = '';
    let end = 0;
    for (const { typed, meant } of this.#findAbbreviations(tokens)) {
      const words = meant.map(({ text, folded }) => (isMarked ? text : folded)).join(' ');
      written += normalised.slice(end, tokens[typed.start]?.start) + words;
      end = tokens[typed.end - 1]?.end ?? end;
    }
    return end === 0 ? raw : written + normalised.slice(end);
  }

  /** The short forms among the tokens, in order, with what each means; of two that begin at one place the longer. */
  #findAbbreviations(tokens: readonly Token[]): Abbreviation[] {
    const long = new Map<number, PhraseMatch<Token[]>>();
    for (const match of this.#longAbbreviations.findAll(tokens)) {
      if (match.end > (long.get(match.start)?.end ?? 0)) long.set(match.start, match);
    }
    const found: Abbreviation[] = [];
    for (let start = 0; start < tokens.length;) {
      const match = long.size === 0 ? undefined : long.get(start);
      const end = match?.end ?? start + 1;
      const meant = match?.value ?? this.#abbreviationOf(tokens[start] as Token);
      if (meant !== undefined && meant.length > 0) found.push({ typed: { start, end }, meant });
      start = end;
    }
    return found;
  }

  #abbreviationOf(token: Token): Token[] | undefined {
    return (
      this.#abbreviations.get(token.text) ??
      (token.exact && token.text !== token.folded ? undefined : this.#abbreviations.get(token.folded))
    );
  }

  #decodeInputMethods(tokens: Token[], repairs: ReadMessage['repairs']): Token[] {
    const decoded = tokens.map((token) =>
      token.text !== token.folded || this.#abbreviations.has(token.text) ? undefined : decodeKeys(token.text),
    );
    const count = decoded.reduce((sum, word) => sum + (word === undefined ? 0 : 1), 0);
    if (count === 0) return tokens;
    const share = count / tokens.length;
    return tokens.map((token, at) => {
      const word = decoded[at];
      if (word === undefined || (isFoldedSyllable(token.text) && !/\d/.test(token.text))) return token;
      const isKnown = this.#repair.knows(token.folded);
      if (isKnown && !(share >= 0.3 && this.#vocabulary.englishOnly.has(token.folded))) return token;
      if (this.#vocabulary.words.size > 0 && share < 0.3 && !this.#repair.knows(fold(word))) return token;
      repairs.push({ from: token.text, to: word, kind: 'input-method' });
      return { ...token, text: word, folded: fold(word), exact: true };
    });
  }

  #repairSlips(tokens: Token[], language: MessageLanguage, repairs: ReadMessage['repairs']): Token[] {
    if (this.#vocabulary.words.size === 0 || tokens.every(({ folded }) => this.#repair.knows(folded)))
      return tokens;
    const repaired: Token[] = [];
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at];
      if (token === undefined) continue;
      const before = repaired.at(-1)?.folded;
      const fixed = this.#repair.knows(token.folded)
        ? undefined
        : this.#repair.repair(token.folded, before, tokens[at + 1]?.folded, trustIn(token, language));
      if (fixed === undefined) {
        repaired.push(token);
        continue;
      }
      repairs.push({ from: token.text, to: fixed.words.join(' '), kind: fixed.kind });
      for (const word of fixed.words) repaired.push({ ...token, text: word, folded: word, exact: false });
    }
    return repaired;
  }

  #conceptStream(
    tokens: readonly Token[],
    hashes: readonly number[],
  ): Pick<ReadMessage, 'concepts' | 'conceptHashes' | 'conceptStarts'> {
    const longest = new Map<number, PhraseMatch<{ idea: string; hash: number }>>();
    for (const match of this.#conceptMatcher.findAll(tokens)) {
      if (match.end > (longest.get(match.start)?.end ?? 0)) longest.set(match.start, match);
    }
    const concepts: string[] = [];
    const conceptHashes: number[] = [];
    const conceptStarts: number[] = [];
    for (let at = 0; at < tokens.length;) {
      const known = longest.size === 0 ? undefined : longest.get(at);
      conceptStarts.push(at);
      concepts.push(known?.value.idea ?? tokens[at]?.folded ?? '');
      conceptHashes.push(known?.value.hash ?? hashes[at] ?? 0);
      at = known?.end ?? at + 1;
    }
    return { concepts, conceptHashes, conceptStarts };
  }
}

/** Words that were typed short, from `start` to before `end`, and what they mean. */
interface Abbreviation {
  typed: { start: number; end: number };
  meant: readonly Token[];
}

function expandAbbreviations(
  tokens: Token[],
  found: readonly Abbreviation[],
  repairs: ReadMessage['repairs'],
): Token[] {
  if (found.length === 0) return tokens;
  const expanded: Token[] = [];
  let done = 0;
  for (const { typed, meant } of found) {
    const short = tokens.slice(typed.start, typed.end);
    repairs.push({ from: textOf(short), to: textOf(meant), kind: 'abbreviation' });
    const start = short[0]?.start ?? 0;
    const end = short.at(-1)?.end ?? start;
    expanded.push(...tokens.slice(done, typed.start), ...meant.map((part) => ({ ...part, start, end })));
    done = typed.end;
  }
  return [...expanded, ...tokens.slice(done)];
}

/** What the words of people's messages spell in the keys of an input method: the same words come again and again. */
const decodedKeys = new Map<string, string | undefined>();
const decodedKeysLimit = 20_000;

function decodeKeys(word: string): string | undefined {
  const known = decodedKeys.get(word);
  if (known !== undefined || decodedKeys.has(word)) return known;
  const decoded = decodeTelex(word) ?? decodeVni(word);
  if (word.length <= 12 && decodedKeys.size < decodedKeysLimit) decodedKeys.set(word, decoded);
  return decoded;
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join(' ');
}

/** A word typed with its marks is meant; in English a neighbour must vouch for another word. */
function trustIn(token: Token, language: MessageLanguage): Trust {
  if (token.text !== token.folded && isSyllable(token.text)) return 'high';
  return language === 'en' ? 'some' : 'none';
}
