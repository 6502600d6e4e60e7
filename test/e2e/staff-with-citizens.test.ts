import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { messengerReferral, messengerText, zaloText, type Delivery } from '../fakes/deliveries.ts';
import { provideChromium } from '../services/chromium.ts';
import { lookAtPage } from '../support/look-at-page.ts';
import { inviteOfficers, newPassword } from '../support/officers.ts';
import { page as pageAccount, startSystem, unitId, zalo, type System } from './support/system.ts';

/** Citizens on the platforms and in the web chat, the bot, and officers in their browsers: the product as it runs. */

const firstPassword = 'mat-khau-dau-tien-7';
const citizen = '7000000000000001';
let system: System;
let browser: Browser;
let lan: Page;
let minh: Page;
const faults: string[] = [];

beforeAll(async () => {
  system = await startSystem({ STAFF_ADMIN_PASSWORD: firstPassword });
  await inviteOfficers(system.url, firstPassword, unitId, { lan: 'editor', minh: 'reviewer' });
  browser = await chromium.launch({
    executablePath: process.env.TEST_CHROMIUM ?? (await provideChromium()),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-sync',
    ],
  });
  [lan, minh] = [await signIn('lan', 1280), await signIn('minh', 390)];
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await system?.dispose();
});

async function signIn(username: string, width: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 850 } });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // A refused act is a page of its own; the browser mentions its status.
    if (message.type() === 'error' && !message.text().includes('409')) faults.push(message.text());
  });
  await page.goto(`${system.url}/staff/-/sign-in`);
  await page.fill('#field-username', username);
  await page.fill('#field-password', newPassword);
  await page.click('main button[type=submit]');
  await page.goto(`${system.url}/staff/${unitId}/handovers`);
  return page;
}

/** Asks again until it holds; Playwright's own way polls by `eval`, which the pages' policy rightly forbids. */
async function waitUntilTrue(page: Page, expression: string): Promise<void> {
  while ((await page.evaluate(expression)) !== true) await sleep(100);
}

const write = (text: string) =>
  system.deliver(messengerText(pageAccount, citizen, text, `m-${randomUUID()}`));

/** What the citizen got, as text. */
const received = () =>
  system.platform
    .sent(citizen)
    .map(({ text }) => text)
    .join('\n');

it('lets one of two officers answer a citizen, while what is written appears by itself', async () => {
  await lan.getByText('Hiện không có ai chờ cán bộ').waitFor();
  await write('cho tôi gặp cán bộ');
  const waiting = (page: Page) => page.locator('#waiting-list a').first();
  await waiting(lan).waitFor({ timeout: 60_000 });
  await waiting(minh).waitFor({ timeout: 60_000 });
  await lookAtPage(lan, 'staff-handovers-waiting');
  await Promise.all([waiting(lan).click(), waiting(minh).click()]);
  await Promise.all([lan, minh].map((page) => page.getByRole('button', { name: 'Nhận trả lời' }).waitFor()));

  await Promise.all([lan, minh].map((page) => page.getByRole('button', { name: 'Nhận trả lời' }).click()));
  const taken = (page: Page) => page.getByText('Anh/chị đã nhận cuộc này').first();
  const late = (page: Page) => page.getByText('Người dân chỉ nên nghe một người').first();
  await Promise.all(
    [lan, minh].map((page) => taken(page).or(late(page)).first().waitFor({ timeout: 60_000 })),
  );
  const winners = [];
  for (const page of [lan, minh]) if (await taken(page).isVisible()) winners.push(page);
  expect(winners).toHaveLength(1);
  const winner = winners[0] ?? lan;
  const other = winner === lan ? minh : lan;
  expect(await other.locator('textarea').count()).toBe(0);
  await lookAtPage(other, 'staff-handover-too-late');
  await other.getByText('Xem cuộc trò chuyện').click();

  await write('nhà tôi ở khu phố 3, số 0901234567');
  for (const page of [winner, other]) {
    await page.locator('#handover-talk').getByText('khu phố 3').waitFor({ timeout: 60_000 });
    expect(await page.locator('#handover-talk').innerText()).not.toContain('0901234567');
  }

  await winner.getByText('Chèn câu trả lời soạn sẵn').click();
  await winner.selectOption('#field-topic', 'birth-registration');
  await winner.selectOption('#field-aspect', 'documents');
  await winner.getByRole('button', { name: 'Chèn vào nội dung' }).click();
  await waitUntilTrue(winner, `document.querySelector('textarea').value.includes('Giấy chứng sinh')`);
  await lookAtPage(winner, 'staff-handover-taken');
  const prepared = await winner.locator('textarea').inputValue();
  await winner.fill('textarea', `Dạ em là cán bộ trực.\n\n${prepared}`);
  await winner.getByRole('button', { name: 'Gửi cho người dân' }).click();
  await winner.getByText('Đã gửi cho người dân.').waitFor({ timeout: 60_000 });
  await waitUntil(() => received().includes('Dạ em là cán bộ trực.'));
  await winner.locator('#handover-talk .tag', { hasText: 'Đã gửi' }).waitFor({ timeout: 60_000 });
  await other.locator('#handover-talk').getByText('Dạ em là cán bộ trực.').waitFor({ timeout: 60_000 });

  const before = system.platform.sent(citizen).length;
  await winner.getByRole('button', { name: 'Trả lại cho trợ lý' }).click();
  await winner.getByText('Đã trả lại cho trợ lý.').waitFor({ timeout: 60_000 });
  await write('lệ phí chứng thực bản sao');
  await system.waitForSent(citizen, before + 1, 60_000);
  expect(faults).toEqual([]);
}, 240_000);

