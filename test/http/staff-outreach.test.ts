import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attackTexts } from '../fixtures/attack-texts.ts';
import {
  homeUnit,
  otherUnit,
  startStaffSite,
  type StaffBrowser,
  type StaffSite,
} from '../support/staff-console.ts';

/** The outreach register as officers use it. */

let site: StaffSite;
let editor: StaffBrowser;
let viewer: StaffBrowser;

const register = `/staff/${homeUnit}/outreach`;
const meeting = {
  kind: 'meeting',
  title: 'Họp khu phố 3',
  day: '2026-11-18',
  place: 'Nhà văn hóa khu phố 3',
  audience: 'Người cao tuổi',
  link: 'https://phuong.example/tin/1',
  topic: 'birth-registration',
  reached: '1.200',
};
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

beforeAll(async () => {
  site = await startStaffSite({ quotasOf: () => [{ kind: 'article', per: 'month', atLeast: 5 }] });
  await site.addOfficer('soan', { [homeUnit]: 'editor', [otherUnit]: 'editor' });
  await site.addOfficer('xem', { [homeUnit]: 'viewer' });
  [editor, viewer] = [await site.signIn('soan'), await site.signIn('xem')];
}, 60_000);

afterAll(() => site?.close());

async function add(form: Record<string, string> = {}, unit = homeUnit): Promise<string> {
  await editor.get(`/staff/${unit}/outreach/new`);
  const page = await editor.post(`/staff/${unit}/outreach/new`, { ...meeting, ...form });
  const code = /\/outreach\/(tt\w+)\?done=outreach_added$/.exec(page.location)?.[1];
  if (code === undefined) throw new Error(`not added: ${page.status} ${page.text}`);
  return code;
}
const acts = async (code: string) => {
  const { rows } = await site.database.query<{
    action: string;
    actor: string;
    before: unknown;
    after: unknown;
  }>('select action, actor, before, after from audit where subject = $1 order by seq', [`outreach:${code}`]);
  return rows;
};

