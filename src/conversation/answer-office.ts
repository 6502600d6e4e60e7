import type { HolidaysFile } from '../content/holidays-schema.ts';
import { inLanguage, renderBlock } from '../content/render-block.ts';
import { capitalise, formatDay } from '../content/render-topic.ts';
import { addDays, startOfVietnamDay, vietnamDay, vietnamMinutes } from '../core/clock.ts';
import type { Understood } from '../core/understood.ts';
import {
  clockText,
  closedDays,
  hasConfirmedHours,
  nextOpening,
  officeAt,
  officeDay,
  weekdayOf,
  type OfficeDay,
  type Span,
} from './office-clock.ts';
import { mentions, readTokens } from './phrases.ts';
import { readDay, type DayPart, type MeantTime } from './read-day.ts';
import { renderContext, say, type Turn } from './turn.ts';

export const officeTopic = 'office';

/** Below this confidence a clear question about a day is about the office, whatever the classifier made of it. */
const surelyElsewhere = 0.6;
/** A message this long is a story, not a question about hours. */
const wordsAtMost = 14;

/** The time that a message asks about when it asks whether the office works; undefined when it asks something else. */
export function readOfficeQuestion(turn: Turn, text: string, understood: Understood): MeantTime | undefined {
  const meant = readDay(text, vietnamDay(turn.now), turn.library.holidays, turn.t);
  const isAboutOffice = understood.topic === officeTopic;
  // Address and telephone are questions about the office too, but not about its time.
  if (isAboutOffice && understood.aspect === 'place') return undefined;
  const tokens = readTokens(text);
  if (meant === undefined || tokens.length > wordsAtMost) return undefined;
  if (isAboutOffice) return meant;
  if (understood.decision === 'answer' && understood.confidence >= surelyElsewhere) return undefined;
  if (mentions(turn.t, tokens, 'office_only')) return meant;
  const goesOn = turn.session.topic === officeTopic && tokens.length <= 7;
  return goesOn && (meant.days.length > 0 || meant.part !== null || meant.holiday !== null)
    ? meant
    : undefined;
}

/** Lines that answer whether and when the office works at the time meant; the last one says what they rest on. */
export function describeOffice(turn: Turn, meant: MeantTime): string {
  const today = vietnamDay(turn.now);
  const lines =
    meant.holiday !== null
      ? describeHoliday(turn, meant.holiday)
      : meant.days.length > 0
        ? meant.days.flatMap((day) => describeDay(turn, day, meant.part, meant.minutes))
        : meant.now || (meant.part === null && meant.minutes === null)
          ? describeNow(turn)
          : describeDay(turn, today, meant.part, meant.minutes);
  const last = meant.days.at(-1) ?? today;
  const opening = lines.some(({ open }) => open) || last < today ? [] : describeNext(turn, last);
  return [...lines.map(({ text }) => text), ...opening, sourceLine(turn)].map(capitalise).join('\n');
}

/** Address and hours as far as they are confirmed, and whether the office is open at this moment. */
export function describeOpeningHours(turn: Turn): string {
  const office = renderBlock('office', renderContext(turn, vietnamDay(turn.now)));
  return [office, ...describeThisMoment(turn), sourceLine(turn)].join('\n');
}

function describeThisMoment(turn: Turn): string[] {
  if (!hasConfirmedHours(turn.unit)) return [];
  const lines = describeNow(turn);
  const opening = lines.some(({ open }) => open) ? [] : describeNext(turn, vietnamDay(turn.now));
  return [[...lines.map(({ text }) => text), ...opening].map(capitalise).join('\n')];
}

/** One line on whether the office works on a day, without its source; for answers about something else. */
export function describeOneDay(turn: Turn, day: string): string {
  return describeDay(turn, day, null, null)
    .map(({ text }) => capitalise(text))
    .join(' ');
}

interface Line {
  text: string;
  open: boolean;
}

function describeDay(turn: Turn, day: string, part: DayPart | null, minutes: number | null): Line[] {
  const found = officeDay(turn.unit, turn.library.holidays, day);
  const whole: Line = { text: dayLine(turn, day, found), open: found.kind === 'open' };
  if (found.kind !== 'open' || found.spans === null) return [whole];
  if (minutes !== null) {
    const moment = officeAt(turn.unit, turn.library.holidays, day, minutes);
    const values = { time: clockText(minutes), day: dayName(turn, day) };
    const text =
      moment.state === 'open'
        ? say(turn, 'office:at_open', { ...values, until: clockText(moment.until) })
        : say(turn, 'office:at_closed', values);
    return moment.state === 'open'
      ? [{ text, open: true }]
      : [
          { text, open: true },
          { text: say(turn, 'office:only_then', { hours: hours(found.spans) }), open: true },
        ];
  }
  if (part === null) return [whole];
  const spans = found.spans.filter((span) => liesIn(span, part));
  if (spans.length > 0) {
    const values = { day: dayName(turn, day), hours: hours(spans) };
    return [{ text: say(turn, `office:part.${part}_open`, values), open: true }];
  }
  return [
    { text: say(turn, `office:part.${part}_closed`, { day: dayName(turn, day) }), open: true },
    { text: say(turn, 'office:only_then', { hours: hours(found.spans) }), open: true },
  ];
}

const partHours: Record<DayPart, Span> = {
  morning: { from: 0, to: 11 * 60 },
  noon: { from: 11 * 60 + 45, to: 12 * 60 + 45 },
  afternoon: { from: 13 * 60 + 30, to: 17 * 60 },
  evening: { from: 18 * 60, to: 24 * 60 },
};

