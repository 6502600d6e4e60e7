import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import type { Interaction } from '../../src/core/interaction.ts';
import { createKeyDerivation } from '../../src/ops/secret-key.ts';
import { createSecretBox } from '../../src/privacy/secret-box.ts';
import { createSqlLeases } from '../../src/storage/sql/leases.ts';
import { createTokenVault } from '../../src/storage/sql/token-vault.ts';
import { createAuditStore } from '../../src/storage/sql/audit-store.ts';
import { createStaffUserStore } from '../../src/storage/sql/staff-user-store.ts';
import { createHandoverStore } from '../../src/storage/sql/handover-store.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { attackTexts } from '../fixtures/attack-texts.ts';
import { anInteraction } from '../services/storage-fixtures.ts';
import {
  homeUnit,
  otherUnit,
  loadFixtureLibrary,
  startStaffSite,
  type StaffBrowser,
  type StaffSite,
} from '../support/staff-console.ts';

let site: StaffSite;
let reviewer: StaffBrowser;
let admin: StaffBrowser;
const now = new Date('2026-11-20T05:00:00Z');
const home = `/staff/${homeUnit}`;

beforeAll(async () => {
  site = await startStaffSite({ clock: { now: () => now } });
  await site.addOfficer('ra.soat', { [homeUnit]: 'reviewer' });
  await site.addOfficer('quan.tri', { [homeUnit]: 'admin' });
  reviewer = await site.signIn('ra.soat');
  admin = await site.signIn('quan.tri');
}, 60_000);

afterAll(() => site?.close());

async function write(...given: Partial<Interaction>[]): Promise<string[]> {
  const exchanges = given.map((one) =>
    anInteraction({
      unitId: homeUnit,
      receivedAt: '2026-11-20T03:00:00.000Z',
      handledAt: '2026-11-20T03:00:01.000Z',
      ...one,
    }),
  );
  await createInteractionStore(site.database).append(exchanges);
  return exchanges.map(({ id }) => id);
}

/** What a browser would run or load of a page beside what the console itself put there. */
function activeParts(text: string): string[] {
  const own = [
    /<script type="module" src="\/staff\/-\/assets\/[\w.-]+"><\/script>/g,
    /<link [^>]*>/g,
    /<meta [^>]*>/g,
  ];
  const rest = own.reduce((left, pattern) => left.replace(pattern, ''), text);
  const addresses = rest.match(/(href|src|action)="\s*(javascript|data|vbscript):[^"]*"/gi) ?? [];
  const bare = rest.replace(/="[^"]*"/g, '=""');
  const tags =
    bare.match(
      /<(script|img|iframe|object|embed|math|base|style)\b[^>]*>|<[^>]*\s(on\w+|style)\s*=[^>]*>/gi,
    ) ?? [];
  return [...addresses, ...tags];
}

describe('texts that attack', () => {
  it('are shown as text: citizens’ words, replies, explanations, links, outreach codes', async () => {
    const ids = await write(
      ...attackTexts.map((text, index) => ({
        ...{
          maskedText: text,
          replyText: text,
          citizen: `attacker-${index}`,
          outreach: text,
          links: [text, `javascript:alert(1)`],
        },
        explanation: [{ code: 'feature' as const, text }],
        candidates: [{ topic: text, score: 0.5 }],
        topic: text,
        contentVersion: text,
      })),
    );
    const list = await reviewer.get(`${home}/conversations`);
    expect(list.status).toBe(200);
    expect(activeParts(list.text)).toEqual([]);
    expect(list.text).toContain('&lt;script&gt;document.title=');
    for (const id of ids) {
      const page = await reviewer.get(`${home}/conversations/${id}`);
      expect(page.status).toBe(200);
      expect(activeParts(page.text)).toEqual([]);
    }
    expect(activeParts((await reviewer.get(home)).text)).toEqual([]);
  });

  it.each(attackTexts)('as a label or a filter: %j', async (text) => {
    const [id = ''] = await write({ citizen: 'labelled' });
    const page = `${home}/conversations/${id}`;
    await reviewer.get(page);
    const saved = await reviewer.post(`${page}/labels`, { label: text.slice(0, 40) });
    expect([303, 422]).toContain(saved.status);
    expect(activeParts((await reviewer.get(page)).text)).toEqual([]);
    const query = new URLSearchParams(
      [
        'from',
        'to',
        'channel',
        'topic',
        'decision',
        'feedback',
        'outreach',
        'label',
        'text',
        'after',
        'done',
      ].map((name): [string, string] => [name, text]),
    );
    const list = await reviewer.get(`${home}/conversations?${query.toString()}`);
    expect(list.status).toBe(200);
    expect(activeParts(list.text)).toEqual([]);
  });

  it.each(attackTexts)('as a name of an officer: %j', async (text) => {
    await admin.get(`${home}/users/new`);
    const username = `an-${attackTexts.indexOf(text)}`;
    const made = await admin.post(`${home}/users/new`, { username, name: text, email: '', role: 'viewer' });
    expect([200, 422]).toContain(made.status);
    for (const page of [
      made,
      await admin.get(`${home}/users`),
      await admin.get(`${home}/users/${username}`),
      await admin.get(`${home}/audit`),
    ]) {
      expect(activeParts(page.text)).toEqual([]);
    }
  });

  it('as a path, a parameter, a form that was never ours', async () => {
    for (const path of [
      '/conversations/<script>',
      '/conversations/%00',
      '/users/%3Cimg%20src=x%3E',
      "/conversations/'--",
      '/audit?actor=<script>&before=x',
    ]) {
      const page = await admin.get(home + path);
      expect([200, 400, 404]).toContain(page.status);
      expect(activeParts(page.text)).toEqual([]);
    }
    expect((await admin.get(`${home}/%E0%A4%A`)).status).toBe(404);
    await admin.get(`${home}/users/new`);
    const big = await admin.post(`${home}/users/new`, { name: 'x'.repeat(200_000) });
    expect(big.status).toBe(413);
    expect(big.text).toContain('Gửi quá nhiều');
  });
});

