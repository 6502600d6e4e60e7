import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attackTexts } from '../fixtures/attack-texts.ts';
import {
  homeUnit,
  otherUnit,
  startStaffSite,
  type StaffBrowser,
  type StaffSite,
} from '../support/staff-console.ts';

let site: StaffSite;
let editor: StaffBrowser;
let approver: StaffBrowser;
const base = `/staff/${homeUnit}/content`;

beforeAll(async () => {
  site = await startStaffSite();
  await site.addOfficer('lan', { '*': 'approver' });
  await site.addOfficer('minh', { '*': 'approver' });
  await site.addOfficer('sua', { [homeUnit]: 'editor' });
  await site.addOfficer('xem', { [homeUnit]: 'viewer' });
  await site.addOfficer('duyet-phuong', { [homeUnit]: 'approver' });
  await site.addOfficer('xa-khac', { [otherUnit]: 'admin' });
  editor = await site.signIn('lan');
  approver = await site.signIn('minh');
}, 60_000);
afterAll(() => site?.close());

const aFee = {
  e0_vi: 'Lệ phí cấp hộ chiếu lần đầu là 160.000 đồng.',
  e0_en: 'A first passport costs 160,000 VND.',
  source: 'new',
  source_kind: 'law',
  source_where: 'Thông tư thử nghiệm, Điều 4',
  source_date: '2026-11-20',
  reviewed: '2026-11-20',
  reviewed_by: 'Lan',
  review_by: '2027-05-20',
  note: 'theo thông tư mới',
};
const editPath = `${base}/topics/passport/edit/fee`;

/** Drafts an edit and returns the path of its page. */
async function draft(form: Record<string, string>, path = editPath, by = editor): Promise<string> {
  await by.get(path);
  const page = await by.post(path, form);
  if (page.status !== 303) throw new Error(`not drafted: ${page.status} ${page.text}`);
  return page.location.split('?')[0] ?? '';
}