function liesIn(span: Span, part: DayPart): boolean {
  return span.from < partHours[part].to && span.to > partHours[part].from;
}

function dayLine(turn: Turn, day: string, found: OfficeDay): string {
  const values = { day: dayName(turn, day) };
  const language = turn.session.language;
  switch (found.kind) {
    case 'open': {
      const { spans, workedFor } = found;
      const name = workedFor === null ? '' : inLanguage(workedFor, language);
      if (spans === null) {
        return say(turn, workedFor === null ? 'office:open_no_hours' : 'office:open_worked_no_hours', {
          ...values,
          name,
        });
      }
      return say(turn, workedFor === null ? 'office:open' : 'office:open_worked', {
        ...values,
        name,
        hours: hours(spans),
      });
    }
    case 'weekly-rest':
      return say(turn, found.confirmed ? 'office:rest' : 'office:rest_general', values);
    case 'holiday': {
      const name = inLanguage(found.name, language);
      return found.basis === null
        ? say(turn, 'office:holiday', { ...values, name })
        : say(turn, 'office:holiday_basis', { ...values, name, basis: found.basis });
    }
    case 'expected':
      return say(turn, found.certain ? 'office:expected' : 'office:possible', {
        ...values,
        name: inLanguage(found.name, language),
      });
    case 'unconfirmed':
      return say(turn, 'office:unconfirmed', { ...values, name: inLanguage(found.name, language) });
  }
}

function describeNow(turn: Turn): Line[] {
  const day = vietnamDay(turn.now);
  const minutes = vietnamMinutes(turn.now);
  const time = clockText(minutes);
  const moment = officeAt(turn.unit, turn.library.holidays, day, minutes);
  const today = describeDay(turn, day, null, null);
  switch (moment.state) {
    case 'open':
      return [{ text: say(turn, 'office:now_open', { time, until: clockText(moment.until) }), open: true }];
    case 'break':
      return [
        { text: say(turn, 'office:now_break', { time, opens: clockText(moment.opensAt) }), open: true },
      ];
    case 'closed':
      return [
        { text: say(turn, 'office:now_closed', { time }), open: false },
        ...today.map(({ text }) => ({ text, open: false })),
      ];
    case 'unknown':
      return today;
  }
}

/** The first opening from now on, or after the day that was asked about. */
function describeNext(turn: Turn, day: string): string[] {
  const isLater = day > vietnamDay(turn.now);
  const from = isLater ? startOfVietnamDay(addDays(day, 1)) : turn.now;
  const next = nextOpening(turn.unit, turn.library.holidays, from);
  return next === undefined ? [] : [say(turn, 'office:next', openingValues(turn, next))];
}

/** A day and clock time in words, for "đọc tin từ …". */
export function openingValues(
  turn: Turn,
  opening: { day: string; minutes: number },
): { time: string; day: string } {
  return { time: clockText(opening.minutes), day: dayName(turn, opening.day) };
}

function describeHoliday(turn: Turn, holiday: HolidaysFile['holidays'][number]): Line[] {
  const name = inLanguage(holiday.name, turn.session.language);
  const open = true;
  if (holiday.status === 'official' || holiday.status === 'law') {
    const days = dayNames(turn, closedDays(holiday));
    const worked = holiday.worked ?? [];
    return [
      {
        text:
          holiday.basis === undefined
            ? say(turn, 'office:holiday_days', { name, days })
            : say(turn, 'office:holiday_days_basis', { name, days, basis: holiday.basis }),
        open,
      },
      ...(worked.length === 0
        ? []
        : [{ text: say(turn, 'office:holiday_worked', { days: dayNames(turn, worked) }), open }]),
    ];
  }
  const certain = [...holiday.off, ...(holiday.closed_in_every_option ?? [])].sort();
  return [
    { text: say(turn, 'office:holiday_expected', { name }), open },
    ...(certain.length === 0
      ? []
      : [{ text: say(turn, 'office:holiday_certain', { days: dayNames(turn, certain) }), open }]),
    ...(holiday.options ?? []).map(({ from, to }) => ({
      text: say(turn, 'office:holiday_option', { from: dayName(turn, from), to: dayName(turn, to) }),
      open,
    })),
    { text: say(turn, 'office:holiday_wait'), open },
  ];
}

/** Days in words; a run of consecutive days as its first and last. */
function dayNames(turn: Turn, days: readonly string[]): string {
  const runs: { first: string; last: string }[] = [];
  for (const day of days) {
    const run = runs.at(-1);
    const follows = run !== undefined && Date.parse(day) - Date.parse(run.last) === 86_400_000;
    if (follows) run.last = day;
    else runs.push({ first: day, last: day });
  }
  return runs
    .map(({ first, last }) =>
      first === last ? dayName(turn, first) : `${dayName(turn, first)} - ${dayName(turn, last)}`,
    )
    .join(', ');
}

function dayName(turn: Turn, day: string): string {
  const weekday = say(turn, `office:weekday.${weekdayOf(day)}`);
  return say(turn, 'office:day', { weekday, date: formatDay(day) });
}

function hours(spans: readonly Span[]): string {
  return spans.map((span) => `${clockText(span.from)}-${clockText(span.to)}`).join(', ');
}

function sourceLine(turn: Turn): string {
  const on = turn.unit.hours?.confirmed_on;
  return hasConfirmedHours(turn.unit) && on !== null && on !== undefined
    ? say(turn, 'office:confirmed', { date: formatDay(on) })
    : say(turn, 'office:general_source');
}
