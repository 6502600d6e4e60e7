import type { Translator } from '../content/translator.ts';
import { Remembered } from '../core/remembered.ts';
import { fold } from '../text/fold.ts';
import { normaliseText } from '../text/normalise.ts';
import { PhraseMatcher, type PhraseMatch } from '../text/phrase-matcher.ts';
import { tokenise, trustMarks, type Token } from '../text/tokenise.ts';

/** Phrase lists of all languages, made ready once per translator: people mix languages and drop marks. */
interface PhraseBook {
  whole: Map<string, ReadonlySet<string>>;
  within: Map<string, PhraseMatcher<string>>;
  /** Where the lists' phrases stand in messages read lately: one message is held against the same list by many rules. */
  found: WeakMap<readonly Token[], Map<string, readonly PhraseMatch<string>[]>>;
  /** Simplified messages without politeness. */
  plain: Remembered<string>;
}

/** Messages of which the readings are kept. */
const rememberedMessages = 200;

const books = new WeakMap<Translator, PhraseBook>();

function bookOf(t: Translator): PhraseBook {
  const known = books.get(t);
  if (known !== undefined) return known;
  const made: PhraseBook = {
    whole: new Map(),
    within: new Map(),
    found: new WeakMap(),
    plain: new Remembered(rememberedMessages),
  };
  books.set(t, made);
  return made;
}

/** A list of `content/locales/<language>/dialogue.yaml` in every language. */
function listOf(t: Translator, key: string): string[] {
  return [...new Set(t.languages.flatMap((language) => t.list(language, `dialogue:${key}`)))];
}

/** One message is read by dozens of rules, each of which asks for the same tokens and the same simple spelling. */
const normalised = new Remembered<string>(rememberedMessages);
const readings = new Remembered<readonly Token[]>(rememberedMessages);
const simplified = new Remembered<string>(rememberedMessages);
const folded = new Remembered<string>(rememberedMessages);

/** What somebody typed in one form of Unicode, as `normaliseText` makes it. */
export function normalise(text: string): string {
  return normalised.get(text, () => normaliseText(text));
}

/** The tokens of what somebody typed. */
export function readTokens(text: string): readonly Token[] {
  return readings.get(text, () => {
    const tokens = tokenise(normalise(text));
    trustMarks(tokens);
    return tokens;
  });
}

/** A message without marks and capitals, its punctuation kept. */
export function flatten(text: string): string {
  return folded.get(text, () => fold(normalise(text)));
}

/** One spelling of a short message: no marks, no punctuation, single spaces. */
export function simplify(text: string): string {
  return simplified.get(text, () =>
    flatten(text)
      .replace(/[^\p{L}\p{N}/]+/gu, ' ')
      .trim(),
  );
}

/** Whether the whole message is one of a list's phrases, with or without words of politeness around it. */
export function says(t: Translator, text: string, key: string): boolean {
  if (text.length > 120) return false;
  const phrases = wholePhrases(t, key);
  const said = simplify(text);
  return phrases.has(said) || phrases.has(withoutPoliteness(t, said));
}

/** A simplified message without the words of politeness at its ends. */
export function withoutPoliteness(t: Translator, said: string): string {
  return bookOf(t).plain.get(said, () => {
    const starts = wholePhrases(t, 'polite_start');
    const ends = wholePhrases(t, 'polite_end');
    let words = said.split(' ');
    while (words.length > 1 && starts.has(words[0] ?? '')) words = words.slice(1);
    while (words.length > 1 && ends.has(words.at(-1) ?? '')) words = words.slice(0, -1);
    return words.join(' ');
  });
}

function wholePhrases(t: Translator, key: string): ReadonlySet<string> {
  const { whole } = bookOf(t);
  const known = whole.get(key);
  if (known !== undefined) return known;
  const made = new Set(listOf(t, key).map(simplify));
  whole.set(key, made);
  return made;
}

/** The single words of a list, without marks. */
export function wholeWords(t: Translator, key: string): ReadonlySet<string> {
  return wholePhrases(t, key);
}

/** The places where a message mentions one of a list's phrases; marks count where the writer used them. */
export function findPhrases(
  t: Translator,
  tokens: readonly Token[],
  key: string,
): readonly PhraseMatch<string>[] {
  const { found } = bookOf(t);
  let byKey = found.get(tokens);
  if (byKey === undefined) {
    byKey = new Map<string, readonly PhraseMatch<string>[]>();
    found.set(tokens, byKey);
  }
  let matches = byKey.get(key);
  if (matches === undefined) {
    matches = searchPhrases(t, tokens, key);
    byKey.set(key, matches);
  }
  return matches;
}

function searchPhrases(t: Translator, tokens: readonly Token[], key: string): PhraseMatch<string>[] {
  const { within } = bookOf(t);
  let matcher = within.get(key);
  if (matcher === undefined) {
    matcher = new PhraseMatcher<string>();
    for (const phrase of listOf(t, key)) matcher.add(phrase, key, { strict: true });
    within.set(key, matcher);
  }
  return matcher.findAll(tokens);
}

/** A short message that is all core and filler, however they are put together; longer ones say something of their own. */
const briefWords = 9;

/** Whether a short message says one of the `core` phrases and beside it nothing but words of the list `filler`. */
export function saysInEffect(t: Translator, text: string, core: string): boolean {
  if (text.length > 80) return false;
  const tokens = readTokens(text);
  if (tokens.length === 0 || tokens.length > briefWords) return false;
  const cores = findPhrases(t, tokens, core);
  const spans = [...cores, ...findPhrases(t, tokens, 'filler')];
  return cores.length > 0 && tokens.every((_, at) => spans.some(({ start, end }) => start <= at && at < end));
}

export function mentions(t: Translator, tokens: readonly Token[], key: string): boolean {
  return findPhrases(t, tokens, key).length > 0;
}
