import { z } from 'zod';
import { changedDocuments, statusesOf, topicStatuses, type TopicStatus } from '../../content/editing/topic-status.ts';
import type { Topic } from '../../content/library.ts';
import { aspects } from '../../core/aspect.ts';
import { vietnamDay } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { covers } from '../../core/staff.ts';
import { buttonLink, dataTable, factList, formFields, notice, tag } from '../components.ts';
import { day, optionalLine } from '../form.ts';
import { formatDay } from '../format-time.ts';
import { html, type Html } from '../html.ts';
import { unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import { previewedChannels, showAnswers } from './bubbles.ts';
import { changeTable } from './change-table.ts';
import { contentLinks } from './content-links.ts';

const browseQuery = z.object({
  field: optionalLine(100).catch(''),
  status: z.enum(['', ...topicStatuses]).catch(''),
  text: optionalLine(100).catch(''),
});
const topicQuery = z.object({
  day: day.optional().catch(undefined),
  language: z.enum(['vi', 'en']).catch('vi'),
});

/** What the bot says: all topics, and each as citizens read it. */
export const browseRoutes: readonly StaffRoute[] = [
  unitPage({ path: '/:unit/content', role: 'viewer', query: browseQuery, handle: browse }),
  unitPage({ path: '/:unit/content/topics/:topic', role: 'viewer', query: topicQuery, handle: showTopic }),
  unitPage({ path: '/:unit/content/files/:kind/:file', role: 'viewer', handle: sendFile }),
];

const tones: Record<TopicStatus, 'good' | 'warn' | 'bad' | 'plain'> = {
  'in-force': 'good',
  'not-yet': 'plain',
  expired: 'bad',
  draft: 'plain',
  expiring: 'warn',
  unconfirmed: 'warn',
  'law-changed': 'bad',
  'review-due': 'warn',
};

function browse(context: UnitContext, query: z.output<typeof browseQuery>): Answer {
  const { t, services, path, now } = context;
  const library = services.library();
  const today = vietnamDay(now);
  const all = [...library.topics.values()].map((topic) => ({ topic, statuses: statusesOf(topic, library, today) }));
  const fieldNames = [...new Set(all.map(({ topic }) => topic.field))].sort((one, other) => one.localeCompare(other, 'vi'));
  const wanted = query.text.toLocaleLowerCase('vi');
  const rows = all
    .filter(
      ({ topic, statuses }) =>
        (query.field === '' || topic.field === query.field) &&
        (query.status === '' || statuses.includes(query.status)) &&
        (wanted === '' || `${topic.name.full.vi} ${topic.id}`.toLocaleLowerCase('vi').includes(wanted)),
    )
    .sort((one, other) => one.topic.name.full.vi.localeCompare(other.topic.name.full.vi, 'vi'));
  const fields = formFields({ field: query.field, status: query.status, text: query.text }, {});
  const body = html`${contentLinks(context, 'topics')} ${setAsideNotice(context)}
    <form method="get" class="filter">
      ${fields.select({
        name: 'field',
        label: t('staff-content:field'),
        choices: [{ value: '', label: t('staff-content:all_fields') }, ...fieldNames.map((value) => ({ value, label: value }))],
      })}
      ${fields.select({
        name: 'status',
        label: t('staff-content:status'),
        choices: [
          { value: '', label: t('staff-content:all_statuses') },
          ...topicStatuses.map((value) => ({
            value,
            label: `${t(`staff-content:status_of.${value}`)} (${all.filter(({ statuses }) => statuses.includes(value)).length})`,
          })),
        ],
      })}
      ${fields.text({ name: 'text', label: t('staff-content:search'), type: 'search', maxLength: 100, width: 20 })}
      <button type="submit" class="button button-secondary">${t('filter.button')}</button>
    </form>
    <p>${t('staff-content:topic_count', { count: rows.length })}</p>
    ${dataTable<(typeof rows)[number]>({
      caption: t('staff-content:topics'),
      hideCaption: true,
      empty: t('staff-content:no_topics'),
      rows,
      columns: [
        {
          label: t('staff-content:topic'),
          cell: ({ topic }) => html`<a href="${path(`/content/topics/${topic.id}`)}">${topic.name.full.vi}</a>`,
        },
        { label: t('staff-content:field'), cell: ({ topic }) => topic.field },
        { label: t('staff-content:status'), cell: ({ statuses }) => statusTags(statuses, context) },
        { label: t('staff-content:reviewed'), cell: ({ topic }) => formatDay(topic.reviewed) },
        { label: t('staff-content:review_by'), cell: ({ topic }) => formatDay(topic.review_by) },
      ],
    })}`;
  return { kind: 'page', title: t('staff-content:title'), body };
}

function setAsideNotice({ services, t, path }: UnitContext): Html | null {
  const count = services.desks.setAside().length;
  if (count === 0) return null;
  return notice(
    html`<p>${t('staff-content:set_aside', { count })} <a href="${path('/content/changes')}">${t('staff-content:section.changes')}</a></p>`,
    'warn',
  );
}

function statusTags(statuses: readonly TopicStatus[], { t }: UnitContext): Html[] {
  return statuses.map((status) => html`${tag(t(`staff-content:status_of.${status}`), tones[status])} `);
}

async function showTopic(context: UnitContext, query: z.output<typeof topicQuery>): Promise<Answer> {
  const { t, services, path, now, unit, param, role } = context;
  const library = services.library();
  const topic = library.topics.get(param('topic'));
  if (topic === undefined) throw new AppError('not-found', 'There is no such topic.');
  const today = vietnamDay(now);
  const onDay = query.day ?? today;
  const answers = services.desks.preview({ library, unit, topic: topic.id, day: onDay, language: query.language });
  const changes = await services.desks.content.list({ subject: `topic:${topic.id}` });
  const changed = changedDocuments(topic, library, today);
  const fields = formFields({ day: onDay, language: query.language }, {});
  const body = html`<p>${statusTags(statusesOf(topic, library, today), context)}</p>
    ${changed.length > 0 && notice(t('staff-content:law_changed', { documents: changed.join(', ') }), 'warn')}
    ${factList([
      [t('staff-content:field'), topic.field],
      [t('staff-content:code'), topic.code ?? t('none')],
      [t('staff-content:valid'), validityText(topic, context)],
      [t('staff-content:reviewed'), `${formatDay(topic.reviewed)}, ${topic.reviewed_by}`],
      [t('staff-content:review_by'), formatDay(topic.review_by)],
      [t('staff-content:documents'), legalList(topic, context)],
    ])}
    ${
      (topic.unconfirmed ?? []).length > 0 &&
      html`<h2>${t('staff-content:unconfirmed')}</h2>
        <ul>
          ${(topic.unconfirmed ?? []).map((fact) => html`<li>${fact}</li>`)}
        </ul>`
    }
    ${
      covers(role, 'editor') &&
      html`<h2>${t('staff-content:edit')}</h2>
        <ul class="list">
          ${aspects.map(
            (aspect) =>
              html`<li>
                <a href="${path(`/content/topics/${topic.id}/edit/${aspect}`)}">${t(`bot:aspect.${aspect}.name`)}</a
                >${topic.sections[aspect] === undefined && ` (${t('staff-content:no_section')})`}
              </li>`,
          )}
        </ul>`
    }
    <h2>${t('staff-content:preview')}</h2>
    <form method="get" class="filter">
      ${fields.text({ name: 'day', label: t('staff-content:on_day'), type: 'date', width: 12 })}
      ${fields.select({
        name: 'language',
        label: t('staff-content:language'),
        choices: (['vi', 'en'] as const).map((value) => ({ value, label: t(`staff-content:language_of.${value}`) })),
      })}
      <button type="submit" class="button button-secondary">${t('staff-content:show')}</button>
    </form>
    <div class="phones">${previewedChannels(answers).map((channel) => showAnswers(answers, channel, t))}</div>
    <h2>${t('staff-content:history')}</h2>
    ${changeTable(changes, context)}
    <p>${buttonLink(path(`/content/files/topic/${topic.id}.yaml`), t('staff-content:export'))}</p>`;
  const back = { to: path('/content'), label: t('staff-content:title') };
  return { kind: 'page', title: topic.name.full.vi, back, body };
}

function validityText({ valid }: Topic, { t }: UnitContext): string {
  return t('staff-content:from_until', {
    from: valid.from === undefined ? t('staff-content:always') : formatDay(valid.from),
    until: typeof valid.until === 'string' ? formatDay(valid.until) : t('staff-content:open_end'),
  });
}

function legalList(topic: Topic, { services }: UnitContext): Html {
  const { legal } = services.library();
  return html`<ul class="list">
    ${topic.legal.map((id) => html`<li>${legal.get(id)?.number ?? id}</li>`)}
  </ul>`;
}

async function sendFile({ services, param, unit }: UnitContext): Promise<Answer> {
  const [, stem = ''] = /^([a-z0-9-]{1,100})\.yaml$/.exec(param('file')) ?? [];
  const kind = param('kind');
  const isOwnUnit = kind === 'unit' && stem === unit.id;
  if (kind !== 'topic' && !isOwnUnit) throw new AppError('not-found', 'There is no such file.');
  const text = await services.desks.content.exportFile(`${kind}:${stem}`);
  return { kind: 'file', name: `${stem}.yaml`, type: 'application/yaml', body: new TextEncoder().encode(text) };
}
