import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { vietnamDay } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { outreachKinds, type OutreachFacts, type OutreachItem } from '../../core/outreach.ts';
import { makeOutreachCode } from '../../core/outreach-code.ts';
import { covers } from '../../core/staff.ts';
import { actionForm, button, faultSummary, formFields } from '../components.ts';
import { day, type Entered, type Faults } from '../form.ts';
import { html } from '../html.ts';
import { unitAction, unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import { outreachFields, outreachForm } from './outreach-form.ts';
import { renderItem, renderRegister, type ItemView } from './outreach-view.ts';
import { drawPoster, type PosterSize } from './poster.ts';
import { qrPng, qrSvg } from '../qr-image.ts';
import { readFileType, tidyFileName } from './read-file-type.ts';

type Page = Answer & { kind: 'page' };

/** Largest attachment. */
const fileBytes = 5 * 1024 * 1024;
const dayOrNothing = day.optional().catch(undefined);

const registerQuery = z.object({
  from: dayOrNothing,
  to: dayOrNothing,
  kind: z.enum(outreachKinds).optional().catch(undefined),
  withdrawn: z.literal('1').optional().catch(undefined),
});

/** The register of communication acts: what was done, who came through it, posters, what the plan asks for. */
export const outreachRoutes: readonly StaffRoute[] = [
  unitPage({ path: '/:unit/outreach', role: 'viewer', query: registerQuery, handle: showRegister }),
  unitPage({
    path: '/:unit/outreach/new',
    role: 'editor',
    handle: (context) => showForm(context, undefined, {}),
  }),
  unitAction({
    path: '/:unit/outreach/new',
    role: 'editor',
    form: outreachForm,
    handle: addItem,
    refuse: (context, faults, entered) => showForm(context, undefined, faults, entered),
  }),
  unitPage({ path: '/:unit/outreach/:code', role: 'viewer', handle: (context) => showItem(context, {}) }),
  unitPage({
    path: '/:unit/outreach/:code/edit',
    role: 'editor',
    handle: async (context) => showForm(context, await readItem(context), {}),
  }),
  unitAction({
    path: '/:unit/outreach/:code/edit',
    role: 'editor',
    form: outreachForm,
    handle: changeItem,
    refuse: async (context, faults, entered) => showForm(context, await readItem(context), faults, entered),
  }),
  unitAction({
    path: '/:unit/outreach/:code/withdrawal',
    role: 'editor',
    form: z.object({ act: z.enum(['withdraw', 'restore']) }),
    handle: withdrawItem,
    refuse: showItem,
  }),
  unitAction({
    path: '/:unit/outreach/:code/file',
    role: 'editor',
    upload: { maxBytes: fileBytes },
    form: z.object({}),
    handle: attachFile,
    refuse: showItem,
  }),
  unitAction({
    path: '/:unit/outreach/:code/file/removal',
    role: 'editor',
    form: z.object({}),
    handle: removeFile,
    refuse: showItem,
  }),
  unitPage({ path: '/:unit/outreach/:code/file', role: 'viewer', handle: sendFile }),
  unitPage({ path: '/:unit/outreach/:code/qr/:name', role: 'viewer', handle: sendCode }),
  unitPage({ path: '/:unit/outreach/:code/poster/:name', role: 'viewer', handle: sendPoster }),
];

async function showRegister(context: UnitContext, query: z.output<typeof registerQuery>): Promise<Answer> {
  const { t, stores, services, unit, now, path, role } = context;
  const items = await stores.outreach.list({
    ...(query.from === undefined ? {} : { firstDay: query.from }),
    ...(query.to === undefined ? {} : { lastDay: query.to }),
    ...(query.kind === undefined ? {} : { kind: query.kind }),
    withWithdrawn: query.withdrawn === '1',
  });
  const body = renderRegister({
    ...{ t, path, query, items },
    counts: new Map((await stores.outreach.countCame()).map((count) => [count.code, count])),
    quotas: services.quotasOf(unit),
    counted: await stores.outreach.list({}),
    today: vietnamDay(now),
    mayEdit: covers(role, 'editor'),
  });
  return { kind: 'page', title: t('staff-outreach:title'), body };
}

/** Throws AppError `not-found` when the unit has no such item. */
async function readItem({ stores, param }: Pick<UnitContext, 'stores' | 'param'>): Promise<OutreachItem> {
  const item = await stores.outreach.read(param('code'));
  if (item === undefined) throw new AppError('not-found', 'No such outreach item in this unit.');
  return item;
}

function showForm(
  context: UnitContext,
  item: OutreachItem | undefined,
  faults: Faults,
  form?: Entered,
): Page {
  const { t, csrf, path, unit, services, now } = context;
  const own = item === undefined ? path('/outreach/new') : path(`/outreach/${item.code}/edit`);
  const fields = outreachFields(formFields(form, faults), t, {
    ...(item === undefined ? {} : { item }),
    today: vietnamDay(now),
    topics: services.listTopics(unit),
  });
  return {
    kind: 'page',
    title: t(item === undefined ? 'staff-outreach:new' : 'staff-outreach:edit'),
    back:
      item === undefined
        ? { to: path('/outreach'), label: t('staff-outreach:title') }
        : { to: path(`/outreach/${item.code}`), label: item.title },
    body: html`${faultSummary(faults, t)}
    ${actionForm({ action: own, csrf, body: [...fields, button(t('staff-outreach:save'))] })}`,
  };
}

const subjectOf = (code: string) => `outreach:${code}`;

async function addItem(context: UnitContext, facts: OutreachFacts): Promise<Answer> {
  const { user, now, path } = context;
  const fault = faultOfTopic(context, facts);
  if (fault !== undefined) return fault;
  const code = makeOutreachCode(randomBytes(8));
  await context.change({ action: 'outreach.add', subject: subjectOf(code) }, async ({ outreach }) => {
    const added = await outreach.add(code, facts, user.username, now.toISOString());
    if (!added) throw new AppError('conflict', 'The new code was taken at this very moment; save again.');
    return { before: null, after: facts, result: undefined };
  });
  return { kind: 'redirect', to: path(`/outreach/${code}`), done: 'outreach_added' };
}

/** A topic that is not offered was not chosen from the list. */
function faultOfTopic(context: UnitContext, facts: OutreachFacts, item?: OutreachItem): Page | undefined {
  const { services, unit, t } = context;
  const { topic } = facts;
  if (topic === null || topic === item?.topic || services.listTopics(unit).some(({ id }) => id === topic)) {
    return undefined;
  }
  const entered = Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, value === null ? '' : String(value)]),
  );
  return { ...showForm(context, item, { topic: t('fault.wrong') }, entered), status: 422 };
}

