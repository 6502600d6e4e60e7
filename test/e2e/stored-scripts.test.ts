import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { strFromU8, unzipSync } from 'fflate';
import { chromium, type Browser, type Page } from 'playwright-core';
import { createConversationLog } from '../../src/storage/sql/conversation-log.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { attackTexts } from '../fixtures/attack-texts.ts';
import { provideChromium } from '../services/chromium.ts';
import { anInteraction } from '../services/storage-fixtures.ts';
import { crawl, sendForm } from '../support/crawl-staff.ts';
import { homeUnit, officerPassword, startStaffSite, type StaffSite } from '../support/staff-console.ts';
import { prepareRows } from '../support/staff-rows.ts';

let browser: Browser;
let site: StaffSite;
let page: Page;
const home = `/staff/${homeUnit}`;
/** As they come to be stored: U+0000 is left out before. */
const texts = attackTexts.map((text) => text.replaceAll('\u0000', ''));
/** Words that break out of a text, of an attribute and of a cell; the same in a few letters, where few are taken. */
const words = `=1+1'"></textarea></title><script>document.title='hacked'</script><img src=x onerror=document.title='hacked'>`;
const shortWords = `=1'"><b onclick=1>`;
const link = 'javascript:document.title=1';
/** What the browser refused or ran, with the page on which it did. */
const faults: string[] = [];

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.TEST_CHROMIUM ?? (await provideChromium()),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
  });
  site = await startStaffSite();
  await site.addOfficer('lan.nt', { '*': 'admin' });
  await site.addOfficer('minh.pv', { [homeUnit]: 'editor' });
  const now = Date.now();
  const attacks = texts.flatMap((text, index) => {
    const receivedAt = new Date(now - 60_000 * (index + 2)).toISOString();
    const common = { unitId: homeUnit, receivedAt, handledAt: receivedAt, maskedText: text, replyText: text };
    return [
      anInteraction({ ...common, outreach: text.slice(0, 40), links: [text], citizen: `attacker-${index}` }),
      anInteraction({
        ...common,
        decision: 'fallback',
        topic: null,
        confidence: 0.1,
        citizen: `other-${index}`,
      }),
    ];
  });
  await createInteractionStore(site.database).append(attacks);
  const log = createConversationLog(site.database, homeUnit);
  for (const [index, text] of texts.entries()) {
    await log.addLabel(
      attacks[2 * index]?.id ?? '',
      text.slice(0, 40),
      'lan.nt',
      new Date(now).toISOString(),
    );
    await site.waiting.ask({ unitId: homeUnit, words: text });
  }
  const lan = await site.signIn('lan.nt');
  await prepareRows(site, lan, await site.signIn('minh.pv'), { at: new Date(now) });
  // What a form takes only with other fields filled in rightly.
  const day = new Date(now).toISOString().slice(0, 10);
  for (const [path, form] of [
    [`${home}/outreach/new`, { kind: 'poster', title: words, day, place: shortWords, audience: shortWords }],
    ['/staff/-/users/minh.pv/details', { name: shortWords, email: '' }],
  ] as const) {
    await lan.get(path.replace('/details', ''));
    const answer = await lan.post(path, form);
    if (answer.status !== 303) throw new Error(`${path} was refused:\n${answer.text}`);
  }

  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.on('console', (message) => {
    // A page that refuses a form, or is not there, is told by its status, which the browser notes.
    if (message.type() !== 'error' || /status of 4\d\d/.test(message.text())) return;
    faults.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`${page.url()}: a dialog, ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`${site.url}/staff`);
  await page.getByLabel('Tên đăng nhập').fill('lan.nt');
  await page.getByLabel('Mật khẩu', { exact: true }).fill(officerPassword);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** Elements and attributes that no page of ours has, so that somebody's words have made them. */
const foreign = `[
  ...document.querySelectorAll('body script:not([src^="/staff/"]), iframe, object, embed, base, math, img[src="x"], svg[onload], b'),
  ...[...document.querySelectorAll('*')].filter((one) => [...one.attributes].some(({ name, value }) =>
    name.startsWith('on') || name === 'srcdoc' || (['href', 'src', 'action', 'formaction'].includes(name) && /^\\s*(?:javascript|data:text|vbscript)/i.test(value)))),
].map((one) => one.outerHTML.slice(0, 200))`;

async function lookForScripts(): Promise<void> {
  const found = await page.evaluate<string[]>(foreign);
  for (const each of found) faults.push(`${page.url()}: ${each}`);
  const title = await page.title();
  if (/^(?:hacked|1)$/.test(title)) faults.push(`${page.url()}: the title is ${title}`);
}

/** One unit, and what belongs to none: another unit's pages are the same. */
const stays = (path: string) => path.startsWith(home) || path.startsWith('/staff/-/') || path === '/staff';

it('runs on no page, whatever is sent through every form', async () => {
  const sent = { known: new Set<string>(), statuses: new Map<number, number>() };
  await crawl(page, `${site.url}/staff`, stays, async ({ path, status }) => {
    expect([path, status < 500]).toEqual([path, true]);
    await lookForScripts();
    const count = await page.evaluate<number>('document.forms.length');
    for (let index = 0; index < count; index += 1) {
      const came = await sendForm(page, index, { words, link, keeps: false }, sent.known);
      if (came === undefined) continue;
      await lookForScripts();
      await page.goto(site.url + path);
      sent.statuses.set(came, (sent.statuses.get(came) ?? 0) + 1);
      if (came < 400) continue;
      // Refused, and shown again; then with few words, where nothing stands yet.
      const again = await sendForm(page, index, { words: shortWords, link: '', keeps: true }, new Set());
      await lookForScripts();
      if (again !== undefined) sent.statuses.set(again, (sent.statuses.get(again) ?? 0) + 1);
      await page.goto(site.url + path);
    }
  });
  expect(sent.known.size).toBeGreaterThan(30);
  expect([...sent.statuses.keys()].filter((status) => status >= 500)).toEqual([]);
  // Most forms took the words.
  expect(sent.statuses.get(200) ?? 0).toBeGreaterThan(20);
  expect(faults).toEqual([]);
}, 600_000);

it('stays words in what is downloaded: no formula, no markup, no link that runs', async () => {
  const files = await crawl(page, `${site.url}/staff`, stays, lookForScripts);
  expect(files.length).toBeGreaterThan(5);
  const kinds = new Set<string>();
  for (const url of files) {
    const answer = await page.request.get(url);
    expect([url, answer.status()]).toEqual([url, 200]);
    const type = answer.headers()['content-type'] ?? '';
    const body = await answer.body();
    kinds.add(type.split(';')[0] ?? '');
    if (type.startsWith('text/csv')) expectNoFormula(url, body.toString('utf8'));
    else if (type.includes('openxmlformats')) expectPlainDocument(url, body);
    else if (type.includes('svg') || type.includes('html'))
      expect(body.toString()).not.toMatch(/<script|onerror=/);
  }
  expect([...kinds]).toEqual(expect.arrayContaining(['text/csv']));
  expect(faults).toEqual([]);
}, 300_000);

function expectNoFormula(url: string, text: string): void {
  const cells = [...text.replace(/^\ufeff/, '').matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(?:,|\r\n|$)/g)];
  const formulas = cells
    .map(([, cell = '']) => cell.replace(/^"/, ''))
    .filter((cell) => /^[=+@\t\r]|^-[^\d]/.test(cell));
  expect([url, formulas]).toEqual([url, []]);
}

/** A workbook or a Word document in which words are words: no formula, no field, no link but to https. */
function expectPlainDocument(url: string, body: Uint8Array): void {
  for (const [name, bytes] of Object.entries(unzipSync(body))) {
    if (!/\.(?:xml|rels)$/.test(name)) continue;
    const text = strFromU8(bytes);
    expect([url, name, /<script|<img|<f>|<f /.test(text)]).toEqual([url, name, false]);
    const fields = [...text.matchAll(/<w:instrText[^>]*>([^<]*)/g)].map(([, field = '']) => field);
    expect([url, fields.filter((field) => /document\.title|evil/.test(field))]).toEqual([url, []]);
    const targets = [...text.matchAll(/Target="([^"]*)"[^>]*TargetMode="External"/g)].map(
      ([, target = '']) => target,
    );
    expect([url, targets.filter((target) => !target.startsWith('https://'))]).toEqual([url, []]);
  }
}
