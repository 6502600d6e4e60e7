import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { eraseWords } from '../../src/storage/sql/erase-words.ts';
import { anInteraction } from '../services/storage-fixtures.ts';
import { homeUnit, startStaffSite, type StaffBrowser, type StaffSite } from '../support/staff-console.ts';

jest.setTimeout(120_000);

describe('reports in the console', () => {
  let site: StaffSite;
  let editor: StaffBrowser;
  let approver: StaffBrowser;

  beforeAll(async () => {
    site = await startStaffSite();
    await site.addOfficer('lan', { [homeUnit]: 'editor' });
    await site.addOfficer('minh', { [homeUnit]: 'approver' });
    editor = await site.signIn('lan');
    approver = await site.signIn('minh');
  });
  afterAll(() => site.close());

  const year = new Date().getFullYear();

  async function answer(citizen: string, count: number): Promise<void> {
    const receivedAt = new Date(Date.now() - 3_600_000).toISOString();
    await createInteractionStore(site.database).append(
      Array.from({ length: count }, () => anInteraction({ unitId: homeUnit, citizen, receivedAt })),
    );
  }

  const open = async (browser: StaffBrowser, path: string) => {
    const page = await browser.get(path);
    expect(page.status).toBe(200);
    return page.text;
  };
  const revisionIn = (text: string) => /name="revision"\s+value="(\d+)"/.exec(text)?.[1] ?? '';
  const answered = (text: string) => /rows\/answered">(\d+)</.exec(text)?.[1];

  it('is drafted from frozen figures, edited, approved, locked; a correction is a new version', async () => {
    await answer('citizen-1', 3);
    const list = await open(editor, `/staff/${homeUnit}/reports`);
    expect(list).toContain('Tạo bản nháp');
    const drafted = await editor.post(`/staff/${homeUnit}/reports`, { period: String(year) });
    expect(drafted.status).toBe(303);
    const path = drafted.location;
    let text = await open(editor, path);
    expect(answered(text)).toBe('3');

    // What comes later is not in it until staff count again.
    await answer('citizen-2', 2);
    expect(answered(await open(editor, path))).toBe('3');
    const stale = revisionIn(text);
    const parts = {
      direction: 'Đã ban hành 02 văn bản.',
      media: '',
      difficulties: 'Không.',
      tasks: 'Tiếp tục.',
      proposals: 'Không.',
    };
    expect((await editor.post(`${path.split('?')[0]}/text`, { revision: stale, ...parts })).status).toBe(303);
    text = await open(editor, path);
    expect(text).toContain('Đã ban hành 02 văn bản.');

    // Somebody who still has the old page open cannot overwrite it.
    expect((await editor.post(`${path.split('?')[0]}/text`, { revision: stale, ...parts })).status).toBe(409);

    // An editor may not approve.
    const forbidden = await editor.post(`${path.split('?')[0]}/approve`, {
      revision: revisionIn(text),
      number: '05',
      issued_on: '',
    });
    expect(forbidden.status).toBe(403);

    text = await open(approver, path);
    const wrong = await approver.post(`${path.split('?')[0]}/approve`, {
      revision: revisionIn(text),
      number: '05',
      issued_on: 'hôm qua',
    });
    expect(wrong.status).toBe(422);
    text = await open(approver, path);
    const approved = await approver.post(`${path.split('?')[0]}/approve`, {
      revision: revisionIn(text),
      number: '05',
      issued_on: `${year}-12-20`,
    });
    expect(approved.status).toBe(303);

    // Locked: no form changes it, and the database refuses as well.
    const late = await editor.post(`${path.split('?')[0]}/text`, {
      revision: String(Number(revisionIn(text)) + 1),
      ...parts,
    });
    expect(late.status).toBe(409);
    await expect(site.database.query("update report set snapshot = '{}'")).rejects.toThrow(/locked/);
    await expect(site.database.query('delete from report')).rejects.toThrow(/locked/);

    // Erasing a citizen changes no digit of what was filed.
    const file = `${path.split('?')[0]}/file/csv`;
    const before = await editor.get(file);
    expect(before.headers.get('content-disposition')).toContain('.csv');
    await eraseWords(site.database, { citizen: 'citizen-1' });
    expect((await editor.get(file)).text).toBe(before.text);

    // A correction counts anew and keeps the words.
    await open(editor, path);
    const corrected = await editor.post(`/staff/${homeUnit}/reports`, { period: String(year) });
    expect(corrected.location).not.toBe(path);
    text = await open(editor, corrected.location);
    expect(text).toContain('Đã ban hành 02 văn bản.');
    expect(text).toContain('bản 2');
    expect(answered(text)).toBe('5');
    // One draft at a time.
    expect((await editor.post(`/staff/${homeUnit}/reports`, { period: String(year) })).status).toBe(409);
  });

  it('lists the records behind a figure, and gives every format that needs no other program', async () => {
    const list = await open(approver, `/staff/${homeUnit}/reports`);
    const path = /href="([^"]+\/reports\/[0-9a-f-]{36})"/.exec(list)?.[1] ?? '';
    const rows = await open(approver, `${path}/rows/answered`);
    expect(rows.match(/<time /g)?.length).toBeGreaterThanOrEqual(3);
    expect(rows).not.toContain('làm giấy khai sinh');
    for (const format of ['docx', 'xlsx', 'json']) {
      const file = await approver.get(`${path}/file/${format}`);
      expect([format, file.status]).toEqual([format, 200]);
      expect(file.text.length).toBeGreaterThan(1_000);
    }
    expect((await approver.get(`${path}/file/exe`)).status).toBe(404);
    expect((await approver.get(`${path}/rows/links-given`)).status).toBe(404);
  });

  it('is not approved by who changed it last, unless nobody else works on reports', async () => {
    const drafted = await approver.post(`/staff/${homeUnit}/reports`, { period: `${year}-Q1` });
    const path = drafted.location.split('?')[0] ?? '';
    const approve = async (text: string) =>
      approver.post(`${path}/approve`, { revision: revisionIn(text), number: '', issued_on: '' });
    let text = await open(approver, path);
    expect(text).toContain('một người khác duyệt');
    expect(text).not.toContain(`${path}/approve`);
    expect((await approve(text)).status).toBe(409);

    // An account that nobody ever used is nobody; one that is closed is nobody any more.
    await site.database.query(
      "update staff_user set disabled_at = now() where username not in ('minh', 'hoa')",
    );
    await site.addOfficer('hoa', { [homeUnit]: 'editor' });
    text = await open(approver, path);
    expect(text).toContain(`${path}/approve`);
    await site.database.query('update staff_user set disabled_at = null');
    expect((await approve(text)).status).toBe(409);

    // A second person who saves the texts has looked at it.
    text = await open(editor, path);
    const parts = { direction: 'Xong.', media: '', difficulties: '', tasks: '', proposals: '' };
    expect((await editor.post(`${path}/text`, { revision: revisionIn(text), ...parts })).status).toBe(303);
    expect((await approve(await open(approver, path))).status).toBe(303);
  });

  it('audits each step without the texts of citizens', async () => {
    const { rows } = await site.database.query<{ action: string; actor: string; unit: string }>(
      "select action, actor, unit_id as unit from audit where action like 'report.%' order by seq",
    );
    expect(rows.map(({ action, actor }) => `${actor} ${action}`)).toEqual([
      'lan report.create',
      'lan report.edit',
      'minh report.approve',
      'lan report.create',
      ...['minh report.create', 'lan report.edit', 'minh report.approve'],
    ]);
    expect(new Set(rows.map(({ unit }) => unit))).toEqual(new Set([homeUnit]));
  });
});
