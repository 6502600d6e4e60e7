import { z } from 'zod';
import type { LogEntry } from '../../core/conversation-log.ts';
import { AppError } from '../../core/errors.ts';
import { button, buttonLink, dataTable, formFields, tag } from '../components.ts';
import { line } from '../form.ts';
import { timeTag } from '../format-time.ts';
import { flag, html, type Html } from '../html.ts';
import { channelName, decisions, decisionTag, shortCitizen } from '../log-words.ts';
import { unitAction, unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import { showConversation } from './conversation-view.ts';
import { changeCounting, countingForm } from './counting.ts';
import { exportLog, exportLimits } from './export-log.ts';
import { daysOf, logQuery, toAddress, toFilter, type LogQuery } from './log-query.ts';

const perPage = 50;
const labelForm = z.object({ label: line(40) });

/** What citizens asked and what they were answered: the list, one conversation, labels, exports. */
export const conversationRoutes: readonly StaffRoute[] = [
  unitPage({ path: '/:unit/conversations', role: 'viewer', query: logQuery, handle: showLog }),
  unitPage({
    path: '/:unit/conversations/export.csv',
    role: 'reviewer',
    query: logQuery,
    handle: (context, query) => exportLog(context, query, 'csv'),
  }),
  unitPage({
    path: '/:unit/conversations/export.xlsx',
    role: 'reviewer',
    query: logQuery,
    handle: (context, query) => exportLog(context, query, 'xlsx'),
  }),
  unitPage({
    path: '/:unit/conversations/:id',
    role: 'viewer',
    handle: (context) => showConversation(context, {}),
  }),
  unitAction({
    path: '/:unit/conversations/:id/labels',
    role: 'reviewer',
    form: labelForm,
    handle: addLabel,
    refuse: showConversation,
  }),
  unitAction({
    path: '/:unit/conversations/:id/labels/remove',
    role: 'reviewer',
    form: labelForm,
    handle: removeLabel,
    refuse: showConversation,
  }),
  unitAction({
    path: '/:unit/conversations/:id/counting',
    role: 'reviewer',
    form: countingForm,
    handle: changeCounting,
    refuse: showConversation,
  }),
];

async function showLog(context: UnitContext, query: LogQuery): Promise<Answer> {
  const { t, now, stores, path, role } = context;
  const filter = toFilter(query, now);
  const [receivedAt = '', seq = ''] = query.after?.split('_') ?? [];
  const found = await stores.log.list(filter, {
    limit: perPage + 1,
    ...(query.after === undefined ? {} : { after: { receivedAt, seq: Number(seq) } }),
  });
  const rows = found.slice(0, perPage);
  const last = rows.at(-1);
  const older =
    found.length > perPage && last !== undefined
      ? `${path('/conversations')}?${toAddress(query, { after: `${last.receivedAt}_${last.seq}` })}`
      : undefined;
  const exported = toAddress(query, { after: '' });
  const body = html` ${await filterForm(context, query)}
  ${dataTable<LogEntry>({
    caption: t('staff-conversations:caption', daysOf(query, now)),
    hideCaption: true,
    empty: t('staff-conversations:empty'),
    rows,
    columns: [
      {
        label: t('staff-conversations:at'),
        cell: ({ id, receivedAt: at }) =>
          html`<a href="${path(`/conversations/${id}`)}#x-${id}">${timeTag(at)}</a>`,
      },
      { label: t('staff-conversations:words'), cell: (entry) => describeWords(entry, context) },
      { label: t('staff-conversations:decision'), cell: ({ decision }) => decisionTag(decision, t) },
      {
        label: t('staff-conversations:topic'),
        cell: ({ topic }) => (topic === null ? '–' : context.services.topicName(topic)),
      },
      { label: t('staff-conversations:channel'), cell: ({ channel }) => channelName(channel, t) },
      {
        label: t('staff-conversations:citizen'),
        cell: ({ citizen }) => html`<code>${shortCitizen(citizen)}</code>`,
      },
    ],
  })}
  ${older !== undefined && html`<p>${buttonLink(older, t('filter.older'))}</p>`}
  ${
    role !== 'viewer' &&
    html`<h2>${t('staff-conversations:export')}</h2>
      <p>
        ${t('staff-conversations:export_hint', {
          csv: exportLimits.csv.toLocaleString('vi'),
          xlsx: exportLimits.xlsx.toLocaleString('vi'),
        })}
      </p>
      <div class="buttons">
        ${buttonLink(`${path('/conversations/export.csv')}?${exported}`, t('staff-conversations:csv'))}
        ${buttonLink(`${path('/conversations/export.xlsx')}?${exported}`, t('staff-conversations:xlsx'))}
      </div>`
  }`;
  return { kind: 'page', title: t('staff-conversations:title'), body };
}

function describeWords(entry: LogEntry, { t }: UnitContext): Html {
  const { maskedText, erased, kind, helpful, labels, test } = entry;
  const words =
    maskedText !== null
      ? html`<span class="words-line"
          >${maskedText.length > 160 ? `${maskedText.slice(0, 160)}…` : maskedText}</span
        >`
      : html`<span class="hint"
          >${t(erased ? 'staff-conversations:erased' : `staff-conversations:kind.${kind}`)}</span
        >`;
  return html`${words}
  ${helpful !== null && tag(t(helpful ? 'staff-conversations:helpful' : 'staff-conversations:not_helpful'), helpful ? 'good' : 'bad')}
  ${test && tag(t('staff-conversations:test'), 'warn')} ${labels.map((label) => html`${tag(label)} `)}`;
}

async function filterForm({ t, now, stores, services, path }: UnitContext, query: LogQuery): Promise<Html> {
  const { from, to } = daysOf(query, now);
  const choices = await stores.log.listChoices(toFilter(query, now).from);
  const fields = formFields(undefined, {});
  const anything = { value: '', label: t('staff-conversations:any') };
  const select = (
    name: keyof LogQuery,
    label: string,
    options: readonly { value: string; label: string }[],
  ) => {
    const value = query[name] ?? '';
    const known = value === '' || options.some((option) => option.value === value);
    return fields.select({
      ...{ name, label: t(label), value },
      choices: [anything, ...options, ...(known ? [] : [{ value, label: value }])],
    });
  };
  const isNarrow = ['topic', 'feedback', 'outreach', 'label', 'tests'].some((name) =>
    Boolean(query[name as keyof LogQuery]),
  );
  return html`<form method="get" action="${path('/conversations')}" class="filter">
    ${fields.text({ name: 'from', label: t('staff-conversations:from'), type: 'date', value: from, width: 12 })}
    ${fields.text({ name: 'to', label: t('staff-conversations:to'), type: 'date', value: to, width: 12 })}
    ${fields.text({ name: 'text', label: t('staff-conversations:text'), type: 'search', value: query.text, width: 22, maxLength: 100 })}
    ${select(
      'decision',
      'staff-conversations:decision',
      decisions.map((value) => ({ value, label: t(`decision.${value}`) })),
    )}
    ${select(
      'channel',
      'staff-conversations:channel',
      services.channels.map((value) => ({ value, label: channelName(value, t) })),
    )}
    <details class="more" ${flag('open', isNarrow)}>
      <summary>${t('staff-conversations:more')}</summary>
      <div class="more-fields">
        ${select('topic', 'staff-conversations:topic', topicChoices(services.library().topics))}
        ${select('feedback', 'staff-conversations:feedback', [
          { value: 'helpful', label: t('staff-conversations:helpful') },
          { value: 'not-helpful', label: t('staff-conversations:not_helpful') },
        ])}
        ${select(
          'outreach',
          'staff-conversations:outreach',
          choices.outreach.map((value) => ({ value, label: value })),
        )}
        ${select(
          'label',
          'staff-conversations:label',
          choices.labels.map((value) => ({ value, label: value })),
        )}
        ${fields.ticks({
          label: t('staff-conversations:tests'),
          boxes: [{ name: 'tests', label: t('staff-conversations:with_tests'), on: query.tests === '1' }],
        })}
      </div>
    </details>
    ${button(t('filter.button'))}
  </form>`;
}

function topicChoices(topics: ReadonlyMap<string, { id: string; name: { short: { vi: string } } }>) {
  return [...topics.values()]
    .map(({ id, name }) => ({ value: id, label: name.short.vi }))
    .sort((one, other) => one.label.localeCompare(other.label, 'vi'));
}

async function addLabel(context: UnitContext, { label }: z.output<typeof labelForm>): Promise<Answer> {
  return changeLabel(context, 'label.add', { before: null, after: { label } }, (id, stores, by, at) =>
    stores.log.addLabel(id, label, by, at),
  );
}

async function removeLabel(context: UnitContext, { label }: z.output<typeof labelForm>): Promise<Answer> {
  return changeLabel(context, 'label.remove', { before: { label }, after: null }, (id, stores) =>
    stores.log.removeLabel(id, label),
  );
}

async function changeLabel(
  context: UnitContext,
  action: string,
  change: { before: unknown; after: unknown },
  work: (id: string, stores: UnitContext['stores'], by: string, at: string) => Promise<boolean>,
): Promise<Answer> {
  const { param, path, user, now } = context;
  const id = param('id');
  if ((await context.stores.log.read(id)) === undefined) {
    throw new AppError('not-found', 'The unit has no such exchange.');
  }
  await context.change({ action, subject: `interaction:${id}` }, async (stores) => {
    const isChanged = await work(id, stores, user.username, now.toISOString());
    return isChanged ? { ...change, result: undefined } : { result: undefined, unchanged: true };
  });
  return { kind: 'redirect', to: `${path(`/conversations/${id}`)}`, done: 'saved' };
}