describe('content', () => {
  it('is browsed by field and status, and shown as every channel shows it', async () => {
    const viewer = await site.signIn('xem');
    expect((await viewer.get(base)).text).toContain(`${base}/topics/passport"`);
    const some = await viewer.get(`${base}?text=${encodeURIComponent('hộ chiếu')}`);
    expect(some.text).toContain(`${base}/topics/passport"`);
    expect(some.text).not.toContain(`${base}/topics/certify-copy"`);
    expect((await viewer.get(`${base}?status=expired&field=x`)).text).toContain('Không có chủ đề nào khớp.');
    const topic = await viewer.get(`${base}/topics/passport?day=2026-12-01&language=en`);
    for (const channel of ['Zalo', 'Messenger', 'Trang chat'])
      expect(topic.text).toContain(`<h3>${channel}</h3>`);
    expect(topic.text).toContain('Ordinary passports are issued by');
    expect(topic.text).not.toContain(editPath);
    const file = await viewer.get(`${base}/files/topic/passport.yaml`);
    expect(file.text).toMatch(/^id: passport$/m);
    expect((await viewer.get(`${base}/files/unit/${otherUnit}.yaml`)).status).toBe(404);
    expect((await viewer.get(`${base}/files/topic/..%2f..%2fpackage.yaml`)).status).toBe(404);
  });

  it('is not drafted without its source and dates', async () => {
    await editor.get(editPath);
    const page = await editor.post(editPath, { ...aFee, source: '', reviewed: '', note: '' });
    expect(page.status).toBe(422);
    for (const field of ['source', 'reviewed', 'note']) expect(page.text).toContain(`href="#field-${field}"`);
    expect(page.text).toContain('160.000 đồng');
    expect((await editor.post(editPath, { ...aFee, source_where: '' })).status).toBe(422);
  });

  it('goes from draft through a second pair of eyes into force on its day, and back', async () => {
    const change = await draft(aFee);
    const shown = await editor.get(change);
    expect(shown.text).toMatch(/diff-added[\s\S]*160\.000 đồng/);
    expect(shown.text).toContain('Thông tư thử nghiệm, Điều 4');
    expect((await editor.post(`${change}/submit`, {})).status).toBe(303);
    // Whoever drafted it cannot approve it, although the role would do.
    expect((await editor.post(`${change}/approve`, {})).status).toBe(409);
    const ward = await site.signIn('duyet-phuong');
    expect((await ward.get(change)).text).toContain('đang chờ người duyệt');
    expect((await ward.post(`${change}/approve`, {})).status).toBe(409);

    await approver.get(change);
    expect((await approver.post(`${change}/approve`, { from: '2099-01-01' })).status).toBe(303);
    expect((await approver.get(change)).text).toContain('Đã duyệt, chờ đến ngày');
    const { rows } = await site.database.query<{ at: Date }>(
      `select effective_at as at from content_change where decided_by = 'minh'`,
    );
    expect(rows.map(({ at }) => at.toISOString())).toEqual(['2098-12-31T17:00:00.000Z']);
    expect((await approver.post(`${change}/roll-back`, { reason: 'sai số' })).status).toBe(303);
    expect((await approver.get(change)).text).toContain('sai số');
  }, 240_000);

  it('is written again by its drafter alone', async () => {
    const change = await draft(aFee);
    const form = await editor.get(`${change}/edit`);
    expect(form.text).toMatch(/<option value="nguon-2026-11-20-[0-9a-f]{6}" selected>/);
    const source = /value="(nguon-2026-11-20-[0-9a-f]{6})"/.exec(form.text)?.[1] ?? '';
    const again = { ...aFee, e0_vi: 'Lệ phí ghi trên hồ sơ.', source };
    expect((await editor.post(`${change}/edit`, again)).status).toBe(303);
    const shown = await editor.get(change);
    expect(shown.text).toContain('Lệ phí ghi trên hồ sơ.');
    expect(shown.text).not.toContain('160.000 đồng');
    expect((await approver.get(`${change}/edit`)).status).toBe(404);
    await approver.get(change);
    expect((await approver.post(`${change}/edit`, again)).status).toBe(404);
    await editor.post(`${change}/withdraw`, {});
    expect((await editor.get(`${change}/edit`)).status).toBe(404);
  });

  it('is not published with an error that the linter finds', async () => {
    const change = await draft({ ...aFee, e0_vi: 'Anh/chị nộp tại UBND huyện. '.repeat(50) });
    await editor.get(change);
    const page = await editor.post(`${change}/submit`, {});
    expect(page.status).toBe(422);
    expect(page.text).toContain('lỗi phải sửa trước khi công bố');
    expect((await editor.post(`${change}/withdraw`, {})).status).toBe(303);
  }, 240_000);

  it('shows what editors and citizens wrote as text, never as markup', async () => {
    for (const attack of attackTexts.slice(0, 8)) {
      const change = await draft({ ...aFee, e0_vi: attack, note: attack, source_where: attack });
      const page = await editor.get(change);
      expect(page.text.match(/<script/gi)).toHaveLength(1);
      expect(page.text).not.toMatch(/<[a-z][^<>]*\son\w+=/i);
      await editor.post(`${change}/withdraw`, {});
    }
  });
});

describe('facts of a unit', () => {
  const contact = {
    name_vi: 'Bộ phận một cửa',
    name_en: 'One-stop desk',
    kind: 'office',
    phone: '0251 3846 226',
    confirmed_by: 'Lan',
    confirmed_on: '2026-11-20',
    note: 'Thông báo 12/TB-UBND',
  };

  it('are drafted one by one with who confirmed them, by editors of that unit alone', async () => {
    const own = await site.signIn('sua');
    const path = `${base}/facts/contacts/new`;
    await own.get(path);
    const faulty = await own.post(path, { ...contact, phone: 'không có', confirmed_by: '' });
    expect(faulty.status).toBe(422);
    for (const field of ['phone', 'confirmed_by']) expect(faulty.text).toContain(`href="#field-${field}"`);
    const change = await draft(contact, path, own);
    expect((await own.get(change)).text).toContain('02513846226');
    const hours = {
      mon: '07:30-11:30, 13:00-17:00',
      sat: '',
      confirmed_by: 'Lan',
      confirmed_on: '2026-11-20',
      note: 'x',
    };
    expect(await draft(hours, `${base}/facts/hours/one`, own)).toContain('/changes/');

    const foreign = await site.signIn('xa-khac');
    const theirs = change.replace(homeUnit, otherUnit);
    expect((await foreign.get(theirs)).status).toBe(404);
    expect((await foreign.get(`/staff/${otherUnit}/content/changes`)).text).not.toContain('Thử Nghiệm)');
    expect((await foreign.post(`${theirs}/approve`, {})).status).toBe(404);
    expect((await own.get(`${base}/facts/channels/one`)).status).toBe(404);
  });
});

