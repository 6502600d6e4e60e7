import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { evidenceKinds, systemUnitId } from '../../src/core/evidence.ts';
import type { Anchor } from '../../src/evidence/anchor.ts';
import type { Evidence } from '../../src/evidence/evidence.ts';
import { EvidenceFault, verifyEvidence, type EvidenceSummary } from '../../src/evidence/verify.mjs';
import { createAuditStore } from '../../src/storage/sql/audit-store.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { eraseWords } from '../../src/storage/sql/erase-words.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { createSealStore } from '../../src/storage/sql/seal-store.ts';
import { createServerDatabase } from '../../src/storage/sql/server-database.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { anInteraction, uniqueId } from '../services/storage-fixtures.ts';
import {
  createServerTestDatabase,
  databaseKinds,
  serviceFromEnvironment,
} from '../services/test-databases.ts';
import {
  createTestEvidence,
  fillQuarter,
  makeFolder,
  openBundle,
  readLines,
  thirdQuarter,
  type Line,
} from '../unit/evidence/bundle-fixture.ts';

describe.each(databaseKinds)('evidence on $name', ({ create }) => {
  let database: Database;
  let evidence: Evidence;
  beforeAll(async () => {
    database = await create();
    evidence = createTestEvidence(database);
  });
  afterAll(() => database.close());

  async function exportQuarter(unitId: string): Promise<string> {
    const path = join(await makeFolder(), 'evidence.zip');
    await evidence.exportPeriod(unitId, thirdQuarter, path);
    return path;
  }

  async function verifyQuarter(unitId: string, root?: string): Promise<EvidenceSummary | EvidenceFault> {
    try {
      return await verifyEvidence(await exportQuarter(unitId), { roots: root === undefined ? [] : [root] });
    } catch (error) {
      if (error instanceof EvidenceFault) return error;
      throw error;
    }
  }

  /** Somebody with all rights over the database who changes what was sealed. */
  async function tamper(table: string, sql: string, parameters: unknown[]): Promise<void> {
    await database.script(`alter table ${table} disable trigger user`);
    await database.query(sql, parameters);
    await database.script(`alter table ${table} enable trigger user`);
  }

  it('exports what is in the period, with the words that are left, and it verifies', async () => {
    const unitId = uniqueId('unit');
    await fillQuarter(database, evidence, unitId);
    const root = (await evidence.readNewestSeal(unitId))?.hash;
    expect(await verifyQuarter(unitId, root)).toMatchObject({
      records: { interaction: 19, delivery: 11, consent: 1, audit: 1 },
      erased: 5,
      seals: 5,
      trustedThrough: 5,
    });
  });

  it('keeps a root good through erasing: the record says erased and everything still verifies', async () => {
    const unitId = uniqueId('unit');
    const citizen = uniqueId('citizen');
    const store = createInteractionStore(database);
    const receivedAt = '2026-08-01T00:00:00.000Z';
    await store.append([anInteraction({ unitId, citizen, receivedAt, maskedText: 'bí mật của tôi' })]);
    const before = await verifyQuarter(unitId);
    expect(before).toMatchObject({ erased: 0 });
    const root = (before as EvidenceSummary).seal?.hash;
    await eraseWords(database, { citizen });
    const path = await exportQuarter(unitId);
    expect(await verifyEvidence(path, { roots: [root ?? ''] })).toMatchObject({ erased: 1 });
    const bundle = await openBundle(path);
    expect(readLines<Line>(bundle, 'records.jsonl')).toEqual([expect.objectContaining({ words: null })]);
    const everything = Buffer.concat(Object.values(bundle.files)).toString('utf8');
    expect(everything).not.toContain('bí mật');
    expect(Buffer.from(bundle.files['records.csv'] ?? '').toString('utf8')).toContain(',erased,,\r\n');
  });

  it('seals nothing twice and leaves nothing out, however often it runs', async () => {
    const unitId = uniqueId('unit');
    const store = createInteractionStore(database);
    const receivedAt = '2026-08-01T00:00:00.000Z';
    for (let round = 0; round < 5; round += 1) {
      await store.append(Array.from({ length: round }, () => anInteraction({ unitId, receivedAt })));
      expect(await evidence.sealNew([unitId])).toBe(round);
    }
    expect(await evidence.sealNew([unitId])).toBe(0);
    expect(await verifyQuarter(unitId)).toMatchObject({ records: { interaction: 10 }, seals: 4 });
  });

  it('lets one of many that seal at once do the work', async () => {
    const unitId = uniqueId('unit');
    const receivedAt = '2026-08-01T00:00:00.000Z';
    await createInteractionStore(database).append(
      Array.from({ length: 20 }, () => anInteraction({ unitId, receivedAt })),
    );
    const sealed = await Promise.all(Array.from({ length: 6 }, () => evidence.sealNew([unitId])));
    expect(sealed.reduce((sum, one) => sum + one, 0)).toBe(20);
    expect(await verifyQuarter(unitId)).toMatchObject({ records: { interaction: 20 }, seals: 1 });
  });

  it('puts the edge of a period where it belongs, to the microsecond', async () => {
    const unitId = uniqueId('unit');
    const ids = await Promise.all(
      [
        '2026-06-14T16:59:59.999Z',
        '2026-06-14T17:00:00.000Z',
        '2026-09-14T16:59:59.999Z',
        '2026-09-14T17:00:00.000Z',
      ].map(async (receivedAt) => {
        const interaction = anInteraction({ unitId, receivedAt });
        await createInteractionStore(database).append([interaction]);
        return interaction.id;
      }),
    );
    const path = await exportQuarter(unitId);
    await verifyEvidence(path);
    const lines = readLines<Line>(await openBundle(path), 'records.jsonl');
    expect(lines.map(({ body }) => body.id).sort()).toEqual([ids[1], ids[2]].sort());
  });

  it('keeps the units apart, and the acts that belong to none', async () => {
    const [one, other] = [uniqueId('unit'), uniqueId('unit')];
    const at = '2026-08-01T00:00:00.000Z';
    await createInteractionStore(database).append([
      anInteraction({ unitId: one, receivedAt: at }),
      anInteraction({ unitId: other, receivedAt: at }),
      anInteraction({ unitId: other, receivedAt: at }),
    ]);
    const act = { at, actor: 'admin', action: 'user.create', subject: 'user:lan', before: null, after: null };
    await createAuditStore(database).append({ ...act, unitId: null });
    await evidence.sealNew([one, other, systemUnitId]);
    expect(await verifyQuarter(one)).toMatchObject({ records: { interaction: 1, audit: 0 } });
    expect(await verifyQuarter(other)).toMatchObject({ records: { interaction: 2, audit: 0 } });
    expect(await verifyQuarter(systemUnitId)).toMatchObject({ records: { interaction: 0, audit: 1 } });
  });

  it('hands over the newest roots, and those of other units when one cannot be', async () => {
    const [one, other] = [uniqueId('unit'), uniqueId('unit')];
    await createInteractionStore(database).append([
      anInteraction({ unitId: one }),
      anInteraction({ unitId: other }),
    ]);
    await evidence.sealNew([one, other]);
    const received: Anchor[] = [];
    const publisher = {
      async publish(anchor: Anchor) {
        if (anchor.unit === one) throw new Error('no answer');
        received.push(anchor);
      },
    };
    expect(await evidence.anchorNewest([one, 'unit-without-seals', other], publisher)).toEqual({
      anchored: 1,
      failed: 1,
    });
    const newest = await evidence.readNewestSeal(other);
    expect(received).toEqual([
      { v: 1, unit: other, number: 1, hash: newest?.hash, sealedAt: '2026-09-20T00:00:00.000000Z' },
    ]);
  });

  it('exports a unit that nobody has written to', async () => {
    expect(await verifyQuarter(uniqueId('unit'))).toMatchObject({ seals: 0, seal: null });
  });

  it('overwrites nothing, and leaves nothing behind when it fails', async () => {
    const folder = await makeFolder();
    const path = join(folder, 'taken.zip');
    await writeFile(path, 'mine');
    await expect(evidence.exportPeriod('hang-gon', thirdQuarter, path)).rejects.toMatchObject({
      code: 'conflict',
    });
    const nowhere = join(folder, 'missing', 'x.zip');
    await expect(evidence.exportPeriod('hang-gon', thirdQuarter, nowhere)).rejects.toMatchObject({
      code: 'invalid-input',
    });
    expect(await readdir(folder)).toEqual(['taken.zip']);
  });

  it.each([
    ['update', "update seal set header = ''"],
    ['delete', 'delete from seal'],
    ['truncate', 'truncate seal'],
  ])('refuses %s of seals', async (_name, sql) => {
    const unitId = uniqueId('unit');
    await createInteractionStore(database).append([anInteraction({ unitId })]);
    await evidence.sealNew([unitId]);
    await expect(database.query(sql)).rejects.toThrow(/append-only|permission denied/);
  });

  it.each<[string, string, string, string]>([
    [
      'a changed decision',
      'changed',
      'interaction',
      "update interaction set decision = 'fallback' where id = $1",
    ],
    [
      'another number',
      'changed',
      'interaction',
      'update interaction set confidence = confidence + 1e-12 where id = $1',
    ],
    [
      'a time moved by a microsecond',
      'redated',
      'interaction',
      "update interaction set received_at = received_at + interval '1 microsecond' where id = $1",
    ],
    [
      'another time of writing',
      'changed',
      'interaction',
      "update interaction set appended_at = appended_at - interval '1 microsecond' where id = $1",
    ],
    [
      'a row moved out of the period',
      'removed',
      'interaction',
      "update interaction set received_at = '2027-01-01' where id = $1",
    ],
    [
      'a row given to another unit',
      'removed',
      'interaction',
      "update interaction set unit_id = 'other' where id = $1",
    ],
    ['a deleted row', 'removed', 'interaction', 'delete from interaction where id = $1'],
    [
      'changed words',
      'wrong-words',
      'interaction_text',
      "update interaction_text set masked_text = 'khác' where interaction_id = $1",
    ],
    [
      'a changed explanation',
      'wrong-words',
      'interaction_text',
      "update interaction_text set explanation = '[]' where interaction_id = $1",
    ],
    [
      'a changed delivery',
      'changed',
      'delivery',
      "update delivery set status = 'sent', code = null where interaction_id = $1",
    ],
  ])('names the row behind the seal: %s: %s', async (_name, code, table, sql) => {
    const unitId = uniqueId('unit');
    const store = createInteractionStore(database);
    const rows = Array.from({ length: 9 }, (_, index) =>
      anInteraction({ unitId, receivedAt: `2026-08-01T00:00:0${index}.000Z` }),
    );
    const target = rows[4]?.id ?? '';
    await store.append(rows);
    await store.appendDeliveries([
      {
        ...{ interactionId: target, unitId, part: 0, at: '2026-08-01T00:00:05.000Z' },
        ...{ status: 'refused', code: '-230', messageId: null },
      },
    ]);
    await evidence.sealNew([unitId]);
    const { rows: found } = await database.query<{ seq: number }>(
      table === 'delivery'
        ? 'select seq from delivery where interaction_id = $1'
        : 'select seq from interaction where id = $1',
      [target],
    );
    await tamper(table, sql, [target]);
    const fault = await verifyQuarter(unitId);
    expect(fault).toMatchObject({ code });
    const kind = table === 'delivery' ? 'delivery' : 'interaction';
    expect((fault as EvidenceFault).subject).toContain(`${kind} ${found[0]?.seq}`);
  });

  it('names a row that was put in behind the seals, even with an old number', async () => {
    const unitId = uniqueId('unit');
    const store = createInteractionStore(database);
    const receivedAt = '2026-08-01T00:00:00.000Z';
    await store.append([anInteraction({ unitId: 'gap', receivedAt }), anInteraction({ unitId, receivedAt })]);
    await evidence.sealNew([unitId]);
    // The row of another unit becomes one of ours: a number below what was sealed, and no gap elsewhere.
    await tamper('interaction', "update interaction set unit_id = $1 where unit_id = 'gap'", [unitId]);
    expect(await verifyQuarter(unitId)).toMatchObject({ code: 'inserted' });
  });

  it('names a seal that was changed in the database', async () => {
    const unitId = uniqueId('unit');
    const receivedAt = '2026-08-01T00:00:00.000Z';
    await createInteractionStore(database).append([anInteraction({ unitId, receivedAt })]);
    await evidence.sealNew([unitId]);
    await tamper(
      'seal',
      `update seal set header = replace(header, '"count":1', '"count":2') where unit_id = $1`,
      [unitId],
    );
    expect(await verifyQuarter(unitId)).toMatchObject({ code: 'wrong-hash' });
  });
});

