import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Topic } from '../../content/library.ts';
import type { SectionChange } from '../../content/overlay/content-change.ts';
import type { SectionEntry } from '../../content/topic-schema.ts';
import type { Aspect } from '../../core/aspect.ts';
import type { FormFields } from '../components.ts';
import {
  day,
  entered,
  explainFaults,
  line,
  lines,
  optionalDay,
  optionalLine,
  optionalLines,
  type Entered,
  type Faults,
} from '../form.ts';
import { html, type Html } from '../html.ts';
import type { StaffText } from '../staff-text.ts';

/** Entries that a form shows: those that are there, and one more. */
const entriesAtMost = 12;
/** Value of the choice of sources that stands for one that is not in the topic yet. */
const newSource = 'new';

const entryForm = z.object({
  vi: optionalLines(2_000),
  en: optionalLines(2_000),
  variant_vi: optionalLine(100),
  variant_en: optionalLine(100),
  from: optionalDay,
  until: optionalDay,
});

const proofForm = z
  .object({
    source: z.string().min(1).max(100),
    source_kind: z.enum(['portal', 'law', 'authority', 'press', 'repository', 'plan']),
    source_where: optionalLine(300),
    source_date: z.union([z.string().regex(/^(19|20)\d{2}(-(0[1-9]|1[0-2]))?$/), optionalDay]).default(''),
    source_url: z.union([z.url({ protocol: /^https?$/ }).max(500), z.literal('')]).default(''),
    reviewed_by: line(200),
    reviewed: day,
    review_by: day,
    note: lines(500),
  })
  .superRefine((form, context) => {
    for (const field of ['source_where', 'source_date'] as const) {
      if (form.source === newSource && form[field] === '') {
        context.addIssue({ code: 'custom', path: [field], message: 'required' });
      }
    }
  });

/** The fields for one part of a topic: its entries, one more, and what they rest on. */
export function sectionFields(
  draw: FormFields,
  topic: Topic,
  aspect: Aspect,
  defaults: { reviewedBy: string; today: string; reviewBy: string; source: string; note: string },
  t: StaffText,
): Html[] {
  const entries = [...(topic.sections[aspect] ?? []), undefined].slice(0, entriesAtMost);
  return [
    ...entries.map((entry, index) => entryFields(draw, entry, index, t)),
    html`<h2>${t('staff-content:rests_on')}</h2>`,
    draw.select({
      name: 'source',
      value: defaults.source,
      label: t('staff-content:source'),
      hint: t('staff-content:source_hint'),
      choices: [
        { value: '', label: t('staff-content:choose_source') },
        ...topic.sources.map(({ id, where, date }) => ({ value: id, label: `${where} (${date})` })),
        { value: newSource, label: t('staff-content:new_source') },
      ],
    }),
    html`<fieldset class="field">
      <legend>${t('staff-content:new_source')}</legend>
      ${draw.select({
        name: 'source_kind',
        label: t('staff-content:source_kind'),
        value: 'law',
        choices: (['law', 'portal', 'authority', 'plan', 'repository', 'press'] as const).map((value) => ({
          value,
          label: t(`staff-content:source_kind_of.${value}`),
        })),
      })}
      ${draw.text({ name: 'source_where', label: t('staff-content:source_where'), hint: t('staff-content:source_where_hint'), maxLength: 300 })}
      ${draw.text({ name: 'source_date', label: t('staff-content:source_date'), hint: t('staff-content:source_date_hint'), maxLength: 10, width: 12 })}
      ${draw.text({ name: 'source_url', label: t('staff-content:source_url'), type: 'url', maxLength: 500 })}
    </fieldset>`,
    draw.text({ name: 'reviewed_by', label: t('staff-content:reviewed_by'), value: defaults.reviewedBy, maxLength: 200 }),
    draw.text({ name: 'reviewed', label: t('staff-content:reviewed'), type: 'date', value: defaults.today, width: 12 }),
    draw.text({ name: 'review_by', label: t('staff-content:review_by'), type: 'date', value: defaults.reviewBy, width: 12 }),
    draw.area({ name: 'note', label: t('staff-content:why'), hint: t('staff-content:why_hint'), rows: 2, maxLength: 500 }),
  ];
}

