import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSqlQueue } from '../../src/storage/queue/sql-queue.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { openEmbeddedDatabase } from '../../src/storage/sql/embedded-database.ts';
import { eraseWords, forgetErasedBytes } from '../../src/storage/sql/erase-words.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { createServerDatabase } from '../../src/storage/sql/server-database.ts';
import { startPostgresServer } from '../services/postgres-server.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { anInteraction, createTestCipher, uniqueId } from '../services/storage-fixtures.ts';

interface Place {
  database: Database;
  /** Where all bytes of the database are, its write-ahead log among them. */
  directory: string;
  dispose(): Promise<void>;
}

const places: { name: string; open: () => Promise<Place> }[] = [
  {
    name: 'the embedded database',
    open: async () => {
      const directory = await mkdtemp(join(tmpdir(), 'tthc-retention-'));
      const database = await openEmbeddedDatabase(directory);
      return {
        database,
        directory,
        async dispose() {
          await database.close();
          await rm(directory, { recursive: true, force: true });
        },
      };
    },
  },
  {
    // As the operator's guide has it: segments of the log are removed when they are done, not used again as they are.
    name: 'a PostgreSQL server that recycles no log',
    open: async () => {
      const server = await startPostgresServer({ durable: true, settings: ['wal_recycle=off'] });
      const database = createServerDatabase({ connectionString: server.url, logger: silentLogger });
      return {
        database,
        directory: server.dataDir,
        async dispose() {
          await database.close();
          await server.stop();
        },
      };
    },
  },
];

const kept = 'lighthouse-kept-words';
const gone = 'zebra-words-whose-time-is-over';

describe.each(places)('$name', ({ open }) => {
  let place: Place;
  beforeAll(async () => {
    place = await open();
    await migrate(place.database);
  }, 120_000);
  afterAll(() => place?.dispose());

  /** Files that hold these bytes. */
  async function filesWith(words: string): Promise<string[]> {
    const found: string[] = [];
    for (const file of await readdir(place.directory, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const bytes = await readFile(join(file.parentPath, file.name)).catch(() => Buffer.alloc(0));
      if (bytes.includes(words)) found.push(file.name);
    }
    return found;
  }

  it('never holds what waits in a queue in the clear', async () => {
    const { database } = place;
    const raw = `raw-words-of-a-citizen-${randomBytes(8).toString('hex')}`;
    const queue = createSqlQueue<string>({
      ...{ name: uniqueId('queue'), database, cipher: createTestCipher(database), logger: silentLogger },
    });
    await queue.put([{ id: uniqueId('event'), key: 'citizen', unitId: 'u', body: raw }]);
    await database.script('checkpoint');
    expect(await filesWith(raw)).toEqual([]);
    const handled = new Promise<string>((resolve) => {
      void queue.consume(async (jobs) => {
        resolve(jobs[0]?.body ?? '');
        return jobs.map(() => ({ status: 'done' as const }));
      });
    });
    expect(await handled).toBe(raw);
    await queue.stop(5_000);
    await database.script('checkpoint');
    expect(await filesWith(raw)).toEqual([]);
  }, 60_000);

  it('keeps no byte of words whose time is over, in tables or log', async () => {
    const { database } = place;
    const store = createInteractionStore(database);
    const at = (day: string) => ({
      receivedAt: `2026-${day}T02:00:00.000Z`,
      handledAt: `2026-${day}T02:00:01.000Z`,
    });
    await store.append([
      ...Array.from({ length: 40 }, () => anInteraction({ ...at('01-05'), unitId: 'u', maskedText: gone })),
      ...Array.from({ length: 40 }, () => anInteraction({ ...at('09-05'), unitId: 'u', maskedText: kept })),
    ]);
    await database.script('checkpoint');
    expect((await filesWith(gone)).length).toBeGreaterThan(0);
    const receivedBefore = new Date('2026-06-01T00:00:00Z');
    expect(await eraseWords(database, { unitId: 'u', receivedBefore })).toBe(40);
    expect(await forgetErasedBytes(database)).toEqual([]);
    if (database.kind === 'server') {
      // What a server does by itself in the course of minutes.
      await database.script('checkpoint');
      await database.script('select pg_switch_wal()');
      await database.script('checkpoint');
    }
    expect(await filesWith(gone)).toEqual([]);
    expect((await filesWith(kept)).length).toBeGreaterThan(0);
  }, 120_000);
});
