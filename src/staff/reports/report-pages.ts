import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { narrativeParts, type Narrative, type ReportAct, type StoredReport } from '../../core/report.ts';
import { compareFigures } from '../../reports/document/overview-tables.ts';
import type { DueReport } from '../../reports/due-reports.ts';
import { listedMetrics, type FigureSourceRow } from '../../reports/figure-rows.ts';
import { formatCount } from '../../reports/format-number.ts';
import { reportFormats, type OpenReport } from '../../reports/report-desk.ts';
import {
  actionForm,
  button,
  buttonLink,
  dataTable,
  factList,
  faultSummary,
  formFields,
  notice,
  tag,
} from '../components.ts';
import { optionalDay, optionalLine, optionalLines, type Entered, type Faults } from '../form.ts';
import { formatDay, timeTag } from '../format-time.ts';
import { html, type Html } from '../html.ts';
import { channelName, decisionTag, shortCitizen } from '../log-words.ts';
import { unitAction, unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import type { StaffText } from '../staff-text.ts';
import { covers, roleIn } from '../../core/staff.ts';

const draftForm = z.object({ period: z.string().max(20) });
const revision = z.coerce.number().int().min(1);
const textForm = z.object({
  revision,
  ...(Object.fromEntries(narrativeParts.map((part) => [part, optionalLines(8_000)])) as Record<
    (typeof narrativeParts)[number],
    z.ZodType<string>
  >),
});
const approveForm = z.object({
  revision,
  number: optionalLine(20).refine((number) => /^[\d\p{L}/-]*$/u.test(number), 'wrong'),
  issued_on: optionalDay,
});
const revisionForm = z.object({ revision });
const rowsQuery = z.object({
  key: z.string().max(200).catch(''),
  after: z.coerce.number().int().min(0).catch(0),
});
const rowsPerPage = 100;

/** Period reports of a unit: list, draft, texts, approval, downloads, and the records behind each figure. */
export const reportRoutes: readonly StaffRoute[] = [
  unitPage({ path: '/:unit/reports', role: 'viewer', handle: (context) => showReports(context, {}) }),
  unitAction({
    path: '/:unit/reports',
    role: 'editor',
    form: draftForm,
    handle: draft,
    refuse: (context, faults) => showReports(context, faults),
  }),
  unitPage({ path: '/:unit/reports/:id', role: 'viewer', handle: (context) => showReport(context, {}) }),
  unitPage({ path: '/:unit/reports/:id/file/:format', role: 'viewer', handle: download }),
  unitPage({ path: '/:unit/reports/:id/rows/:metric', role: 'reviewer', query: rowsQuery, handle: showRows }),
  unitAction({
    path: '/:unit/reports/:id/text',
    role: 'editor',
    form: textForm,
    handle: saveText,
    refuse: showReport,
  }),
  unitAction({
    path: '/:unit/reports/:id/refresh',
    role: 'editor',
    form: revisionForm,
    handle: refresh,
    refuse: showReport,
  }),
  unitAction({
    path: '/:unit/reports/:id/approve',
    role: 'approver',
    form: approveForm,
    handle: approve,
    refuse: showReport,
  }),
  unitAction({
    path: '/:unit/reports/:id/discard',
    role: 'editor',
    form: revisionForm,
    handle: discard,
    refuse: showReport,
  }),
];

type Page = Answer & { kind: 'page' };

const act = ({ user, now }: UnitContext): ReportAct => ({ by: user.username, at: now.toISOString() });

async function showReports(context: UnitContext, faults: Faults): Promise<Page> {
  const { t, services, unit, csrf, path, role } = context;
  const [due, stored] = await Promise.all([
    services.reports.listDue([unit.id]),
    services.reports.list([unit.id]),
  ]);
  const periods = services.reports.listPeriods(unit.id);
  const nameOf = (id: string) => periods.find(({ period }) => period.id === id)?.name ?? id;
  const fields = formFields(undefined, faults);
  const body = html`<p>${t('staff-reports:intro')}</p>
    ${faultSummary(faults, t)}
    <h2>${t('staff-reports:due')}</h2>
    ${dueList(due, nameOf, t)}
    <h2>${t('staff-reports:list')}</h2>
    ${dataTable<Omit<StoredReport, 'snapshot'>>({
      caption: t('staff-reports:list'),
      hideCaption: true,
      empty: t('staff-reports:empty'),
      rows: stored,
      columns: [
        {
          label: t('staff-reports:period'),
          cell: ({ id, period }) => html`<a href="${path(`/reports/${id}`)}">${nameOf(period)}</a>`,
        },
        { label: t('staff-reports:version'), cell: ({ version }) => version, numeric: true },
        { label: t('staff-reports:state'), cell: (report) => stateTag(report, t) },
        { label: t('staff-reports:number'), cell: ({ number }) => number ?? t('none') },
        { label: t('staff-reports:created'), cell: ({ createdAt }) => timeTag(createdAt) },
        { label: t('staff-reports:by'), cell: ({ updatedBy }) => updatedBy },
      ],
    })}
    ${
      covers(role, 'editor') &&
      html`<h2>${t('staff-reports:new')}</h2>
        <p>${t('staff-reports:new_hint')}</p>
        ${actionForm({
          action: path('/reports'),
          csrf,
          body: [
            fields.select({
              name: 'period',
              label: t('staff-reports:choose_period'),
              choices: periods.map(({ period, name, isPlanned }) => ({
                value: period.id,
                label: isPlanned ? `${name} (${t('staff-reports:planned')})` : name,
              })),
            }),
            button(t('staff-reports:make')),
          ],
        })}`
    }`;
  return { kind: 'page', title: t('staff-reports:title'), body };
}

function dueList(due: readonly DueReport[], nameOf: (id: string) => string, t: StaffText): Html {
  if (due.length === 0) return html`<p>${t('staff-reports:due_none')}</p>`;
  return html`<ul>
    ${due.map(({ period, dueOn, daysLeft, state, isPlanned }) => {
      const when = daysLeft < 0 ? 'due_late' : daysLeft === 0 ? 'due_today' : 'due_ahead';
      const values = { period: nameOf(period.id), days: Math.abs(daysLeft), due: formatDay(dueOn) };
      return html`<li>
        ${t(`staff-reports:${when}`, values)}
        ${tag(t(state === 'draft' ? 'staff-reports:due_draft' : 'staff-reports:due_missing'), daysLeft < 0 ? 'bad' : 'warn')}
        ${!isPlanned && html`<span class="hint">${t('staff-reports:due_unplanned')}</span>`}
      </li>`;
    })}
  </ul>`;
}

function stateTag({ status }: Pick<StoredReport, 'status'>, t: StaffText): Html {
  return tag(t(`staff-reports:${status}`), status === 'approved' ? 'good' : 'warn');
}

async function draft(context: UnitContext, { period }: z.output<typeof draftForm>): Promise<Answer> {
  const created = await context.services.reports.draft(context.unit.id, period, act(context));
  return { kind: 'redirect', to: context.path(`/reports/${created.id}`), done: 'report_drafted' };
}

/** A report of this unit; another unit's is not there. */
async function readReport({ services, unit, param }: UnitContext): Promise<StoredReport> {
  const report = await services.reports.read(param('id'));
  if (report?.scope !== unit.id) throw new AppError('not-found', 'No such report in this unit.');
  return report;
}

const shownMetrics = [
  ...['citizens', 'guidance-sessions', 'interactions', 'answered', 'asked-back', 'not-understood'],
  ...['handed-over', 'sensitive', 'confirmed-helpful', 'not-helpful'],
];

async function showReport(context: UnitContext, faults: Faults, form?: Entered): Promise<Page> {
  const { t, services, path, role } = context;
  const report = await readReport(context);
  const opened = services.reports.openStored(report);
  const own = path(`/reports/${report.id}`);
  const isDraft = report.status === 'draft';
  const body = html`<p>${stateTag(report, t)}</p>
    ${faultSummary(faults, t)} ${facts(report, opened, t)}
    <h2>${t('staff-reports:download')}</h2>
    <div class="buttons">
      ${reportFormats.map((format) => buttonLink(`${own}/file/${format}`, t(`staff-reports:formats.${format}`)))}
    </div>
    <h2>${t('staff-reports:figures')}</h2>
    <p>${t('staff-reports:figures_hint')}</p>
    ${figureTable(opened, own, covers(role, 'reviewer'), t)}
    <p>${t('staff-reports:more')}</p>
    <h2>${t('staff-reports:extract')}</h2>
    ${notice(opened.document.extract)}
    <h2>${t('staff-reports:narrative')}</h2>
    ${isDraft && covers(role, 'editor') ? textEditor(context, report, own, faults, form) : narrativeText(report.narrative, t)}
    ${isDraft ? draftActions(context, report, own, await mayApprove(context, report), faults, form) : correction(context, report)}`;
  const title = titleOf(report, context);
  return { kind: 'page', title, back: { to: path('/reports'), label: t('staff-reports:title') }, body };
}

function titleOf({ period, version }: StoredReport, { t, services, unit }: UnitContext): string {
  const name = services.reports.listPeriods(unit.id).find((one) => one.period.id === period)?.name;
  return t('staff-reports:report_title', { period: name ?? period, version });
}

function facts(report: StoredReport, { snapshot, state }: OpenReport, t: StaffText): Html {
  const seal = snapshot.units[0]?.seal;
  return factList([
    [
      t('staff-reports:facts.window'),
      `${formatDay(snapshot.period.firstDay)} – ${formatDay(snapshot.period.lastDay)}`,
    ],
    [t('staff-reports:facts.taken'), timeTag(snapshot.takenAt)],
    [
      t('staff-reports:facts.seal'),
      seal === null || seal === undefined
        ? t('staff-reports:facts.seal_none')
        : html`${seal.number}: <code>${seal.hash}</code>`,
    ],
    [t('staff-reports:facts.hash'), html`<code>${state.snapshotHash}</code>`],
    ...(report.approvedAt === null
      ? []
      : [
          [t('staff-reports:facts.approved_by'), report.approvedBy ?? ''] as const,
          [t('staff-reports:facts.approved_at'), timeTag(report.approvedAt)] as const,
          [t('staff-reports:number'), report.number ?? t('none')] as const,
          [
            t('staff-reports:facts.issued_on'),
            report.issuedOn === null ? t('none') : formatDay(report.issuedOn),
          ] as const,
        ]),
  ]);
}

function figureTable({ snapshot }: OpenReport, own: string, mayList: boolean, t: StaffText): Html {
  const { current, previous, lastYear } = compareFigures(snapshot);
  return dataTable<string>({
    caption: t('staff-reports:figures'),
    hideCaption: true,
    empty: t('none'),
    rows: shownMetrics,
    columns: [
      { label: t('staff-reports:item'), cell: (metric) => t(`reports:metric.${metric}.name`) },
      {
        label: t('staff-reports:current'),
        numeric: true,
        cell: (metric) => {
          const value = formatCount(current.count(metric));
          return mayList && listedMetrics.includes(metric)
            ? html`<a href="${own}/rows/${metric}">${value}</a>`
            : value;
        },
      },
      {
        label: t('staff-reports:previous'),
        numeric: true,
        cell: (metric) => formatCount(previous.count(metric)),
      },
      {
        label: t('staff-reports:last_year'),
        numeric: true,
        cell: (metric) => formatCount(lastYear.count(metric)),
      },
    ],
  });
}

function revisionField(report: StoredReport): Html {
  return html`<input type="hidden" name="revision" value="${report.revision}" />`;
}

function textEditor(
  { t, csrf }: UnitContext,
  report: StoredReport,
  own: string,
  faults: Faults,
  form?: Entered,
): Html {
  const fields = formFields(form?.direction === undefined ? undefined : form, faults);
  return html`<p>${t('staff-reports:narrative_hint')}</p>
    ${actionForm({
      action: `${own}/text`,
      csrf,
      body: [
        revisionField(report),
        ...narrativeParts.map((part) =>
          fields.area({
            name: part,
            label: t(`reports:part.${part}`),
            value: report.narrative[part],
            rows: 6,
            maxLength: 8_000,
          }),
        ),
        button(t('staff-reports:save')),
      ],
    })}`;
}

function narrativeText(narrative: Narrative, t: StaffText): Html {
  return html`${narrativeParts.map(
    (part) =>
      html`<h3>${t(`reports:part.${part}`)}</h3>
        <pre class="words">${narrative[part] === '' ? t('none') : narrative[part]}</pre>`,
  )}`;
}

/**
 * Whoever changed a draft last does not approve it: a second person has looked at it. Where nobody else works on reports
 * there is no second person, and waiting for one would only teach people to share an account.
 */
async function mayApprove({ stores, unit, user }: UnitContext, report: StoredReport): Promise<boolean> {
  if (report.updatedBy !== user.username) return true;
  const officers = await stores.members.list();
  return !officers.some(
    ({ username, disabledAt, signedInAt, roles }) =>
      username !== user.username &&
      disabledAt === null &&
      signedInAt !== null &&
      covers(roleIn(roles, unit.id), 'editor'),
  );
}

function draftActions(
  { t, csrf, role }: UnitContext,
  report: StoredReport,
  own: string,
  approvable: boolean,
  faults: Faults,
  form?: Entered,
): Html {
  const fields = formFields(form?.issued_on === undefined ? undefined : form, faults);
  const mayEdit = covers(role, 'editor');
  return html`${
    mayEdit &&
    html`<h2>${t('staff-reports:refresh')}</h2>
      <p>${t('staff-reports:refresh_hint')}</p>
      ${actionForm({ action: `${own}/refresh`, csrf, body: [revisionField(report), button(t('staff-reports:refresh'), 'secondary')] })}`
  }
  ${
    covers(role, 'approver') &&
    !approvable &&
    html`<h2>${t('staff-reports:approve')}</h2>
      ${notice(t('staff-reports:four_eyes'))}`
  }
  ${
    covers(role, 'approver') &&
    approvable &&
    html`<h2>${t('staff-reports:approve')}</h2>
      <p>${t('staff-reports:approve_hint')}</p>
      ${actionForm({
        action: `${own}/approve`,
        csrf,
        body: [
          revisionField(report),
          fields.text({
            name: 'number',
            label: t('staff-reports:number_label'),
            hint: t('staff-reports:number_hint'),
            maxLength: 20,
            width: 8,
          }),
          fields.text({ name: 'issued_on', label: t('staff-reports:issued_label'), type: 'date', width: 12 }),
          button(t('staff-reports:approve'), 'secondary'),
        ],
      })}`
  }
  ${
    mayEdit &&
    html`<h2>${t('staff-reports:discard')}</h2>
      ${actionForm({ action: `${own}/discard`, csrf, body: [revisionField(report), button(t('staff-reports:discard'), 'danger')] })}`
  }`;
}

function correction({ t, csrf, path, role }: UnitContext, { period }: StoredReport): Html {
  if (!covers(role, 'editor')) return html``;
  return html`<h2>${t('staff-reports:correct')}</h2>
    <p>${t('staff-reports:correct_hint')}</p>
    ${actionForm({
      action: path('/reports'),
      csrf,
      body: [
        html`<input type="hidden" name="period" value="${period}" />`,
        button(t('staff-reports:correct'), 'secondary'),
      ],
    })}`;
}

const types: Record<(typeof reportFormats)[number], string> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  pdf: 'application/pdf',
};

