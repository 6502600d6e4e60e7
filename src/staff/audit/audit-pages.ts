import { stringify } from 'yaml';
import { z } from 'zod';
import type { AuditRecord } from '../../core/audit.ts';
import { button, dataTable, formFields, type Choice } from '../components.ts';
import { optionalLine } from '../form.ts';
import { timeTag } from '../format-time.ts';
import { html } from '../html.ts';
import { nameKeys } from '../name-keys.ts';
import { provincePage, unitPage, type Answer, type StaffRoute } from '../route.ts';
import type { UnitStores } from '../services.ts';
import type { StaffText } from '../staff-text.ts';

const perPage = 50;

/** What acts begin with, in the order in which they are offered. */
const actionGroups = [
  ...['user', 'content', 'review', 'training', 'handover', 'outreach', 'report', 'conversations', 'label'],
  ...['counting', 'unit', 'settings', 'erase-words'],
];

const auditQuery = z.object({
  actor: optionalLine(60).catch(''),
  action: optionalLine(60).catch(''),
  before: z.coerce.number().int().positive().optional().catch(undefined),
});

/** Who changed what, when, before and after. */
export const auditRoutes: readonly StaffRoute[] = [
  unitPage({
    path: '/:unit/audit',
    role: 'admin',
    query: auditQuery,
    handle: ({ t, stores, path }, query) => showAudit(t, stores.audit, path('/audit'), query),
  }),
  provincePage({
    path: '/-/audit',
    role: 'admin',
    query: auditQuery,
    handle: ({ t, stores }, query) => showAudit(t, stores.audit, '/staff/-/audit', query),
  }),
];

async function showAudit(
  t: StaffText,
  audit: UnitStores['audit'],
  path: string,
  query: z.output<typeof auditQuery>,
): Promise<Answer> {
  const { actor, action, before } = query;
  const found = await audit.list({
    limit: perPage + 1,
    ...(before === undefined ? {} : { before }),
    ...(actor === '' ? {} : { actor }),
    ...(action === '' ? {} : { action }),
  });
  const rows = found.slice(0, perPage);
  const last = rows.at(-1);
  const fields = formFields(undefined, {});
  const more = new URLSearchParams({ actor, action, before: String(last?.seq ?? '') });
  const body = html` <p>${t('staff-audit:intro')}</p>
    <form method="get" action="${path}" class="filter">
      ${fields.text({ name: 'actor', label: t('staff-audit:actor'), value: actor, width: 16 })}
      ${fields.select({ name: 'action', label: t('staff-audit:action'), value: action, choices: actionChoices(t, action) })}
      ${button(t('filter.button'), 'secondary')}
    </form>
    ${dataTable<AuditRecord>({
      caption: t('staff-audit:title'),
      hideCaption: true,
      empty: t('staff-audit:empty'),
      rows,
      columns: [
        { label: t('staff-audit:at'), cell: ({ at }) => timeTag(at) },
        { label: t('staff-audit:actor'), cell: ({ actor: who }) => who },
        { label: t('staff-audit:action'), cell: (row) => describeAction(t, row.action) },
        { label: t('staff-audit:subject'), cell: ({ subject }) => html`<code>${subject}</code>` },
        { label: t('staff-audit:before'), cell: (row) => describeValue(row.before, t) },
        { label: t('staff-audit:after'), cell: (row) => describeValue(row.after, t) },
      ],
    })}
    ${found.length > perPage && html`<p><a href="${path}?${more.toString()}">${t('filter.older')}</a></p>`}`;
  return { kind: 'page', title: t('staff-audit:title'), body };
}

/** Kinds of acts; the address may name a single act too. */
function actionChoices(t: StaffText, chosen: string): Choice[] {
  const kinds = actionGroups.map((value) => ({ value, label: t(`staff-audit:groups.${value}`) }));
  const isKind = chosen === '' || kinds.some(({ value }) => value === chosen);
  return [
    { value: '', label: t('staff-audit:any_action') },
    ...kinds,
    ...(isKind ? [] : [{ value: chosen, label: describeAction(t, chosen) }]),
  ];
}

/** The action in words where there are some, else its own name. */
function describeAction(t: StaffText, action: string): string {
  const key = `staff-audit:actions.${action.replaceAll('.', '_')}`;
  return t.has(key) ? t(key) : action;
}

/** One line for each member, without braces and quotes; what is not set is left out. */
function describeValue(value: unknown, t: StaffText) {
  if (value === null || value === undefined) return '–';
  const said = JSON.parse(JSON.stringify(value), (_key, member: unknown) => member ?? undefined) as unknown;
  const lines = stringify(said, { lineWidth: 0 }).trimEnd();
  return lines === '{}' ? '–' : html`<pre class="words">${nameKeys(lines, t)}</pre>`;
}
