import { formatDay } from '../format-number.ts';
import type { Period } from '../period.ts';

/** The report's words, in its language; keys are those of the `reports` locale. */
export interface Wording {
  say(key: string, values?: Readonly<Record<string, string | number>>): string;
  has(key: string): boolean;
}

const romans = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X'];

export function toRoman(number: number): string {
  return romans[number - 1] ?? String(number);
}

/** A period in words: `quý III năm 2026`. */
export function namePeriod(
  { kind, number, year }: Pick<Period, 'kind' | 'number' | 'year'>,
  words: Wording,
): string {
  const key = kind === 'half' ? `half_${number}` : kind === 'nine-months' ? 'nine_months' : kind;
  return words.say(`period.${key}`, { number, year, roman: toRoman(number) });
}

export function nameWindow(
  { firstDay, lastDay }: { firstDay: string; lastDay: string },
  words: Wording,
): string {
  return words.say('period.window', { from: formatDay(firstDay), to: formatDay(lastDay) });
}

/** A label of a set of words, or the raw word where nobody named it yet. */
export function label(set: string, word: string, words: Wording): string {
  const key = `${set}.${word}`;
  return words.has(key) ? words.say(key) : word;
}
