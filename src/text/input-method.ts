import { isSyllable, withTone, type Tone } from './syllable.ts';

/** Keystrokes of an input method that was off (Telex, VNI) and the mail convention VIQR, turned back into letters. */

const telexTones: Record<string, Tone> = { s: 'sac', f: 'huyen', r: 'hoi', x: 'nga', j: 'nang' };
const vniTones: Record<string, Tone> = { '1': 'sac', '2': 'huyen', '3': 'hoi', '4': 'nga', '5': 'nang' };
const viqrTones: Record<string, Tone> = { "'": 'sac', '`': 'huyen', '?': 'hoi', '~': 'nga', '.': 'nang' };

const onsetPattern = /^(?:ngh|ng|nh|gh|gi(?=[aeouw])|ch|kh|ph|qu|th|tr|[bcdghklmnprstvx])?/;

/**
 * The syllable that a lower-case ASCII word spells in raw Telex keys (`ddawng` → `đăng`, `kys` → `ký`).
 * Undefined when the word uses no Telex key or spells no Vietnamese syllable.
 */
export function decodeTelex(word: string): string | undefined {
  if (word.length < 2 || word.length > 10 || !/^[a-z]+$/.test(word)) return undefined;
  let onset = onsetPattern.exec(word)?.[0] ?? '';
  let rest = word.slice(onset.length);
  let used = false;
  if (onset === 'd' && rest.startsWith('d')) {
    onset = 'đ';
    rest = rest.slice(1);
    used = true;
  }
  const state = { vowels: '', coda: '', tone: 'ngang' as Tone };
  for (const key of rest) {
    const tone = telexTones[key];
    if (tone !== undefined && state.vowels !== '') {
      state.tone = tone;
      used = true;
    } else if (key === 'z' && state.tone !== 'ngang') {
      state.tone = 'ngang';
    } else if (key === 'd' && onset === 'd' && state.vowels !== '') {
      onset = 'đ';
      used = true;
    } else if (key === 'w') {
      state.vowels = addHorn(state.vowels);
      used = true;
    } else if ('aeo'.includes(key) && state.vowels.includes(key)) {
      state.vowels = addCircumflex(state.vowels, key);
      used = true;
    } else if ('aeiouy'.includes(key)) {
      if (state.coda !== '') return undefined;
      state.vowels += key;
    } else {
      state.coda += key;
    }
  }
  if (!used || state.vowels === '') return undefined;
  // The same keys spell ươ (được) and, where that cannot be, uơ (thuở).
  return (
    withTone(onset + state.vowels + state.coda, state.tone) ??
    withTone(onset + state.vowels.replace('ươ', 'uơ') + state.coda, state.tone)
  );
}

/** The syllable that a lower-case word spells in VNI keys (`d9a8ng` → `đăng`, `ky1` → `ký`); else undefined. */
export function decodeVni(word: string): string | undefined {
  if (word.length > 12 || !/^[a-z][a-z1-9]*[1-9][a-z1-9]*$/.test(word)) return undefined;
  const state = { letters: '', tone: 'ngang' as Tone };
  for (const key of word) {
    const tone = vniTones[key];
    if (tone !== undefined) state.tone = tone;
    else if (key === '6')
      state.letters = replaceLast(state.letters, /[aeo](?=[^aeo]*$)/, { a: 'â', e: 'ê', o: 'ô' });
    else if (key === '7') state.letters = addHorn(state.letters, 'ou');
    else if (key === '8') state.letters = replaceLast(state.letters, /a(?=[^a]*$)/, { a: 'ă' });
    else if (key === '9') state.letters = state.letters.replace(/^d/, 'đ');
    else state.letters += key;
  }
  return withTone(state.letters, state.tone);
}

/**
 * The syllable that a lower-case word spells in VIQR (`gia^'y` → `giấy`, `ho^.` → `hộ`); undefined when it has no
 * such key or spells nothing. A final `.` or `?` counts as a tone only beside another key, for it is mostly a stop.
 */
export function decodeViqr(word: string): string | undefined {
  if (word.length > 14 || !/^[a-z][a-z^(+'`?~.]*$/.test(word) || !/[\^(+'`~]/.test(word)) return undefined;
  const state = { letters: '', tone: 'ngang' as Tone };
  for (const key of word) {
    const tone = viqrTones[key];
    if (tone !== undefined) state.tone = tone;
    else if (key === '^') state.letters = replaceLast(state.letters, /[aeo]$/, { a: 'â', e: 'ê', o: 'ô' });
    else if (key === '(') state.letters = replaceLast(state.letters, /a$/, { a: 'ă' });
    else if (key === '+') state.letters = replaceLast(state.letters, /[ou]$/, { o: 'ơ', u: 'ư' });
    else state.letters += key;
  }
  state.letters = state.letters.replace(/^dd/, 'đ');
  const decoded = withTone(state.letters, state.tone);
  return decoded !== undefined && isSyllable(decoded) ? decoded : undefined;
}

function addHorn(vowels: string, which = 'aou'): string {
  if (/uo/.test(vowels)) return vowels.replace('uo', 'ươ');
  if (/ưo/.test(vowels)) return vowels.replace('ưo', 'ươ');
  if (/uơ/.test(vowels)) return vowels.replace('uơ', 'ươ');
  if (vowels.includes('ua') && which.includes('a')) return vowels.replace('ua', 'ưa');
  const table: Record<string, string> = { a: 'ă', o: 'ơ', u: 'ư' };
  for (let at = vowels.length - 1; at >= 0; at--) {
    const letter = vowels[at] ?? '';
    const horned = which.includes(letter) ? table[letter] : undefined;
    if (horned !== undefined) return vowels.slice(0, at) + horned + vowels.slice(at + 1);
  }
  return vowels + 'ư';
}

function addCircumflex(vowels: string, key: string): string {
  const table: Record<string, string> = { a: 'â', e: 'ê', o: 'ô' };
  const at = vowels.lastIndexOf(key);
  return vowels.slice(0, at) + (table[key] ?? key) + vowels.slice(at + 1);
}

function replaceLast(text: string, pattern: RegExp, table: Record<string, string>): string {
  return text.replace(pattern, (letter) => table[letter] ?? letter);
}
