import { vietnamDay, vietnamMinutes } from '../core/clock.ts';
import { html, type Html } from './html.ts';

/** `2026-11-29` as `29/11/2026`. */
export function formatDay(day: string): string {
  const [year, month, date] = day.split('-');
  return `${date}/${month}/${year}`;
}

/** An instant as `29/11/2026 14:05`, Vietnam time. */
export function formatInstant(instant: string | Date): string {
  const date = new Date(instant);
  return `${formatDay(vietnamDay(date))} ${formatClock(date)}`;
}

/** The time of day at an instant, `14:05`, Vietnam time. */
export function formatClock(instant: string | Date): string {
  const minutes = vietnamMinutes(new Date(instant));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** An instant for people and for programs. */
export function timeTag(instant: string | Date): Html {
  return html`<time datetime="${new Date(instant).toISOString()}">${formatInstant(instant)}</time>`;
}
