import { join } from 'node:path';
import type { PGlite, PGliteInterface, Transaction } from '@electric-sql/pglite';
import { withStorageErrors, type Database, type Queryable, type QueryResult } from './database.ts';
import { lockDataDir } from './data-dir-lock.ts';

const int8 = 20;

function createQueryable(runner: Pick<PGliteInterface | Transaction, 'query' | 'exec'>): Queryable {
  return {
    query: <R extends object>(text: string, parameters: readonly unknown[] = []): Promise<QueryResult<R>> =>
      withStorageErrors(async () => {
        const result = await runner.query<R>(text, [...parameters]);
        return { rows: result.rows, rowCount: Math.max(result.affectedRows ?? 0, result.rows.length) };
      }),
    script: (text) =>
      withStorageErrors(async () => {
        await runner.exec(text);
      }),
  };
}

/** Options that every PGlite of ours is created with, in production and in tests. */
export const pgliteOptions = { parsers: { [int8]: (text: string) => Number(text) } };

/** Dresses a PGlite as a Database; `release` runs after it was closed. */
export function wrapPglite(pglite: PGlite, release: () => Promise<void> = async () => undefined): Database {
  let closing: Promise<void> | undefined;
  return {
    kind: 'embedded',
    ...createQueryable(pglite),
    transaction: (work) => withStorageErrors(() => pglite.transaction((tx) => work(createQueryable(tx)))),
    listen: async (channel, onNotify) => {
      const unlisten = await withStorageErrors(() => pglite.listen(channel, onNotify));
      return () => unlisten().catch(() => undefined);
    },
    close: () => {
      closing ??= pglite.close().finally(release);
      return closing;
    },
  };
}

/**
 * Opens (and creates on first use, which takes a few seconds) the embedded database under `dataDir/database`, for this
 * process alone.
 * @throws AppError `conflict` when another process holds the directory.
 */
export async function openEmbeddedDatabase(dataDir: string): Promise<Database> {
  const lock = await lockDataDir(dataDir);
  try {
    // Loaded on demand: twenty megabytes that a deployment with a PostgreSQL server never needs.
    const { PGlite } = await import('@electric-sql/pglite');
    const pglite = await PGlite.create({ ...pgliteOptions, dataDir: join(dataDir, 'database') });
    return wrapPglite(pglite, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}
