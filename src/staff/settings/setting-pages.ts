import { unitSettings } from '../../content/overlay/content-change.ts';
import { everyUnit } from '../../core/staff.ts';
import { buttonLink, dataTable, factList } from '../components.ts';
import { changeTable } from '../content/change-table.ts';
import { listItems, partForms } from '../content/unit-parts.ts';
import { timeTag } from '../format-time.ts';
import { html, type Html, type Insertable } from '../html.ts';
import { channelName } from '../log-words.ts';
import { unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import type { NoticeVersion } from '../services.ts';

/** What is set for a unit, and where each of it is changed. Secrets are no part of it. */
export const settingRoutes: readonly StaffRoute[] = [
  unitPage({ path: '/:unit/settings', role: 'admin', handle: showSettings }),
];

async function showSettings(context: UnitContext): Promise<Answer> {
  const { t, unit, user, path, services, stores } = context;
  const { report, privacy, conversation } = unit;
  const none = t('none');
  const listed = (values: readonly string[] | undefined): Insertable =>
    values === undefined || values.length === 0 ? none : values.join('; ');
  const setting = (name: string, value: Insertable) => [t(`staff-settings:setting.${name}`), value] as const;
  const edit = (name: (typeof unitSettings)[number]) =>
    html`<p>${buttonLink(path(`/settings/${name}`), t(`staff-settings:edit.${name}`))}</p>`;
  const channels = Object.keys(unit.channels ?? {});
  const body = html`<p>${t('staff-settings:intro')}</p>
    ${await waitingChanges(context)}
    <h2>${t('staff-settings:unit')}</h2>
    ${factList([
      [t('staff-settings:unit_name'), unit.name.vi],
      [t('staff-settings:unit_id'), html`<code>${unit.id}</code>`],
      [t('staff-settings:channels'), [...channels, 'web'].map((name) => channelName(name, t)).join(', ')],
    ])}
    <p class="hint">${t('staff-settings:unit_hint')}</p>
    <h2>${t('staff-content:fact.report')}</h2>
    ${factList([
      setting('superior', report.superior ?? none),
      setting('issuer', report.issuer ?? none),
      setting('place', report.place ?? none),
      setting('symbol', report.symbol ?? none),
      setting('addressees', listed(report.addressees)),
      setting('recipients', listed(report.recipients)),
      setting('signer', listed(report.signer)),
      setting('cutoff', t(`staff-settings:cutoff_of.${report.cutoff}`)),
      setting('due_day', report.due_day ?? none),
      setting('remind', listed(report.remind)),
    ])}
    ${edit('report')}
    <h2>${t('staff-content:fact.privacy')}</h2>
    ${factList([
      setting('keep_text_days', privacy.keep_text_days),
      setting('notice_version', privacy.notice_version),
    ])}
    ${noticeVersions(context, await stores.consents.listVersions())} ${edit('privacy')}
    <h2>${t('staff-content:fact.conversation')}</h2>
    ${factList([
      setting('handover_minutes', conversation.handover_minutes),
      setting('context_minutes', conversation.context_minutes),
      setting('feedback_every', conversation.feedback_every),
      setting('messages_per_minute', conversation.messages_per_minute),
      setting('survey', t(conversation.survey ? 'staff-account:on' : 'staff-account:off')),
      [
        t('staff-settings:officer_hours'),
        html`${listItems(unit, 'hours').map(({ item }) => partForms.hours.summary(item, t))}
          <a href="${path('/content/facts/hours/one')}">${t('staff-settings:change_hours')}</a>`,
      ],
    ])}
    ${edit('conversation')}
    <h2>${t('staff-settings:people')}</h2>
    <ul class="list">
      <li><a href="${path('/users')}">${t('staff-settings:members')}</a></li>
      ${
        user.roles[everyUnit] === 'admin' &&
        html`<li><a href="/staff/-/users">${t('staff-settings:users')}</a></li>`
      }
      ${services.library().units.size > 1 && html`<li><a href="/staff">${t('staff-settings:units')}</a></li>`}
    </ul>`;
  return { kind: 'page', title: t('staff-settings:title'), body };
}

/** Edits of settings that nobody has decided yet. */
async function waitingChanges(context: UnitContext): Promise<Html> {
  const { t, services, unit } = context;
  const changes = await services.desks.content.list({
    statuses: ['draft', 'submitted'],
    subject: `unit:${unit.id}`,
  });
  const waiting = changes.filter(
    ({ change }) => change.kind === 'unit-fact' && unitSettings.some((name) => name === change.fact),
  );
  if (waiting.length === 0) return html``;
  return html`<h2>${t('staff-settings:waiting')}</h2>
    ${changeTable(waiting, context)}`;
}

/** Which wordings of the notice citizens have answered, and how. */
function noticeVersions({ t }: UnitContext, versions: readonly NoticeVersion[]): Html {
  return dataTable<NoticeVersion>({
    caption: t('staff-settings:notices'),
    empty: t('staff-settings:no_notices'),
    rows: versions,
    columns: [
      { label: t('staff-settings:notice'), cell: ({ version }) => html`<code>${version}</code>` },
      { label: t('staff-settings:granted'), numeric: true, cell: ({ granted }) => granted },
      { label: t('staff-settings:declined'), numeric: true, cell: ({ declined }) => declined },
      { label: t('staff-settings:since'), cell: ({ since }) => timeTag(since) },
    ],
  });
}
