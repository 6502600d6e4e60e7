import { stringify } from 'yaml';
import { z } from 'zod';
import type { EditedChange } from '../../content/editing/content-desk.ts';
import { diffLines } from '../../content/editing/diff-lines.ts';
import { libraryWith } from '../../content/overlay/library-with.ts';
import { vietnamDay } from '../../core/clock.ts';
import type { ChangeFinding, ChangeStatus } from '../../core/content-change.ts';
import { AppError } from '../../core/errors.ts';
import { covers } from '../../core/staff.ts';
import { actsForAll } from '../acts-for-all.ts';
import { actionForm, button, buttonLink, dataTable, factList, faultSummary, formFields, notice, tag } from '../components.ts';
import { line, optionalDay, optionalLine, type Entered, type Faults } from '../form.ts';
import { formatDay, timeTag } from '../format-time.ts';
import { html, type Html } from '../html.ts';
import { nameKeys } from '../name-keys.ts';
import { unitAction, unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import { previewedChannels, showAnswers } from './bubbles.ts';
import { changeStatus, changeTable, nameTarget } from './change-table.ts';
import { contentLinks } from './content-links.ts';

const approveForm = z.object({
  from: optionalDay,
  note: optionalLine(300),
});
const reasonForm = z.object({ reason: line(300) });
const statuses = ['submitted', 'draft', 'published', 'rejected', 'rolled-back', 'withdrawn'] as const;

/** Edits on their way: drafts, those before an approver, those in force, and back. */
export const changeRoutes: readonly StaffRoute[] = [
  unitPage({
    path: '/:unit/content/changes',
    role: 'viewer',
    query: z.object({ status: z.enum(['', ...statuses]).catch('') }),
    handle: listChanges,
  }),
  unitPage({ path: '/:unit/content/changes/:id', role: 'viewer', handle: (context) => showChange(context, {}) }),
  step('submit', 'editor', z.object({}), submit),
  step('withdraw', 'editor', z.object({}), async (context, change) => {
    await context.services.desks.content.withdraw(change.id, context.user.username);
    return { kind: 'redirect', to: context.path('/content/changes'), done: 'change_withdrawn' };
  }),
  step('approve', 'approver', approveForm, approve),
  step('reject', 'approver', reasonForm, async (context, change, { reason }) => {
    mayDecide(context, change);
    await context.services.desks.content.reject(change.id, context.user.username, reason);
    return { kind: 'redirect', to: context.path('/content/changes'), done: 'rejected' };
  }),
  step('roll-back', 'approver', reasonForm, async (context, change, { reason }) => {
    mayDecide(context, change);
    await context.services.desks.content.rollBack(change.id, context.user.username, reason);
    return { kind: 'redirect', to: context.path(`/content/changes/${change.id}`), done: 'rolled_back' };
  }),
];

type Page = Answer & { kind: 'page' };

/** A step of one edit: its form, and what it does to the edit that the path names. */
function step<F>(
  name: string,
  role: 'editor' | 'approver',
  form: z.ZodType<F>,
  take: (context: UnitContext, change: EditedChange, form: F) => Promise<Answer>,
): StaffRoute {
  return unitAction({
    path: `/:unit/content/changes/:id/${name}`,
    role,
    form,
    handle: async (context, given) => take(context, await readChange(context), given),
    refuse: showChange,
  });
}

/** An edit of this unit or of what all units share; that of another unit is not there. */
async function readChange({ services, param, unit }: UnitContext): Promise<EditedChange> {
  const change = await services.desks.content.read(param('id'));
  if (change === undefined || (change.unitId !== null && change.unitId !== unit.id)) {
    throw new AppError('not-found', 'There is no such edit.');
  }
  return change;
}

/** What all units share is decided by somebody who acts for all of them. */
function isAllowed({ user, services, role }: UnitContext, { unitId }: EditedChange): boolean {
  return unitId === null ? actsForAll(user, services.library(), 'approver') : covers(role, 'approver');
}

function mayDecide(context: UnitContext, change: EditedChange): void {
  if (!isAllowed(context, change)) throw new AppError('conflict', 'Somebody who acts for all units decides this.');
}

async function listChanges(
  context: UnitContext,
  { status }: { status: ChangeStatus | '' },
): Promise<Answer> {
  const { t, services, unit } = context;
  const all = await services.desks.content.list(status === '' ? {} : { statuses: [status] });
  const changes = all.filter(({ unitId }) => unitId === null || unitId === unit.id);
  const setAside = new Set(services.desks.setAside());
  const aside = changes.filter(({ id }) => setAside.has(id));
  const fields = formFields({ status }, {});
  const body = html`${contentLinks(context, 'changes')}
    ${aside.length > 0 && html`${notice(t('staff-content:set_aside', { count: aside.length }), 'warn')} ${changeTable(aside, context)}`}
    <form method="get" class="filter">
      ${fields.select({
        name: 'status',
        label: t('staff-content:status'),
        choices: [
          { value: '', label: t('staff-content:all_statuses') },
          ...statuses.map((value) => ({ value, label: t(`staff-content:change_status.${value}`) })),
        ],
      })}
      <button type="submit" class="button button-secondary">${t('filter.button')}</button>
    </form>
    ${changeTable(changes, context)}`;
  return { kind: 'page', title: t('staff-content:section.changes'), body };
}

async function showChange(context: UnitContext, faults: Faults, form?: Entered): Promise<Page> {
  const change = await readChange(context);
  const { t, path } = context;
  const body = html`${faultSummary(faults, t)}
    <p>${changeStatus(change, context)}</p>
    ${facts(change, context)}
    <h2>${t('staff-content:difference')}</h2>
    ${difference(change, t)} ${findingList(change.findings, t)} ${steps(change, context, faults, form)}
    ${preview(change, context)}`;
  const back = { to: path('/content/changes'), label: t('staff-content:section.changes') };
  return { kind: 'page', title: nameTarget(change, context), back, body };
}

function facts(stored: EditedChange, { t }: UnitContext): Html {
  const { change } = stored;
  const byWhom = (who: string | null, at: string | null) =>
    who === null || at === null ? undefined : html`${who}, ${timeTag(at)}`;
  const rows: [string, Html | string | undefined][] = [
    [t('staff-content:why'), stored.note],
    ...(change.kind === 'section'
      ? ([
          [
            t('staff-content:source'),
            change.sources.map(({ where, date, url }) => [where, date, url ?? ''].filter((text) => text !== '').join(', ')).join('; '),
          ],
          [t('staff-content:reviewed'), `${formatDay(change.reviewed)}, ${change.reviewed_by}`],
          [t('staff-content:review_by'), formatDay(change.review_by)],
        ] as [string, string][])
      : []),
    [t('staff-content:drafted_by'), byWhom(stored.draftedBy, stored.draftedAt)],
    [t('staff-content:decided_by'), byWhom(stored.decidedBy, stored.decidedAt)],
    [t('staff-content:decision_note'), stored.decisionNote === '' ? undefined : (stored.decisionNote ?? undefined)],
    [t('staff-content:effective'), stored.effectiveAt === null ? undefined : timeTag(stored.effectiveAt)],
    [t('staff-content:rolled_back_by'), byWhom(stored.rolledBackBy, stored.rolledBackAt)],
    [t('staff-content:rollback_reason'), stored.rollbackReason ?? undefined],
  ];
  return factList(rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

/** What the part said when it was drafted, and what it would say; line by line. */
function difference({ change, before }: EditedChange, t: UnitContext['t']): Html {
  const old =
    change.kind === 'section' && typeof before === 'object' && before !== null && 'entries' in before
      ? before.entries
      : before;
  const fresh = change.kind === 'section' ? change.entries : change.value;
  // The database keeps members in an order of its own; what only changed places did not change.
  const write = (value: unknown) => (value === null || value === undefined ? '' : stringify(value, { lineWidth: 0, sortMapEntries: true }).trimEnd());
  return html`<ul class="diff" aria-label="${t('staff-content:difference')}">
    ${diffLines(write(old), write(fresh)).map(({ kind, text: yaml }) => {
      const text = nameKeys(yaml, t);
      // Where nothing stood before, no line goes.
      if (kind !== 'same' && text === '') return null;
      if (kind === 'same') return html`<li><code>${text}</code></li>`;
      const sign = kind === 'added' ? '+' : '−';
      return html`<li class="diff-${kind}">
        <span class="hidden">${t(`staff-content:diff.${kind}`)}</span><span aria-hidden="true">${sign} </span
        ><code>${text}</code>
      </li>`;
    })}
  </ul>`;
}

function findingList(findings: readonly ChangeFinding[], t: UnitContext['t']): Html | null {
  if (findings.length === 0) return null;
  return html`<h2>${t('staff-content:findings')}</h2>
    ${dataTable<ChangeFinding>({
      caption: t('staff-content:findings'),
      hideCaption: true,
      empty: '',
      rows: findings,
      columns: [
        {
          label: t('staff-content:severity'),
          cell: ({ severity }) => tag(t(`staff-content:severity_of.${severity}`), severity === 'error' ? 'bad' : 'warn'),
        },
        { label: t('staff-content:finding'), cell: ({ message }) => message },
        { label: t('staff-content:fix'), cell: ({ fix }) => fix },
      ],
    })}`;
}

/** What this officer may do with the edit now. */
function steps(change: EditedChange, context: UnitContext, faults: Faults, form: Entered | undefined): Html | null {
  const { t, csrf, path, user, role } = context;
  const own = path(`/content/changes/${change.id}`);
  const isDrafter = change.draftedBy === user.username;
  const plain = (name: string, label: string, kind: 'primary' | 'secondary' = 'primary') =>
    actionForm({ action: `${own}/${name}`, csrf, body: button(label, kind) });
  if (isDrafter && covers(role, 'editor') && (change.status === 'draft' || change.status === 'rejected')) {
    return html`<div class="buttons">
      ${change.change.kind === 'section' && buttonLink(`${own}/edit`, t('staff-content:revise'))}
      ${change.status === 'draft' && plain('submit', t('staff-content:submit'))}${plain('withdraw', t('staff-content:withdraw'), 'secondary')}
    </div>`;
  }
  if (isDrafter && change.status === 'submitted') {
    return html`${notice(t('staff-content:four_eyes'))} ${plain('withdraw', t('staff-content:withdraw'), 'secondary')}`;
  }
  const fields = formFields(form, faults);
  const reason = (id: string) =>
    html`<div class="field">
      <label for="${id}">${t('staff-content:reason')}</label>
      <input id="${id}" name="reason" maxlength="300" size="40" />
    </div>`;
  const decides = covers(role, 'approver') && isAllowed(context, change);
  if (change.status === 'submitted' && !decides) return notice(t('staff-content:waits_for_approver'));
  if (change.status === 'submitted') {
    return html`<h2>${t('staff-content:decide')}</h2>
      ${actionForm({
        action: `${own}/approve`,
        csrf,
        body: [
          fields.text({
            name: 'from',
            label: t('staff-content:publish_from'),
            hint: t('staff-content:publish_from_hint'),
            type: 'date',
            width: 12,
          }),
          fields.text({ name: 'note', label: t('staff-content:decision_note'), maxLength: 300 }),
          button(t('staff-content:approve')),
        ],
      })}
      <details>
        <summary>${t('staff-content:reject')}</summary>
        ${actionForm({ action: `${own}/reject`, csrf, body: [reason('reject-reason'), button(t('staff-content:reject'), 'secondary')] })}
      </details>`;
  }
  if (change.status !== 'published' || !decides) return null;
  return html`<details>
    <summary>${t('staff-content:roll_back')}</summary>
    <p>${t('staff-content:roll_back_intro')}</p>
    ${actionForm({ action: `${own}/roll-back`, csrf, body: [reason('roll-back-reason'), button(t('staff-content:roll_back'), 'danger')] })}
  </details>`;
}

/** The topic as citizens would read it with the edit in it. */
function preview({ change, effectiveAt }: EditedChange, { t, services, unit, now }: UnitContext): Html | null {
  const topic = change.kind === 'section' ? change.topic : change.fact === 'local_fees' ? undefined : 'office';
  const library = services.library();
  if (topic === undefined || !library.topics.has(topic)) return null;
  const changed = libraryWith(library, change);
  const day = vietnamDay(effectiveAt === null ? now : new Date(effectiveAt));
  const answers = services.desks.preview({
    library: changed,
    unit: changed.units.get(unit.id) ?? unit,
    topic,
    day,
    language: 'vi',
  });
  const wanted = change.kind === 'section' ? t(`bot:aspect.${change.aspect}.name`) : undefined;
  const shown = answers.filter(({ question }) => wanted === undefined || question === wanted);
  if (shown.length === 0) return null;
  return html`<h2>${t('staff-content:preview_on', { day: formatDay(day) })}</h2>
    <div class="phones">${previewedChannels(shown).map((channel) => showAnswers(shown, channel, t))}</div>`;
}

async function submit(context: UnitContext, change: EditedChange): Promise<Answer> {
  const { services, user, path } = context;
  const findings = await services.desks.content.submit(change.id, user.username);
  if (findings.some(({ severity }) => severity === 'error')) return refused(context, findings);
  return { kind: 'redirect', to: path(`/content/changes/${change.id}`), done: 'submitted' };
}

async function approve(
  context: UnitContext,
  change: EditedChange,
  { from, note }: z.output<typeof approveForm>,
): Promise<Answer> {
  const { services, user, path } = context;
  mayDecide(context, change);
  const findings = await services.desks.content.approve(change.id, {
    officer: user.username,
    from: from === '' ? null : from,
    note,
  });
  if (findings.some(({ severity }) => severity === 'error')) return refused(context, findings);
  return { kind: 'redirect', to: path(`/content/changes/${change.id}`), done: 'approved' };
}

/** The linter's errors, which must be mended before anything is published. */
async function refused(context: UnitContext, findings: readonly ChangeFinding[]): Promise<Page> {
  const { t } = context;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const page = await showChange(context, { '': t('staff-content:fault.lint', { count: errors.length }) });
  return { ...page, status: 422, body: html`${findingList(errors, t)} ${page.body}` };
}
