import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { vietnamDay } from '../../src/core/clock.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { attackTexts } from '../fixtures/attack-texts.ts';
import { anInteraction } from '../services/storage-fixtures.ts';
import {
  homeUnit,
  otherUnit,
  startStaffSite,
  type StaffBrowser,
  type StaffSite,
} from '../support/staff-console.ts';

let site: StaffSite;
let reviewer: StaffBrowser;
let approver: StaffBrowser;
const base = `/staff/${homeUnit}/review`;

beforeAll(async () => {
  site = await startStaffSite();
  await site.addOfficer('thu', { [homeUnit]: 'reviewer' });
  await site.addOfficer('duyet-phuong', { [homeUnit]: 'approver' });
  await site.addOfficer('duyet-tinh', { '*': 'approver' });
  reviewer = await site.signIn('thu');
  approver = await site.signIn('duyet-tinh');
}, 60_000);
afterAll(() => site?.close());

async function ask(maskedText: string, unitId = homeUnit): Promise<string> {
  const interaction = anInteraction({
    unitId,
    decision: 'fallback',
    topic: null,
    confidence: 0.1,
    maskedText,
  });
  await createInteractionStore(site.database).append([interaction]);
  return interaction.id;
}

describe('the review queue', () => {
  it('shows groups of the unit’s own questions, and takes one verdict for a group', async () => {
    const [one, other] = [await ask('đăng ký nuôi chim yến ở đâu'), await ask('dang ky nuoi chim yen o dau')];
    await ask('câu của xã khác', otherUnit);
    const page = await reviewer.get(base);
    expect(page.text).toContain('2 câu, 1 nhóm.');
    expect(page.text).not.toContain('câu của xã khác');
    const link = new RegExp(`${base}/questions/[^"]+`).exec(page.text)?.[0] ?? '';
    const group = await reviewer.get(link);
    for (const id of [one, other]) expect(group.text).toContain(`value="${id}"`);

    const wrong = await reviewer.post(`${base}/verdict`, { id: one, group: one, verdict: 'belongs' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Chọn chủ đề mà câu thuộc về.');
    const form = { group: one, id: one, verdict: 'belongs', topic: 'business-household-registration' };
    expect((await reviewer.post(`${base}/verdict`, form)).location).toBe(`${base}?done=judged`);
    expect((await reviewer.get(base)).text).toContain('1 câu, 1 nhóm.');
    const draft = await reviewer.get(`${base}/draft`);
    expect(draft.text).toContain('đăng ký nuôi chim yến ở đâu');
    const yaml = await reviewer.get(`${base}/export/cau-mau.yaml`);
    expect(yaml.text).toBe(
      '# intents/procedures/business-household-registration.yaml\ntopic: business-household-registration\nexamples:\n  vi:\n    - đăng ký nuôi chim yến ở đâu\n',
    );
    const rest = await reviewer.post(`${base}/verdict`, { group: other, id: other, verdict: 'right' });
    expect(rest.status).toBe(303);
  });

  it('judges nothing of another unit, whatever the form says', async () => {
    const foreign = await ask('câu của xã khác nữa', otherUnit);
    const own = await ask('câu của phường mình');
    const page = await reviewer.post(`${base}/verdict`, { group: own, id: foreign, verdict: 'off-topic' });
    expect(page.status).toBe(400);
    const { rows } = await site.database.query('select 1 from review_verdict where interaction_id = $1', [
      foreign,
    ]);
    expect(rows).toEqual([]);
    await reviewer.post(`${base}/verdict`, { group: own, id: own, verdict: 'right' });
  });

  it('shows citizens’ words as text, never as markup', async () => {
    for (const attack of attackTexts) {
      const id = await ask(attack);
      const page = await reviewer.get(`${base}/questions/${id}`);
      expect(page.status).toBe(200);
      expect(page.text).not.toMatch(/<(?:img|svg|iframe|object|embed)\b/i);
      expect(page.text).not.toMatch(/<[a-z][^<>]*\son\w+=/i);
      expect(page.text.match(/<script/gi)).toHaveLength(1);
      await reviewer.post(`${base}/verdict`, { group: id, id, verdict: 'off-topic' });
    }
    const draft = await reviewer.get(`${base}/draft`);
    expect(draft.text.match(/<script/gi)).toHaveLength(1);
  });

  it('keeps what is missing, and shows it', async () => {
    const id = await ask('xin cấp biển số cho ghe');
    await reviewer.get(`${base}/questions/${id}`);
    const form = { group: id, id, verdict: 'new-topic', note: 'Đăng ký phương tiện thủy' };
    await reviewer.post(`${base}/verdict`, form);
    expect((await reviewer.get(`${base}/wanted`)).text).toContain('Đăng ký phương tiện thủy');
  });
});

describe('the draft', () => {
  it('comes into force only through somebody who acts for every unit', async () => {
    const ward = await site.signIn('duyet-phuong');
    const form = { draft: 'x', reason: 'thử' };
    await ward.get(`${base}/draft`);
    const refused = await ward.post(`${base}/publish`, form);
    expect(refused.status).toBe(403);
    const rollBack = await ward.post(`${base}/roll-back`, { version: '0', reason: 'thử' });
    expect(rollBack.status).toBe(403);
    await approver.get(`${base}/draft`);
    expect((await approver.post(`${base}/publish`, form)).status).toBe(409);
    expect((await approver.post(`${base}/publish`, { draft: 'x', reason: '' })).status).toBe(422);
  });

  it('loses an example that is withdrawn', async () => {
    const id = await ask('mua nước mắm ở đâu ngon');
    await reviewer.get(`${base}/questions/${id}`);
    await reviewer.post(`${base}/verdict`, { group: id, id, verdict: 'off-topic' });
    const draft = await reviewer.get(`${base}/draft`);
    const row = /draft\/(\d+)\/withdraw"[^>]*mua nước mắm/.exec(draft.text)?.[1];
    expect(row).toBeDefined();
    expect((await reviewer.post(`${base}/draft/${row ?? ''}/withdraw`, {})).status).toBe(303);
    expect((await reviewer.get(`${base}/draft`)).text).not.toContain('mua nước mắm');
  });

  it('says until when a citizen’s words are kept, and takes an officer’s in their place', async () => {
    const id = await ask('xin cho hỏi cái bìa đỏ nhà ông Bảy');
    await reviewer.get(`${base}/questions/${id}`);
    await reviewer.post(`${base}/verdict`, { group: id, id, verdict: 'off-topic' });
    const { rows } = await site.database.query<{ at: Date }>(
      'select received_at as at from interaction where id = $1',
      [id],
    );
    const last = vietnamDay(new Date((rows[0]?.at.getTime() ?? 0) + 90 * 86_400_000));
    const kept = last.split('-').reverse().join('/');
    const draft = await reviewer.get(`${base}/draft`);
    expect(draft.text).toContain(kept);
    const own = /(\/staff\/[^"]*\/draft\/\d+)"[\s\S]{0,200}?bìa đỏ nhà ông Bảy/.exec(draft.text)?.[1] ?? '';
    expect((await reviewer.get(own)).text).toContain('cái bìa đỏ nhà ông Bảy');
    const same = await reviewer.post(`${own}/rewrite`, { text: 'Xin cho hỏi cái bìa đỏ nhà ông Bảy?' });
    expect([same.status, same.text.includes('Viết bằng lời khác')]).toEqual([422, true]);
    const done = await reviewer.post(`${own}/rewrite`, { text: 'chuyện đất của hàng xóm' });
    expect(done.location).toContain('done=rewritten');
    const after = await reviewer.get(`${base}/draft`);
    expect(after.text).not.toContain('ông Bảy');
    expect(after.text).toContain('chuyện đất của hàng xóm');
    expect(after.text).toContain('Không hết hạn (cán bộ viết)');
    expect((await reviewer.get(own)).status).toBe(404);
    expect((await reviewer.post(`${own}/rewrite`, { text: 'câu khác nữa' })).status).toBe(404);
  });
});