async function download(context: UnitContext): Promise<Answer> {
  const { services, param, unit } = context;
  const format = reportFormats.find((one) => one === param('format'));
  if (format === undefined) throw new AppError('not-found', 'No such format.');
  const report = await readReport(context);
  const body = await services.reports.write(services.reports.openStored(report), format);
  const name = `bao-cao-${unit.id}-${report.period}-${report.version}.${format}`;
  return { kind: 'file', name, type: types[format], body };
}

async function showRows(context: UnitContext, { key, after }: z.output<typeof rowsQuery>): Promise<Answer> {
  const { t, services, unit, param, path } = context;
  const metric = param('metric');
  if (!listedMetrics.includes(metric))
    throw new AppError('not-found', 'The records of this figure are not listed.');
  const report = await readReport(context);
  const { snapshot } = services.reports.openStored(report);
  const rows = await services.reports.readSource(
    snapshot,
    unit.id,
    { metric, key },
    { after, limit: rowsPerPage },
  );
  const own = path(`/reports/${report.id}`);
  const last = rows.length === rowsPerPage ? rows.at(-1)?.seq : undefined;
  const body = html`<p>
      ${t('staff-reports:rows_intro', {
        definition: t(`reports:metric.${metric}.definition`),
        limits: t(`reports:metric.${metric}.limits`),
      })}
    </p>
    ${dataTable<FigureSourceRow>({
      caption: t(`reports:metric.${metric}.name`),
      hideCaption: true,
      empty: t('staff-reports:rows_empty'),
      rows,
      columns: [
        {
          label: t('staff-reports:time'),
          cell: ({ id, receivedAt }) =>
            html`<a href="${path(`/conversations/${id}`)}">${timeTag(receivedAt)}</a>`,
        },
        { label: t('staff-reports:channel'), cell: ({ channel }) => channelName(channel, t) },
        {
          label: t('staff-reports:citizen'),
          cell: ({ citizen }) => html`<code>${shortCitizen(citizen)}</code>`,
        },
        { label: t('staff-reports:decision'), cell: ({ decision }) => decisionTag(decision, t) },
        {
          label: t('staff-reports:topic'),
          cell: ({ topic }) => (topic === null ? '–' : services.topicName(topic)),
        },
        { label: t('staff-reports:record'), cell: ({ seq }) => seq, numeric: true },
      ],
    })}
    ${
      last !== undefined &&
      html`<p>
        <a href="${own}/rows/${metric}?after=${last}&amp;key=${encodeURIComponent(key)}"
          >${t('staff-reports:rows_more')}</a
        >
      </p>`
    }`;
  const title = t('staff-reports:rows_title', { name: t(`reports:metric.${metric}.name`) });
  return { kind: 'page', title, back: { to: own, label: titleOf(report, context) }, body };
}