describe('the list of exchanges', () => {
  it('shows what its filter says, with a link to each conversation, and leads on', async () => {
    await write(
      ...Array.from({ length: 60 }, (_, index) => ({
        channel: 'zalo',
        citizen: `many-${index}`,
        maskedText: `câu số ${index}.`,
        outreach: 'nhieu',
      })),
    );
    const first = await reviewer.get(`${home}/conversations?outreach=nhieu`);
    expect(first.text.match(/câu số \d+\./g)).toHaveLength(50);
    const more = /href="([^"]*after=[^"]*)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const second = await reviewer.get(more);
    expect(second.text.match(/câu số \d+\./g)).toHaveLength(10);
    const found = await reviewer.get(
      `${home}/conversations?outreach=nhieu&text=${encodeURIComponent('cau so 7.')}`,
    );
    expect(found.text.match(/câu số \d+\./g)).toEqual(['câu số 7.']);
  });

  it('knows nothing of another unit’s exchange', async () => {
    const [id = ''] = await write({ unitId: otherUnit });
    expect((await reviewer.get(`${home}/conversations/${id}`)).status).toBe(404);
    expect((await reviewer.get(`/staff/${otherUnit}/conversations/${id}`)).status).toBe(404);
    await reviewer.get(`${home}/conversations`);
    await reviewer.post(`${home}/conversations/${id}/labels`, { label: 'x' });
    const { rows } = await site.database.query('select * from interaction_label where interaction_id = $1', [
      id,
    ]);
    expect(rows).toEqual([]);
  });

  it('exports its rows without formulas, and says so in the audit log without what was searched for', async () => {
    const formulas = ['=HYPERLINK("http://evil.example")', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '=cmd|calc'];
    await write(
      ...formulas.map((maskedText, index) => ({ maskedText, citizen: `f-${index}`, outreach: 'cong-thuc' })),
    );
    const csv = await reviewer.get(`${home}/conversations/export.csv?outreach=cong-thuc`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.headers.get('content-disposition')).toContain('attachment');
    const cells = csv.text
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',')[3] ?? '');
    expect(cells).toHaveLength(formulas.length);
    for (const cell of cells) expect(cell.replace(/^"/, '')).toMatch(/^'/);

    const response = await fetch(`${site.url}${home}/conversations/export.xlsx?outreach=cong-thuc&text=cmd`, {
      headers: { cookie: `staff=${reviewer.cookie('staff')}` },
    });
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const sheet = Object.entries(files).find(([name]) => /sheet1\.xml$/.test(name))?.[1] ?? new Uint8Array();
    const xml = new TextDecoder().decode(sheet);
    expect(xml).not.toMatch(/<f[ >]/);
    const [record] = await createAuditStore(site.database).list({ limit: 1 });
    expect(record).toMatchObject({
      actor: 'ra.soat',
      action: 'conversations.export',
      unitId: homeUnit,
      after: { format: 'xlsx', rows: 1 },
    });
    expect(JSON.stringify(record)).not.toContain('cmd');
  });
});

