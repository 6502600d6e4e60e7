import { z } from 'zod';
import type { UnitFact } from '../../content/overlay/content-change.ts';
import type { Unit } from '../../content/library.ts';
import type { Choice, FormFields } from '../components.ts';
import { line, lines, optionalLine, optionalLines } from '../form.ts';
import { formatDay } from '../format-time.ts';
import type { Html } from '../html.ts';
import type { StaffText } from '../staff-text.ts';

/** How one kind of local fact is shown, entered and kept. An item is one fact in the form of the unit's file. */
export interface FactForm {
  /** A part that holds one fact only (`single`), a list of them, or one for each topic. */
  shape: 'single' | 'list' | 'by-topic';
  /** One line that says what an item states. */
  summary(item: Item, t: StaffText): string;
  fields(draw: FormFields, item: Item | undefined, context: FactContext): Html[];
  /** Members that the form does not show: they stay as they are. */
  carried?: readonly string[];
  /** Reads the form; its output is an item without its confirmation. */
  form: z.ZodType<Item>;
}

export type Item = Record<string, unknown>;

export interface FactContext {
  t: StaffText;
  topics: readonly Choice[];
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const span = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

/** "07:30-11:30, 13:00-17:00"; empty = closed. */
const spans = optionalLine(100)
  .transform((text) => text.split(/[,;]/).flatMap((part) => (part.trim() === '' ? [] : [part.replace(/\s/g, '')])))
  .pipe(z.array(z.string().regex(span)));
const dayField = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const optionalDay = z.union([dayField, z.literal('')]).default('');
const phone = z.union([z.string().regex(/^[0-9 .]{3,16}$/), z.literal('')]).default('');

/** A text in Vietnamese and perhaps in English. */
function localized(vi: string, en: string): { vi: string; en?: string } {
  return en === '' ? { vi } : { vi, en };
}

/** Without members that were left empty. */
function filled(item: Item): Item {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined && value !== ''));
}

/** A text at a path of an item, as a field shows it. */
function textAt(item: Item | undefined, ...path: string[]): string {
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Item)[key] : undefined),
    item,
  );
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function nameFields(draw: FormFields, item: Item | undefined, { t }: FactContext): Html[] {
  return [
    draw.text({ name: 'name_vi', label: t('staff-content:name_vi'), value: textAt(item, 'name', 'vi'), maxLength: 200 }),
    draw.text({ name: 'name_en', label: t('staff-content:name_en'), value: textAt(item, 'name', 'en'), maxLength: 200 }),
  ];
}

function textFields(draw: FormFields, item: Item | undefined, { t }: FactContext): Html[] {
  return [
    draw.area({ name: 'text_vi', label: t('staff-content:text_vi'), value: textAt(item, 'text', 'vi'), maxLength: 2_000 }),
    draw.area({ name: 'text_en', label: t('staff-content:text_en'), value: textAt(item, 'text', 'en'), maxLength: 2_000 }),
  ];
}

const texts = { text_vi: lines(2_000), text_en: optionalLines(2_000) };
const names = { name_vi: line(200), name_en: optionalLine(200) };

const contactKinds = ['office', 'hotline-1022', 'police', 'health', 'land', 'feedback', 'data-protection', 'other'] as const;

