import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { attackTexts } from '../fixtures/attack-texts.ts';
import {
  homeUnit,
  otherUnit,
  startStaffSite,
  type StaffBrowser,
  type StaffSite,
} from '../support/staff-console.ts';

/** Officers answer citizens: one officer a citizen, in time, and only in one's own unit. */

let site: StaffSite;
let lan: StaffBrowser;
let minh: StaffBrowser;
let chief: StaffBrowser;
let id: string;

const inbox = `/staff/${homeUnit}/handovers`;
const once = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

beforeAll(async () => {
  site = await startStaffSite();
  await site.addOfficer('lan', { [homeUnit]: 'reviewer' });
  await site.addOfficer('minh', { [homeUnit]: 'reviewer' });
  await site.addOfficer('truong', { [homeUnit]: 'approver' });
  await site.addOfficer('xem', { [homeUnit]: 'viewer' });
  [lan, minh, chief] = [await site.signIn('lan'), await site.signIn('minh'), await site.signIn('truong')];
}, 60_000);

afterAll(() => site?.close());

beforeEach(async () => {
  id = await site.waiting.ask();
});

const act = async (browser: StaffBrowser, what: string, form: Record<string, string> = {}, of = id) => {
  await browser.get(inbox);
  return browser.post(`${inbox}/${of}/${what}`, form);
};
const look = async (browser: StaffBrowser, of = id) => (await browser.get(`${inbox}/${of}`)).text;
const handover = async (of = id) => {
  const { rows } = await site.database.query<{ holder: string | null; by: string | null }>(
    'select assigned_to as holder, returned_by as by from handover where id = $1',
    [of],
  );
  return rows[0];
};
const acts = async (of = id) => {
  const { rows } = await site.database.query<{ action: string; actor: string; after: object }>(
    'select action, actor, after from audit where subject = $1 order by seq',
    [`handover:${of}`],
  );
  return rows;
};

describe('the inbox', () => {
  it('shows who waits, how long, what is unanswered and the window left', async () => {
    const anHourAgo = new Date(Date.now() - 65 * 60_000).toISOString();
    const inTwoDays = new Date(Date.now() + 50.5 * 3_600_000).toISOString();
    const waiting = await site.waiting.ask({ at: anHourAgo, windowUntil: inTwoDays });
    await site.waiting.log(waiting, { kind: 'text', maskedText: 'một' });
    await site.waiting.log(waiting, { kind: 'text', maskedText: 'hai' });
    const page = await lan.get(inbox);
    const row = page.text.split('<tr').find((one) => one.includes(waiting)) ?? '';
    const cell = (label: string) =>
      new RegExp(`data-label="${label}"[^>]*>\\s*<div>([\\s\\S]*?)</div>`).exec(row)?.[1] ?? '';
    expect(cell('Đã chờ')).toContain('1 giờ 5 phút');
    expect(cell('Tin chưa trả lời').trim()).toBe('2');
    expect(cell('Còn trả lời được')).toContain('2 ngày 2 giờ');
    expect(cell('Người nhận')).toContain('Chưa ai nhận');
  });

  it('is the list alone when the page’s script asks, and forgets what is over', async () => {
    const before = await lan.get(`${inbox}?part=live`);
    expect(before.text).toContain(id);
    expect(before.text).not.toContain('<html');
    await act(lan, 'return');
    expect((await lan.get(`${inbox}?part=live`)).text).not.toContain(id);
  });

  it('shows no unit the hand-overs of another, by no address', async () => {
    const foreign = await site.waiting.ask({ unitId: otherUnit });
    expect((await lan.get(inbox)).text).not.toContain(foreign);
    expect((await lan.get(`${inbox}/${foreign}`)).status).toBe(404);
    for (const what of ['take', 'return', 'assign', 'reply']) {
      const page = await act(lan, what, { to: 'lan', act: 'send', text: 'Chào', once: once(1) }, foreign);
      expect(page.status).toBe(404);
    }
    expect(await handover(foreign)).toEqual({ holder: null, by: null });
  });

  it('is closed to viewers', async () => {
    const viewer = await site.signIn('xem');
    expect((await viewer.get(inbox)).status).toBe(403);
    expect((await viewer.get(`${inbox}/${id}`)).status).toBe(403);
  });
});