describe('a person of the unit who tries the bot', () => {
  it('is left out of figures, lists, the register and the queue, and counted again; both is audited', async () => {
    const [id = ''] = await write({
      ...{ citizen: 'thu-nghiem-vien', outreach: 'tt-thu', decision: 'fallback', topic: null },
      maskedText: 'tôi là cán bộ nhắn thử',
    });
    const shown = async () => {
      const list = await reviewer.get(`${home}/conversations?text=can+bo+nhan+thu`);
      const queue = await reviewer.get(`${home}/review`);
      const today = new RegExp(`from=2026-11-20&amp;to=2026-11-20">(\\d+)<`).exec(
        (await reviewer.get(home)).text,
      )?.[1];
      const { rows } = await site.database.query<{ count: number }>(
        `select count(*)::int as count from interaction where citizen = 'thu-nghiem-vien'`,
      );
      return {
        listed: list.text.includes('tôi là cán bộ nhắn thử'),
        queued: queue.text.includes('tôi là cán bộ nhắn thử'),
        today: Number(today),
        logged: rows[0]?.count,
      };
    };
    const before = await shown();
    expect(before).toMatchObject({ listed: true, queued: true, logged: 1 });
    const counting = `${home}/conversations/${id}/counting`;
    await reviewer.get(`${home}/conversations/${id}`);
    const mute = await reviewer.post(counting, { act: 'leave-out', reason: ' ' });
    expect([mute.status, mute.text.includes('Cần điền mục này.')]).toEqual([422, true]);
    const marked = await reviewer.post(counting, { act: 'leave-out', reason: 'điện thoại của chị Lan' });
    expect(marked.location).toContain('done=left_out');
    expect(await shown()).toEqual({ listed: false, queued: false, today: before.today - 1, logged: 1 });
    const page = await reviewer.get(`${home}/conversations/${id}`);
    expect(page.text).toContain('không tính vào số liệu');
    expect(page.text).toContain('điện thoại của chị Lan (ra.soat');
    await reviewer.post(counting, { act: 'leave-out', reason: 'hai lần' });
    await reviewer.post(counting, { act: 'count' });
    expect(await shown()).toEqual(before);
    const acts = await createAuditStore(site.database).list({ limit: 5, action: 'counting' });
    expect(acts.map(({ action, subject, after }) => ({ action, subject, after }))).toEqual([
      { action: 'counting.count', subject: 'citizen:thu-nghiem-vien', after: { counted: true, reason: '' } },
      {
        action: 'counting.leave-out',
        subject: 'citizen:thu-nghiem-vien',
        after: { counted: false, reason: 'điện thoại của chị Lan' },
      },
    ]);
    const [foreign = ''] = await write({ unitId: otherUnit });
    expect((await reviewer.post(`${home}/conversations/${foreign}/counting`, { act: 'count' })).status).toBe(
      404,
    );
  });
});

