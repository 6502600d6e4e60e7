import { z } from 'zod';
import type { UnitFact } from '../../content/overlay/content-change.ts';
import type { FormFields } from '../components.ts';
import { day, line, lines, optionalDay, optionalLine, optionalLines } from '../form.ts';
import { formatDay } from '../format-time.ts';
import type { Html } from '../html.ts';
import { filled, textAt, type FactContext, type FactForm, type Item } from './part-form.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const span = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

/** "07:30-11:30, 13:00-17:00"; empty = closed. */
const spans = optionalLine(100)
  .transform((text) => text.split(/[,;]/).flatMap((part) => (part.trim() === '' ? [] : [part.replace(/\s/g, '')])))
  .pipe(z.array(z.string().regex(span)));
const phone = z.union([z.string().regex(/^[0-9 .]{3,16}$/), z.literal('')]).default('');

/** A text in Vietnamese and perhaps in English. */
function localized(vi: string, en: string): { vi: string; en?: string } {
  return en === '' ? { vi } : { vi, en };
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

/** The forms of what a unit says of itself. */
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
      .object({ date: day, ...names, open: spans })
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
      .object({ topic: line(100), ...texts, resolution: line(300), from: day, until: optionalDay })
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
