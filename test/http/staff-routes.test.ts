import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { covers, everyUnit, staffRoles, type StaffRole } from '../../src/core/staff.ts';
import { staffRoutes } from '../../src/staff/routes.ts';
import {
  homeUnit,
  otherUnit,
  startStaffSite,
  type StaffBrowser,
  type StaffSite,
} from '../support/staff-console.ts';

import { prepareRows, type PreparedRows } from '../support/staff-rows.ts';

/** What holds for every route of the table, also for those that are added later. */

let site: StaffSite;
const browsers = new Map<string, StaffBrowser>();
/** One of everything in a unit where none of the officers above works. */
let foreign: PreparedRows;

beforeAll(async () => {
  site = await startStaffSite();
  for (const role of staffRoles) {
    await site.addOfficer(role, { [homeUnit]: role });
    browsers.set(role, await site.signIn(role));
  }
  await site.addOfficer('province-viewer', { [everyUnit]: 'viewer' });
  browsers.set('province-viewer', await site.signIn('province-viewer'));
  await site.addOfficer('nobody', {});
  browsers.set('nobody', await site.signIn('nobody'));
  await site.addOfficer('province-admin', { [everyUnit]: 'admin' });
  await site.addOfficer('elsewhere', { [otherUnit]: 'editor' });
  const [admin, drafter] = [await site.signIn('province-admin'), await site.signIn('elsewhere')];
  foreign = await prepareRows(site, admin, drafter, { at: new Date(), unit: otherUnit });
}, 60_000);

afterAll(() => site?.close());

/** The path with a unit, and something that does not exist for every other value. */
const pathOf = (path: string, unit = homeUnit) =>
  `/staff${path.replace(':unit', unit).replaceAll(/:\w+/g, 'khong-co')}`;

const send = (browser: StaffBrowser, route: (typeof staffRoutes)[number], unit?: string) =>
  route.method === 'get' ? browser.get(pathOf(route.path, unit)) : browser.post(pathOf(route.path, unit), {});

function browserOf(name: string): StaffBrowser {
  const browser = browsers.get(name);
  if (browser === undefined) throw new Error(`nobody is called ${name}`);
  return browser;
}

const named = staffRoutes.map((route) => [`${route.method} ${route.path}`, route] as const);
const closed = named.filter(([, { scope }]) => scope !== 'open');
const ofUnits = named.filter(([, { scope }]) => scope === 'unit');
const ofProvince = named.filter(([, { scope }]) => scope === 'province');
const actions = named.filter(([, { method }]) => method === 'post');

it.each(closed)('%s leads whoever is not signed in to the sign-in', async (_name, route) => {
  const page = await send(site.visit(), route);
  expect([page.status, page.location.split('?')[0]]).toEqual([303, '/staff/-/sign-in']);
});

it.each(ofUnits)('%s is refused to every role below its own', async (_name, route) => {
  for (const role of staffRoles.filter((held) => !covers(held, route.role as StaffRole))) {
    expect((await send(browserOf(role), route)).status).toBe(403);
  }
});

it.each(ofUnits)('%s does not exist for an officer of another unit', async (_name, route) => {
  for (const name of ['admin', 'nobody']) {
    expect((await send(browserOf(name), route, otherUnit)).status).toBe(404);
    expect((await send(browserOf(name), route, 'khong-co-don-vi')).status).toBe(404);
  }
});

/** Routes about one thing that belongs to a unit, by where such a thing is found. */
const things = [
  ['/:unit/conversations/:id', 'handover'],
  ['/:unit/handovers/:id', 'handover'],
  ['/:unit/content/changes/:id', 'change'],
  ['/:unit/outreach/:code', 'outreach'],
  ['/:unit/reports/:id', 'report'],
  ['/:unit/review/draft/:id', 'example'],
  ['/:unit/review/questions/:id', 'question'],
] as const;
const aboutThings = ofUnits.flatMap(([name, route]) =>
  things.filter(([start]) => route.path.startsWith(start)).map(([, kind]) => [name, route, kind] as const),
);
/** Something that each of their forms takes. */
const anyForm = {
  ...{
    label: 'x',
    act: 'leave-out',
    reason: 'x',
    text: 'x',
    note: 'x',
    revision: '1',
    number: '',
    issued_on: '',
  },
  ...{ direction: '', media: '', difficulties: '', tasks: '', proposals: '', officer: 'admin', last: '0' },
  ...{
    kind: 'poster',
    title: 'x',
    day: '2026-11-20',
    text_vi: 'x',
    confirmed_by: 'x',
    confirmed_on: '2026-11-20',
  },
};