function entryFields(draw: FormFields, entry: SectionEntry | undefined, index: number, t: StaffText): Html {
  const name = (field: string) => `e${index}_${field}`;
  const legend = entry === undefined ? t('staff-content:entry_new') : t('staff-content:entry', { number: index + 1 });
  if (entry?.block !== undefined) {
    return html`<fieldset class="field">
      <legend>${legend}</legend>
      <p>${t('staff-content:block')}</p>
    </fieldset>`;
  }
  return html`<fieldset class="field">
    <legend>${legend}</legend>
    ${draw.area({ name: name('vi'), label: t('staff-content:text_vi'), hint: entry === undefined ? t('staff-content:entry_new_hint') : t('staff-content:entry_hint'), value: entry?.text?.vi ?? '', rows: entry === undefined ? 4 : 8, maxLength: 2_000 })}
    ${draw.area({ name: name('en'), label: t('staff-content:text_en'), value: entry?.text?.en ?? '', rows: entry === undefined ? 3 : 6, maxLength: 2_000 })}
    ${draw.text({ name: name('variant_vi'), label: t('staff-content:variant_vi'), hint: t('staff-content:variant_hint'), value: entry?.variant?.vi ?? '', maxLength: 100 })}
    ${draw.text({ name: name('variant_en'), label: t('staff-content:variant_en'), value: entry?.variant?.en ?? '', maxLength: 100 })}
    ${draw.text({ name: name('from'), label: t('staff-content:valid_from'), type: 'date', value: entry?.valid?.from ?? '', width: 12 })}
    ${draw.text({ name: name('until'), label: t('staff-content:valid_until'), hint: t('staff-content:valid_until_hint'), type: 'date', value: entry?.valid?.until ?? '', width: 12 })}
  </fieldset>`;
}

/** The change that a form asks for, or what is wrong with it. */
export function readSectionForm(
  form: Entered,
  topic: Topic,
  aspect: Aspect,
  t: StaffText,
): { change: SectionChange; note: string } | { faults: Faults } {
  const proof = proofForm.safeParse(form);
  const old = topic.sections[aspect] ?? [];
  const faults: Record<string, string> = proof.success ? {} : { ...explainFaults(proof.error, t) };
  const read = [...old, undefined].slice(0, entriesAtMost).map((entry, index) => {
    if (entry?.block !== undefined) return entry;
    const prefix = `e${index}_`;
    const given = Object.fromEntries(
      ['vi', 'en', 'variant_vi', 'variant_en', 'from', 'until'].map((field) => [field, entered(form, prefix + field)]),
    );
    const parsed = entryForm.safeParse(given);
    if (parsed.success) return toEntry(entry, parsed.data);
    for (const [field, fault] of Object.entries(explainFaults(parsed.error, t))) faults[prefix + field] = fault;
    return undefined;
  });
  const entries = read.filter((entry) => entry !== undefined);
  if (entries.length === 0) faults['e0_vi'] ??= t('fault.required');
  const source = proof.success ? toSource(proof.data, topic) : undefined;
  if (proof.success && source === undefined) faults['source'] = t('fault.required');
  if (!proof.success || source === undefined || Object.keys(faults).length > 0) return { faults };
  const { reviewed, reviewed_by, review_by, note } = proof.data;
  return {
    note,
    change: {
      ...{ kind: 'section', topic: topic.id, aspect, reviewed, reviewed_by, review_by },
      entries: entries.map((entry) => citing(entry, old, source.id)),
      sources: [source],
    },
  };
}

function toEntry(old: SectionEntry | undefined, form: z.output<typeof entryForm>): SectionEntry | undefined {
  if (form.vi === '') return undefined;
  const valid = {
    ...(form.from === '' ? {} : { from: form.from }),
    ...(form.until === '' ? {} : { until: form.until }),
  };
  const both = (vi: string, en: string) => (en === '' ? { vi } : { vi, en });
  return {
    ...(form.variant_vi === '' ? {} : { variant: both(form.variant_vi, form.variant_en) }),
    text: both(form.vi, form.en),
    ...(Object.keys(valid).length === 0 ? {} : { valid }),
    ...(old?.sources === undefined ? {} : { sources: old.sources }),
    ...(old?.legal === undefined ? {} : { legal: old.legal }),
  };
}

/** An entry that is new or says something else names the source of the edit; the others keep theirs. */
function citing(entry: SectionEntry, old: readonly SectionEntry[], source: string): SectionEntry {
  const isKept = old.some(({ text }) => text !== undefined && text.vi.trim() === entry.text?.vi.trim());
  if (isKept || entry.block !== undefined) return entry;
  return { ...entry, sources: [...new Set([source, ...(entry.sources ?? [])])] };
}

function toSource(
  form: z.output<typeof proofForm>,
  topic: Topic,
): SectionChange['sources'][number] | undefined {
  if (form.source !== newSource) return topic.sources.find(({ id }) => id === form.source);
  return {
    id: `nguon-${form.source_date}-${randomBytes(3).toString('hex')}`,
    kind: form.source_kind,
    where: form.source_where,
    date: form.source_date,
    ...(form.source_url === '' ? {} : { url: form.source_url }),
  };
}