it('counts who comes through an outreach item: by link, by typed code, in the web chat', async () => {
  const register = `${system.url}/staff/${unitId}/outreach`;
  await lan.goto(`${register}/new`);
  await lan.selectOption('#field-kind', 'poster');
  await lan.fill('#field-title', 'Áp phích ở nhà văn hóa khu phố 3');
  await lan.fill('#field-place', 'Nhà văn hóa khu phố 3');
  await lan.selectOption('#field-topic', 'birth-registration');
  await lan.getByRole('button', { name: 'Lưu' }).click();
  await lan.getByText('Đã ghi vào sổ.').waitFor({ timeout: 60_000 });
  const code = new URL(lan.url()).pathname.split('/').at(-1) ?? '';
  expect(code).toMatch(/^tt\w{7}$/);
  expect(await lan.locator('.ways').innerText()).toContain(`?ref=${code}`);
  // A picture that did not arrive has no width.
  await waitUntilTrue(lan, `[...document.images].every((image) => image.complete && image.naturalWidth > 0)`);
  expect(await lan.locator('img').count()).toBe(2);
  await lookAtPage(lan, 'staff-outreach-poster');

  const [byLink, byHand, stray] = ['7000000000000011', '8000000000000012', '7000000000000013'];
  const deliver = async (userId: string, delivery: Delivery) => {
    await system.deliver(delivery);
    return (await system.waitForSent(userId, 1, 60_000)).at(-1);
  };
  const greeted = await deliver(byLink, messengerReferral(pageAccount, byLink, code));
  expect(greeted?.buttons[0]).toBe('Đăng ký khai sinh');
  await deliver(byHand, zaloText(zalo, byHand, code.toUpperCase()));
  await deliver(stray, messengerReferral(pageAccount, stray, 'ttzzzzzzz'));
  const visitor = await (await browser.newContext()).newPage();
  for (let visit = 0; visit < 2; visit += 1) {
    await visitor.goto(`${system.url}/?unit=${unitId}&ref=${code}`);
    await visitor.locator('.bubble.assistant').nth(1).waitFor({ timeout: 60_000 });
  }
  const counted = () =>
    fetchText(lan, `${register}/${code}`).then((text) =>
      /<dt>Người dân<\/dt>\s*<dd>(\d+)<\/dd>\s*<\/div>\s*<div>\s*<dt>Lượt hỏi<\/dt>\s*<dd>(\d+)/
        .exec(text)
        ?.slice(1),
    );
  await waitUntil(async () => (await counted())?.[0] === '3');
  // Reloading the chat is no second visit.
  expect(await counted()).toEqual(['3', '3']);
  expect(faults).toEqual([]);
}, 240_000);

/** A page as the officer's browser gets it. */
function fetchText(page: Page, url: string): Promise<string> {
  return page
    .context()
    .request.get(url)
    .then((response) => response.text());
}

async function waitUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`it did not happen; the citizen got ${received()}`);
    await lan.waitForTimeout(100);
  }
}
