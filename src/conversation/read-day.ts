import type { HolidaysFile } from '../content/holidays-schema.ts';
import type { Translator } from '../content/translator.ts';
import { addDays } from '../core/clock.ts';
import type { Token } from '../text/tokenise.ts';
import { weekdayOf, type Weekday } from './office-clock.ts';
import { findPhrases, flatten, mentions, readTokens } from './phrases.ts';

export type DayPart = 'morning' | 'noon' | 'afternoon' | 'evening';

/** The time that a message is about. */
export interface MeantTime {
  /** Calendar days (`YYYY-MM-DD`) in order; empty when only `now` or a part of the day is named. */
  days: string[];
  /** The moment of writing itself: "giờ này". */
  now: boolean;
  part: DayPart | null;
  /** Minutes since midnight, when a clock time is named. */
  minutes: number | null;
  /** A holiday named by its name; `days` then holds nothing. */
  holiday: HolidaysFile['holidays'][number] | null;
}

const weekdayKeys: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const parts: readonly DayPart[] = ['morning', 'noon', 'afternoon', 'evening'];

/**
 * Reads which day a message means, seen from `today`: "mai", "thứ bảy tuần sau", "30/4", "tết". A date without a year is
 * the next one. Undefined when no time is named.
 */
export function readDay(
  text: string,
  today: string,
  calendar: HolidaysFile,
  t: Translator,
): MeantTime | undefined {
  const tokens = readTokens(text);
  const flat = flatten(text);
  const part = parts.find((one) => mentions(t, tokens, `part.${one}`)) ?? null;
  const dated = readDate(flat, today);
  const holiday = dated === undefined ? findHoliday(tokens, today, calendar, t) : null;
  const days = dated !== undefined ? [dated] : holiday === null ? findDays(tokens, today, t) : [];
  const minutes = readClock(flat, part);
  const now = days.length === 0 && holiday === null && mentions(t, tokens, 'now');
  if (days.length === 0 && holiday === null && !now && minutes === null && part === null) return undefined;
  return { days, now, part, minutes, holiday };
}

function findDays(tokens: readonly Token[], today: string, t: Translator): string[] {
  const weeksAhead = mentions(t, tokens, 'next_week') ? 1 : 0;
  const thisWeek = weeksAhead === 0 && mentions(t, tokens, 'this_week');
  const named = weekdayKeys.filter((weekday) => mentions(t, tokens, `weekday.${weekday}`));
  const wanted = mentions(t, tokens, 'weekend') ? (['sat', 'sun'] as const) : named;
  if (wanted.length > 0) {
    return wanted.slice(0, 3).map((weekday) => {
      if (weeksAhead === 1 || thisWeek) return dayOfWeek(today, weekday, weeksAhead);
      return nextWeekday(today, weekday);
    });
  }
  // The longer words first: "ngày mốt" is not "ngày mai", "hôm nay" is not "nay".
  if (mentions(t, tokens, 'day.after_tomorrow')) return [addDays(today, 2)];
  if (mentions(t, tokens, 'day.tomorrow')) return [addDays(today, 1)];
  if (mentions(t, tokens, 'day.yesterday')) return [addDays(today, -1)];
  return mentions(t, tokens, 'day.today') ? [today] : [];
}

/** A weekday of the week that holds `today` or of a later one; weeks begin on Monday. */
function dayOfWeek(today: string, weekday: Weekday, weeksAhead: number): string {
  const monday = addDays(today, -weekdayKeys.indexOf(weekdayOf(today)));
  return addDays(monday, weekdayKeys.indexOf(weekday) + 7 * weeksAhead);
}

/** The next day with that name, today included. */
function nextWeekday(today: string, weekday: Weekday): string {
  const ahead = (weekdayKeys.indexOf(weekday) - weekdayKeys.indexOf(weekdayOf(today)) + 7) % 7;
  return addDays(today, ahead);
}

const dayAndMonth =
  /(?<![\d.,/-])(\d{1,2})(?: ?[/-] ?| thang )(\d{1,2})(?:(?: ?[/-] ?| nam )(\d{4}))?(?![\d/-])/;

/** A date written with numbers; without a year the next one from `today`. */
function readDate(flat: string, today: string): string | undefined {
  const found = dayAndMonth.exec(flat);
  if (found === null) return undefined;
  const [, day = '', month = '', year] = found;
  const inYear = (of: string) => `${of}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const thisYear = today.slice(0, 4);
  const date = inYear(year ?? thisYear);
  const next = year === undefined && date < today ? inYear(String(Number(thisYear) + 1)) : date;
  const instant = Date.parse(`${next}T00:00:00Z`);
  // 31/4 would silently become 1/5.
  const isReal = Number.isFinite(instant) && new Date(instant).toISOString().startsWith(next);
  return isReal ? next : undefined;
}

/** "5 giờ chiều", "17h", "8h30". */
function readClock(flat: string, part: DayPart | null): number | null {
  const found = /(?<![\d/])(\d{1,2}) ?(?:h|g|gio|:)(?: ?(\d{2}))?(?![\p{L}\d])/u.exec(flat);
  if (found === null) return null;
  const hours = Number(found[1]);
  const minutes = Number(found[2] ?? 0);
  if (hours > 24 || minutes > 59) return null;
  const isLater = hours < 12 && (part === 'afternoon' || part === 'evening');
  return (isLater ? hours + 12 : hours) * 60 + minutes;
}

/** The next (or present) holiday of a named kind, also one whose days are not known yet; its id is the kind and the year. */
function findHoliday(
  tokens: readonly Token[],
  today: string,
  calendar: HolidaysFile,
  t: Translator,
): HolidaysFile['holidays'][number] | null {
  // The longest name wins: "tết dương lịch" is not "tết".
  const named = kindsOf(calendar)
    .map((kind) => ({
      kind,
      length: Math.max(0, ...findPhrases(t, tokens, `holiday.${kind}`).map(({ start, end }) => end - start)),
    }))
    .filter(({ length }) => length > 0)
    .sort((one, other) => other.length - one.length)[0];
  if (named === undefined) return null;
  const upcoming = calendar.holidays.filter(
    (holiday) => holiday.id.replace(/-\d{4}$/, '') === named.kind && lastDay(holiday) >= today,
  );
  const [next] = upcoming.sort((one, other) => lastDay(one).localeCompare(lastDay(other)));
  return next ?? notYetKnown(named.kind, t);
}

const kindsOfCalendars = new WeakMap<HolidaysFile, readonly string[]>();

function kindsOf(calendar: HolidaysFile): readonly string[] {
  let kinds = kindsOfCalendars.get(calendar);
  if (kinds === undefined) {
    kinds = [...new Set(calendar.holidays.map(({ id }) => id.replace(/-\d{4}$/, '')))];
    kindsOfCalendars.set(calendar, kinds);
  }
  return kinds;
}

/** A holiday whose next days nobody has announced, under the name by which people call it. */
function notYetKnown(kind: string, t: Translator): HolidaysFile['holidays'][number] {
  const called = (language: 'vi' | 'en') => t.list(language, `dialogue:holiday.${kind}`)[0] ?? kind;
  return {
    id: kind,
    name: { vi: called('vi'), en: called('en') },
    status: 'proposed',
    off: [],
    confidence: 'low',
  };
}

function lastDay(holiday: HolidaysFile['holidays'][number]): string {
  const days = [
    ...holiday.off,
    ...(holiday.made_up ?? []),
    ...(holiday.swapped_off ?? []),
    ...(holiday.adjacent_day ?? []),
    ...(holiday.options ?? []).map(({ to }) => to),
  ];
  return days.sort().at(-1) ?? '';
}