export const factForms: Record<UnitFact, FactForm> = {
  address: {
    shape: 'single',
    summary: (item) => textAt(item, 'text', 'vi'),
    fields: textFields,
    form: z.object(texts).transform(({ text_vi: vi, text_en: en }) => ({ text: localized(vi, en) })),
  },
  hours: {
    shape: 'single',
    summary: (item, t) =>
      weekdays
        .map((name) => [t(`bot:weekday.${name}`), textAt(item, 'weekly', name)] as const)
        .filter(([, hours]) => hours !== '')
        .map(([name, hours]) => `${name} ${hours}`)
        .join('; '),
    fields: (draw, item, { t }) =>
      weekdays.map((name, index) =>
        draw.text({
          name,
          label: t(`staff-content:weekday.${name}`),
          hint: index === 0 ? t('staff-content:hours_hint') : undefined,
          value: textAt(item, 'weekly', name),
          maxLength: 100,
          width: 24,
        }),
      ),
    form: z
      .object(Object.fromEntries(weekdays.map((name) => [name, spans])) as Record<(typeof weekdays)[number], typeof spans>)
      .transform((form) => ({
        weekly: Object.fromEntries(weekdays.flatMap((name) => (form[name].length === 0 ? [] : [[name, form[name]]]))),
      })),
  },
  contacts: {
    shape: 'list',
    carried: ['url', 'note'],
    summary: (item) => [textAt(item, 'name', 'vi'), textAt(item, 'phone')].filter((text) => text !== '').join(': '),
    fields: (draw, item, context) => [
      ...nameFields(draw, item, context),
      draw.select({
        name: 'kind',
        label: context.t('staff-content:contact_kind'),
        value: textAt(item, 'kind') || 'office',
        choices: contactKinds.map((value) => ({ value, label: context.t(`staff-content:contact_kind_of.${value}`) })),
      }),
      draw.text({ name: 'phone', label: context.t('staff-content:phone'), type: 'tel', value: textAt(item, 'phone'), maxLength: 16, width: 16 }),
      draw.text({ name: 'email', label: context.t('staff-content:email'), type: 'email', value: textAt(item, 'email'), maxLength: 200 }),
    ],
    form: z
      .object({
        ...names,
        kind: z.enum(contactKinds),
        phone,
        email: z.union([z.email().max(200), z.literal('')]).default(''),
      })
      .transform(({ name_vi: vi, name_en: en, kind, phone: number, email }) =>
        filled({ name: localized(vi, en), kind, phone: number.replace(/[ .]/g, ''), email }),
      ),
  },
  holidays: {
    shape: 'list',
    summary: (item, t) => {
      const open = textAt(item, 'open');
      return [formatDay(textAt(item, 'date')), textAt(item, 'name', 'vi'), open === '' ? t('staff-content:closed') : open].join(', ');
    },
    fields: (draw, item, context) => [
      draw.text({ name: 'date', label: context.t('staff-content:date'), type: 'date', value: textAt(item, 'date'), width: 12 }),
      ...nameFields(draw, item, context),
      draw.text({ name: 'open', label: context.t('staff-content:open_hours'), hint: context.t('staff-content:open_hours_hint'), value: textAt(item, 'open'), maxLength: 100, width: 24 }),
    ],
    form: z
      .object({ date: dayField, ...names, open: spans })
      .transform(({ date, name_vi: vi, name_en: en, open }) => ({
        ...{ date, name: localized(vi, en) },
        ...(open.length === 0 ? {} : { open }),
      })),
  },
  local_fees: {
    shape: 'by-topic',
    summary: (item) => textAt(item, 'text', 'vi').split('\n')[0] ?? '',
    fields: (draw, item, context) => [
      draw.select({ name: 'topic', label: context.t('staff-content:topic'), value: textAt(item, 'topic'), choices: context.topics }),
      ...textFields(draw, item, context),
      draw.text({ name: 'resolution', label: context.t('staff-content:resolution'), value: textAt(item, 'resolution'), maxLength: 300 }),
      draw.text({ name: 'from', label: context.t('staff-content:valid_from'), type: 'date', value: textAt(item, 'valid', 'from'), width: 12 }),
      draw.text({ name: 'until', label: context.t('staff-content:valid_until'), hint: context.t('staff-content:valid_until_hint'), type: 'date', value: textAt(item, 'valid', 'until'), width: 12 }),
    ],
    form: z
      .object({ topic: line(100), ...texts, resolution: line(300), from: dayField, until: optionalDay })
      .transform(({ topic, text_vi: vi, text_en: en, resolution, from, until }) => ({
        ...{ topic, text: localized(vi, en), resolution },
        valid: { from, until: until === '' ? null : until },
      })),
  },
  tracking: {
    shape: 'list',
    summary: (item) => textAt(item, 'text', 'vi'),
    fields: textFields,
    form: z.object(texts).transform(({ text_vi: vi, text_en: en }) => ({ text: localized(vi, en) })),
  },
};

/** The items of a unit's part with what each is called in a path: its place, its topic, or `one`. */
export function listItems(unit: Unit, fact: UnitFact): { key: string; item: Item }[] {
  const value: unknown = unit[fact];
  if (typeof value !== 'object' || value === null) return [];
  switch (factForms[fact].shape) {
    case 'single':
      return [{ key: 'one', item: value as Item }];
    case 'list':
      return (value as Item[]).map((item, index) => ({ key: String(index), item }));
    case 'by-topic':
      return Object.entries(value as Record<string, Item>).map(([topic, item]) => ({ key: topic, item: { topic, ...item } }));
  }
}

/** The part with an item put in the place of `key` (`new` = added at the end), or without it. */
export function withItem(unit: Unit, fact: UnitFact, key: string, item: Item | null): unknown {
  const { shape } = factForms[fact];
  if (shape === 'single') return { ...(listItems(unit, fact)[0]?.item ?? {}), ...item };
  const kept = listItems(unit, fact).map((one) => (one.key === key ? item : one.item));
  const items = [...kept, ...(key === 'new' ? [item] : [])].filter((one) => one !== null);
  if (shape === 'list') return items;
  return Object.fromEntries(items.map(({ topic, ...rest }) => [String(topic), rest]));
}
