import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../src/storage/sql/database.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { createServerDatabase } from '../../src/storage/sql/server-database.ts';
import { startPostgresServer, type PostgresServer } from '../services/postgres-server.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { anInteraction } from '../services/storage-fixtures.ts';

jest.setTimeout(120_000);

describe('a PostgreSQL server that comes and goes', () => {
  let server: PostgresServer;
  let database: Database;
  beforeAll(async () => {
    server = await startPostgresServer();
    database = createServerDatabase({
      connectionString: server.url,
      logger: silentLogger,
      maxConnections: 3,
    });
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  const one = async () => (await database.query<{ one: number }>('select 1 as one')).rows[0]?.one;

  it('is used again after a restart, idle and lent connections alike', async () => {
    expect(await one()).toBe(1);
    const interrupted = database.transaction(async (tx) => {
      await tx.query('select 1');
      await server.restart();
      await tx.query('select 1');
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'storage-unavailable', retryable: true });
    expect(await one()).toBe(1);
    await server.restart({ crash: true });
    for (let attempt = 0; attempt < 20; attempt += 1) {
      if ((await one().catch(() => 0)) === 1) return;
      await sleep(100);
    }
    throw new Error('the pool did not recover');
  });

  it('hears notifications again after a restart, and is told that it may have missed some', async () => {
    const heard: string[] = [];
    const stop = await database.listen('test_channel', (payload) => heard.push(payload));
    const until = async (payload: string) => {
      for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(20)) {
        if (heard.includes(payload)) return;
      }
      throw new Error(`did not hear "${payload}"`);
    };
    await database.query("select pg_notify('test_channel', 'first')");
    await until('first');
    await server.restart({ downMs: 300 });
    await until('');
    await database.query("select pg_notify('test_channel', 'second')");
    await until('second');
    await stop();
    await database.query("select pg_notify('test_channel', 'third')");
    await sleep(200);
    expect(heard).not.toContain('third');
  });

  it('keeps a connection after a refused statement, in and out of transactions', async () => {
    const pid = async () =>
      (await database.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
    const before = await pid();
    await expect(database.query('select * from nowhere')).rejects.toMatchObject({ code: '42P01' });
    await expect(database.transaction((tx) => tx.query('select 1 / 0'))).rejects.toMatchObject({
      code: '22012',
    });
    await expect(database.transaction(() => Promise.reject(new Error('ours')))).rejects.toThrow('ours');
    expect(await pid()).toBe(before);
  });

  it('goes on when a migration changes what a prepared statement returns', async () => {
    await database.script('create table changing (a int); insert into changing values (1)');
    const read = () => database.query('select * from changing');
    for (let n = 0; n < 3; n += 1) expect((await read()).rows).toEqual([{ a: 1 }]);
    await database.script('alter table changing add b int default 2');
    expect((await read()).rows).toEqual([{ a: 1, b: 2 }]);
  });

  it('takes away from the application itself the right to change the log', async () => {
    await database.script('create role app login');
    await database.script('create database app_data owner app');
    const url = new URL(server.url);
    url.username = 'app';
    url.pathname = '/app_data';
    const own = createServerDatabase({ connectionString: url.href, logger: silentLogger });
    try {
      await migrate(own);
      const interaction = anInteraction();
      await createInteractionStore(own).append([interaction]);
      for (const sql of [
        'update interaction set decision = decision where false',
        'delete from interaction where false',
        'truncate interaction',
        'delete from delivery where false',
        'update interaction_text set masked_text = null where false',
        'delete from audit where false',
        'delete from consent where false',
      ]) {
        await expect(own.query(sql)).rejects.toMatchObject({ code: '42501' });
      }
      expect((await own.query('select 1 from interaction')).rows).toHaveLength(1);
    } finally {
      await own.close();
    }
  });

  it('fails as retryable, and quickly, while nobody listens', async () => {
    const nobody = createServerDatabase({
      connectionString: 'postgres://x@127.0.0.1:1/x',
      logger: silentLogger,
    });
    await expect(nobody.query('select 1')).rejects.toMatchObject({
      code: 'storage-unavailable',
      retryable: true,
    });
    await nobody.close();
  });
});
