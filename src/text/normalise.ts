import { isFoldedSyllable, placeTone } from './syllable.ts';
import { fold, isAscii } from './fold.ts';
import { decodeViqr } from './input-method.ts';

/** Invisible, direction-changing and control characters, variation selectors and tags; newline and tab stay. */
const invisible =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]/gu;
const emoji = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u{1F3FB}-\u{1F3FF}\u20E3]/gu;
const loneSurrogate = /\p{Cs}/gu;

/** Cyrillic and Greek letters that look like Latin ones. */
const homoglyphs: Record<string, string> = {
  а: 'a',
  в: 'b',
  е: 'e',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  с: 'c',
  т: 't',
  у: 'y',
  х: 'x',
  ѕ: 's',
  і: 'i',
  ј: 'j',
  ԁ: 'd',
  ɡ: 'g',
  һ: 'h',
  ѵ: 'v',
  ԛ: 'q',
  ԝ: 'w',
  α: 'a',
  ε: 'e',
  ι: 'i',
  ο: 'o',
  ρ: 'p',
  υ: 'u',
  ν: 'v',
  κ: 'k',
  τ: 't',
  χ: 'x',
  ı: 'i',
  ℓ: 'l',
  ð: 'đ',
  ɖ: 'đ',
  ƌ: 'đ',
  ɑ: 'a',
  ⅼ: 'l',
};
const homoglyph = new RegExp(`[${Object.keys(homoglyphs).join('')}]`, 'gu');
/** A vowel three times and more, or any letter so at a word's end; cccd and www stay. */
const stretched =
  /([aeiouyàáảãạăắằẳẵặâấầẩẫậèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵ])\1{2,}|(?<=\p{L})(\p{L})\2{2,}(?!\p{L})/gu;
const latinLetter = /[a-zđ]/;

/** Only letters of Vietnamese, figures and usual marks, which need no cleaning. */
const usual =
  /^[\t\n\r -~À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300-\u0303\u0306\u0309\u031b\u0323\u2018-\u201d\u2013\u2014]*$/u;

/** The same without marks apart from their letters: such a text is composed as it stands. */
const plain = /^[\t\n\r -~À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ\u2018-\u201d\u2013\u2014]*$/u;

/**
 * One spelling for one text: composed, lower case, no invisible characters or emoji, look-alike letters made Latin,
 * tone marks in their modern place, spaced-out letters joined, stretched letters shortened, single spaces.
 * Line breaks stay as one newline. Idempotent.
 */
export function normaliseText(raw: string): string {
  return normaliseUsual(raw) ?? normaliseAny(raw);
}

/** As `normaliseText`, letter by letter, for a text in which only tones may have to move; undefined for any other. */
function normaliseUsual(raw: string): string | undefined {
  const text = raw.toLowerCase();
  if (text.length !== raw.length) return undefined;
  let placed = '';
  let placedTo = 0;
  let start = -1;
  let isMarked = false;
  let loneLetterCount = 0;
  let before = 0;
  let beforeThat = 0;
  for (let at = 0; at <= text.length; at++) {
    // One step past the end closes the last word.
    const code = at < text.length ? text.charCodeAt(at) : 0;
    const signs = at < text.length ? signsOf(code) : 0;
    if (at < text.length) {
      if ((signsOf(raw.charCodeAt(at)) & isPlain) === 0 || (signs & isUnusual) !== 0) return undefined;
      if (code === before && (code === 32 || code === beforeThat)) return undefined;
    }
    if ((signs & isOfWord) !== 0) {
      if (start < 0) start = at;
      if (code > 127) isMarked = true;
    } else if (start >= 0) {
      if (at - start === 1 && ++loneLetterCount > 1) return undefined;
      if (isMarked) {
        const word = text.slice(start, at);
        const proper = placeTone(word);
        if (proper !== word) {
          placed += text.slice(placedTo, start) + proper;
          placedTo = at;
        }
      }
      start = -1;
      isMarked = false;
    }
    beforeThat = before;
    before = code;
  }
  return (placedTo === 0 ? text : placed + text.slice(placedTo)).trim();
}

/** A letter or sign of usual texts; what makes a text unusual; what words are made of. */
const isPlain = 1;
const isUnusual = 2;
const isOfWord = 4;
const isKnown = 8;
const signs = new Uint8Array(0x10000);

/** What is known of a letter, looked up once. */
function signsOf(code: number): number {
  const known = signs[code] as number;
  if (known !== 0) return known;
  const sign = String.fromCharCode(code);
  const found =
    isKnown |
    (plain.test(sign) ? isPlain : 0) |
    (typedMark.test(sign) || /[^\S ]/u.test(sign) ? isUnusual : 0) |
    (/[\p{L}\p{M}]/u.test(sign) ? isOfWord : 0);
  signs[code] = found;
  return found;
}

