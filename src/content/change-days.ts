import { addDays } from '../core/clock.ts';
import type { Library, Topic } from './library.ts';
import { effectOf, withSuccessors } from './legal-effect.ts';
import { toPeriod, type Period } from './period.ts';

/**
 * The days on which what is said about a topic may change, oldest first: first days, and the days after last days, of
 * the topic, its entries and buttons, the documents behind it, national contacts, names of provinces and local fees.
 * Between two of them nothing changes.
 */
export function listChangeDays(topic: Topic, library: Library): string[] {
  const entries = Object.values(topic.sections).flat();
  const legalIds = new Set([...topic.legal, ...entries.flatMap((entry) => entry.legal ?? [])]);
  const documents = [...legalIds].flatMap((id) => withSuccessors(id, library.legal));
  const periods: (Period | undefined)[] = [
    toPeriod(topic.valid),
    ...entries.map((entry) => toPeriod(entry.valid)),
    ...(topic.buttons ?? []).map((button) => toPeriod(button.valid)),
    ...documents.map(effectOf),
    ...library.contacts.map((contact) => toPeriod(contact.valid)),
    ...[...library.provinces.values()].flatMap(({ names }) => names.map((name) => toPeriod(name.valid))),
    ...[...library.units.values()].map((unit) => toPeriod(unit.local_fees?.[topic.id]?.valid)),
  ];
  const days = periods.flatMap((period) =>
    period === undefined ? [] : [period.from, dayAfter(period.until)],
  );
  return [...new Set([earliestDay, ...days])].filter((day) => day >= earliestDay && day <= latestDay).sort();
}

/** Written dates outside these are open ends. */
const earliestDay = '1900-01-01';
const latestDay = '2999-12-31';

function dayAfter(day: string): string {
  return day > latestDay ? day : addDays(day, 1);
}