it.each(aboutThings)('%s does not know what another unit has', async (_name, route, kind) => {
  const id = foreign[kind].split('/').at(-1) ?? '';
  const path = `/staff${route.path.replace(':unit', homeUnit).replace(/:(id|code)/, id)}`
    .replace(':format', 'csv')
    .replace(':metric', 'answered')
    .replace(':name', 'a4.pdf');
  expect(path).not.toContain(':');
  const before = await countRows();
  const admin = browserOf('admin');
  await admin.get(`/staff/${homeUnit}`);
  const page = route.method === 'get' ? await admin.get(path) : await admin.post(path, anyForm);
  // The draft of examples is everybody's: there another unit's example is told to be gone, without its words.
  expect(page.status).toBe(route.path.endsWith('/draft/:id/withdraw') ? 409 : 404);
  expect(page.text).not.toMatch(/sổ đi tây|chim yến|nhà văn hóa khu phố 3|bàn số 1|cho tôi gặp cán bộ/);
  expect(await countRows()).toEqual(before);
});

it.each(ofProvince)(
  '%s is refused to the admin of a unit and to the province’s lower roles',
  async (_name, route) => {
    for (const name of ['admin', 'nobody', 'province-viewer']) {
      expect((await send(browserOf(name), route)).status).toBe(403);
    }
  },
);

it.each(actions)('%s changes nothing without the form’s token', async (_name, route) => {
  const role = route.scope === 'unit' ? 'admin' : 'nobody';
  if (route.scope === 'province') return;
  const browser = browserOf(role);
  const before = await countRows();
  const page = await browser.post(pathOf(route.path), {}, { token: false });
  // A page of a stage that is over leads on before it looks at the form.
  expect(route.stages.includes('complete') ? page.status : 403).toBe(403);
  expect(await countRows()).toEqual(before);
});

it.each(actions)('%s refuses a token of another browser', async (_name, route) => {
  if (route.scope !== 'unit') return;
  const foreign = site.visit();
  const token =
    /name="_csrf"\s+value="([^"]+)"/.exec((await foreign.get('/staff/-/sign-in')).text)?.[1] ?? '';
  expect(token).not.toBe('');
  const page = await browserOf('admin').post(pathOf(route.path), { _csrf: token }, { token: false });
  expect(page.status).toBe(403);
});

it.each(ofUnits.filter(([, { method, path }]) => method === 'get' && !/[:.]/.test(path.slice(6))))(
  '%s shows a page to its role, within the frame and under a strict policy',
  async (_name, route) => {
    const page = await send(browserOf(String(route.role)), route);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).toContain('<h1>');
    expect(page.text).not.toMatch(/\son\w+\s*=\s*"|style\s*=\s*"|<script(?![^>]*src=)/i);
  },
);

async function countRows(): Promise<object> {
  const { rows } = await site.database.query<{
    users: number;
    roles: number;
    invitations: number;
    acts: number;
  }>(
    `select (select count(*) from staff_user) as users, (select count(*) from staff_role) as roles,
       (select count(*) from staff_invitation) as invitations, (select count(*) from audit) as acts`,
  );
  return rows[0] ?? {};
}

describe('a page that does not exist', () => {
  it('is a page of the console, for those who are signed in and for those who are not', async () => {
    for (const browser of [site.visit(), browserOf('viewer')]) {
      const page = await browser.get('/staff/-/khong-co');
      expect([page.status, page.text.includes('Không có trang này')]).toEqual([404, true]);
    }
  });
});