function normaliseAny(raw: string): string {
  let text = mendTyping(spaceOut(plain.test(raw) ? raw.toLowerCase() : cleanUnusual(raw)));
  // What was joined may be a word typed with marks, or stretched, or a run of letters again; each turn is shorter.
  for (let joined = joinSpacedLetters(text); joined !== text; joined = joinSpacedLetters(text)) {
    text = mendTyping(joined);
  }
  text = text.replace(words, (word) => (isAscii(word) ? word : placeTone(word)));
  return (
    wideSpace.test(text) ? text.replace(/[^\S\n]+/gu, ' ').replace(/ ?\n[\s\n]*/gu, '\n') : text
  ).trim();
}

const words = /[\p{L}\p{M}]+/gu;
const wideSpace = /\s\s|[^\S ]/u;

/** Every space but a line break as a usual one. */
function spaceOut(text: string): string {
  return wideSpace.test(text) ? text.replace(/[^\S\n]/gu, ' ') : text;
}

function cleanUnusual(raw: string): string {
  return (usual.test(raw) ? lower(raw) : cleanCharacters(raw)).replace(baselessMarks, '');
}

/** Marks that stand on no letter: with the next one they would make another. */
const baselessMarks = /(?<![\p{L}\p{M}\p{N}])\p{M}+/gu;

const lower = (text: string): string => text.normalize('NFKC').toLowerCase().normalize('NFKC');

/** Composed and in lower case, without invisible characters and emoji, look-alike letters made Latin. */
function cleanCharacters(raw: string): string {
  let text = lower(raw).replace(loneSurrogate, ' ');
  text = text.replace(invisible, '').normalize('NFKC').replace(emoji, ' ').replace(invisible, '');
  // A mark that stood on a foreign letter may now make one with the Latin letter.
  return latinLetter.test(text)
    ? text.replace(homoglyph, (letter) => homoglyphs[letter] ?? letter).normalize('NFKC')
    : text;
}

/** Signs that stand for marks where those cannot be typed. */
const typedMark = /[\^(+'`~]/;

/** Shortens stretched letters and reads marks that were typed as signs after their letter. */
function mendTyping(text: string): string {
  const short = hasRunOfThree(text) ? text.replace(stretched, '$1$2') : text;
  return typedMark.test(short) ? short.replace(/\S+/gu, (word) => decodeViqr(word) ?? word) : short;
}

function hasRunOfThree(text: string): boolean {
  for (let at = 2; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter > 32 && letter === text.charCodeAt(at - 1) && letter === text.charCodeAt(at - 2)) return true;
  }
  return false;
}

/** Three letters apart: without them there is no run of four. */
const loneLetters = /\p{L}[ .\-_*]+\p{L}[ .\-_*]+\p{L}(?!\p{L})/u;

/** `k h a i  s i n h` and `k.h.a.i s.i.n.h` become words; runs of fewer than four single letters stay. */
function joinSpacedLetters(text: string): string {
  if (!loneLetters.test(text)) return text;
  return text.replace(
    /(?<![\p{L}\p{M}\p{N}])\p{L}(?:(?: +|[.\-_*]| [.\-_*] )\p{L}(?![\p{L}\p{M}\p{N}])){3,}/gu,
    (run) => {
      const words = run.split(/ {2,}/).map((word) => word.replace(/[^\p{L}]/gu, ''));
      const isUniform = words.length === 1 || words.some((word) => word.length > 7);
      return isUniform ? segmentSyllables(words.join('')).join(' ') : words.join(' ');
    },
  );
}

/** Cuts run-together letters into the fewest Vietnamese syllables; the letters as they are when that fails. */
export function segmentSyllables(letters: string): string[] {
  const flat = fold(letters);
  if (flat.length !== letters.length || flat.length > 60) return [letters];
  const best: (number[] | undefined)[] = [[]];
  for (let end = 1; end <= flat.length; end++) {
    for (let start = Math.max(0, end - 7); start < end; start++) {
      const before = best[start];
      if (before === undefined || !isFoldedSyllable(flat.slice(start, end))) continue;
      const found = best[end];
      if (found === undefined || before.length + 1 < found.length) best[end] = [...before, end];
    }
  }
  const ends = best[flat.length];
  if (ends === undefined) return [letters];
  return ends.map((end, index) => letters.slice(index === 0 ? 0 : ends[index - 1], end));
}
