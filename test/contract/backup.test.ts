import { mkdtemp, rm, truncate, stat, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { StoredPayloadKey } from '../../src/core/ports.ts';
import { readBackupHeader, readBackupParts, writeBackupFile } from '../../src/storage/backup/backup-file.ts';
import { dumpDatabase } from '../../src/storage/backup/dump-database.ts';
import { emptyDatabase, loadDatabase } from '../../src/storage/backup/load-database.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { loadMigrations } from '../../src/storage/sql/migrate.ts';
import { databaseKinds } from '../services/test-databases.ts';

jest.setTimeout(120_000);

/** Rows of every type that our tables have, more of one table than a page holds. */
const filling = `
  insert into interaction (id, unit_id, channel, citizen, received_at, handled_at, kind, decision, topic, aspect,
    confidence, candidates, language, content_version, matcher_version, reply_text, links, test, words_commitment)
  select 'i' || n, 'u', 'zalo', 'c' || n % 7, timestamptz '2026-10-01 00:00:00.123457+07' + n * interval '1 second',
    clock_timestamp(), 'text', 'answer', 'birth-registration', 'fee', 0.1 + n / 3.0, '[{"topic":"a","score":0.123456789012345}]',
    'vi', 'v', 'm', 'Lệ phí: miễn.' || chr(10) || '"#{"', '["https://a.vn"]', false, sha256(('w' || n)::bytea)
  from generate_series(1, 1234) as n;
  insert into interaction_text (interaction_id, masked_text, explanation, salt)
  select id, 'tôi [họ tên] hỏi 🙂', '[]', sha256(id::bytea) from interaction where seq % 2 = 0;
  insert into queue_item (queue, key, id, unit_id, body) values ('inbound', 'k', 'x1', 'u', '\\x00ff10'), ('inbound', 'k', 'x2', 'u', '\\x');
  insert into queue_lane (queue, key, unit_id, waiting, claim) values ('inbound', 'k', 'u', 2, gen_random_uuid());
  insert into setting (key, value) values ('a:b', '{"deep": [1, 2.5, null, "x"]}');
  insert into lease (name, holder, expires_at) values ('job', gen_random_uuid(), now());
`;

/** Every row of every table that travels, in order. */
async function contents(database: Database): Promise<Record<string, string[]>> {
  const tables = ['interaction', 'interaction_text', 'queue_item', 'queue_lane', 'setting'];
  const entries = tables.map(async (table) => {
    const { rows } = await database.query<{ row: string }>(
      `select to_jsonb(t)::text as row from ${table} t order by 1`,
    );
    return [table, rows.map(({ row }) => row)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function createEmpty(kind: string): Promise<Database> {
  const database = await databaseKinds.find(({ name }) => name === kind)?.create();
  if (database === undefined) throw new Error(kind);
  await emptyDatabase(database);
  return database;
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tthc-backup-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function writeBackup(source: Database, name: string, keys: StoredPayloadKey[] = []): Promise<string> {
  const path = join(directory, name);
  const migrations = (await loadMigrations()).map((migration) => migration.name);
  const header = {
    format: 'tthc-backup' as const,
    version: 1 as const,
    createdAt: 'now',
    source: source.kind,
  };
  await writeBackupFile(
    path,
    { ...header, migrations, keyFingerprint: 'f', secretKey: null },
    dumpDatabase(source, keys),
  );
  return path;
}

describe.each(databaseKinds)('a backup of the $name', ({ name: kind, create }) => {
  let source: Database;
  let path: string;
  const key = {
    id: Buffer.alloc(16, 3),
    wrapped: Buffer.from('wrapped'),
    createdAt: new Date(1_790_000_000_000),
  };

  beforeAll(async () => {
    source = await create();
    await source.script(filling);
    path = await writeBackup(source, `${source.kind}.backup`, [key]);
  });
  afterAll(() => source?.close());

  it.each(databaseKinds.map(({ name }) => name))('comes back whole on the %s', async (targetKind) => {
    const target = await createEmpty(targetKind);
    try {
      const keys: StoredPayloadKey[] = [];
      const counts = await loadDatabase(
        target,
        await readBackupHeader(path),
        readBackupParts(path),
        async (read) => {
          keys.push(read);
        },
      );
      expect(counts).toMatchObject({
        interaction: 1234,
        interaction_text: 617,
        queue_item: 2,
        queue_lane: 1,
      });
      expect(counts).not.toHaveProperty('lease');
      expect(await contents(target)).toEqual(await contents(source));
      // Numbers go on, and what was append-only still is.
      await target.script(filling.split(';')[0]?.replaceAll("'i' || n", "'j' || n") ?? '');
      const { rows } = await target.query<{ seq: number }>(`select seq from interaction where id = 'j1'`);
      expect(rows[0]?.seq).toBe(1235);
      await expect(target.query(`update interaction set citizen = 'x'`)).rejects.toThrow();
      if (kind === 'embedded database') expect(keys).toEqual([key]);
    } finally {
      await target.close();
    }
  });

  it('is refused where there is data, until that is taken away', async () => {
    const target = await create();
    try {
      const load = async () => loadDatabase(target, await readBackupHeader(path), readBackupParts(path));
      await expect(load()).rejects.toThrow('--force');
      await emptyDatabase(target);
      expect(await load()).toMatchObject({ interaction: 1234 });
    } finally {
      await target.close();
    }
  });

  it('that is broken off, foreign or short of rows is refused and leaves nothing', async () => {
    const target = await createEmpty(kind);
    const broken = join(directory, 'broken.backup');
    const load = async () => loadDatabase(target, await readBackupHeader(broken), readBackupParts(broken));
    try {
      await writeFile(broken, await readFile(path));
      await truncate(broken, Math.floor((await stat(path)).size / 2));
      await expect(load()).rejects.toMatchObject({ code: 'invalid-input' });
      const lines = gunzipSync(await readFile(path))
        .toString('utf8')
        .split('\n');
      await emptyDatabase(target);
      await writeFile(broken, gzipSync(lines.toSpliced(5, 1).join('\n')));
      await expect(load()).rejects.toMatchObject({ code: 'invalid-input' });
      expect(
        (await target.query<{ n: number }>('select count(*)::int as n from interaction')).rows[0]?.n,
      ).toBe(0);
      await emptyDatabase(target);
      await writeFile(
        broken,
        gzipSync(lines.join('\n').replace('"table":"interaction"', '"table":"pg_class"')),
      );
      await expect(load()).rejects.toMatchObject({ code: 'invalid-input' });
      await writeFile(broken, 'not a backup');
      await expect(load()).rejects.toMatchObject({ code: 'invalid-input' });
      await writeFile(
        broken,
        gzipSync(lines.join('\n').replace('"migrations":[', '"migrations":["9999-future",')),
      );
      await emptyDatabase(target);
      await expect(load()).rejects.toMatchObject({ code: 'configuration' });
    } finally {
      await target.close();
    }
  });
});
