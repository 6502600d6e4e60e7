import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { aspects, type Aspect } from '../../core/aspect.ts';
import { AppError } from '../../core/errors.ts';
import { officerReplyLimit, type HandoverEntry } from '../../core/handover.ts';
import { covers, roleIn, type StaffUser } from '../../core/staff.ts';
import type { Talk } from '../../core/unit-handovers.ts';
import { actionForm, button, faultSummary, formFields, notice } from '../components.ts';
import { entered, optionalLine, optionalLines, type Entered, type Faults } from '../form.ts';
import { html, type Html } from '../html.ts';
import { aspectName } from '../log-words.ts';
import { unitAction, unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import { citizenLabel, renderInbox, renderTalk, type TakeoverView } from './takeover-view.ts';

type Page = Answer & { kind: 'page' };

/** How often an open page looks for what is new. */
const lookEveryMs = 3_000;

const pageQuery = z.object({ part: z.literal('live').optional().catch(undefined) });

const replyForm = z
  .object({
    act: z.enum(['send', 'insert']).catch('send'),
    text: optionalLines(officerReplyLimit),
    /** The same for each sending of one form, so that a double click speaks once. */
    once: z.uuid(),
    topic: optionalLine(80),
    aspect: z.enum(aspects).or(z.literal('')).catch(''),
  })
  .refine(({ act, text }) => act === 'insert' || text !== '', { path: ['text'], message: 'required' });

/** Conversations that wait for an officer: who they are, what was said, answering, passing on, giving back. */
export const takeoverRoutes: readonly StaffRoute[] = [
  unitPage({ path: '/:unit/handovers', role: 'reviewer', query: pageQuery, handle: showInbox }),
  unitPage({
    path: '/:unit/handovers/:id',
    role: 'reviewer',
    query: pageQuery,
    handle: (context, { part }) => (part === 'live' ? showTalkPart(context) : showHandover(context)),
  }),
  unitAction({
    path: '/:unit/handovers/:id/take',
    role: 'reviewer',
    form: z.object({}),
    handle: take,
    refuse: showHandover,
  }),
  unitAction({
    path: '/:unit/handovers/:id/assign',
    role: 'reviewer',
    form: z.object({ to: optionalLine(60) }),
    handle: assign,
    refuse: showHandover,
  }),
  unitAction({
    path: '/:unit/handovers/:id/reply',
    role: 'reviewer',
    form: replyForm,
    handle: reply,
    refuse: showHandover,
  }),
  unitAction({
    path: '/:unit/handovers/:id/return',
    role: 'reviewer',
    form: z.object({}),
    handle: giveBack,
    refuse: showHandover,
  }),
];

async function showInbox(context: UnitContext, { part }: z.output<typeof pageQuery>): Promise<Answer> {
  const { t, path, stores } = context;
  const view = await viewOf(context);
  const inbox = renderInbox(await stores.handovers.listOpen(), view);
  if (part === 'live') return { kind: 'fragment', body: inbox };
  const body = html`<p>${t('staff-takeover:intro')}</p>
    ${live(path('/handovers'), inbox, t('staff-takeover:stale'))}`;
  return { kind: 'page', title: t('staff-takeover:title'), body };
}

/** A part of the page that its script keeps up to date; without the script it is as it was when the page was loaded. */
function live(path: string, body: Html, stale: string): Html {
  return html`<div data-live="${path}?part=live" data-every="${lookEveryMs}" data-stale="${stale}">
    ${body}
  </div>`;
}

async function viewOf({ t, now, user, path, stores }: UnitContext): Promise<TakeoverView> {
  const names = new Map((await stores.members.list()).map(({ username, name }) => [username, name]));
  return { t, now, username: user.username, nameOf: (username) => names.get(username) ?? username, path };
}

async function readHandover({ stores, param }: UnitContext): Promise<{ entry: HandoverEntry; talk: Talk }> {
  const id = param('id');
  const [entry, talk] = [await stores.handovers.read(id), await stores.handovers.readTalk(id)];
  if (entry === undefined || talk === undefined) {
    throw new AppError('not-found', 'No such hand-over in this unit.');
  }
  return { entry, talk };
}

async function showTalkPart(context: UnitContext): Promise<Answer> {
  const { entry, talk } = await readHandover(context);
  return { kind: 'fragment', body: renderTalk(entry, talk.lines, await viewOf(context)) };
}

async function showHandover(context: UnitContext, faults: Faults = {}, form?: Entered): Promise<Page> {
  const { t, path, user, now } = context;
  const { entry, talk } = await readHandover(context);
  const view = await viewOf(context);
  const isOpen = entry.returnedAt === null;
  const mine = entry.assignedTo === user.username;
  const mayAct = isOpen && (mine || entry.assignedTo === null);
  const canAnswer = mayAct && now.getTime() < Date.parse(entry.windowUntil);
  const own = path(`/handovers/${entry.id}`);
  const body = html` ${faultSummary(faults, t)}
  ${live(own, renderTalk(entry, talk.lines, view), t('staff-takeover:stale'))}
  ${isOpen && entry.assignedTo === null && takeForm(context, own)}
  ${canAnswer && replyBox(context, own, talk, faults, form)} ${mine && isOpen && returnForm(context, own)}
  ${mayAssign(context, entry) && (await assignForm(context, own, entry, faults))}`;
  return {
    kind: 'page',
    title: citizenLabel(entry.citizen, t),
    back: { to: path('/handovers'), label: t('staff-takeover:title') },
    body,
  };
}

function takeForm({ t, csrf }: UnitContext, own: string): Html {
  return actionForm({ action: `${own}/take`, csrf, body: [button(t('staff-takeover:take'), 'primary')] });
}

function replyBox(context: UnitContext, own: string, talk: Talk, faults: Faults, form?: Entered): Html {
  const { t, csrf, services, unit } = context;
  const fields = formFields(form, faults);
  const once = form === undefined ? '' : entered(form, 'once');
  const topics = services.listTopics(unit);
  return html`<section>
    <h2 id="reply">${t('staff-takeover:reply')}</h2>
    ${actionForm({
      action: `${own}/reply`,
      csrf,
      body: [
        html`<input
          type="hidden"
          name="once"
          value="${z.uuid().safeParse(once).success ? once : randomUUID()}"
        />`,
        fields.area({
          name: 'text',
          label: t('staff-takeover:text'),
          hint: t('staff-takeover:text_hint', { limit: officerReplyLimit }),
          rows: 6,
          maxLength: officerReplyLimit,
        }),
        button(t('staff-takeover:send'), 'primary', { name: 'act', value: 'send' }),
        html`<details class="insert" ${faults.topic !== undefined && html` open`}>
          <summary>${t('staff-takeover:prepared')}</summary>
          <p class="hint">${t('staff-takeover:prepared_hint')}</p>
          ${fields.select({
            name: 'topic',
            label: t('staff-takeover:topic'),
            value: talk.topic ?? '',
            choices: topics.map(({ id, name }) => ({ value: id, label: name })),
          })}
          ${fields.select({
            name: 'aspect',
            label: t('staff-takeover:aspect'),
            choices: aspects.map((aspect) => ({ value: aspect, label: aspectName(aspect, t) })),
          })}
          ${button(t('staff-takeover:insert'), 'secondary', { name: 'act', value: 'insert' })}
        </details>`,
      ],
    })}
  </section>`;
}

function returnForm({ t, csrf }: UnitContext, own: string): Html {
  return html`<section>
    <h2>${t('staff-takeover:return_title')}</h2>
    <p>${t('staff-takeover:return_intro')}</p>
    ${actionForm({ action: `${own}/return`, csrf, body: [button(t('staff-takeover:return'), 'secondary')] })}
  </section>`;
}

/** Whoever has it, anybody while nobody has, and approvers, so that a colleague's absence strands nobody. */
function mayAssign({ user, role }: UnitContext, entry: HandoverEntry): boolean {
  if (entry.returnedAt !== null) return false;
  return entry.assignedTo === null || entry.assignedTo === user.username || covers(role, 'approver');
}

async function assignForm(
  context: UnitContext,
  own: string,
  entry: HandoverEntry,
  faults: Faults,
): Promise<Html> {
  const { t, csrf } = context;
  const colleagues = (await readColleagues(context)).filter(({ username }) => username !== entry.assignedTo);
  if (colleagues.length === 0) return html``;
  const fields = formFields(undefined, faults);
  return html`<section>
    <h2>${t('staff-takeover:assign_title')}</h2>
    ${actionForm({
      action: `${own}/assign`,
      csrf,
      body: [
        fields.select({
          name: 'to',
          label: t('staff-takeover:assign_to'),
          choices: colleagues.map(({ username, name }) => ({ value: username, label: name })),
        }),
        button(t('staff-takeover:assign'), 'secondary'),
      ],
    })}
  </section>`;
}

/** Officers of the unit who may answer citizens. */
async function readColleagues({ stores, unit }: UnitContext): Promise<StaffUser[]> {
  const members = await stores.members.list();
  return members.filter(
    ({ disabledAt, roles }) => disabledAt === null && covers(roleIn(roles, unit.id), 'reviewer'),
  );
}

const subjectOf = (id: string) => `handover:${id}`;
const isConflict = (error: unknown) => error instanceof AppError && error.code === 'conflict';

async function take(context: UnitContext): Promise<Answer> {
  const { services, user, path } = context;
  const { entry } = await readHandover(context);
  try {
    await takeForOneself(context, entry.id, 'handover.take', {});
    await services.desk.take(entry.id, user.username);
  } catch (error) {
    if (isConflict(error)) return showTooLate(context);
    throw error;
  }
  return { kind: 'redirect', to: path(`/handovers/${entry.id}`), done: 'handover_taken' };
}

/** Takes the conversation and records the act in one transaction. Throws AppError `conflict` when someone else has it. */
async function takeForOneself(
  context: UnitContext,
  id: string,
  action: string,
  details: Record<string, unknown>,
): Promise<void> {
  const { user, now } = context;
  await context.change({ action, subject: subjectOf(id) }, async ({ handovers }) => {
    const before = await handovers.read(id);
    const taken = await handovers.take(id, user.username, now.toISOString());
    if (taken === undefined) throw new AppError('conflict', 'A colleague has it, or it is over.');
    return {
      before: { assignedTo: before?.assignedTo ?? null },
      after: { assignedTo: user.username, ...details },
      result: undefined,
    };
  });
}

/** Says who was faster, or that it is over. */
async function showTooLate(context: UnitContext): Promise<Page> {
  const { t, path } = context;
  const { entry } = await readHandover(context);
  const { nameOf } = await viewOf(context);
  const isOver = entry.returnedAt !== null || entry.assignedTo === null;
  const body = html` ${notice(
      isOver
        ? t('staff-takeover:over.officer')
        : t('staff-takeover:taken_by', { name: nameOf(entry.assignedTo ?? '') }),
      'warn',
    )}
    <p><a href="${path(`/handovers/${entry.id}`)}">${t('staff-takeover:look')}</a></p>`;
  return {
    kind: 'page',
    status: 409,
    title: t('staff-takeover:too_late'),
    back: { to: path('/handovers'), label: t('staff-takeover:title') },
    body,
  };
}

async function reply(context: UnitContext, form: z.output<typeof replyForm>): Promise<Answer> {
  if (form.act === 'insert') return insertPrepared(context, form);
  const { services, user, path, now, t } = context;
  const { entry } = await readHandover(context);
  const again = { text: form.text, once: form.once };
  if (now.getTime() >= Date.parse(entry.windowUntil)) {
    return {
      ...(await showHandover(context, { '': t('staff-takeover:window_over_text') }, again)),
      status: 422,
    };
  }
  try {
    await takeForOneself(context, entry.id, 'handover.reply', { characters: form.text.length });
    await services.desk.reply(entry.id, user.username, form.text, form.once);
  } catch (error) {
    if (isConflict(error)) return showTooLate(context);
    throw error;
  }
  return { kind: 'redirect', to: path(`/handovers/${entry.id}`), done: 'handover_answered' };
}

/** Shows the form again with an approved answer put under what was written. Nothing is sent. */
async function insertPrepared(
  context: UnitContext,
  { text, once, topic, aspect }: z.output<typeof replyForm>,
): Promise<Answer> {
  const { services, unit, t } = context;
  const { talk } = await readHandover(context);
  const wanted: Aspect = aspect === '' ? 'overview' : aspect;
  const prepared = services.prepareAnswer(unit, topic, wanted, talk.language);
  const faults: Faults = prepared === undefined ? { topic: t('staff-takeover:nothing_prepared') } : {};
  const words = prepared === undefined ? text : [text, prepared].filter((part) => part !== '').join('\n\n');
  return showHandover(context, faults, { text: words, once, topic, aspect: wanted });
}

async function assign(context: UnitContext, { to }: { to: string }): Promise<Answer> {
  const { t, now, path } = context;
  const { entry } = await readHandover(context);
  const colleague = (await readColleagues(context)).find(({ username }) => username === to);
  if (colleague === undefined) {
    const again = await showHandover(context, { to: t('staff-takeover:no_such_colleague') });
    return { ...again, status: 422 };
  }
  if (!mayAssign(context, entry)) return showTooLate(context);
  try {
    await context.change(
      { action: 'handover.assign', subject: subjectOf(entry.id) },
      async ({ handovers }) => {
        const given = await handovers.assign(entry.id, to, entry.assignedTo, now.toISOString());
        if (given === undefined) throw new AppError('conflict', 'Somebody was faster, or it is over.');
        return { before: { assignedTo: entry.assignedTo }, after: { assignedTo: to }, result: undefined };
      },
    );
  } catch (error) {
    if (isConflict(error)) return showTooLate(context);
    throw error;
  }
  return { kind: 'redirect', to: path('/handovers'), done: 'handover_assigned' };
}

async function giveBack(context: UnitContext): Promise<Answer> {
  const { services, user, path } = context;
  const { entry } = await readHandover(context);
  try {
    await takeForOneself(context, entry.id, 'handover.return', { returned: true });
    await services.desk.giveBack(entry.id, user.username);
  } catch (error) {
    if (isConflict(error)) return showTooLate(context);
    throw error;
  }
  return { kind: 'redirect', to: path('/handovers'), done: 'handover_returned' };
}