describe('settings of a unit', () => {
  it('show what is set, without secrets, and are changed as drafts that somebody else approves', async () => {
    await site.addOfficer('quan', { [homeUnit]: 'admin' });
    const admin = await site.signIn('quan');
    const settings = `/staff/${homeUnit}/settings`;
    const page = await admin.get(settings);
    expect(page.text).toContain('Từ ngày 15 tháng trước đến ngày 14');
    expect(page.text).not.toMatch(/_ENV|secret|5000000000000000003/i);
    expect((await (await site.signIn('sua')).get(`${settings}/privacy`)).status).toBe(403);

    const form = { keep_text_days: '0', notice_version: '2', note: 'Quyết định 5' };
    await admin.get(`${settings}/privacy`);
    const faulty = await admin.post(`${settings}/privacy`, form);
    expect([faulty.status, faulty.text.includes('Cần ít nhất 1.')]).toEqual([422, true]);
    const change = await draft({ ...form, keep_text_days: '120' }, `${settings}/privacy`, admin);
    expect((await admin.get(settings)).text).toContain(change);
    await admin.get(change);
    expect((await admin.post(`${change}/submit`, {})).location).toContain('done=submitted');
    expect((await admin.post(`${change}/approve`, {})).status).toBe(409);
    await approver.get(change);
    expect((await approver.post(`${change}/approve`, {})).location).toContain('done=approved');
    const exported = await admin.get(`${base}/files/unit/${homeUnit}.yaml`);
    expect(exported.text).toMatch(/privacy:\n\s+keep_text_days: 120\n\s+notice_version: "2"/);

    const report = {
      ...{ superior: '', issuer: 'TRUNG TÂM', recipients: 'Như trên\r\nLưu: VT', cutoff: 'calendar' },
      ...{ due_day: '13', remind: 'a@b', note: 'x' },
    };
    await admin.get(`${settings}/report`);
    const badMail = await admin.post(`${settings}/report`, report);
    expect([badMail.status, badMail.text.includes('href="#field-remind"')]).toEqual([422, true]);
    const heading = await draft({ ...report, remind: 'a@phuong.gov.vn' }, `${settings}/report`, admin);
    const shown = await admin.get(heading);
    for (const part of ['TRUNG TÂM', 'Lưu: VT', 'calendar', 'a@phuong.gov.vn'])
      expect(shown.text).toContain(part);
  });
});

describe('notices and switches', () => {
  it('need a reason, an end and a channel of the unit, and are kept with who set them', async () => {
    const path = `${base}/controls`;
    await approver.get(path);
    const notice = {
      text_vi: 'Hôm nay nghỉ vì bão.',
      until_day: '2020-01-01',
      until_time: '17:00',
      reason: 'bão số 9',
    };
    expect((await approver.post(`${path}/notice`, { ...notice, reason: '' })).status).toBe(422);
    expect((await approver.post(`${path}/notice`, notice)).text).toContain('Chọn thời điểm sau lúc này');
    const soon = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    expect((await approver.post(`${path}/notice`, { ...notice, until_day: soon })).status).toBe(303);
    const off = { channel: 'web', mode: 'text', switch_vi: 'Xin gọi 1022.', switch_reason: 'đang sửa' };
    expect((await approver.post(`${path}/switch`, { ...off, switch_vi: '' })).status).toBe(422);
    expect((await approver.post(`${path}/switch`, { ...off, channel: 'fax' })).status).toBe(422);
    expect((await approver.post(`${path}/switch`, off)).status).toBe(303);
    const page = await approver.get(path);
    for (const words of ['Hôm nay nghỉ vì bão.', 'bão số 9', 'Chỉ nói: Xin gọi 1022.', 'đang sửa', 'minh']) {
      expect(page.text).toContain(words);
    }
    expect((await approver.post(`${path}/notice/end`, { reason: 'hết bão' })).status).toBe(303);
    expect((await approver.get(path)).text).toContain('Không có thông báo khẩn nào.');
    // The other unit's page knows nothing of it.
    const foreign = await site.signIn('xa-khac');
    expect((await foreign.get(`/staff/${otherUnit}/content/controls`)).text).not.toContain('bão số 9');
  });
});
