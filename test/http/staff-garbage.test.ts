import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { staffRoutes } from '../../src/staff/routes.ts';
import {
  homeUnit,
  officerPassword,
  startStaffSite,
  type StaffBrowser,
  type StaffSite,
} from '../support/staff-console.ts';
import { prepareRows } from '../support/staff-rows.ts';

/** No page and no form of the console answers nonsense with a fault of ours. */

let site: StaffSite;
let browser: StaffBrowser;
const home = `/staff/${homeUnit}`;

/** What no field expects: days that do not exist, numbers that overflow, halves of characters, far too much. */
const garbage = ['2026-99-99', '9'.repeat(25), '\ud800\u0000\u202e', 'đ'.repeat(20_000)];
/** Given to one field while the others are as the page has them. */
const oneWrong = '2026-02-30';

interface Form {
  action: string;
  fields: Record<string, string>;
}

const patternOf = (path: string) =>
  new RegExp(`^/staff${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
const patterns = staffRoutes.map((route) => ({ route, pattern: patternOf(route.path) }));
const routeOf = (method: string, path: string) =>
  patterns.find(({ route, pattern }) => route.method === method && pattern.test(path))?.route;

beforeAll(async () => {
  site = await startStaffSite();
  await site.addOfficer('quan.tri', { '*': 'admin' });
  await site.addOfficer('khac', { '*': 'approver', [homeUnit]: 'approver' });
  browser = await site.signIn('quan.tri');
  await prepareRows(site, browser, await site.signIn('khac'), { at: new Date() });
}, 120_000);

afterAll(() => site?.close());

const unescape = (text: string) =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');

/** The forms of a page that change something, with what stands in them. */
function formsOf(page: string): Form[] {
  return [...page.matchAll(/<form\s[^>]*method="post"[^>]*action="([^"]+)"[^>]*>(.*?)<\/form>/gs)].map(
    ([, action = '', body = '']) => {
      const fields: Record<string, string> = {};
      for (const [tag] of body.matchAll(/<(?:input|button)\s[^>]*>/g)) {
        const name = /\sname="([^"]+)"/.exec(tag)?.[1];
        const isOff = /type="(?:radio|checkbox)"/.test(tag) && !/\schecked/.test(tag);
        if (name === undefined || name === '_csrf' || (isOff && name in fields)) continue;
        fields[name] = isOff ? '' : unescape(/\svalue="([^"]*)"/.exec(tag)?.[1] ?? '');
      }
      for (const [, name = '', options = ''] of body.matchAll(
        /<select[^>]*\sname="([^"]+)".*?>(.*?)<\/select>/gs,
      )) {
        const chosen = /value="([^"]*)"\s+selected/.exec(options) ?? /value="([^"]*)"/.exec(options);
        fields[name] = unescape(chosen?.[1] ?? '');
      }
      for (const [, name = '', text = ''] of body.matchAll(
        /<textarea[^>]*\sname="([^"]+)".*?>(.*?)<\/textarea>/gs,
      )) {
        fields[name] = unescape(text.trim());
      }
      return { action: unescape(action), fields };
    },
  );
}

/** Follows the links of the console, a few pages of each route, and gathers one form of each action. */
async function gatherForms(): Promise<Map<string, Form>> {
  const forms = new Map<string, Form>();
  const visits = new Map<string, number>();
  const paths = [
    home,
    '/staff/-/users',
    '/staff/-/account',
    '/staff/-/account/second-factor',
    '/staff/-/new-password',
  ];
  const known = new Set(paths);
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
    const route = routeOf('get', path.split('?')[0] ?? '');
    const count = visits.get(route?.path ?? '') ?? 0;
    if (route === undefined || count >= 3 || /export|\.(csv|xlsx|docx|pdf|json|svg|png)$/.test(path))
      continue;
    visits.set(route.path, count + 1);
    const { status, text } = await browser.get(path);
    expect([path, status]).toEqual([path, 200]);
    for (const form of formsOf(text)) {
      const action = routeOf('post', form.action)?.path;
      if (action !== undefined && !forms.has(action)) forms.set(action, form);
    }
    for (const [, link = ''] of text.matchAll(/href="(\/staff\/[^"#]+)"/g)) {
      const to = unescape(link);
      if (!known.has(to)) paths.push(to);
      known.add(to);
    }
  }
  return forms;
}

/** Signs out, or begins to measure a model for half a minute. */
const leftAlone = ['/-/sign-out', '/:unit/review/measure'];

async function submit(action: string, form: Record<string, string>): Promise<string | undefined> {
  const { status, text, location } = await browser.post(action, form);
  if (location.startsWith('/staff/-/sign-in')) browser = await site.signIn('quan.tri', officerPassword);
  if (status >= 500) return `${status} for ${JSON.stringify(form).slice(0, 200)}`;
  if (status === 422 && !text.includes('Có chỗ cần sửa'))
    return `422 without a reason for ${JSON.stringify(form).slice(0, 200)}`;
  return undefined;
}

describe('nonsense', () => {
  it('in forms is refused with a reason, or taken as text; in none of them is it a fault of ours', async () => {
    const forms = await gatherForms();
    const faults: string[] = [];
    const actions = staffRoutes.filter(({ method, path }) => method === 'post' && !leftAlone.includes(path));
    for (const { path } of actions) {
      // An action that no page offers now is tried on something that is not there.
      const form = forms.get(path) ?? {
        action: `/staff${path.replace(':unit', homeUnit).replaceAll(/:\w+/g, 'khong-co')}`,
        fields: { id: '', text: '' },
      };
      const names = Object.keys(form.fields);
      const tries = [
        ...garbage.map((text) => Object.fromEntries(names.map((name) => [name, text]))),
        ...names.map((name) => ({ ...form.fields, [name]: oneWrong })),
      ];
      for (const one of tries) {
        const fault = await submit(form.action, one);
        if (fault !== undefined) faults.push(`${path}: ${fault}`);
      }
    }
    expect(faults).toEqual([]);
    // Most actions are tried as pages offer them, with what stands in their fields.
    expect(forms.size).toBeGreaterThan(20);
  }, 600_000);

  it('in addresses, once or twice under one name, is no fault of ours either', async () => {
    const names = [
      'from',
      'to',
      'day',
      'after',
      'before',
      'text',
      'topic',
      'kind',
      'status',
      'period',
      'key',
      'done',
    ];
    for (const { path } of staffRoutes.filter(({ method }) => method === 'get')) {
      for (const text of [
        '2026-99-99',
        '-1',
        '%E2%28%A1',
        '2026-99-99T99:99:99.999Z_1',
        '0000-01-01T00:00:00.000Z_1',
      ]) {
        const query = names.map((name) => `${name}=${text}&${name}=${text}`).join('&');
        const address = `/staff${path.replace(':unit', homeUnit).replaceAll(/:\w+/g, text)}`;
        for (const wanted of [
          `${address}?${query}`,
          `${address}?${names.map((name) => `${name}=${text}`).join('&')}`,
        ]) {
          const { status } = await browser.get(wanted);
          expect([wanted, status < 500]).toEqual([wanted, true]);
        }
      }
    }
  }, 300_000);
});
