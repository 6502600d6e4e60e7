import { z } from 'zod';
import { unitFacts, unitSettings, type UnitPart } from '../../content/overlay/content-change.ts';
import { isConfirmed } from '../../content/local-fact.ts';
import { vietnamDay } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { covers } from '../../core/staff.ts';
import { actionForm, button, buttonLink, dataTable, faultSummary, formFields, tag } from '../components.ts';
import { day, explainFaults, line, lines, type Entered, type Faults } from '../form.ts';
import { formatDay } from '../format-time.ts';
import { html, type Html } from '../html.ts';
import { unitAction, unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import { topicChoices } from '../review/topic-choices.ts';
import { explainDraftFault } from './draft-fault.ts';
import type { Item } from './part-form.ts';
import { listItems, partForms, withItem } from './unit-parts.ts';
import { contentLinks } from './content-links.ts';

const noteForm = z.object({ note: lines(500) });
const proofForm = noteForm.extend({ confirmed_by: line(200), confirmed_on: day });
const partForm = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** What a unit says of itself: hours, address, contacts, days off, local fees, ways of tracking. */
export const factRoutes: readonly StaffRoute[] = [
  unitPage({ path: '/:unit/content/facts', role: 'viewer', handle: showFacts }),
  unitPage({
    path: '/:unit/content/facts/:fact/:item',
    role: 'editor',
    handle: (context) => showItem(context, {}),
  }),
  unitAction({
    path: '/:unit/content/facts/:fact/:item',
    role: 'editor',
    form: partForm,
    handle: saveItem,
    refuse: showItem,
  }),
  unitAction({
    path: '/:unit/content/facts/:fact/:item/remove',
    role: 'editor',
    form: z.object({ note: lines(500) }),
    handle: removeItem,
    refuse: showItem,
  }),
  unitPage({ path: '/:unit/settings/:part', role: 'admin', handle: (context) => showItem(context, {}) }),
  unitAction({
    path: '/:unit/settings/:part',
    role: 'admin',
    form: partForm,
    handle: saveItem,
    refuse: showItem,
  }),
];

type Page = Answer & { kind: 'page' };

function showFacts(context: UnitContext): Answer {
  const { t, unit, path, role, services } = context;
  const mayEdit = covers(role, 'editor');
  const body = html`${contentLinks(context, 'facts')}
    <p>${t('staff-content:facts_intro')}</p>
    ${unitFacts.map((fact) => {
      const form = partForms[fact];
      const rows = listItems(unit, fact);
      const mayAdd = mayEdit && (form.shape !== 'single' || rows.length === 0);
      return html`<section>
        <h2>${t(`staff-content:fact.${fact}`)}</h2>
        ${dataTable<{ key: string; item: Item }>({
          caption: t(`staff-content:fact.${fact}`),
          hideCaption: true,
          empty: t('staff-content:no_facts'),
          rows,
          columns: [
            {
              label: t('staff-content:states'),
              cell: ({ key, item }) => {
                const topic = form.shape === 'by-topic' ? `${services.topicName(key)}: ` : '';
                const words = `${topic}${form.summary(item, t)}` || t('staff-content:empty_fact');
                return mayEdit ? html`<a href="${path(`/content/facts/${fact}/${key}`)}">${words}</a>` : words;
              },
            },
            { label: t('staff-content:confirmed'), cell: ({ item }) => confirmation(item, context) },
          ],
        })}
        ${mayAdd && html`<p>${buttonLink(path(`/content/facts/${fact}/${form.shape === 'single' ? 'one' : 'new'}`), t('staff-content:add'))}</p>`}
      </section>`;
    })}
    <p>${buttonLink(path(`/content/files/unit/${unit.id}.yaml`), t('staff-content:export'))}</p>`;
  return { kind: 'page', title: t('staff-content:section.facts'), body };
}

function confirmation(item: Item, { t }: UnitContext): Html {
  const { confirmed_by: by, confirmed_on: on } = item as { confirmed_by?: string; confirmed_on?: string };
  if (!isConfirmed(item)) return tag(t('staff-content:unconfirmed_fact'), 'warn');
  return html`${tag(t('staff-content:confirmed_fact'), 'good')} ${by}, ${formatDay(on ?? '')}`;
}

interface Place {
  fact: UnitPart;
  key: string;
  item: Item | undefined;
  /** Path of the form. */
  own: string;
  /** Where the part is listed. */
  list: { to: string; label: string };
}

/** Which fact or setting the path names. Throws AppError `not-found` for one that is not there. */
function readPlace({ param, unit, path, t }: UnitContext): Place {
  const setting = unitSettings.find((name) => name === param('part'));
  if (setting !== undefined) {
    const item = listItems(unit, setting)[0]?.item;
    const list = { to: path('/settings'), label: t('staff-settings:title') };
    return { fact: setting, key: 'one', item, own: path(`/settings/${setting}`), list };
  }
  const fact = unitFacts.find((name) => name === param('fact'));
  if (fact === undefined) throw new AppError('not-found', 'There is no such fact.');
  const key = param('item');
  const item = listItems(unit, fact).find((one) => one.key === key)?.item;
  const isNew = partForms[fact].shape === 'single' ? key === 'one' : key === 'new';
  if (item === undefined && !isNew) throw new AppError('not-found', 'There is no such fact.');
  const list = { to: path('/content/facts'), label: t('staff-content:section.facts') };
  return { fact, key, item, own: path(`/content/facts/${fact}/${key}`), list };
}

function showItem(context: UnitContext, faults: Faults, form?: Entered): Page {
  const { t, csrf, now, user, services } = context;
  const { fact, item, own, list } = readPlace(context);
  const fields = formFields(form, faults);
  const { shape, isSetting = false } = partForms[fact];
  const confirmed = [
    fields.text({ name: 'confirmed_by', label: t('staff-content:confirmed_by'), value: user.name, maxLength: 200 }),
    fields.text({
      name: 'confirmed_on',
      label: t('staff-content:confirmed_on'),
      type: 'date',
      value: vietnamDay(now),
      width: 12,
    }),
  ];
  const proof = [
    ...(isSetting ? [] : confirmed),
    fields.area({
      name: 'note',
      label: t('staff-content:source_note'),
      hint: t('staff-content:source_note_hint'),
      rows: 2,
      maxLength: 500,
    }),
  ];
  const body = html`${faultSummary(faults, t)}
    ${actionForm({
      action: own,
      csrf,
      body: [
        ...partForms[fact].fields(fields, item, { t, topics: topicChoices(services.library(), [], t) }),
        ...proof,
        button(t('staff-content:save_draft')),
      ],
    })}
    ${
      item !== undefined &&
      shape !== 'single' &&
      html`<details>
        <summary>${t('staff-content:remove_fact')}</summary>
        ${actionForm({
          action: `${own}/remove`,
          csrf,
          body: [
            html`<div class="field">
              <label for="remove-note">${t('staff-content:reason')}</label>
              <input id="remove-note" name="note" maxlength="500" size="40" />
            </div>`,
            button(t('staff-content:remove_button'), 'danger'),
          ],
        })}
      </details>`
    }`;
  return { kind: 'page', title: t(`staff-content:fact.${fact}`), back: list, body };
}

async function saveItem(context: UnitContext, form: Entered): Promise<Answer> {
  const { unit, t } = context;
  const { fact, key, item: old } = readPlace(context);
  const read = partForms[fact].form.safeParse(form);
  const proof = (partForms[fact].isSetting ? noteForm : proofForm).safeParse(form);
  if (!read.success || !proof.success) {
    const faults = Object.assign(
      {},
      ...[read, proof].map((part) => (part.success ? {} : explainFaults(part.error, t))),
    ) as Faults;
    return { ...showItem(context, faults, form), status: 422 };
  }
  const { note, ...confirmation } = proof.data;
  const carried = (partForms[fact].carried ?? []).flatMap((name) =>
    old?.[name] === undefined ? [] : [[name, old[name]] as const],
  );
  const item = { ...Object.fromEntries(carried), ...read.data, ...confirmation };
  return draftFact(context, fact, withItem(unit, fact, key, item), note, form);
}

async function removeItem(context: UnitContext, { note }: { note: string }): Promise<Answer> {
  const { fact, key } = readPlace(context);
  return draftFact(context, fact, withItem(context.unit, fact, key, null), note, undefined);
}

async function draftFact(
  context: UnitContext,
  fact: UnitPart,
  value: unknown,
  note: string,
  form: Entered | undefined,
): Promise<Answer> {
  const { services, unit, user, path } = context;
  try {
    const change = { kind: 'unit-fact', unit: unit.id, fact, value };
    const id = await services.desks.content.draft({ change, note, officer: user.username });
    return { kind: 'redirect', to: path(`/content/changes/${id}`), done: 'draft_saved' };
  } catch (error) {
    return { ...showItem(context, explainDraftFault(error, context), form), status: 422 };
  }
}