describe('an item', () => {
  it('is kept with its facts, shown to viewers, and its changes recorded', async () => {
    const code = await add();
    const page = await viewer.get(`${register}/${code}`);
    for (const text of ['Họp khu phố 3', '18/11/2026', 'Người cao tuổi', '1200', code.toUpperCase()]) {
      expect(page.text).toContain(text);
    }
    expect(page.text).not.toContain('Rút khỏi sổ');
    await editor.get(`${register}/${code}/edit`);
    const changed = await editor.post(`${register}/${code}/edit`, { ...meeting, reached: '', place: '' });
    expect(changed.status).toBe(303);
    expect((await acts(code)).map(({ action, actor }) => [action, actor])).toEqual([
      ['outreach.add', 'soan'],
      ['outreach.change', 'soan'],
    ]);
    expect((await acts(code))[1]).toMatchObject({
      before: { reached: 1200 },
      after: { reached: null, place: null },
    });
  });

  it.each([
    ['kind', 'spam'],
    ['title', ' '],
    ['day', '2026-02-30'],
    ['day', '30/11/2026'],
    ['link', 'javascript:alert(1)'],
    ['link', 'https://'],
    ['topic', 'khong-co'],
    ['reached', '-5'],
    ['reached', '99999999999'],
  ])('with a wrong %s (%j) is shown again and not kept', async (field, value) => {
    await editor.get(`${register}/new`);
    const page = await editor.post(`${register}/new`, {
      ...meeting,
      title: 'Không được lưu',
      [field]: value,
    });
    expect(page.status).toBe(422);
    expect(page.text).toContain(`id="fault-${field}"`);
    expect((await viewer.get(register)).text).not.toContain('Không được lưu');
  });

  it('says how many citizens came through it, and leads to their conversations', async () => {
    const code = await add({ title: 'Có người đến' });
    const id = await site.waiting.ask();
    await site.waiting.log(id, { outreach: code, kind: 'start', decision: 'smalltalk' });
    await site.waiting.log(id, { outreach: code, kind: 'text', decision: 'answer' });
    const row =
      (await viewer.get(register)).text.split('<tr').find((one) => one.includes('Có người đến')) ?? '';
    expect(row).toMatch(new RegExp(`/conversations\\?outreach=${code}"[^>]*>1</a>`));
    const facts = (await viewer.get(`${register}/${code}`)).text.replace(/\s+/g, ' ');
    expect(facts).toMatch(/<dt>Lượt hỏi<\/dt> <dd>2<\/dd>/);
    expect(facts).toMatch(/<dt>Được trả lời<\/dt> <dd>1<\/dd>/);
  });

  it('that was withdrawn counts no more until it is put back', async () => {
    const code = await add({ title: 'Ghi nhầm' });
    const act = async (what: string) => {
      await editor.get(`${register}/${code}`);
      return editor.post(`${register}/${code}/withdrawal`, { act: what });
    };
    expect((await act('withdraw')).status).toBe(303);
    expect((await viewer.get(register)).text).not.toContain('Ghi nhầm');
    expect((await viewer.get(`${register}?withdrawn=1`)).text).toContain('Ghi nhầm');
    expect((await viewer.get(`${register}/${code}`)).text).toContain('Đã rút khỏi sổ');
    expect((await act('restore')).status).toBe(303);
    expect((await viewer.get(register)).text).toContain('Ghi nhầm');
  });

  it('of another unit does not exist here, by no address', async () => {
    const code = await add({ title: 'Của đơn vị khác' }, otherUnit);
    expect((await viewer.get(register)).text).not.toContain('Của đơn vị khác');
    for (const rest of ['', '/file', '/qr/web.svg', '/poster/a4.pdf']) {
      expect((await viewer.get(`${register}/${code}${rest}`)).status).toBe(404);
    }
    await editor.get(register);
    expect((await editor.post(`${register}/${code}/edit`, meeting)).status).toBe(404);
    expect((await editor.post(`${register}/${code}/withdrawal`, { act: 'withdraw' })).status).toBe(404);
    expect((await acts(code)).map(({ action }) => action)).toEqual(['outreach.add']);
  });

  it('shows hostile texts as texts', async () => {
    for (const text of attackTexts) {
      const code = await add({
        title: text.slice(0, 200),
        place: text.slice(0, 200),
        audience: text.slice(0, 200),
      }).catch(() => '');
      if (code === '') continue;
      const pages =
        (await viewer.get(`${register}/${code}`)).text + (await editor.get(`${register}/${code}/edit`)).text;
      expect(pages.replace(/<img\s+src="\/staff\/[^>]*>/g, '')).not.toMatch(
        /<img|<svg|<iframe|<script(?! type="module" src="\/staff\/-\/assets)|\son\w+\s*=\s*"/i,
      );
    }
  });
});

describe('the plan’s quotas', () => {
  it('are shown as met or missing', async () => {
    const today = new Date().toISOString().slice(0, 7);
    for (let number = 0; number < 5; number += 1) {
      await add({ kind: 'article', title: `Tin ${number}`, day: `${today}-01`, topic: '' });
    }
    const page = (await viewer.get(register)).text;
    expect(page).toContain('Mỗi tháng ít nhất 5');
    expect(page).toMatch(/5\s+<span class="tag tag-good">Đạt/);
    expect(page).toMatch(/0\s+<span class="tag tag-bad">Thiếu/);
  });
});

describe('ways in', () => {
  it('stand on the item as links, codes and posters', async () => {
    const code = await add();
    const page = (await viewer.get(`${register}/${code}`)).text;
    expect(page).toContain(`https://m.me/100000000000001?ref=${code}`);
    expect(page).toContain('https://zalo.me/5000000000000000003');
    expect(page).toContain(`/?unit=${homeUnit}&amp;ref=${code}`);
    expect(page).toContain(`Nhắc người dân nhắn ${code.toUpperCase()}`);
    const svg = await viewer.get(`${register}/${code}/qr/messenger.svg`);
    expect([svg.headers.get('content-type'), svg.text.slice(0, 4)]).toEqual(['image/svg+xml', '<svg']);
    const image = await viewer.get(`${register}/${code}/qr/web.png`);
    expect(image.headers.get('content-type')).toBe('image/png');
    const poster = await viewer.get(`${register}/${code}/poster/a5.pdf`);
    expect(poster.headers.get('content-type')).toBe('application/pdf');
    expect(poster.headers.get('content-disposition')).toContain(`ap-phich-${code}-a5.pdf`);
    expect(poster.text.startsWith('%PDF-')).toBe(true);
    for (const wrong of [
      'qr/khac.svg',
      'qr/web.gif',
      'qr/..%2f..%2fx',
      'poster/a3.pdf',
      'poster/__proto__',
    ]) {
      expect((await viewer.get(`${register}/${code}/${wrong}`)).status).toBe(404);
    }
  });
});

describe('an attachment', () => {
  const send = async (code: string, file: { name: string; body: Uint8Array } | undefined) => {
    await editor.get(`${register}/${code}`);
    return editor.upload(`${register}/${code}/file`, file);
  };

  it('is kept by what it is, and comes back as a download', async () => {
    const code = await add();
    expect((await send(code, { name: '../biên bản.html', body: png })).status).toBe(303);
    const file = await viewer.get(`${register}/${code}/file`);
    expect(file.headers.get('content-type')).toBe('image/png');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename\*?=/);
    expect(decodeURIComponent(file.headers.get('content-disposition') ?? '')).toContain('biên bản.png');
    expect(file.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await acts(code)).at(-1)).toMatchObject({
      action: 'outreach.attach',
      after: { type: 'image/png', bytes: 16 },
    });
    await editor.get(`${register}/${code}`);
    expect((await editor.post(`${register}/${code}/file/removal`, {})).status).toBe(303);
    expect((await viewer.get(`${register}/${code}/file`)).status).toBe(404);
  });

  it('that a browser could run, or none at all, is refused', async () => {
    const code = await add();
    const page = Buffer.from('<html><script>alert(1)</script></html>');
    expect((await send(code, { name: 'ảnh.png', body: page })).status).toBe(422);
    expect((await send(code, { name: 'ảnh.svg', body: Buffer.from('<svg onload="x"/>') })).status).toBe(422);
    expect((await send(code, undefined)).status).toBe(422);
    expect((await viewer.get(`${register}/${code}/file`)).status).toBe(404);
  });

  it('that is too large is refused, as is a form that cannot be read', async () => {
    const code = await add();
    const large = new Uint8Array(5 * 1024 * 1024 + 70_000);
    large.set(png);
    expect((await send(code, { name: 'lớn.png', body: large })).status).toBe(413);
    const barely = new Uint8Array(5 * 1024 * 1024 + 1);
    barely.set(png);
    expect((await send(code, { name: 'lớn.png', body: barely })).status).toBe(422);
    const broken = await editor.sendRaw(
      `${register}/${code}/file`,
      'multipart/form-data; boundary=x',
      '--y\r\nbroken',
    );
    expect(broken.status).toBe(400);
    expect((await viewer.get(`${register}/${code}/file`)).status).toBe(404);
  });

  it('is taken only with the form’s token, and never from a viewer', async () => {
    const code = await add();
    expect(
      (await editor.upload(`${register}/${code}/file`, { name: 'a.png', body: png }, { token: false }))
        .status,
    ).toBe(403);
    await viewer.get(`${register}/${code}`);
    expect((await viewer.upload(`${register}/${code}/file`, { name: 'a.png', body: png })).status).toBe(403);
    expect((await viewer.get(`${register}/${code}/file`)).status).toBe(404);
  });
});