describe('rows that become visible late, on a PostgreSQL server', () => {
  let database: Database & { url: string };
  let evidence: Evidence;
  beforeAll(async () => {
    database = await createServerTestDatabase();
    evidence = createTestEvidence(database);
  });
  afterAll(() => database.close());

  const insert = `insert into interaction (id, unit_id, channel, citizen, received_at, handled_at, kind, decision, candidates,
      language, content_version, matcher_version, reply_text, links, test, words_commitment)
    values ($1, $2, 'web', 'c', '2026-08-01', '2026-08-01', 'text', 'answer', '[]', 'vi', '1', '1', '', '[]', false, '\\x00')`;

  async function openTransaction(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('begin');
    return client;
  }

  it('are waited for: a lower number that commits after a higher one is sealed, not skipped', async () => {
    const unitId = uniqueId('unit');
    const slow = await openTransaction();
    await slow.query(insert, [uniqueId('slow'), unitId]);
    await createInteractionStore(database).append([
      anInteraction({ unitId, receivedAt: '2026-08-01T00:00:00Z' }),
    ]);
    const sealing = evidence.sealNew([unitId]);
    await sleep(300);
    await slow.query('commit');
    await slow.end();
    expect(await sealing).toBe(2);
  });

  it('hold sealing up, and nothing is sealed past them, when they take too long', async () => {
    const unitId = uniqueId('unit');
    const slow = await openTransaction();
    await slow.query(insert, [uniqueId('slow'), unitId]);
    await createInteractionStore(database).append([anInteraction({ unitId })]);
    expect(await createSealStore(database, { writerWaitMs: 100 }).readHorizon()).toBeUndefined();
    await slow.query('rollback');
    await slow.end();
    expect(await evidence.sealNew([unitId])).toBe(1);
  });

  it('may hang before their transaction has an id, waiting for another writer of the same id', async () => {
    const unitId = uniqueId('unit');
    const sameId = uniqueId('same');
    const first = await openTransaction();
    await first.query(insert, [sameId, unitId]);
    const second = await openTransaction();
    // Its number is given out; it waits for the first transaction before it gets an id of its own.
    const waiting = second.query(`${insert} on conflict (id) do nothing`, [sameId, unitId]);
    await sleep(200);
    await createInteractionStore(database).append([anInteraction({ unitId })]);
    expect(await createSealStore(database, { writerWaitMs: 100 }).readHorizon()).toBeUndefined();
    await first.query('rollback');
    await waiting;
    expect(await createSealStore(database, { writerWaitMs: 100 }).readHorizon()).toBeUndefined();
    await second.query('commit');
    await Promise.all([first.end(), second.end()]);
    expect(await evidence.sealNew([unitId])).toBe(2);
  });

  it('are never lost under many writers that commit in any order', async () => {
    const unitId = uniqueId('unit');
    const writers = 8;
    const rowsEach = 25;
    let writing = true;
    let sealed = 0;
    const sealer = (async () => {
      while (writing) sealed += await evidence.sealNew([unitId]);
    })();
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        const client = new pg.Client({ connectionString: database.url });
        await client.connect();
        for (let row = 0; row < rowsEach; row += 1) {
          await client.query('begin');
          await client.query(insert, [`${unitId}-${writer}-${row}`, unitId]);
          await sleep(Math.random() * 12);
          await client.query(row % 5 === 4 ? 'rollback' : 'commit');
        }
        await client.end();
      }),
    );
    writing = false;
    await sealer;
    sealed += await evidence.sealNew([unitId]);
    expect(sealed).toBe(writers * rowsEach * 0.8);
    const path = join(await makeFolder(), 'evidence.zip');
    await evidence.exportPeriod(unitId, thirdQuarter, path);
    // The rows' commitments open to nothing, and they have no words: erased.
    expect(await verifyEvidence(path)).toMatchObject({ records: { interaction: 160 }, erased: 160 });
  });

  it('knows the table of every kind', async () => {
    const horizon = await createSealStore(database).readHorizon();
    expect([...(horizon?.keys() ?? [])]).toEqual(evidenceKinds);
  });
});

