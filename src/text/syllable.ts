import { fold } from './fold.ts';

/**
 * The Vietnamese syllable by rule: onset × rime × tone. The inventory holds every syllable that the spelling
 * rules allow, used or not, so that a word outside it is surely not a Vietnamese syllable.
 */
export type Tone = 'ngang' | 'huyen' | 'sac' | 'hoi' | 'nga' | 'nang';

const toneMarks: Record<Tone, string> = {
  ngang: '',
  huyen: '\u0300',
  sac: '\u0301',
  nga: '\u0303',
  hoi: '\u0309',
  nang: '\u0323',
};
const tones = Object.keys(toneMarks) as Tone[];
const toneOfMark = new Map(tones.filter((tone) => tone !== 'ngang').map((tone) => [toneMarks[tone], tone]));

const onsets = ' b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x'.split(' ');

const openRimes =
  'a ai ao au ay âu ây e eo ê êu i ia iêu iu o oa oai oao oay oe oeo oi ô ôi ơ ơi u ua ui uê uây uôi uơ uy uya uyu ư ưa ưi ươi ươu ưu y yêu'.split(
    ' ',
  );
const nasalRimes =
  'am an ang anh ăm ăn ăng âm ân âng em en eng êm ên êng ênh iêm iên iêng im in inh oam oan oang oanh oăm oăn oăng oen om on ong oong ôm ôn ông ơm ơn uân uâng uênh um un ung uôm uôn uông uyên uyn uynh ưm ưn ưng ươm ươn ương ym yn ynh yêm yên yêng'.split(
    ' ',
  );
const stoppedRimes =
  'ac ach ap at ăc ăp ăt âc âp ât ec ep et êc êch êp êt ich iêc iêp iêt ip it oac oach oap oat oăc oăt oc oet ooc op ot ôc ôp ôt ơp ơt uât uc uêch uôc uôt up ut uych uyêt uyt ưc ưt ươc ươp ươt ych yt yêt'.split(
    ' ',
  );
const stopped = new Set(stoppedRimes);
const rimes = [...openRimes, ...nasalRimes, ...stoppedRimes];

/** Each rime under each tone that it may have; the onset changes nothing about it. */
const tonedRimes = new Map(
  rimes.map((rime) => [
    rime,
    new Map(
      tones
        .filter((tone) => !stopped.has(rime) || tone === 'sac' || tone === 'nang')
        .map((tone) => [tone, putTone(rime, tone)]),
    ),
  ]),
);

const accented = new Set<string>();
const folded = new Set<string>();
for (const [rime, toned] of tonedRimes) {
  const foldedRime = fold(rime);
  for (const onset of onsets) {
    if (!mayFollow(onset, rime)) continue;
    for (const written of toned.values()) accented.add(onset + written);
    folded.add(fold(onset) + foldedRime);
  }
}
for (const word of ['gì', 'gìn', 'gín', 'giếc', 'gin', 'gí', 'gỉ', 'gị', 'gĩ', 'gi']) {
  accented.add(word);
  folded.add(fold(word));
}

/** Whether a lower-case word is a Vietnamese syllable with its marks, tone in the canonical place. */
export function isSyllable(word: string): boolean {
  return accented.has(word);
}

/** Whether a lower-case word without marks could be a Vietnamese syllable. */
export function isFoldedSyllable(word: string): boolean {
  return folded.has(word);
}

/** All syllables, for tests and counts. */
export function allSyllables(): ReadonlySet<string> {
  return accented;
}

const canonicalWords = new Map<string, string>();

/**
 * Moves the tone mark of one lower-case word to its modern place: hoá → hóa, thuỷ → thủy, tòan → toàn.
 * A word that is no Vietnamese syllable comes back unchanged.
 */
export function placeTone(word: string): string {
  const known = canonicalWords.get(word);
  if (known !== undefined) return known;
  const placed = placeToneUncached(word);
  if (word.length <= 9 && canonicalWords.size < 20_000) canonicalWords.set(word, placed);
  return placed;
}

function placeToneUncached(word: string): string {
  const decomposed = word.normalize('NFD');
  const marks = decomposed.match(/[\u0300\u0301\u0303\u0309\u0323]/g);
  if (marks?.length !== 1) return word;
  const tone = toneOfMark.get(marks[0]);
  if (tone === undefined) return word;
  const base = decomposed.replace(/[\u0300\u0301\u0303\u0309\u0323]/g, '').normalize('NFC');
  const placed = withTone(base, tone);
  return placed ?? word;
}

/** The syllable of toneless letters `base` under `tone`; undefined when no such syllable exists. */
export function withTone(base: string, tone: Tone): string | undefined {
  if (base === 'gi' || base === 'gin') {
    const written = ('gi' + toneMarks[tone] + base.slice(2)).normalize('NFC');
    return accented.has(written) ? written : undefined;
  }
  const split = splitSyllable(base);
  if (split === undefined) return undefined;
  const toned = tonedRimes.get(split.rime)?.get(tone);
  return toned === undefined ? undefined : split.onset + toned;
}

function splitSyllable(base: string): { onset: string; rime: string } | undefined {
  for (let length = Math.min(3, base.length - 1); length >= 0; length--) {
    const onset = base.slice(0, length);
    const rime = base.slice(length);
    if (onsetSet.has(onset) && rimeSet.has(rime) && mayFollow(onset, rime)) return { onset, rime };
  }
  return undefined;
}

const onsetSet = new Set(onsets);
const rimeSet = new Set(rimes);

/** Spelling rules between an onset and what follows it. */
function mayFollow(onset: string, rime: string): boolean {
  if (rime === 'êng' || rime === 'êc') return onset === 'gi';
  const first = rime[0] ?? '';
  const front = 'ieêy'.includes(first);
  switch (onset) {
    case '':
      return !rime.startsWith('iê') && rime !== 'ia' ? true : rime === 'ia';
    case 'k':
    case 'gh':
    case 'ngh':
      return front && !(onset !== 'k' && first === 'y');
    case 'c':
    case 'g':
    case 'ng':
      return !front && !(onset === 'c' && /^o[ae]|^uy|^uê|^uơ|^uâ/.test(rime));
    case 'gi':
      return first !== 'i' && first !== 'y';
    case 'qu':
      return rime === 'ôc' || ('aăâeêiyơ'.includes(first) && !rime.startsWith('iê') && rime !== 'ia');
    default:
      return first !== 'y' || rime === 'y';
  }
}

/** Puts the tone on the vowel that the modern rule asks for. */
function putTone(rime: string, tone: Tone): string {
  if (tone === 'ngang') return rime;
  const vowels = /^[aăâeêioôơuưy]+/.exec(rime)?.[0] ?? '';
  const at = tonePosition(vowels, rime.length > vowels.length);
  return (rime.slice(0, at + 1) + toneMarks[tone] + rime.slice(at + 1)).normalize('NFC');
}

function tonePosition(vowels: string, closed: boolean): number {
  for (const vowel of ['ơ', 'ê', 'ô', 'â', 'ă']) {
    const at = vowels.indexOf(vowel);
    if (at >= 0) return at;
  }
  if (vowels.length === 3) return 1;
  if (vowels.length === 2 && closed) return 1;
  return 0;
}
