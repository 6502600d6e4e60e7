import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { zaloText } from '../fakes/deliveries.ts';
import { provideChromium } from '../services/chromium.ts';
import { accessibilityFaults } from '../support/accessibility.ts';
import { projectDir, startSystem, unitId, zalo, type System } from './support/system.ts';

let system: System;
let browser: Browser;

beforeAll(async () => {
  system = await startSystem();
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
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await system?.dispose();
});

async function openChat(width: number, height: number, faults: string[]): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height } });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${system.url}/?unit=${unitId}`);
  // The greeting is two bubbles: who speaks and what is kept, then the menu.
  await page.locator('.bubble.assistant').nth(1).waitFor();
  return page;
}

async function ask(page: Page, text: string): Promise<string> {
  const before = await page.locator('.bubble.assistant').count();
  await page.fill('#question', text);
  await page.keyboard.press('Enter');
  await page.locator('.bubble.assistant').nth(before).waitFor();
  // A reply may be several bubbles; they come together.
  await page.waitForTimeout(300);
  return (await page.locator('.bubble.assistant').allInnerTexts()).slice(before).join('\n');
}

describe.each([
  ['phone', 390, 844],
  ['desktop', 1280, 800],
])('the web chat on a %s', (name, width, height) => {
  it('answers, offers buttons, survives a reload and has no accessibility fault', async () => {
    const faults: string[] = [];
    const page = await openChat(width, height, faults);
    expect(await page.locator('.bubble.assistant').first().innerText()).toContain('trợ lý tự động');

    expect(await ask(page, 'lam giay khai sinh cho con moi sinh can gi')).toContain('Giấy chứng sinh');
    await page.locator('.choices:not(.old) button', { hasText: 'Lệ phí' }).click();
    await page.getByText('Phí và lệ phí').waitFor();

    expect(await accessibilityFaults(page)).toEqual([]);
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);

    const bubbles = await page.locator('.bubble').count();
    await page.reload();
    await page
      .locator('.bubble')
      .nth(bubbles - 1)
      .waitFor();
    expect(await page.locator('.bubble').count()).toBe(bubbles);
    expect(await ask(page, 'bao lâu có')).toContain('khai sinh');

    if (process.env.KEEP_SCREENSHOTS !== undefined) {
      await mkdir(join(projectDir, 'docs/images'), { recursive: true });
      await page.screenshot({ path: join(projectDir, `docs/images/web-chat-${name}.png`) });
    }
    expect(faults).toEqual([]);
    await page.close();
  }, 60_000);
});

it('shows what is written as text, never as markup', async () => {
  const faults: string[] = [];
  const page = await openChat(390, 844, faults);
  await ask(page, '<img src=x onerror="document.title=\'hacked\'"><script>document.title="hacked"</script>');
  expect(await page.title()).not.toContain('hacked');
  expect(await page.locator('.log img, .log script').count()).toBe(0);
  await page.close();
});

it('works by keyboard alone', async () => {
  const page = await openChat(390, 844, []);
  await page.locator('#question').focus();
  await page.keyboard.type('phí chứng thực bản sao');
  await page.keyboard.press('Enter');
  await page.getByText('Rà soát ngày').waitFor();
  await page.keyboard.press('Shift+Tab');
  const focused = await page.evaluate<boolean>(`document.activeElement?.closest('.choices') !== null`);
  expect(focused).toBe(true);
  await page.close();
});

it('tells a server that cannot take a message from a connection that is gone', async () => {
  const page = await openChat(390, 844, []);
  const write = async () => {
    await page.fill('#question', 'phí chứng thực bản sao');
    await page.keyboard.press('Enter');
  };
  // As the server answers when its database can store nothing.
  await page.route('**/web/messages', (route) =>
    route.fulfill({ status: 503, json: { error: 'unavailable' } }),
  );
  await write();
  await page.getByText('Máy chủ chưa nhận được tin').waitFor();
  await page.unroute('**/web/messages');
  await page.route('**/web/messages', (route) => route.abort());
  await write();
  await page.getByText('Anh/chị kiểm tra mạng').waitFor();
  await page.close();
}, 60_000);

it('lets the first admin in by the link that the server prints, who then sees what a citizen just asked', async () => {
  const [, base = '', link = ''] = /(http:\/\/\S+)(\/staff\/-\/invitation\/\S+)/.exec(system.output()) ?? [];
  expect(base).toMatch(/^http:\/\/localhost:\d+$/);
  await system.deliver(
    zaloText(zalo, '6100000000000000001', 'lam giay khai sinh cho con can gi, sdt 0912345678'),
  );
  await system.waitForSent('6100000000000000001', 1, 30_000);

  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.goto(system.url + link);
  await page.getByLabel('Mật khẩu mới', { exact: true }).fill('mot-cau-dai-de-nho');
  await page.getByLabel('Nhập lại mật khẩu mới').fill('mot-cau-dai-de-nho');
  await page.getByRole('button', { name: 'Đặt mật khẩu và đăng nhập' }).click();
  await page.getByRole('link', { name: 'phường Thử Nghiệm' }).click();
  await page.getByRole('link', { name: 'Cuộc trò chuyện' }).click();
  const asked = page.locator('tr', { hasText: 'lam giay khai sinh cho con can gi' });
  await asked.waitFor();
  expect(await page.locator('main').innerText()).not.toContain('0912345678');
  await asked.locator('a').first().click();
  await page.getByText('Vì sao trả lời như vậy').first().click();
  expect(await page.locator('details.reasons').first().innerText()).toMatch(/Chủ đề\s+đăng ký khai sinh/i);
  expect(page.url()).toContain(`/staff/${unitId}/conversations/`);
  await page.goto(system.url + link);
  await page.getByText('Liên kết đã dùng').waitFor();
  // Whoever has lost the password gets a new link from the one who runs the server, while it runs.
  const command = await promisify(execFile)(
    process.execPath,
    ['src/cli.ts', 'staff', 'link', '--user', 'admin'],
    { cwd: projectDir, env: system.environment },
  );
  await page.goto(command.stdout.trim());
  await page.getByText('Tài khoản admin').waitFor();
  await page.context().close();
}, 120_000);

describe('the calls behind the page', () => {
  const post = (path: string, body: unknown, token?: string) =>
    fetch(`${system.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { 'x-visitor': token }) },
      body: JSON.stringify(body),
    });

  it('sends a strict content security policy', async () => {
    const response = await fetch(`${system.url}/?unit=${unitId}`);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
  });

  it('refuses a forged visitor', async () => {
    expect((await post('/web/messages', { text: 'xin chào' }, 'abc.thu-nghiem.p.forged')).status).toBe(401);
    expect((await fetch(`${system.url}/web/replies`, { headers: { 'x-visitor': 'x' } })).status).toBe(401);
  });

  it('limits how fast one visitor writes', async () => {
    const { token } = (await (await post('/web/visitors', { unit: unitId })).json()) as { token: string };
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async () => (await post('/web/messages', { text: 'alo' }, token)).status),
    );
    expect(statuses.filter((status) => status === 202).length).toBeGreaterThan(10);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(10);
  });

  it('names the units where there are several, and none that does not exist', async () => {
    const list = await (await fetch(`${system.url}/`)).text();
    expect(list).toContain('/?unit=thu-nghiem');
    expect(list).toContain('/?unit=khong-kenh');
    expect((await fetch(`${system.url}/?unit=unknown`)).status).toBe(404);
  });
});