describe('a role that owns the database and is no superuser', () => {
  it('migrates, seals and exports, and may change neither the log nor its seals', async () => {
    const administrator = new pg.Client({ connectionString: serviceFromEnvironment('TEST_DATABASE_URL') });
    const name = `ward_${process.pid}_${Date.now()}`;
    await administrator.connect();
    await administrator.query(`create role ${name} login`);
    await administrator.query(`create database ${name} owner ${name}`);
    const url = new URL(serviceFromEnvironment('TEST_DATABASE_URL'));
    url.username = name;
    url.pathname = `/${name}`;
    const database = createServerDatabase({ connectionString: url.href, logger: silentLogger });
    try {
      await migrate(database);
      const evidence = createTestEvidence(database);
      await fillQuarter(database, evidence, 'hang-gon');
      const path = join(await makeFolder(), 'evidence.zip');
      await evidence.exportPeriod('hang-gon', thirdQuarter, path);
      expect(await verifyEvidence(path)).toMatchObject({ records: { interaction: 19 }, erased: 5 });
      for (const table of ['interaction', 'delivery', 'consent', 'audit', 'seal']) {
        await expect(database.query(`delete from ${table} where false`)).rejects.toThrow('permission denied');
      }
    } finally {
      await database.close();
      await administrator.query(`drop database ${name} with (force)`);
      await administrator.query(`drop role ${name}`);
      await administrator.end();
    }
  });
});
