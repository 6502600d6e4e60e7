import { z } from 'zod';
import type { StaffText } from './staff-text.ts';

/** A form or query as it came: one text per field, several where a field was sent several times. */
export type Entered = Readonly<Record<string, string | string[]>>;

/** What is wrong, by field; '' is the form as a whole. */
export type Faults = Readonly<Record<string, string>>;

/** The first text of a field as it was entered. */
export function entered(form: Entered, name: string): string {
  const value = form[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

/** One line of text: trimmed, composed, without control characters, at most `max` characters; may be empty. */
export function optionalLine(max: number): z.ZodType<string> {
  return z
    .string()
    .default('')
    .transform((text) => tidy(text).replace(/\s+/gu, ' ').trim())
    .pipe(z.string().max(max));
}

/** One line that must say something. */
export function line(max: number): z.ZodType<string> {
  return optionalLine(max).pipe(z.string().min(1));
}

/** Text of several lines that must say something. */
export function lines(max: number): z.ZodType<string> {
  return optionalLines(max).pipe(z.string().min(1));
}

/** Text of several lines; may be empty. */
export function optionalLines(max: number): z.ZodType<string> {
  return z
    .string()
    .default('')
    .transform((text) => tidy(text).replace(/\r\n?/gu, '\n').trim())
    .pipe(z.string().max(max));
}

/** A calendar day that exists, `YYYY-MM-DD`, of a year that officers deal with. */
export const day = line(10).pipe(z.string().refine(isDay, 'day'));

/** A calendar day, or nothing. */
export const optionalDay = optionalLine(10).pipe(
  z.string().refine((text) => text === '' || isDay(text), 'day'),
);

function isDay(text: string): boolean {
  return /^(19|20|21)/.test(text) && z.iso.date().safeParse(text).success;
}

/** A whole number of that span. */
export function wholeNumber(min: number, max: number): z.ZodType<number> {
  return line(10).pipe(z.string().regex(/^\d+$/)).transform(Number).pipe(z.number().min(min).max(max));
}

/** A box that is ticked or not. */
export const tick = z
  .literal('1')
  .optional()
  .transform((value) => value === '1');

function tidy(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/gu, '');
}

/** Says in the officer's words what a schema found, the first fault of each field. */
export function explainFaults(error: z.ZodError, t: StaffText): Faults {
  const faults: Record<string, string> = {};
  for (const issue of error.issues) {
    const field = issue.path[0] === undefined ? '' : String(issue.path[0]);
    faults[field] ??= explain(issue, t);
  }
  return faults;
}

/** A schema's own message is a key under `staff:fault`, or the namespace and key of a text. */
function explain(issue: z.core.$ZodIssue, t: StaffText): string {
  switch (issue.code) {
    case 'custom':
      return t(issue.message.includes(':') ? issue.message : `fault.${issue.message}`);
    case 'too_small':
      if (issue.minimum === 1 && issue.origin !== 'number') return t('fault.required');
      return t(issue.origin === 'string' ? 'fault.too_short' : 'fault.too_small', {
        limit: Number(issue.minimum),
      });
    case 'too_big':
      return t(issue.origin === 'string' ? 'fault.too_long' : 'fault.too_big', {
        limit: Number(issue.maximum),
      });
    case 'invalid_type':
      return t('fault.required');
    default:
      return t('fault.wrong');
  }
}
