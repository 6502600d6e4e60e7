import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Database } from './database.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { startEmbeddedThread, type EmbeddedThread } from './embedded-thread.ts';
import { startEmbeddedUpkeep } from './embedded-upkeep.ts';
import { createPoolDatabase, createTypes } from './pool-database.ts';
import { WireStream, type RunWire } from './wire-stream.ts';

/**
 * Dresses whatever speaks PostgreSQL's wire protocol as a Database, through the same driver as a server: a pool of the
 * one connection that there is. `end` runs when it is closed.
 */
export function createWireDatabase(run: RunWire, end: () => Promise<void>): Database {
  const subscribers = new Map<string, Set<(payload: string) => void>>();
  const pool = new pg.Pool({
    user: 'postgres',
    database: 'postgres',
    ssl: false,
    stream: () => new WireStream(run),
    max: 1,
    idleTimeoutMillis: 0,
    types: createTypes(),
  });
  const queries = createPoolDatabase(pool);
  pool.on('connect', (client) => {
    client.on('notification', ({ channel, payload }) => {
      for (const onNotify of subscribers.get(channel) ?? []) onNotify(payload ?? '');
    });
    // A connection that replaces a broken one hears what the first one heard.
    for (const channel of subscribers.keys()) void client.query(`listen ${channel}`).catch(() => undefined);
  });
  pool.on('error', () => undefined);
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await pool.end();
    await end();
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

/** A creation that was broken off leaves half a database and the mark that was set before it: it is begun again. */
async function openOrCreate(dataDir: string): Promise<EmbeddedThread> {
  const directory = join(dataDir, 'database');
  const mark = join(dataDir, 'database.creating');
  if (await exists(mark)) await rm(directory, { recursive: true, force: true });
  else if (await exists(directory)) return startEmbeddedThread(directory);
  await writeFile(mark, '');
  const creator = await startEmbeddedThread(directory);
  await creator.close();
  await rm(mark);
  // A thread of its own for each: what creating took in memory goes with the first.
  return startEmbeddedThread(directory);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/**
 * Opens (and creates on first use, which takes a few seconds) the embedded database under `dataDir/database`, for this
 * process alone. What was committed survives SIGKILL and a power cut.
 * @throws AppError `conflict` when another process holds the directory.
 */
export async function openEmbeddedDatabase(dataDir: string): Promise<Database> {
  const lock = await lockDataDir(dataDir);
  try {
    const thread = await openOrCreate(dataDir);
    const database = createWireDatabase(thread.run, async () => {
      try {
        await thread.close();
      } finally {
        await lock.release();
      }
    });
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
