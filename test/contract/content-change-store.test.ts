import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { NewChange } from '../../src/core/content-change.ts';
import type { UnitControl } from '../../src/core/unit-control.ts';
import { followUnitControls } from '../../src/conversation/unit-controls.ts';
import { createAuditStore } from '../../src/storage/sql/audit-store.ts';
import { createContentChangeStore } from '../../src/storage/sql/content-change-store.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createUnitControlStore } from '../../src/storage/sql/unit-control-store.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { uniqueId } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';

jest.setTimeout(90_000);

const at = '2026-11-20T02:00:00.000Z';
const later = '2026-12-01T17:00:00.000Z';

describe.each(databaseKinds)('editing on $name', ({ create }) => {
  let database: Database;
  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.close());

  const aDraft = (): NewChange => ({
    id: uniqueId('change'),
    subject: 'topic:passport',
    part: 'fee',
    unitId: null,
    change: { kind: 'section', text: 'Phí mới' },
    before: null,
    note: 'theo thông tư mới',
    draftedBy: 'lan',
    draftedAt: at,
  });

  it('leads an edit from draft to force, by two people, and back', async () => {
    const store = createContentChangeStore(database);
    const draft = aDraft();
    await store.add(draft);
    const approval = { effectiveAt: later, note: '', findings: [] };
    await expect(store.approve(draft.id, 'minh', approval, at)).rejects.toThrow('does not stand where');
    await expect(store.submit(draft.id, 'minh', [], at)).rejects.toMatchObject({ code: 'conflict' });
    await store.submit(draft.id, 'lan', [], at);
    await expect(store.approve(draft.id, 'lan', approval, at)).rejects.toMatchObject({ code: 'conflict' });
    await expect(store.reject(draft.id, 'lan', 'x', at)).rejects.toMatchObject({ code: 'conflict' });
    await store.approve(draft.id, 'minh', approval, at);
    // Scheduled: counts from its instant on, not before.
    const early = await store.mark(at);
    expect((await store.inForce(at)).map(({ id }) => id)).not.toContain(draft.id);
    expect((await store.inForce(later)).map(({ id }) => id)).toContain(draft.id);
    expect(await store.mark(later)).not.toBe(early);
    await store.rollBack(draft.id, 'minh', 'sai số tiền', later);
    expect((await store.inForce(later)).map(({ id }) => id)).not.toContain(draft.id);
    await expect(store.rollBack(draft.id, 'minh', 'lần nữa', later)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await store.read(draft.id)).toMatchObject({
      status: 'rolled-back',
      decidedBy: 'minh',
      rollbackReason: 'sai số tiền',
    });
    const acts = (await createAuditStore(database).list({ limit: 10 })).map(({ action, actor }) => [
      action,
      actor,
    ]);
    expect(acts.slice(0, 4)).toEqual([
      ['content.roll-back', 'minh'],
      ['content.approve', 'minh'],
      ['content.submit', 'lan'],
      ['content.draft', 'lan'],
    ]);
  });

  it('refuses a published row that one person made, whoever writes it', async () => {
    const store = createContentChangeStore(database);
    const draft = aDraft();
    await store.add(draft);
    await expect(
      database.query(
        `update content_change set status = 'published', decided_by = drafted_by, effective_at = now() where id = $1`,
        [draft.id],
      ),
    ).rejects.toThrow(/four_eyes/);
  });

  it('lets a rejected edit be revised by its drafter, and withdrawn', async () => {
    const store = createContentChangeStore(database);
    const draft = aDraft();
    await store.add(draft);
    await store.submit(draft.id, 'lan', [], at);
    await store.reject(draft.id, 'minh', 'thiếu nguồn', at);
    const given = { change: { kind: 'section', text: 'Phí mới hơn' }, before: null, note: 'có nguồn' };
    await expect(store.revise(draft.id, 'minh', given, at)).rejects.toMatchObject({ code: 'conflict' });
    await store.revise(draft.id, 'lan', given, at);
    expect(await store.read(draft.id)).toMatchObject({ status: 'draft', note: 'có nguồn', decidedBy: null });
    await store.withdraw(draft.id, 'lan', at);
    const open = await store.list({ statuses: ['draft', 'submitted'], subject: 'topic:passport', limit: 50 });
    expect(open.map(({ id }) => id)).not.toContain(draft.id);
  });

  it('counts edits in the order in which they come into force', async () => {
    const store = createContentChangeStore(database);
    const drafts = [aDraft(), aDraft()];
    const starts = ['2026-11-25T17:00:00.000Z', '2026-11-22T17:00:00.000Z'];
    for (const [index, draft] of drafts.entries()) {
      await store.add(draft);
      await store.submit(draft.id, 'lan', [], at);
      const decision = { effectiveAt: starts[index] ?? '', note: '', findings: [] };
      await store.approve(draft.id, 'minh', decision, at);
    }
    const ids = (await store.inForce('2026-11-30T00:00:00.000Z')).map(({ id }) => id);
    const mine = ids.filter((id) => drafts.some((draft) => draft.id === id));
    expect(mine).toEqual([drafts[1]?.id, drafts[0]?.id]);
  });

  it('switches a unit off and on and shows its notice, in every process that follows', async () => {
    const store = createUnitControlStore(database);
    const unitId = uniqueId('unit');
    const followers = [
      await followUnitControls(store, silentLogger),
      await followUnitControls(store, silentLogger),
    ];
    const noon = new Date('2026-11-20T05:00:00Z');
    const base = { unitId, officer: 'minh', reason: 'mất điện', at };
    const until = async (isSo: () => boolean) => {
      for (let waits = 0; !isSo(); waits += 1) {
        if (waits > 1_000) throw new Error('the change never arrived');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const notice: UnitControl = {
      ...base,
      kind: 'notice',
      channel: '',
      value: { text: { vi: 'Hôm nay nghỉ' }, until: '2026-11-20T10:00:00Z' },
    };
    await store.append(notice);
    await store.append({ ...base, kind: 'switch', channel: 'web', value: { mode: 'silent' } });
    await until(() => followers.every((one) => one.switchedOff(unitId, 'web') !== undefined));
    for (const one of followers) {
      expect(one.notice(unitId, noon)).toEqual({ vi: 'Hôm nay nghỉ' });
      expect(one.notice(unitId, new Date('2026-11-20T10:00:00Z'))).toBeUndefined();
      expect(one.switchedOff(unitId, 'web')).toEqual({ mode: 'silent', since: at });
      expect(one.switchedOff(unitId, 'other')).toBeUndefined();
    }
    await store.append({ ...base, kind: 'switch', channel: 'web', value: null, reason: 'có điện lại' });
    await until(() => followers.every((one) => one.switchedOff(unitId, 'web') === undefined));
    await expect(
      store.append({ ...base, kind: 'switch', channel: 'web', value: null, reason: '  ' }),
    ).rejects.toThrow();
    expect((await store.history([unitId], 10)).map(({ reason }) => reason)).toEqual([
      'có điện lại',
      'mất điện',
      'mất điện',
    ]);
    const acts = (await createAuditStore(database).list({ limit: 3 })).map(({ action }) => action);
    expect(acts).toEqual(['unit.switch.end', 'unit.switch.set', 'unit.notice.set']);
    for (const one of followers) await one.stop();
  });
});