async function changeItem(context: UnitContext, facts: OutreachFacts): Promise<Answer> {
  const { user, now, path } = context;
  const item = await readItem(context);
  const fault = faultOfTopic(context, facts, item);
  if (fault !== undefined) return fault;
  await context.change({ action: 'outreach.change', subject: subjectOf(item.code) }, async ({ outreach }) => {
    const before = await outreach.read(item.code);
    await outreach.update(item.code, facts, user.username, now.toISOString());
    return { before: before === undefined ? null : factsOf(before), after: facts, result: undefined };
  });
  return { kind: 'redirect', to: path(`/outreach/${item.code}`), done: 'saved' };
}

function factsOf({ kind, title, day, place, audience, link, topic, reached }: OutreachItem): OutreachFacts {
  return { kind, title, day, place, audience, link, topic, reached };
}

async function withdrawItem(context: UnitContext, { act }: { act: 'withdraw' | 'restore' }): Promise<Answer> {
  const { user, now, path } = context;
  const { code, withdrawnAt } = await readItem(context);
  const at = act === 'withdraw' ? now.toISOString() : null;
  await context.change({ action: `outreach.${act}`, subject: subjectOf(code) }, async ({ outreach }) => {
    await outreach.setWithdrawn(code, at, user.username, now.toISOString());
    return { before: { withdrawnAt }, after: { withdrawnAt: at }, result: undefined };
  });
  return { kind: 'redirect', to: path(`/outreach/${code}`), done: 'saved' };
}

