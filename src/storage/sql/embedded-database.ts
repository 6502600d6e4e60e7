import { fsyncSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import pg from 'pg';
import type { Database } from './database.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { startEmbeddedUpkeep } from './embedded-upkeep.ts';
import { createPoolDatabase, createTypes } from './pool-database.ts';

/**
 * Dresses a PGlite as a Database, through the same driver as a server: a pool of the one connection that there is.
 * `release` runs after it was closed.
 */
export function wrapPglite(pglite: PGlite, release: () => Promise<void> = async () => undefined): Database {
  const pool = new pg.Pool({ ...createPgConfig(pglite), max: 1, idleTimeoutMillis: 0, types: createTypes() });
  const queries = createPoolDatabase(pool);
  const subscribers = new Map<string, Set<(payload: string) => void>>();
  pool.on('connect', (client) => {
    client.on('notification', ({ channel, payload }) => {
      for (const onNotify of subscribers.get(channel) ?? []) onNotify(payload ?? '');
    });
  });
  pool.on('error', () => undefined);
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    try {
      await pool.end();
      await pglite.close();
    } finally {
      await release();
    }
  }

  return {
    kind: 'embedded',
    ...queries,
    listen: async (channel, onNotify) => {
      const known = subscribers.get(channel);
      if (known === undefined) subscribers.set(channel, new Set([onNotify]));
      else known.add(onNotify);
      await queries.script(`listen ${channel}`);
      return async () => {
        subscribers.get(channel)?.delete(onNotify);
      };
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/**
 * PostgreSQL's own settings for a database that must survive a power cut. PGlite turns syncing off by default.
 * Log segments are removed instead of recycled, for a recycled one keeps old bytes.
 */
const durableSettings = ['wal_sync_method=fsync', 'wal_recycle=off', 'max_wal_size=64MB'];

/** The part of an emscripten file system that syncing goes through; its Node implementation lacks the call. */
interface SyncableFileSystem {
  stream_ops: { fsync?: (stream: { nfd?: number }) => number };
}

const ioError = 29;

/** Makes PostgreSQL's fsync reach the disk; without it a power cut could take away what was acknowledged. */
function enableSync(pglite: PGlite): void {
  const { stream_ops: operations } = pglite.Module.NODEFS as unknown as SyncableFileSystem;
  operations.fsync = ({ nfd }) => {
    if (nfd === undefined) return 0;
    try {
      fsyncSync(nfd);
      return 0;
    } catch {
      return ioError;
    }
  };
}

async function openDurably(directory: string): Promise<PGlite> {
  // Loaded on demand: twenty megabytes that a deployment with a PostgreSQL server never needs.
  const { PGlite } = await import('@electric-sql/pglite');
  const withoutSync = '-F';
  const pglite = await PGlite.create({
    dataDir: directory,
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== withoutSync),
      ...durableSettings.flatMap((setting) => ['-c', setting]),
    ],
  });
  enableSync(pglite);
  return pglite;
}

/**
 * Opens (and creates on first use, which takes a few seconds) the embedded database under `dataDir/database`, for this
 * process alone. What was committed survives SIGKILL and a power cut.
 * @throws AppError `conflict` when another process holds the directory.
 */
export async function openEmbeddedDatabase(dataDir: string): Promise<Database> {
  const lock = await lockDataDir(dataDir);
  try {
    const pglite = await openDurably(join(dataDir, 'database'));
    const database = wrapPglite(pglite, () => lock.release());
    const stopUpkeep = startEmbeddedUpkeep(database);
    return {
      ...database,
      close: async () => {
        await stopUpkeep();
        await database.close();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
