import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedDatabase } from '../../src/storage/sql/embedded-database.ts';
import { tidyEmbeddedTables } from '../../src/storage/sql/embedded-upkeep.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';

jest.setTimeout(120_000);

describe('embedded database', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tthc-embedded-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('keeps its data, refuses a second opener, syncs and keeps no old log', async () => {
    const first = await openEmbeddedDatabase(directory);
    await migrate(first);
    await first.query("insert into setting (key, value) values ('kept', '1')");
    await expect(openEmbeddedDatabase(directory)).rejects.toThrow(`process ${process.pid}`);
    const { rows } = await first.query<{ name: string; setting: string }>(
      "select name, setting from pg_settings where name in ('fsync', 'wal_sync_method', 'wal_recycle') order by name",
    );
    expect(rows.map(({ setting }) => setting)).toEqual(['on', 'off', 'fsync']);
    await first.close();
    const second = await openEmbeddedDatabase(directory);
    expect(await migrate(second)).toEqual([]);
    expect((await second.query("select value from setting where key = 'kept'")).rows).toEqual([{ value: 1 }]);
    await second.close();
  });

  it('begins again when its creation was broken off', async () => {
    // What a process leaves that was killed while it created the database.
    await writeFile(join(directory, 'database.creating'), '');
    await mkdir(join(directory, 'database/base'), { recursive: true });
    await writeFile(join(directory, 'database/PG_VERSION'), '18');
    const database = await openEmbeddedDatabase(directory);
    expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect((await readdir(directory)).sort()).toEqual(['database', 'server.lock']);
    await database.close();
  });

  it('goes on after the database gave up, with all that was committed', async () => {
    const database = await openEmbeddedDatabase(directory);
    await database.script('create table kept (n integer)');
    const heard: string[] = [];
    await database.listen('news', (payload) => heard.push(payload));
    await database.query('insert into kept values (1)');
    // A log that cannot be written makes PostgreSQL give up, as a full disk does.
    const logDir = join(directory, 'database', 'pg_wal');
    await rename(logDir, `${logDir}-away`);
    await database.query('select pg_switch_wal()');
    const passing = { code: 'storage-unavailable', retryable: true };
    await expect(database.query('insert into kept values (2)')).rejects.toMatchObject(passing);
    await rename(`${logDir}-away`, logDir);
    const insertAgain = (): Promise<unknown> =>
      database.query('insert into kept values (3)').catch((error: unknown) => {
        expect(error).toMatchObject(passing);
        return insertAgain();
      });
    await insertAgain();
    expect((await database.query('select n from kept order by n')).rows).toEqual([{ n: 1 }, { n: 3 }]);
    await database.query("select pg_notify('news', 'heard again')");
    await database.query('select 1');
    expect(heard).toEqual(['heard again']);
    await database.close();
  });

  it('tidies tables that changed much, and only those', async () => {
    const database = await openEmbeddedDatabase(directory);
    await migrate(database);
    expect(await tidyEmbeddedTables(database)).toEqual([]);
    for (let n = 0; n < 3; n += 1) {
      await database.query(
        `insert into queue_seen (queue, id) select 'q', $1 || n from generate_series(1, 2000) as g(n)`,
        [`${n}-`],
      );
      await database.query('delete from queue_seen');
    }
    expect(await tidyEmbeddedTables(database)).toEqual(['public.queue_seen']);
    expect(await tidyEmbeddedTables(database)).toEqual([]);
    await database.close();
  });

  it('removes the log of what was done with a checkpoint', async () => {
    const database = await openEmbeddedDatabase(directory);
    const logDir = join(directory, 'database', 'pg_wal');
    const logHolds = async (word: string) => {
      const names = (await readdir(logDir)).filter((name) => /^[0-9A-F]{24}$/.test(name));
      const files = await Promise.all(names.map((name) => readFile(join(logDir, name))));
      return files.some((file) => file.includes(word));
    };
    await database.script('create table words (word text)');
    await database.query('insert into words values ($1)', ['a-word-at-rest']);
    expect(await logHolds('a-word-at-rest')).toBe(true);
    await database.script('select pg_switch_wal(); checkpoint; checkpoint');
    expect(await logHolds('a-word-at-rest')).toBe(false);
    await database.close();
  });
});