async function attachFile(context: UnitContext): Promise<Answer> {
  const { file, t, path } = context;
  const { code, attachment } = await readItem(context);
  const found = file === undefined ? undefined : readFileType(file.body);
  if (file === undefined || found === undefined || file.body.length > fileBytes) {
    const fault = file === undefined ? 'file_missing' : found === undefined ? 'file_type' : 'file_size';
    return { ...(await showItem(context, { file: t(`staff-outreach:fault.${fault}`) })), status: 422 };
  }
  const name = tidyFileName(file.name, found.extension);
  const kept = { name, type: found.type, body: file.body };
  await context.change({ action: 'outreach.attach', subject: subjectOf(code) }, async ({ outreach }) => {
    await outreach.setFile(code, kept);
    return {
      before: attachment,
      after: { name, type: kept.type, bytes: kept.body.length },
      result: undefined,
    };
  });
  return { kind: 'redirect', to: path(`/outreach/${code}`), done: 'saved' };
}

async function removeFile(context: UnitContext): Promise<Answer> {
  const { path } = context;
  const { code, attachment } = await readItem(context);
  await context.change({ action: 'outreach.detach', subject: subjectOf(code) }, async ({ outreach }) => {
    await outreach.setFile(code, null);
    return { before: attachment, after: null, result: undefined };
  });
  return { kind: 'redirect', to: path(`/outreach/${code}`), done: 'saved' };
}

async function showItem(context: UnitContext, faults: Faults): Promise<Page> {
  const { t, csrf, path, role, stores, services, unit } = context;
  const item = await readItem(context);
  const view: ItemView = {
    ...{ t, csrf, path, item, faults },
    ways: services.invitations(unit.id, item.code),
    count: (await stores.outreach.countCame()).find(({ code }) => code === item.code),
    topicName: item.topic === null ? null : services.topicName(item.topic),
    mayEdit: covers(role, 'editor'),
    fileLimitMegabytes: fileBytes / 1024 / 1024,
  };
  return {
    kind: 'page',
    title: item.title,
    back: { to: path('/outreach'), label: t('staff-outreach:title') },
    body: renderItem(view),
  };
}

/** As a download under a type that was read from its bytes: no browser shows it as a page of ours. */
async function sendFile({ stores, param }: UnitContext): Promise<Answer> {
  const file = await stores.outreach.readFile(param('code'));
  if (file === undefined) throw new AppError('not-found', 'This item has no file.');
  return { kind: 'file', name: file.name, type: file.type, body: file.body };
}

async function sendCode(context: UnitContext): Promise<Answer> {
  const { services, unit, param } = context;
  const { code } = await readItem(context);
  const [, channel, form] = /^([a-z]+)\.(svg|png)$/.exec(param('name')) ?? [];
  const way = services.invitations(unit.id, code).find((one) => one.channel === channel);
  if (way === undefined) throw new AppError('not-found', 'This unit has no such channel.');
  const name = `qr-${code}-${way.channel}.${String(form)}`;
  return form === 'png'
    ? { kind: 'file', name, type: 'image/png', body: qrPng(way.url) }
    : { kind: 'file', name, type: 'image/svg+xml', body: Buffer.from(qrSvg(way.url)) };
}

const posterNames: ReadonlyMap<string, PosterSize> = new Map([
  ['a4.pdf', 'A4'],
  ['a5.pdf', 'A5'],
]);

async function sendPoster(context: UnitContext): Promise<Answer> {
  const { t, services, unit, param } = context;
  const item = await readItem(context);
  const size = posterNames.get(param('name'));
  const ways = services.invitations(unit.id, item.code);
  if (size === undefined || ways.length === 0) throw new AppError('not-found', 'No such poster.');
  const typed = item.code.toUpperCase();
  const body = await drawPoster(
    {
      unitName: unit.name.vi,
      headline: t('staff-outreach:poster.headline'),
      topic: item.topic === null ? null : services.topicName(item.topic),
      ways: ways.map(({ channel, url, carriesCode }) => ({
        url,
        label: t(`staff-outreach:poster.way.${channel}`),
        hint: carriesCode ? null : t('staff-outreach:poster.type_code', { code: typed }),
      })),
      steps: [1, 2, 3].map((number) => t(`staff-outreach:poster.step_${number}`)),
      notice: t('staff-outreach:poster.notice'),
      code: typed,
    },
    size,
  );
  return {
    kind: 'file',
    name: `ap-phich-${item.code}-${size.toLowerCase()}.pdf`,
    type: 'application/pdf',
    body,
  };
}
