import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createServerTestUrl, serviceFromEnvironment } from '../services/test-databases.ts';
import { inviteOfficers, newPassword } from '../support/officers.ts';
import { createBrowser, type StaffBrowser } from '../support/staff-console.ts';
import { startSystem, unitId, type System } from './support/system.ts';

/** Two processes on one PostgreSQL and one Redis, as a province runs them behind a load balancer. */

const firstPassword = 'mat-khau-dau-tien-7';
const patienceMs = 120_000;
let database: Awaited<ReturnType<typeof createServerTestUrl>>;
let one: System;
let other: System;

beforeAll(async () => {
  database = await createServerTestUrl();
  const shared = {
    DATABASE_URL: database.url,
    REDIS_URL: serviceFromEnvironment('TEST_REDIS_URL'),
    SECRET_KEY: 'a secret key of two processes, long enough',
    STAFF_ADMIN_PASSWORD: firstPassword,
  };
  one = await startSystem(shared);
  other = await startSystem(shared);
  await inviteOfficers(one.url, firstPassword, unitId, { lan: 'editor', minh: 'approver' });
  // What all units share is decided by somebody who acts for all of them.
  const admin = await signIn(one, 'admin');
  await admin.get('/staff/-/users/minh');
  await admin.post('/staff/-/users/minh/role', { unit: '*', role: 'approver' });
}, 300_000);

afterAll(async () => {
  await one?.dispose();
  await other?.dispose();
  await database?.drop();
});

async function signIn({ url }: System, username: string): Promise<StaffBrowser> {
  const browser = createBrowser(url);
  await browser.get('/staff/-/sign-in');
  await browser.post('/staff/-/sign-in', { username, password: newPassword });
  return browser;
}

async function post(browser: StaffBrowser, path: string, form: Record<string, string>): Promise<string> {
  const page = await browser.post(path, form);
  if (page.status !== 303) throw new Error(`${path} was refused: ${page.status}\n${page.text}`);
  return page.location.split('?')[0] ?? '';
}

/** Waits until the process of a browser says so of what citizens read. */
async function waitUntil(browser: StaffBrowser, isSo: (page: string) => boolean): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!isSo((await browser.get(`/staff/${unitId}/content/topics/passport`)).text)) {
    if (Date.now() > deadline) throw new Error('a process never took the change over');
    await sleep(250);
  }
}

it('take over what one of them publishes and rolls back, and know the same sessions', async () => {
  const sentence = 'Lệ phí ghi trên hồ sơ khi nộp, câu vừa sửa ở một máy.';
  const editor = await signIn(one, 'lan');
  const edit = `/staff/${unitId}/content/topics/passport/edit/fee`;
  await editor.get(edit);
  const change = await post(editor, edit, {
    ...{ e0_vi: sentence, source: 'new', source_kind: 'law', source_where: 'Thông tư thử, Điều 4' },
    ...{ source_date: '2026-11-20', reviewed: '2026-11-20', reviewed_by: 'Lan', review_by: '2027-05-20' },
    note: 'nói ngắn hơn',
  });
  await post(editor, `${change}/submit`, {});

  // Signed in at one process, the officer goes on at the other.
  const approver = await signIn(other, 'minh');
  const elsewhere = createBrowser(one.url);
  elsewhere.setCookie('staff', approver.cookie('staff') ?? '');
  await waitUntil(approver, (page) => !page.includes(sentence));
  await elsewhere.get(change);
  await post(elsewhere, `${change}/approve`, {});
  for (const browser of [elsewhere, approver]) await waitUntil(browser, (page) => page.includes(sentence));

  await approver.get(change);
  await post(approver, `${change}/roll-back`, { reason: 'thử quay lại' });
  for (const browser of [elsewhere, approver]) await waitUntil(browser, (page) => !page.includes(sentence));

  await approver.post('/staff/-/sign-out', {});
  expect((await elsewhere.get(`/staff/${unitId}`)).location).toContain('/staff/-/sign-in');
}, 600_000);
