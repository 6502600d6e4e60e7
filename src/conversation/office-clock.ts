import type { HolidaysFile } from '../content/holidays-schema.ts';
import type { Unit } from '../content/library.ts';
import { isConfirmed } from '../content/local-fact.ts';
import { addDays, vietnamDay, vietnamMinutes } from '../core/clock.ts';

type Holiday = HolidaysFile['holidays'][number];
export type HolidayName = Holiday['name'];

/** A stretch of office time in minutes since midnight, Vietnam time. */
export interface Span {
  from: number;
  to: number;
}

/** What is known of one day. Nothing is called open or closed that nobody decided or confirmed. */
export type OfficeDay =
  /** A working day; `spans` is null when the unit's hours are not confirmed. */
  | { kind: 'open'; spans: readonly Span[] | null; workedFor: HolidayName | null }
  /** A weekly day of rest; `confirmed` is false when only the general calendar says so. */
  | { kind: 'weekly-rest'; confirmed: boolean }
  | { kind: 'holiday'; name: HolidayName; basis: string | null }
  /** Proposed, not decided: closed under every proposal (`certain`) or only under some. */
  | { kind: 'expected'; name: HolidayName; certain: boolean }
  /** The unit noted the day, but nobody has confirmed the note. */
  | { kind: 'unconfirmed'; name: HolidayName };

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

/** Weekday of a calendar day. */
export function weekdayOf(day: string): Weekday {
  return weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? 'sun';
}

/** What one calendar day (`YYYY-MM-DD`) is for a unit's office: its own days first, then holidays, then the week. */
export function officeDay(unit: Unit, calendar: HolidaysFile, day: string): OfficeDay {
  const own = unit.holidays?.find((one) => one.date === day);
  if (own !== undefined && !isConfirmed(own)) return { kind: 'unconfirmed', name: own.name };
  if (own !== undefined) {
    return own.open === undefined
      ? { kind: 'holiday', name: own.name, basis: null }
      : { kind: 'open', spans: own.open.map(toSpan), workedFor: own.name };
  }
  for (const holiday of calendar.holidays) {
    const found = onHoliday(holiday, day, unit);
    if (found !== undefined) return found;
  }
  const weekday = weekdayOf(day);
  if (!hasConfirmedHours(unit)) {
    return calendar.weekly_rest.includes(weekday)
      ? { kind: 'weekly-rest', confirmed: false }
      : { kind: 'open', spans: null, workedFor: null };
  }
  const spans = hoursOn(unit, weekday);
  return spans.length === 0
    ? { kind: 'weekly-rest', confirmed: true }
    : { kind: 'open', spans, workedFor: null };
}

function onHoliday(holiday: Holiday, day: string, unit: Unit): OfficeDay | undefined {
  const { name } = holiday;
  if (holiday.status === 'official' || holiday.status === 'law') {
    if (closedDays(holiday).includes(day)) return { kind: 'holiday', name, basis: holiday.basis ?? null };
    if (holiday.worked?.includes(day) !== true) return undefined;
    // The day worked in exchange keeps the hours of the working day it stands for.
    const instead = holiday.swapped_off?.[0];
    const spans = hasConfirmedHours(unit) && instead !== undefined ? hoursOn(unit, weekdayOf(instead)) : null;
    return { kind: 'open', spans: spans === null || spans.length === 0 ? null : spans, workedFor: name };
  }
  const certain = [...(holiday.closed_in_every_option ?? []), ...holiday.off];
  if (certain.includes(day)) return { kind: 'expected', name, certain: true };
  const possible =
    holiday.adjacent_day?.includes(day) === true ||
    holiday.options?.some((option) => option.from <= day && day <= option.to) === true;
  return possible ? { kind: 'expected', name, certain: false } : undefined;
}

/** The days on which a decided holiday closes offices, weekends beside it not counted, in order. */
export function closedDays(holiday: Holiday): string[] {
  return [...holiday.off, ...(holiday.made_up ?? []), ...(holiday.swapped_off ?? [])].sort();
}

export function hasConfirmedHours(unit: Unit): boolean {
  return unit.hours !== undefined && isConfirmed(unit.hours);
}

function hoursOn(unit: Unit, weekday: Weekday): Span[] {
  return (unit.hours?.weekly[weekday] ?? []).map(toSpan);
}

/** "07:30-11:30" in minutes. */
function toSpan(text: string): Span {
  const [from = '', to = ''] = text.split('-');
  return { from: toMinutes(from), to: toMinutes(to) };
}

function toMinutes(clock: string): number {
  const [hours = '0', minutes = '0'] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Where the office stands at an instant; `unknown` when its hours are not confirmed or the day is not decided. */
export type OfficeMoment =
  | { state: 'open'; until: number }
  /** Closed between two stretches of the same day. */
  | { state: 'break'; opensAt: number }
  | { state: 'closed' }
  | { state: 'unknown' };

export function officeAt(unit: Unit, calendar: HolidaysFile, day: string, minutes: number): OfficeMoment {
  const found = officeDay(unit, calendar, day);
  if (found.kind === 'holiday' || found.kind === 'weekly-rest') return { state: 'closed' };
  if (found.kind !== 'open' || found.spans === null) return { state: 'unknown' };
  const now = found.spans.find((span) => span.from <= minutes && minutes < span.to);
  if (now !== undefined) return { state: 'open', until: now.to };
  const next = found.spans.find((span) => span.from > minutes);
  const hadOne = found.spans.some((span) => span.to <= minutes);
  return next !== undefined && hadOne ? { state: 'break', opensAt: next.from } : { state: 'closed' };
}

/** How far ahead the next opening is looked for: longer than any Tết. */
const horizonDays = 30;

/**
 * When somebody is next at the office, `minutes` since midnight of `day`; undefined when hours are not confirmed. Days
 * that are not decided are passed over: a promise must hold.
 */
export function nextOpening(
  unit: Unit,
  calendar: HolidaysFile,
  now: Date,
): { day: string; minutes: number; isNow: boolean } | undefined {
  if (!hasConfirmedHours(unit)) return undefined;
  const today = vietnamDay(now);
  const minutesNow = vietnamMinutes(now);
  for (let ahead = 0; ahead <= horizonDays; ahead += 1) {
    const day = addDays(today, ahead);
    const found = officeDay(unit, calendar, day);
    if (found.kind !== 'open' || found.spans === null) continue;
    const span = found.spans.find((one) => ahead > 0 || one.to > minutesNow);
    if (span === undefined) continue;
    const isNow = ahead === 0 && span.from <= minutesNow;
    return { day, minutes: span.from, isNow };
  }
  return undefined;
}

/** 450 → "07:30". */
export function clockText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
