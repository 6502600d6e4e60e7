import { randomBytes } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { Database } from '../../src/storage/sql/database.ts';
import { createWireDatabase } from '../../src/storage/sql/embedded-database.ts';
import { hashMigrations, loadMigrations, migrate } from '../../src/storage/sql/migrate.ts';
import { createServerDatabase } from '../../src/storage/sql/server-database.ts';
import { silentLogger } from './silent-logger.ts';

/** A service's address as test/run.ts hands it to the tests. */
export function serviceFromEnvironment(
  name: 'TEST_REDIS_URL' | 'TEST_DATABASE_URL' | 'TEST_CHROMIUM',
): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set: run these tests through "npm test -- <path>", which starts the services.`,
    );
  }
  return value;
}

/**
 * Path of a migrated, packed embedded database of this schema, made on first use and shared by all later tests of the
 * machine: creating one takes seconds, unpacking one does not.
 */
export async function provideEmbeddedTemplate(): Promise<string> {
  const { version } = JSON.parse(
    await readFile(resolve('node_modules/@electric-sql/pglite/package.json'), 'utf8'),
  );
  const path = join(tmpdir(), `tthc-template-${version}-${hashMigrations(await loadMigrations())}.tar`);
  if (await stat(path).catch(() => undefined)) return path;
  const pglite = await PGlite.create();
  await migrate(wrapPglite(pglite));
  const packed = await pglite.dumpDataDir('none');
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, Buffer.from(await packed.arrayBuffer()), { mode: 0o600 });
  await rename(draft, path);
  await pglite.close();
  return path;
}

function wrapPglite(pglite: PGlite): Database {
  return createWireDatabase(
    async (messages) => pglite.execProtocolRawSync(messages),
    () => pglite.close(),
  );
}

/** A fresh, migrated embedded database in memory, in well under a second. */
export async function createEmbeddedTestDatabase(): Promise<Database> {
  const packed = await readFile(await provideEmbeddedTemplate());
  const pglite = await PGlite.create({ loadDataDir: new Blob([packed]) });
  return wrapPglite(pglite);
}

/** Address of a fresh, empty database on the test server, and how to drop it. */
export async function createServerTestUrl(): Promise<{ url: string; drop: () => Promise<void> }> {
  const administratorUrl = serviceFromEnvironment('TEST_DATABASE_URL');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const administrate = async (sql: string) => {
    const client = new pg.Client({ connectionString: administratorUrl });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await administrate(`create database ${name}`);
  const url = new URL(administratorUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administrate(`drop database if exists ${name} with (force)`) };
}

/** A fresh, migrated database on the test server; closing it drops it. */
export async function createServerTestDatabase(): Promise<Database & { url: string }> {
  const { url, drop } = await createServerTestUrl();
  const database = createServerDatabase({ connectionString: url, logger: silentLogger });
  await migrate(database);
  return {
    ...database,
    url,
    close: async () => {
      await database.close();
      await drop();
    },
  };
}

/** The two databases that every SQL store must behave the same on. */
export const databaseKinds: readonly { name: string; create: () => Promise<Database> }[] = [
  { name: 'embedded database', create: createEmbeddedTestDatabase },
  { name: 'PostgreSQL server', create: createServerTestDatabase },
];
