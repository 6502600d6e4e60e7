import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Narrative, ReportStore } from '../../src/core/report.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createReportStore } from '../../src/storage/sql/report-store.ts';
import { databaseKinds } from '../services/test-databases.ts';

jest.setTimeout(90_000);

const narrative: Narrative = { direction: '', media: '', difficulties: 'a', tasks: 'b', proposals: 'c' };
const by = (name: string) => ({ by: name, at: '2026-09-20T01:00:00.000Z' });
const given = { scope: 'hang-gon', period: '2026-Q3', narrative, snapshot: '{"v":1}', snapshotHash: 'h1' };

describe.each(databaseKinds)('reports on $name', ({ create }) => {
  let database: Database;
  let store: ReportStore;
  beforeAll(async () => {
    database = await create();
    store = createReportStore(database);
  });
  afterAll(() => database.close());

  it('has one draft at a time, changed only from its newest state, locked once approved', async () => {
    const draft = await store.create(given, by('lan'));
    expect(draft).toMatchObject({ version: 1, status: 'draft', revision: 1, createdBy: 'lan' });
    await expect(store.create(given, by('minh'))).rejects.toMatchObject({ code: 'conflict' });

    const edited = await store.edit(draft.id, 1, { narrative: { ...narrative, tasks: 'x' } }, by('lan'));
    expect(edited).toMatchObject({ revision: 2, narrative: { tasks: 'x' } });
    expect(await store.edit(draft.id, 1, { narrative }, by('minh'))).toBeUndefined();
    expect(
      await store.edit(draft.id, 2, { snapshot: '{"v":2}', snapshotHash: 'h2' }, by('lan')),
    ).toMatchObject({
      ...{ revision: 3, snapshot: '{"v":2}', narrative: { tasks: 'x' } },
    });

    const issue = { number: '05', issuedOn: '2026-09-21', form: { issuer: 'A' } };
    expect(await store.approve(draft.id, 2, issue, by('hoa'))).toBeUndefined();
    expect(await store.approve(draft.id, 3, issue, by('hoa'))).toMatchObject({
      ...{ status: 'approved', number: '05', approvedBy: 'hoa', form: { issuer: 'A' } },
    });
    expect(await store.edit(draft.id, 4, { narrative }, by('lan'))).toBeUndefined();
    expect(await store.discard(draft.id, 4, by('lan'))).toBe(false);
    for (const sql of ["update report set number = '06'", 'delete from report', 'truncate report']) {
      await expect(database.query(sql)).rejects.toThrow();
    }
  });

  it('goes on with the next version; the highest approved one counts', async () => {
    const next = await store.create({ ...given, snapshotHash: 'h3' }, by('lan'));
    expect(next.version).toBe(2);
    expect((await store.readApproved('hang-gon', '2026-Q3'))?.version).toBe(1);
    expect((await store.readDraft('hang-gon', '2026-Q3'))?.id).toBe(next.id);
    expect(await store.discard(next.id, 1, by('lan'))).toBe(true);
    expect(await store.readDraft('hang-gon', '2026-Q3')).toBeUndefined();
    expect((await store.list(['hang-gon'], 10)).map(({ version }) => version)).toEqual([1]);
    expect(await store.read('no-such-id')).toBeUndefined();
  });

  it('records who did what, each with its figures’ hash', async () => {
    const { rows } = await database.query<{ act: string; hash: string | null }>(
      `select actor || ' ' || action as act, after ->> 'snapshotHash' as hash from audit order by seq`,
    );
    expect(rows).toEqual([
      { act: 'lan report.create', hash: 'h1' },
      { act: 'lan report.edit', hash: null },
      { act: 'lan report.refresh', hash: 'h2' },
      { act: 'hoa report.approve', hash: 'h2' },
      { act: 'lan report.create', hash: 'h3' },
      { act: 'lan report.discard', hash: null },
    ]);
  });
});
