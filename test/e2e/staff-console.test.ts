import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { loadLibrary } from '../../src/content/load-library.ts';
import { createConversationLog } from '../../src/storage/sql/conversation-log.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { attackTexts } from '../fixtures/attack-texts.ts';
import { provideChromium } from '../services/chromium.ts';
import { anInteraction } from '../services/storage-fixtures.ts';
import { accessibilityFaults } from '../support/accessibility.ts';
import { lookAtPage } from '../support/look-at-page.ts';
import { homeUnit, officerPassword, startStaffSite, type StaffSite } from '../support/staff-console.ts';
import { prepareRows, type PreparedRows } from '../support/staff-rows.ts';
import { fillDatabase } from '../support/year-of-traffic.ts';
import { projectDir } from './support/system.ts';

let browser: Browser;
let site: StaffSite;
const now = new Date('2026-11-27T08:00:00Z');
const home = `/staff/${homeUnit}`;
let conversation: string;
let rows: PreparedRows;
let invitation: string;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.TEST_CHROMIUM ?? (await provideChromium()),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
  });
  site = await startStaffSite({ clock: { now: () => now } });
  const library = await loadLibrary(join(projectDir, 'content'), join(projectDir, 'test/fixtures/units'));
  await fillDatabase(site.database, {
    ...{ unitId: homeUnit, interactions: 300, from: new Date('2026-10-01T00:00:00Z'), to: now, seed: 7 },
    topics: [...library.topics.keys()],
  });
  await createInteractionStore(site.database).append(
    attackTexts.map((text, index) =>
      anInteraction({
        ...{ unitId: homeUnit, maskedText: text, replyText: text, outreach: text, links: [text] },
        ...{ citizen: 'attacker', receivedAt: new Date(now.getTime() - 60_000 * (20 - index)).toISOString() },
      }),
    ),
  );
  const log = createConversationLog(site.database, homeUnit);
  const filter = {
    from: new Date('2026-11-20T00:00:00Z'),
    to: now,
    decision: 'answer' as const,
    channel: 'zalo',
  };
  conversation = (await log.list(filter, { limit: 1 }))[0]?.id ?? '';
  await log.addLabel(conversation, 'mẫu tốt', 'lan', now.toISOString());
  await site.addOfficer('lan.nt', { '*': 'admin' });
  await site.addOfficer('minh.pv', { [homeUnit]: 'editor' });
  const lan = await site.signIn('lan.nt');
  rows = await prepareRows(site, lan, await site.signIn('minh.pv'), { at: now });
  await lan.get(`${home}/users/new`);
  const made = await lan.post(`${home}/users/new`, {
    username: 'hoa.tt',
    name: 'Trần Thị Hoa',
    role: 'viewer',
  });
  invitation = /(\/staff\/-\/invitation\/[\w-]+)/.exec(made.text)?.[1] ?? '';
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

async function openPage(width: number, height: number, faults: string[]): Promise<Page> {
  return listen(await (await browser.newContext({ viewport: { width, height } })).newPage(), faults);
}

/** Notes what the browser refuses to run or load, and what fails. */
function listen(page: Page, faults: string[]): Page {
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  return page;
}

async function signIn(page: Page, url: string, username: string, password: string): Promise<void> {
  await page.goto(`${url}/staff`);
  await page.getByLabel('Tên đăng nhập').fill(username);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
}

