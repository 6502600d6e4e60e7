/** A bubble may stop at a line or sentence end only when it is at least this full; below, a word end reads better. */
const leastFill = 0.3;

const graphemes = new Intl.Segmenter('vi', { granularity: 'grapheme' });

/**
 * Puts sections into as few texts of at most `limitChars` (UTF-16 units of the NFC form, the strictest way to count) as
 * order allows: texts end where sections end; only a section that is too long by itself is broken, at the end of a
 * paragraph where that costs no further text, else of a line, else of a sentence, else of a word. No word is changed; empty sections vanish.
 */
export function packSections(sections: readonly string[], limitChars: number): string[] {
  const texts: string[] = [];
  for (const section of sections) {
    const pieces = breakText(section.normalize('NFC').trim(), limitChars);
    for (const [index, raw] of pieces.entries()) {
      const piece = raw.trim();
      if (piece === '') continue;
      const last = texts.at(-1);
      // Pieces of one section are full by construction; joining them again would insert a paragraph that is not there.
      const joined = index === 0 && last !== undefined ? `${last}\n\n${piece}` : undefined;
      if (joined !== undefined && joined.length <= limitChars) texts[texts.length - 1] = joined;
      else texts.push(piece);
    }
  }
  return texts;
}

/**
 * The same as packSections, but the last text is at most `tailChars`, for a message form that holds less.
 * With no sections at all there is no tail.
 */
export function packWithTail(
  sections: readonly string[],
  limitChars: number,
  tailChars: number,
): { lead: string[]; tail: string | undefined } {
  const whole = sections
    .map((section) => section.normalize('NFC').trim())
    .filter((section) => section !== '');
  const last = whole.at(-1);
  if (last === undefined) return { lead: [], tail: undefined };
  const everything = packSections(whole, tailChars);
  if (everything.length === 1) return { lead: [], tail: everything[0] };
  const pieces = breakText(last, tailChars);
  const tail = (pieces.at(-1) ?? last).trim();
  return { lead: packSections([...whole.slice(0, -1), pieces.slice(0, -1).join('')], limitChars), tail };
}

/**
 * `title` in NFC, at most `limitChars` long. A longer one ends in "…" after the last whole word that fits, or after
 * the last whole character when the first word is too long already.
 */
export function clipTitle(title: string, limitChars: number): string {
  const whole = title.normalize('NFC').trim();
  if (whole.length <= limitChars) return whole;
  const room = limitChars - 1;
  const wordEnd = lastGap(whole, room, 1, /()(\s+)/g)?.end;
  return `${whole.slice(0, wordEnd ?? lastGraphemeEnd(whole, room)).trimEnd()}…`;
}

/** Cuts `text` into pieces that fit once the space around them is gone; joined again they are `text`. */
function breakText(text: string, limitChars: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.trimEnd().length > limitChars) {
    const cut = afterSpace(rest, findCut(rest, limitChars));
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  pieces.push(rest);
  return pieces;
}

/** `index` moved over the space that begins there: left to the next piece it would take the room of a word's end. */
function afterSpace(text: string, index: number): number {
  const next = text.length - text.slice(index).trimStart().length;
  return isWholeAt(text, next) ? next : index;
}

function findCut(text: string, limitChars: number): number {
  const least = Math.ceil(limitChars * leastFill);
  const paragraphEnd = lastGap(text, limitChars, least, /()(\n{2,})/g)?.next;
  // Where it costs no further bubble, a part with its own heading stays whole.
  if (paragraphEnd !== undefined && text.length - paragraphEnd <= limitChars) return paragraphEnd;
  return (
    lastGap(text, limitChars, least, /()(\n+)/g) ??
    lastGap(text, limitChars, least, /([.?!…;][)"”’]*)(\s+)/g, endsSentence) ??
    lastGap(text, limitChars, 1, /()(\s+)/g) ?? { next: lastGraphemeEnd(text, limitChars) }
  ).next;
}

/** The text before a gap ends at `end`; what follows begins at `next`. */
interface Gap {
  end: number;
  next: number;
}

/**
 * The last gap that leaves `least` to `most` characters before it. The pattern's groups are what must stand before the
 * gap and the gap itself; `accepts` may turn a place down by the text before it.
 */
function lastGap(
  text: string,
  most: number,
  least: number,
  pattern: RegExp,
  accepts: (before: string) => boolean = () => true,
): Gap | undefined {
  let found: Gap | undefined;
  for (const { index, 1: mark = '', 2: space = '' } of text.slice(0, most + 1).matchAll(pattern)) {
    const end = index + mark.length;
    const next = end + space.length;
    if (end >= least && end <= most && isWholeAt(text, next) && accepts(text.slice(0, index)))
      found = { end, next };
  }
  return found;
}

/** Whether a stop after `before` ends a sentence: not in "TP. Hồ Chí Minh", "Q. 1" or after the list mark "1.". */
function endsSentence(before: string): boolean {
  return !/(?:^|\s)\(?(?:\p{Lu}\p{L}{0,2}|\p{Ll}|\d{1,2})$/u.test(before.slice(-8));
}

/** The end of the last whole character within `most`; a single character longer than that is cut between code points. */
function lastGraphemeEnd(text: string, most: number): number {
  let end = 0;
  for (const { index, segment } of graphemes.segment(text.slice(0, most + 1))) {
    const next = index + segment.length;
    if (next > most || !isWholeAt(text, next)) continue;
    end = next;
  }
  if (end > 0) return end;
  const splitsPair = most > 1 && isLowSurrogate(text, most);
  return splitsPair ? most - 1 : most;
}

/** Whether a cut at `index` leaves letters with their marks and joined symbols together. */
function isWholeAt(text: string, index: number): boolean {
  if (index >= text.length) return true;
  if (isLowSurrogate(text, index)) return false;
  return !/^[\p{M}\p{EMod}\u200d\ufe0f]/u.test(text.slice(index, index + 2)) && text[index - 1] !== '\u200d';
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