describe('two officers and one citizen', () => {
  it('gives the citizen to one, and tells the other who has it', async () => {
    await Promise.all([lan.get(inbox), minh.get(inbox)]);
    const pages = await Promise.all([lan, minh].map((browser) => browser.post(`${inbox}/${id}/take`, {})));
    expect(pages.map(({ status }) => status).sort()).toEqual([303, 409]);
    const [winner, loser] = pages[0]?.status === 303 ? ['lan', minh] : ['minh', lan];
    expect((await handover())?.holder).toBe(winner);
    expect(pages.find(({ status }) => status === 409)?.text).toContain(`Cán bộ ${String(winner)} đã nhận`);
    const refused = await act(loser, 'reply', {
      act: 'send',
      text: 'Tôi trả lời',
      once: once(2),
    });
    expect(refused.status).toBe(409);
    expect(site.waiting.sent.filter(({ body }) => body.body === 'Tôi trả lời')).toEqual([]);
    expect(await look(loser)).not.toContain('name="text"');
    expect((await acts()).map(({ action, actor }) => [action, actor])).toEqual([['handover.take', winner]]);
  });

  it('lets both send at once, and one speak', async () => {
    await Promise.all([lan.get(inbox), minh.get(inbox)]);
    const pages = await Promise.all(
      [lan, minh].map((browser, index) =>
        browser.post(`${inbox}/${id}/reply`, { act: 'send', text: `cùng lúc ${id}`, once: once(10 + index) }),
      ),
    );
    expect(pages.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(site.waiting.sent.filter(({ body }) => body.body === `cùng lúc ${id}`)).toHaveLength(1);
  });

  it('passes a citizen on: whoever has it, or an approver, and only to an officer of the unit', async () => {
    await act(lan, 'take');
    expect((await act(minh, 'assign', { to: 'minh' })).status).toBe(409);
    expect((await act(lan, 'assign', { to: 'xem' })).status).toBe(422);
    expect((await act(lan, 'assign', { to: 'khong-co' })).status).toBe(422);
    expect((await handover())?.holder).toBe('lan');
    expect((await act(lan, 'assign', { to: 'minh' })).status).toBe(303);
    expect((await handover())?.holder).toBe('minh');
    expect((await act(lan, 'reply', { act: 'send', text: 'Vẫn tôi', once: once(3) })).status).toBe(409);
    expect((await act(chief, 'assign', { to: 'lan' })).status).toBe(303);
    expect((await handover())?.holder).toBe('lan');
  });
});

describe('answering', () => {
  it('sends through the channel once, however often the form comes, and keeps the words masked', async () => {
    const text = 'Dạ, anh/chị gọi 0901234567 giúp em.';
    const form = { act: 'send', text, once: once(4) };
    await site.waiting.log(id, { kind: 'text', maskedText: 'alo' });
    expect((await act(lan, 'reply', form)).status).toBe(303);
    expect((await act(lan, 'reply', form)).status).toBe(303);
    const sent = site.waiting.sent.filter(({ body }) => body.body === text);
    expect(sent.map(({ body }) => body.userId)).toEqual(['nguoi-dung-cua-nen-tang']);
    const page = await look(lan);
    expect(page).toContain('Dạ, anh/chị gọi [số điện thoại] giúp em.');
    expect(page.split('Dạ, anh/chị gọi').length).toBe(2);
    expect(site.waiting.told.at(-1)?.content.kind).toBe('staff-reply');
    const [first] = await acts();
    expect(first).toMatchObject({
      action: 'handover.reply',
      after: { assignedTo: 'lan', characters: text.length },
    });
    expect(JSON.stringify(await acts())).not.toContain('Dạ');
  });

  it('shows what the citizen writes meanwhile, masked as logged, without another page', async () => {
    await act(lan, 'take');
    await site.waiting.log(id, { kind: 'text', maskedText: 'số của tôi [số điện thoại]' });
    await site.waiting.log(id, { kind: 'attachment', maskedText: null });
    const part = await lan.get(`${inbox}/${id}?part=live`);
    expect(part.text).toContain('số của tôi [số điện thoại]');
    expect(part.text).toContain('Ảnh, tệp');
    expect(part.text).not.toContain('<html');
  });

  it('says before typing that the window is closed, and sends nothing after', async () => {
    const late = await site.waiting.ask({ windowUntil: new Date(Date.now() - 1_000).toISOString() });
    const page = await look(lan, late);
    expect(page).toContain('Nền tảng không còn cho nhắn tin');
    expect(page).not.toContain('name="text"');
    const before = site.waiting.sent.length;
    const refused = await act(lan, 'reply', { act: 'send', text: 'Chào', once: once(5) }, late);
    expect(refused.status).toBe(422);
    expect(site.waiting.sent).toHaveLength(before);
    expect(await acts(late)).toEqual([]);
  });

  it('keeps what was typed when it is too long or empty', async () => {
    const long = 'x'.repeat(1_801);
    const page = await act(lan, 'reply', { act: 'send', text: long, once: once(6) });
    expect([page.status, page.text.includes(long), page.text.includes('1800')]).toEqual([422, true, true]);
    expect((await act(lan, 'reply', { act: 'send', text: '  ', once: once(7) })).status).toBe(422);
    expect((await act(lan, 'reply', { act: 'send', text: 'Chào', once: 'khong' })).status).toBe(422);
  });

  it('puts an approved answer under what was typed, and sends nothing', async () => {
    const before = site.waiting.sent.length;
    const form = {
      act: 'insert',
      text: 'Dạ chào anh.',
      once: once(8),
      topic: 'birth-registration',
      aspect: 'documents',
    };
    const page = await act(lan, 'reply', form);
    const typed = /<textarea[^>]*>([\s\S]*?)<\/textarea>/.exec(page.text)?.[1] ?? '';
    expect(page.status).toBe(200);
    expect(typed).toMatch(/Dạ chào anh\.\n\n[\s\S]*Giấy chứng sinh[\s\S]*Rà soát ngày/);
    expect(page.text).toContain(once(8));
    const none = await act(lan, 'reply', { ...form, topic: 'khong-co' });
    expect(none.text).toContain('chưa có nội dung được duyệt');
    expect(site.waiting.sent).toHaveLength(before);
  });

  it('gives the citizen back to the bot', async () => {
    await act(lan, 'take');
    expect((await act(minh, 'return')).status).toBe(409);
    expect((await act(lan, 'return')).status).toBe(303);
    expect((await handover())?.by).toBe('officer');
    expect(site.waiting.told.at(-1)?.content).toEqual({ kind: 'owner-change', owner: 'bot' });
    expect((await act(lan, 'reply', { act: 'send', text: 'Chào', once: once(9) })).status).toBe(409);
    expect((await act(lan, 'take')).status).toBe(409);
  });

  it('shows hostile words as words', async () => {
    for (const text of attackTexts) await site.waiting.log(id, { kind: 'text', maskedText: text });
    const hostile = await site.waiting.ask({ words: attackTexts[0] ?? '' });
    const page = (await look(lan)) + (await look(lan, hostile));
    expect(page).not.toMatch(
      /<img|<svg|<iframe|<script(?! type="module" src="\/staff\/-\/assets)|\son\w+\s*=\s*"/i,
    );
  });
});