const shown: [name: string, path: () => string][] = [
  ['overview', () => home],
  ['conversations', () => `${home}/conversations`],
  ['conversation', () => `${home}/conversations/${conversation}`],
  ['review', () => `${home}/review`],
  ['review-group', () => rows.question],
  ['review-draft', () => `${home}/review/draft`],
  ['review-wanted', () => `${home}/review/wanted`],
  ['review-history', () => `${home}/review/history`],
  ['example', () => rows.example],
  ['content', () => `${home}/content`],
  ['content-topic', () => `${home}/content/topics/passport`],
  ['content-edit', () => `${home}/content/topics/passport/edit/fee`],
  ['facts', () => `${home}/content/facts`],
  ['fact', () => `${home}/content/facts/contacts/new`],
  ['changes', () => `${home}/content/changes`],
  ['change', () => rows.change],
  ['controls', () => `${home}/content/controls`],
  ['handovers', () => `${home}/handovers`],
  ['handover', () => rows.handover],
  ['reports', () => `${home}/reports`],
  ['report', () => rows.report],
  ['report-rows', () => `${rows.report}/rows/answered`],
  ['outreach', () => `${home}/outreach`],
  ['new-outreach', () => `${home}/outreach/new`],
  ['outreach-item', () => rows.outreach],
  ['users', () => `${home}/users`],
  ['new-user', () => `${home}/users/new`],
  ['user', () => `${home}/users/minh.pv`],
  ['settings', () => `${home}/settings`],
  ['setting', () => `${home}/settings/report`],
  ['audit', () => `${home}/audit`],
  ['all-users', () => '/staff/-/users'],
  ['all-user', () => '/staff/-/users/minh.pv'],
  ['new-account', () => '/staff/-/users/new'],
  ['account', () => '/staff/-/account'],
  ['second-factor', () => '/staff/-/account/second-factor'],
  ['new-password', () => '/staff/-/new-password'],
  ['invitation', () => invitation],
  ['not-found', () => '/staff/-/khong-co'],
];
/** Pages that a wider screen changes: tables in columns, the menu in a line. */
const wide = ['overview', 'conversations', 'conversation', 'report', 'settings'];
/** Pages are looked at side by side: while one is examined, the next is fetched. */
const tabs = 3;

it('has no accessibility fault on any page, nothing sticks out on any screen, and no script or style is refused', async () => {
  const faults: string[] = [];
  const page = await openPage(390, 844, faults);
  await page.goto(`${site.url}/staff`);
  expect(await accessibilityFaults(page)).toEqual([]);
  await signIn(page, site.url, 'lan.nt', officerPassword);
  await page.getByRole('heading', { level: 1, name: 'Chọn đơn vị' }).waitFor();
  const left = [...shown];
  const look = async (tab: Page) => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [name, path] = next;
      await tab.goto(site.url + path());
      await tab.evaluate(`document.querySelectorAll('main details').forEach((one) => (one.open = true))`);
      await lookAtPage(tab, `staff-${name}`, wide.includes(name) ? 'desktop' : undefined);
    }
  };
  const others = await Promise.all(
    Array.from({ length: tabs - 1 }, async () => listen(await page.context().newPage(), faults)),
  );
  await Promise.all([page, ...others].map(look));
  // The page that does not exist is told by its status, which the browser notes.
  expect(faults.filter((fault) => !fault.includes('404'))).toEqual([]);
  await page.context().close();
}, 600_000);

it('runs nothing of what citizens, officers and editors write', async () => {
  const page = await openPage(1280, 800, []);
  await signIn(page, site.url, 'lan.nt', officerPassword);
  const id = (
    await createConversationLog(site.database, homeUnit).list(
      { from: new Date(now.getTime() - 3_600_000), to: now, text: 'document.title' },
      { limit: 1 },
    )
  )[0]?.id;
  for (const path of [
    `${home}/conversations`,
    `${home}/conversations/${id}`,
    `${home}/conversations?text=%22%3E%3Cimg+src%3Dx+onerror%3Ddocument.title%3D1%3E`,
  ]) {
    await page.goto(site.url + path);
    expect(await page.title()).toContain('trò chuyện');
    expect(
      await page
        .locator('main img, main iframe, main script, main svg[onload], main a[href^="javascript"]')
        .count(),
    ).toBe(0);
  }
  await page.context().close();
}, 60_000);

it('works by keyboard alone and without script: sign in, label an exchange, sign out', async () => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    javaScriptEnabled: false,
  });
  const page = await context.newPage();
  await page.goto(`${site.url}/staff`);
  await page.getByLabel('Tên đăng nhập').focus();
  await page.keyboard.type('minh.pv');
  await page.keyboard.press('Tab');
  await page.keyboard.type(officerPassword);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Tổng quan' }).waitFor();
  await page.goto(`${site.url}${home}/conversations/${conversation}`);
  await page.getByLabel('Nhãn mới').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 2, name: 'Có chỗ cần sửa' }).waitFor();
  await page.getByLabel('Nhãn mới').focus();
  await page.keyboard.type('cần <b>rà</b>');
  await page.keyboard.press('Enter');
  await page.getByText('Đã lưu.').waitFor();
  expect(await page.locator('.labels').innerText()).toContain('cần <b>rà</b>');
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await page.getByText('Đã đăng xuất.').waitFor();
  await page.goto(site.url + home);
  await page.getByRole('heading', { level: 1, name: 'Đăng nhập' }).waitFor();
  await context.close();
}, 60_000);
