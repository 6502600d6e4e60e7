import { fold } from '../../src/text/fold.ts';

/** A seeded source of numbers in [0, 1); the same seed gives the same noise. */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Ways in which people's typing differs from the examples. */
export const noises = {
  plain: (text: string): string => text,
  nodia: (text: string): string => fold(text),
  typo: (text: string, random: Random): string =>
    eachWord(text, (word) => (random() < 0.3 ? slip(word, random) : word)),
  telex: (text: string): string => eachWord(text.toLowerCase(), toTelex),
  abbr: (text: string, random: Random): string => abbreviate(text, random),
  teen: (text: string, random: Random): string =>
    eachWord(text.toLowerCase(), (word) => respell(word, random)),
  mix: (text: string, random: Random): string => {
    const chat = eachWord(abbreviate(text, random), (word) => respell(word, random));
    const bare = random() < 0.85 ? fold(chat) : chat;
    return eachWord(bare, (word) => (random() < 0.15 ? slip(word, random) : word));
  },
} satisfies Record<string, (text: string, random: Random) => string>;

export type Noise = keyof typeof noises;

function eachWord(text: string, change: (word: string) => string): string {
  return text.replace(/[\p{L}\p{M}]+/gu, change);
}

const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** One slip of the finger: a neighbouring key, a dropped, doubled or swapped letter. */
function slip(word: string, random: Random): string {
  if (word.length < 2) return word;
  const letters = [...word.normalize('NFC')];
  const at = Math.floor(random() * letters.length);
  const kind = Math.floor(random() * 4);
  if (kind === 0) letters[at] = neighbour(letters[at] ?? '', random);
  else if (kind === 1) letters.splice(at, 1);
  else if (kind === 2) letters.splice(at, 0, neighbour(letters[at] ?? '', random));
  else if (at + 1 < letters.length)
    [letters[at], letters[at + 1]] = [letters[at + 1] ?? '', letters[at] ?? ''];
  return letters.join('');
}

function neighbour(letter: string, random: Random): string {
  const plain = fold(letter).toLowerCase();
  const row = rows.find((keys) => keys.includes(plain));
  if (row === undefined) return letter;
  const at = row.indexOf(plain) + (random() < 0.5 ? -1 : 1);
  return row[at] ?? letter;
}

const toneKeys: Record<string, string> = {
  '\u0301': 's',
  '\u0300': 'f',
  '\u0309': 'r',
  '\u0303': 'x',
  '\u0323': 'j',
};
const letterKeys: Record<string, string> = { '\u0302': 'same', '\u0306': 'w', '\u031b': 'w' };

/** A word as it comes out when the input method is off. */
function toTelex(word: string): string {
  let typed = '';
  let tone = '';
  for (const mark of word.normalize('NFD').replace(/đ/g, 'dd')) {
    const key = letterKeys[mark];
    if (toneKeys[mark] !== undefined) tone = toneKeys[mark];
    else if (key === 'same') typed += typed.at(-1) ?? '';
    else if (key !== undefined) typed += key;
    else typed += mark;
  }
  return typed + tone;
}

const shortForms: readonly (readonly [RegExp, string])[] = [
  [/không/giu, 'ko'],
  [/được/giu, 'dc'],
  [/đăng ký/giu, 'đk'],
  [/giấy khai sinh/giu, 'gks'],
  [/căn cước công dân/giu, 'cccd'],
  [/căn cước/giu, 'cc'],
  [/hồ sơ/giu, 'hs'],
  [/giấy tờ/giu, 'gt'],
  [/bảo hiểm y tế/giu, 'bhyt'],
  [/như thế nào/giu, 'ntn'],
  [/bao nhiêu/giu, 'bn'],
  [/với/giu, 'vs'],
  [/người/giu, 'ng'],
  [/(?<!\p{L})gì(?!\p{L})/giu, 'j'],
  [/(?<!\p{L})vợ(?!\p{L})/giu, 'vk'],
  [/(?<!\p{L})chồng(?!\p{L})/giu, 'ck'],
  [/(?<!\p{L})em(?!\p{L})/giu, 'e'],
  [/(?<!\p{L})anh(?!\p{L})/giu, 'a'],
  [/(?<!\p{L})rồi(?!\p{L})/giu, 'r'],
  [/trực tuyến/giu, 'onl'],
  [/thủ tục/giu, 'tt'],
  [/làm/giu, 'lm'],
  [/(?<!\p{L})mình(?!\p{L})/giu, 'mk'],
  [/điện thoại/giu, 'đt'],
  [/ủy ban nhân dân/giu, 'ubnd'],
  [/giấy phép lái xe/giu, 'gplx'],
  [/lý lịch tư pháp/giu, 'lltp'],
  [/hộ kinh doanh/giu, 'hkd'],
];

function abbreviate(text: string, random: Random): string {
  return shortForms.reduce(
    (changed, [pattern, short]) => changed.replace(pattern, (match) => (random() < 0.8 ? short : match)),
    text,
  );
}

const respellings: readonly (readonly [RegExp, string])[] = [
  [/^ph/, 'f'],
  [/^gi(?=[aàáảãạăâeêoôơuư])/, 'j'],
  [/^d(?=[^đ])/, 'z'],
  [/^v/, 'z'],
  [/^qu/, 'w'],
  [/^c(?=[aàáảãạăâoôơuư])/, 'k'],
  [/^kh/, 'k'],
  [/ch$/, 'k'],
  [/nh$/, 'h'],
  [/ng$/, 'g'],
  [/iêu$/, 'iu'],
  [/i$/, 'y'],
  [/uô/, 'u'],
];

function respell(word: string, random: Random): string {
  if (random() > 0.35) return word;
  for (const [pattern, typed] of respellings) if (pattern.test(word)) return word.replace(pattern, typed);
  return word;
}