async function saveText(context: UnitContext, form: z.output<typeof textForm>): Promise<Answer> {
  const { id } = await readReport(context);
  const { revision: from, ...narrative } = form;
  return settled(await context.services.reports.edit(id, from, narrative, act(context)), context, 'saved');
}

async function refresh(context: UnitContext, form: z.output<typeof revisionForm>): Promise<Answer> {
  const { id } = await readReport(context);
  const changed = await context.services.reports.refresh(id, form.revision, act(context));
  return settled(changed, context, 'report_refreshed');
}

async function approve(context: UnitContext, form: z.output<typeof approveForm>): Promise<Answer> {
  const report = await readReport(context);
  const { id } = report;
  if (!(await mayApprove(context, report)))
    throw new AppError('conflict', context.t('staff-reports:four_eyes'));
  const given = { number: form.number || null, issuedOn: form.issued_on || null };
  const changed = await context.services.reports.approve(id, form.revision, given, act(context));
  return settled(changed, context, 'report_approved');
}

async function discard(context: UnitContext, form: z.output<typeof revisionForm>): Promise<Answer> {
  const { id } = await readReport(context);
  const isGone = await context.services.reports.discard(id, form.revision, act(context));
  if (!isGone) throw new AppError('conflict', context.t('staff-reports:stale'));
  return { kind: 'redirect', to: context.path('/reports'), done: 'report_discarded' };
}

function settled(changed: StoredReport | undefined, { t, path }: UnitContext, done: string): Answer {
  if (changed === undefined) throw new AppError('conflict', t('staff-reports:stale'));
  return { kind: 'redirect', to: path(`/reports/${changed.id}`), done };
}
