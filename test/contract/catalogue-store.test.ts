import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { loadCatalogue } from '../../src/content/catalogue/catalogue-library.ts';
import { importCatalogue, type ImportOptions } from '../../src/content/catalogue/import-catalogue.ts';
import { createCatalogueStore, type CatalogueStore } from '../../src/storage/sql/catalogue-store.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { databaseKinds } from '../services/test-databases.ts';
import { aRecord, writeDump } from '../unit/content/catalogue/dump-fixture.ts';

jest.setTimeout(90_000);

const kite = aRecord();
const swing = aRecord({ ma_thu_tuc: '9.000002', ten_thu_tuc: 'Cấp giấy phép đánh đu' });
const boat = aRecord({ ma_thu_tuc: '9.000003', ten_thu_tuc: 'Đăng ký đua thuyền' });

describe.each(databaseKinds)('the catalogue on $name', ({ create }) => {
  let database: Database;
  let store: CatalogueStore;
  beforeAll(async () => {
    database = await create();
    store = createCatalogueStore(database);
  });
  afterAll(() => database.close());

  async function importLines(lines: Parameters<typeof writeDump>[0], changed: Partial<ImportOptions> = {}) {
    const options = {
      dumpDate: '2026-07-20',
      dateGiven: true,
      today: '2026-11-22',
      force: false,
      ...changed,
    };
    return importCatalogue(store, { path: await writeDump(lines), ...options });
  }

  it('is empty before the first import', async () => {
    expect(await store.state()).toBeUndefined();
    expect((await loadCatalogue(store)).size).toBe(0);
  });

  it('imports, refuses with reasons, and loads what was stored', async () => {
    const report = await importLines([kite, '{broken', swing, { ...boat, ma_thu_tuc: '9.000002' }, boat]);
    expect(report).toMatchObject({ accepted: 3, commune: 3, unchanged: 0, changed: [], removed: [] });
    expect(report.added.map(({ code }) => code)).toEqual(['9.000001', '9.000002', '9.000003']);
    expect(report.refused).toMatchObject([
      { line: 2, code: null, reason: 'not-json' },
      { line: 4, code: '9.000002', reason: 'code-mismatch' },
    ]);
    const library = await loadCatalogue(store);
    expect(library.list()).toEqual([
      { code: '9.000001', name: 'Thủ tục cấp giấy phép thả diều', commune: true },
      { code: '9.000002', name: 'Cấp giấy phép đánh đu', commune: true },
      { code: '9.000003', name: 'Đăng ký đua thuyền', commune: true },
    ]);
    expect(library).toMatchObject({ dumpDate: '2026-07-20', dateGiven: true });
    const stored = await store.read('9.000001');
    expect(JSON.parse(stored?.original ?? '')).toEqual(kite);
  });

  it('changes nothing when the same dump comes again', async () => {
    const before = await database.query(
      'select code, changed_at, procedure from catalogue_procedure order by code',
    );
    expect(await importLines([kite, swing, boat])).toMatchObject({
      unchanged: 3,
      added: [],
      changed: [],
      removed: [],
    });
    const after = await database.query(
      'select code, changed_at, procedure from catalogue_procedure order by code',
    );
    expect(after.rows).toEqual(before.rows);
  });

  it('keeps the known day of the same dump when nobody says it again', async () => {
    for (const fileDay of ['2026-01-01', '2026-11-22']) {
      const report = await importLines([kite, swing, boat], { dumpDate: fileDay, dateGiven: false });
      expect(report).toMatchObject({ dumpDate: '2026-07-20', dateGiven: true });
    }
    expect(await store.state()).toMatchObject({ dumpDate: '2026-07-20', dateGiven: true });
  });

  it('reads anew what another version of the program stored', async () => {
    const before = await loadCatalogue(store);
    await database.query("update catalogue_procedure set parser_version = 0, procedure = '{}'");
    expect((await loadCatalogue(store)).read('9.000001')).toEqual(before.read('9.000001'));
    await importLines([kite, swing, boat]);
    const { rows } = await database.query(
      'select distinct parser_version > 0 as current from catalogue_procedure',
    );
    expect(rows).toEqual([{ current: true }]);
    expect((await loadCatalogue(store)).read('9.000001')).toEqual(before.read('9.000001'));
  });

  it('shows what a later dump added, changed and removed', async () => {
    const changed = aRecord({ yeu_cau_dieu_kien: 'Diều không quá 2 mét.' });
    const added = aRecord({ ma_thu_tuc: '9.000004', ten_thu_tuc: 'Đăng ký thi cờ' });
    const report = await importLines([changed, boat, added], { dumpDate: '2026-10-01' });
    expect(report.added.map(({ code }) => code)).toEqual(['9.000004']);
    expect(report.changed).toMatchObject([{ code: '9.000001', fields: ['yeu_cau_dieu_kien'] }]);
    expect(report.removed.map(({ code }) => code)).toEqual(['9.000002']);
    const library = await loadCatalogue(store);
    expect(library.read('9.000002')).toBeUndefined();
    expect(library.dumpDate).toBe('2026-10-01');
    expect(await store.read('9.000002')).toMatchObject({ removedOn: '2026-10-01' });
    expect(await store.read('9.000003')).toMatchObject({ dumpDate: '2026-10-01', removedOn: null });
  });

  it('takes a procedure back that an earlier dump had dropped', async () => {
    const report = await importLines([kite, swing, boat], { dumpDate: '2026-10-02' });
    expect(report.added.map(({ code }) => code)).toEqual(['9.000002']);
    expect((await loadCatalogue(store)).read('9.000002')).toBeDefined();
  });

  it.each([
    ['an older dump', [kite, swing, boat], { dumpDate: '2026-07-20' }],
    ['a dump of tomorrow', [kite, swing, boat], { dumpDate: '2026-11-23' }],
    ['a dump without most procedures', [kite], { dumpDate: '2026-10-03' }],
    ['a file without any', ['{}', 'x'], { dumpDate: '2026-10-03' }],
  ])('refuses %s and stays as it was', async (_, lines, changed) => {
    await expect(importLines(lines, changed)).rejects.toMatchObject({ name: 'AppError' });
    expect(await loadCatalogue(store)).toMatchObject({ size: 3, dumpDate: '2026-10-02' });
  });

  it('goes on after an import that broke off', async () => {
    await store.stage([{ ...rowOf('9.000009'), name: 'Dở dang' }]);
    expect(await importLines([kite, swing, boat], { dumpDate: '2026-10-04' })).toMatchObject({
      unchanged: 3,
      added: [],
    });
    expect(await store.read('9.000009')).toBeUndefined();
  });

  it('tells listeners after each import', async () => {
    let told = 0;
    const stop = await store.watch(() => (told += 1));
    await importLines([kite, swing, boat], { dumpDate: '2026-10-05' });
    for (let waited = 0; told === 0 && waited < 100; waited += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await stop();
    expect(told).toBe(1);
  });
});

function rowOf(code: string) {
  return {
    code,
    name: '',
    commune: false,
    recordHash: 'x',
    fieldHashes: {},
    parserVersion: 1,
    procedure: {},
    brief: {},
    warnings: [],
    original: {},
  };
}
