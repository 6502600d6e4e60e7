import type { Language } from '../core/session.ts';
import { holdsOn } from './validity.ts';
import { isConfirmed } from './local-fact.ts';
import type { Library, Unit } from './library.ts';
import type { Translator } from './translator.ts';

/** What a text depends on beside the topic: whose office, which day, which language. */
export interface RenderContext {
  library: Library;
  unit: Unit;
  /** Vietnamese calendar day, `YYYY-MM-DD`. */
  day: string;
  language: Language;
  t: Translator;
}

export type BlockName = 'hotlines' | 'office' | 'place-names';

/** A part of an answer that comes from the unit's file or a data file; only confirmed facts are in it. */
export function renderBlock(block: BlockName, context: RenderContext): string {
  if (block === 'hotlines') return renderHotlines(context);
  return block === 'office' ? renderOffice(context) : renderPlaceNames(context);
}

/** Confirmed numbers of the unit first (1022 before others), then the national ones that are known to work. */
function renderHotlines(context: RenderContext): string {
  const { library, unit, day, language, t } = context;
  const own = (unit.contacts ?? []).filter((contact) => contact.phone !== undefined && isConfirmed(contact));
  own.sort((a, b) => Number(b.kind === 'hotline-1022') - Number(a.kind === 'hotline-1022'));
  const national = library.contacts.filter(
    (contact) =>
      contact.status === 'usable' &&
      holdsOn(contact.valid, day) &&
      (contact.provinces === undefined || contact.provinces.includes(unit.province)),
  );
  // People ask for 1022 by name: while the unit has not confirmed how to reach it, that is what they hear.
  const is1022Known = own.some((contact) => contact.kind === 'hotline-1022');
  return [
    ...own.map((contact) => `- ${contact.phone ?? ''}: ${inLanguage(contact.name, language)}`),
    ...(is1022Known ? [] : [t(language, 'bot:block.hotlines.unknown_1022')]),
    ...national.map((contact) => `- ${contact.display}: ${inLanguage(contact.purpose, language)}`),
  ].join('\n');
}

function renderOffice(context: RenderContext): string {
  const { unit, language, t } = context;
  const address =
    unit.address !== undefined && isConfirmed(unit.address)
      ? t(language, 'bot:block.office.address', { address: inLanguage(unit.address.text, language) })
      : t(language, 'bot:block.office.address_unknown');
  const hours =
    unit.hours !== undefined && isConfirmed(unit.hours)
      ? t(language, 'bot:block.office.hours', { hours: describeHours(unit.hours.weekly, context) })
      : t(language, 'bot:block.office.hours_unknown');
  const phones = (unit.contacts ?? [])
    .filter((contact) => contact.kind === 'office' && contact.phone !== undefined && isConfirmed(contact))
    .map((contact) =>
      t(language, 'bot:block.office.phone', { name: inLanguage(contact.name, language), phone: contact.phone ?? '' }),
    );
  return [inLanguage(unit.name, language), address, hours, ...phones].join('\n');
}

const weekOrder = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Days with the same hours are named together: "thứ Hai - thứ Sáu 07:30-11:30, 13:00-17:00". */
function describeHours(weekly: NonNullable<Unit['hours']>['weekly'], { language, t }: RenderContext): string {
  const groups: { first: string; last: string; spans: string }[] = [];
  for (const weekday of weekOrder) {
    const spans = (weekly[weekday] ?? []).join(', ');
    if (spans === '') continue;
    const previous = groups.at(-1);
    const name = t(language, `bot:weekday.${weekday}`);
    if (previous?.spans === spans) previous.last = name;
    else groups.push({ first: name, last: name, spans });
  }
  return groups
    .map(({ first, last, spans }) => `${first === last ? first : `${first} - ${last}`} ${spans}`)
    .join('; ');
}

function renderPlaceNames(context: RenderContext): string {
  const { library, unit, day, language, t } = context;
  const province = library.provinces.get(unit.province);
  const current = province?.names.find((name) => holdsOn(name.valid, day));
  const lines = (province?.formerly ?? []).map((old) =>
    t(language, 'bot:block.place_names.line', {
      old,
      new: current === undefined ? '' : inLanguage(current.full, language),
    }),
  );
  return [t(language, 'bot:block.place_names.intro'), ...lines].join('\n');
}

/** The text in the wanted language, Vietnamese when there is none. */
export function inLanguage(text: { vi: string; en?: string | undefined }, language: Language): string {
  return language === 'en' && text.en !== undefined ? text.en : text.vi;
}