describe('the overview', () => {
  it('tells of tokens about to fail, reports due and content about to end, each to whom it concerns', async () => {
    let day = new Date('2026-12-10T05:00:00Z');
    const library = await loadFixtureLibrary();
    const unit = library.units.get(homeUnit);
    if (unit === undefined) throw new Error('the unit is gone');
    const planned = { ...unit, report: { ...unit.report, preset: 'hang-gon-2026', due_day: 13 } };
    const units = new Map(library.units).set(homeUnit, planned);
    const other = await startStaffSite({
      clock: { now: () => day },
      library: () => ({ ...library, units }),
    });
    try {
      const box = createSecretBox(createKeyDerivation('a secret key for tests, long enough')('token'));
      const vault = createTokenVault(other.database, createSqlLeases(other.database), box, 'zalo');
      const pair = { accessToken: 'x', refreshToken: 'y', obtainedAt: '2026-12-09T05:00:00.000Z' };
      await other.addOfficer('xem', { [homeUnit]: 'viewer' });
      await other.addOfficer('quan', { [homeUnit]: 'admin' });
      const [viewer, boss] = ['xem', 'quan'];
      // A session does not last from one day to the next.
      const needs = async (username: string) => {
        const { text } = await (await other.signIn(username)).get(home);
        return /<h2>Cần người làm<\/h2>[\s\S]*?<h2>/.exec(text)?.[0] ?? '';
      };
      await vault.write(homeUnit, { ...pair, expiresAt: '2026-12-10T08:00:00.000Z' });
      expect(await needs(boss)).not.toContain('sắp không gửi được tin');
      await vault.write(homeUnit, { ...pair, expiresAt: '2026-12-10T06:30:00.000Z' });
      expect(await needs(boss)).toContain('Kênh Zalo sắp không gửi được tin');
      expect(await needs(viewer)).not.toContain('sắp không gửi được tin');

      expect(await needs(viewer)).toContain('Kỳ 2026-Q4: hạn 13/12/2026');
      expect(await needs(viewer)).toContain('chưa soạn');
      day = new Date('2026-12-20T05:00:00Z');
      expect(await needs(viewer)).toContain('Kỳ 2026-Q4: đã quá hạn 13/12/2026');

      // Which topics end is the library's to say; here it is asked on a day by which all have to be looked at again.
      day = new Date('2031-01-10T05:00:00Z');
      expect(await needs(viewer)).toMatch(/\d+ nội dung hết hạn hoặc đến hạn rà soát trong 30 ngày tới/);
      expect(await needs(viewer)).toMatch(/content\/topics\/[\w-]+">[^<]+<\/a>:\s*đã quá hạn/);
    } finally {
      await other.close();
    }
  }, 60_000);

  it('counts today, never a test, and tells what waits for someone', async () => {
    const other = await startStaffSite({ clock: { now: () => now } });
    try {
      const store = createInteractionStore(other.database);
      const today = { unitId: homeUnit, receivedAt: '2026-11-20T03:00:00.000Z' };
      await store.append([
        anInteraction({ ...today, citizen: 'a', decision: 'answer', topic: 'passport' }),
        anInteraction({ ...today, citizen: 'b', decision: 'fallback', topic: null }),
        anInteraction({ ...today, citizen: 'c', test: true }),
        anInteraction({ ...today, citizen: 'd', unitId: otherUnit }),
        anInteraction({ ...today, citizen: 'e', receivedAt: '2026-09-14T16:59:59.000Z' }),
        anInteraction({ ...today, citizen: 'f', receivedAt: '2026-09-14T17:00:00.000Z' }),
      ]);
      await createHandoverStore(other.database).open({
        ...{
          id: 'h-1',
          unitId: homeUnit,
          channel: 'web',
          citizen: 'a',
          reason: 'asked',
          test: false,
          address: Buffer.from('x'),
        },
        ...{
          at: '2026-11-20T03:00:00.000Z',
          windowUntil: '2026-11-20T06:30:00.000Z',
          silentUntil: '2026-11-20T15:00:00.000Z',
        },
      });
      await other.addOfficer('xem', { [homeUnit]: 'viewer' });
      const { text } = await (await other.signIn('xem')).get(home);
      const figures = (name: string) => {
        const row = new RegExp(`<div>\\s*${name}\\s*</div>[\\s\\S]*?</tr>`).exec(text)?.[0] ?? '';
        return [...row.matchAll(/<a href="[^"]*">([\d.]+)<\/a>/g)].map((match) => match[1]);
      };
      expect(figures('Người dân')).toEqual(['2', '3']);
      expect(figures('Lượt hỏi')).toEqual(['2', '3']);
      expect(figures('Đã trả lời')).toEqual(['1', '2']);
      expect(figures('Chưa hiểu')).toEqual(['1', '1']);
      expect(text).toContain('1 người dân đang chờ cán bộ');
      expect(text).toContain('còn 1 giờ');
      expect(text).toContain('1 câu chưa hiểu trong 7 ngày qua');
    } finally {
      await other.close();
    }
  }, 60_000);
});

describe('officers of a unit', () => {
  it('are invited with a link that works once, get another role, and lose it', async () => {
    await admin.get(`${home}/users/new`);
    const made = await admin.post(`${home}/users/new`, {
      username: 'Moi.Vao',
      name: 'Mới Vào',
      // A unit does not say by which address somebody is found at the identity provider.
      email: 'giam.doc@tinh.example',
      role: 'viewer',
    });
    expect(await createStaffUserStore(site.database).findByUsername('moi.vao')).toMatchObject({
      email: null,
    });
    const link = /(\/staff\/-\/invitation\/[\w-]+)/.exec(made.text)?.[1] ?? '';
    expect(link).not.toBe('');
    const taken = await admin.post(`${home}/users/new`, {
      username: 'moi.vao',
      name: 'Khác',
      email: '',
      role: 'viewer',
    });
    expect([taken.status, taken.text.includes('đã có')]).toEqual([422, true]);

    const fresh = site.visit();
    await fresh.get(link);
    const weak = await fresh.post(link, { password: 'moi.vao-2026', repeated: 'moi.vao-2026' });
    expect([weak.status, weak.text.includes('không được chứa tên đăng nhập')]).toEqual([422, true]);
    const password = 'mot-cau-dai-de-nho';
    expect((await fresh.post(link, { password, repeated: password })).status).toBe(303);
    expect((await fresh.get(home)).status).toBe(200);
    expect((await fresh.get(`${home}/users`)).status).toBe(403);

    await admin.get(`${home}/users/moi.vao`);
    expect((await admin.post(`${home}/users/moi.vao/role`, { role: 'admin' })).location).toContain(
      'done=role_saved',
    );
    expect((await fresh.get(`${home}/users`)).status).toBe(200);
    await admin.post(`${home}/users/moi.vao/role`, { role: 'none' });
    expect((await fresh.get(home)).status).toBe(404);
    const records = await createAuditStore(site.database).list({
      limit: 20,
      unitId: homeUnit,
      action: 'user',
    });
    expect(
      records.slice(0, 3).map(({ action, subject, before, after }) => ({ action, subject, before, after })),
    ).toEqual([
      { action: 'user.role', subject: 'user:moi.vao', before: { role: 'admin' }, after: { role: null } },
      { action: 'user.role', subject: 'user:moi.vao', before: { role: 'viewer' }, after: { role: 'admin' } },
      {
        action: 'user.create',
        subject: 'user:moi.vao',
        before: null,
        after: { name: 'Mới Vào', role: 'viewer' },
      },
    ]);
  });

  it('cannot raise themselves, and an admin of a unit reaches no account of another', async () => {
    await admin.get(`${home}/users/quan.tri`);
    expect((await admin.post(`${home}/users/quan.tri/role`, { role: 'viewer' })).status).toBe(422);
    await site.addOfficer('noi.khac', { [otherUnit]: 'viewer' });
    await site.addOfficer('ca.hai', { [homeUnit]: 'viewer', [otherUnit]: 'admin' });
    expect((await admin.get(`${home}/users/noi.khac`)).status).toBe(404);
    expect((await admin.post(`${home}/users/noi.khac/role`, { role: 'viewer' })).status).toBe(404);
    expect((await admin.post(`${home}/users/noi.khac/invitation`, {})).status).toBe(404);
    // A link for an account that also works elsewhere would open the other unit too.
    expect((await admin.post(`${home}/users/ca.hai/invitation`, {})).status).toBe(409);
    expect((await admin.get('/staff/-/users')).status).toBe(403);
  });
});

describe('accounts of the province', () => {
  it('are created for any unit, closed, opened and signed out by its admin', async () => {
    await site.addOfficer('tinh', { '*': 'admin' });
    const province = await site.signIn('tinh');
    await province.get('/staff/-/users/new');
    const made = await province.post('/staff/-/users/new', {
      username: 'xa.moi',
      name: 'Xã Mới',
      email: '',
      unit: otherUnit,
      role: 'editor',
    });
    const link = /(\/staff\/-\/invitation\/[\w-]+)/.exec(made.text)?.[1] ?? '';
    const fresh = site.visit();
    await fresh.get(link);
    await fresh.post(link, { password: 'mot-cau-dai-de-nho', repeated: 'mot-cau-dai-de-nho' });
    expect((await fresh.get(`/staff/${otherUnit}`)).status).toBe(200);
    await province.get('/staff/-/users/xa.moi');
    const details = (email: string) =>
      province.post('/staff/-/users/xa.moi/details', { name: 'Xã Mới Đổi', email });
    const own = await details('tinh@phuong.example');
    expect([own.status, own.text.includes('đã thuộc một tài khoản khác')]).toEqual([422, true]);
    expect((await details('Xa.Moi@tinh.example')).location).toContain('done=saved');
    expect((await province.get('/staff/-/users/xa.moi')).text).toContain('xa.moi@tinh.example');
    const act = (name: string) => province.post('/staff/-/users/xa.moi/state', { act: name });
    await act('end-sessions');
    expect((await fresh.get(`/staff/${otherUnit}`)).status).toBe(303);
    await act('close');
    await fresh.get('/staff/-/sign-in');
    expect(
      (await fresh.post('/staff/-/sign-in', { username: 'xa.moi', password: 'mot-cau-dai-de-nho' })).status,
    ).toBe(401);
    await act('open');
    expect(
      (await fresh.post('/staff/-/sign-in', { username: 'xa.moi', password: 'mot-cau-dai-de-nho' })).status,
    ).toBe(303);
    expect(
      (await province.post('/staff/-/users/xa.moi/role', { unit: 'khong-co', role: 'admin' })).status,
    ).toBe(400);
    await province.get('/staff/-/users/tinh');
    expect((await province.post('/staff/-/users/tinh/state', { act: 'close' })).status).toBe(409);
    expect((await province.get('/staff/-/audit')).text).toContain('Khóa tài khoản');
  });
});
