import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../src/storage/sql/database.ts';
import { openEmbeddedDatabase } from '../../src/storage/sql/embedded-database.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { createOverviewReader } from '../../src/storage/sql/overview-reader.ts';
import { createRoomCheck } from '../../src/storage/sql/room-check.ts';
import { createServerDatabase } from '../../src/storage/sql/server-database.ts';
import { startPostgresServer } from '../services/postgres-server.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { mountSmallDisk } from '../services/small-disk.ts';
import { anInteraction } from '../services/storage-fixtures.ts';

jest.setTimeout(120_000);

interface Opened {
  database: Database;
  close(): Promise<void>;
}

/** The database of each kind with its files under `folder`. */
const kinds: readonly [string, (folder: string) => Promise<Opened>][] = [
  [
    'an embedded database',
    async (folder) => {
      const database = await openEmbeddedDatabase(folder);
      return { database, close: () => database.close() };
    },
  ],
  [
    'a PostgreSQL server',
    async (folder) => {
      const server = await startPostgresServer({ under: folder });
      const database = createServerDatabase({ connectionString: server.url, logger: silentLogger });
      return {
        database,
        close: async () => {
          await database.close();
          await server.stop();
        },
      };
    },
  ],
];

const disk = await mountSmallDisk(400);
afterAll(() => disk?.remove());
// Only root may mount a disk; faults.test.ts tries the embedded database without one.
const describeOnDisk = disk === undefined ? describe.skip : describe;

describeOnDisk.each(kinds)('%s on a disk of its own', (kind, open) => {
  const day = { from: new Date('2026-10-01T00:00:00Z'), to: new Date('2026-10-02T00:00:00Z') };
  let opened: Opened;
  let folder: string;
  const look = () => createRoomCheck(opened.database, folder)();
  beforeAll(async () => {
    folder = join(disk?.path ?? '', kind.replaceAll(' ', '-'));
    await mkdir(folder, { mode: 0o755 });
    opened = await open(folder);
    await migrate(opened.database);
    await createInteractionStore(opened.database).append([
      anInteraction({ unitId: 'u1', receivedAt: '2026-10-01T05:00:00.000Z' }),
    ]);
  });
  afterAll(() => opened?.close());

  it('is told to have no room while the disk is full, and to have some afterwards', async () => {
    await look();
    await disk?.fill();
    try {
      // Small changes still find room in what the database holds already.
      await opened.database.query(`select txid_current()`);
      await expect(look()).rejects.toMatchObject({ code: 'storage-unavailable', retryable: true });
    } finally {
      await disk?.makeRoom();
    }
    await look();
  });

  it('counts figures for a page although they cannot be kept', async () => {
    await disk?.fill();
    try {
      const reader = createOverviewReader(opened.database, 'u1');
      const figures = await reader.readSpan({ from: day.from, settled: day.to, to: day.to });
      expect(figures.channels.map(({ interactions }) => interactions)).toEqual([1]);
    } finally {
      await disk?.makeRoom();
    }
  });

  it('asks the database once in a while, however often somebody looks', async () => {
    const check = createRoomCheck(opened.database, folder);
    expect(check()).toBe(check());
    await check();
  });
});

describeOnDisk('an embedded database', () => {
  it('is told to have no room when the next segment of its log would not fit', async () => {
    const folder = join(disk?.path ?? '', 'log');
    await mkdir(folder);
    const database = await openEmbeddedDatabase(folder);
    try {
      await disk?.fill(8 * 1024 * 1024);
      await expect(createRoomCheck(database, folder)()).rejects.toMatchObject({
        code: 'storage-unavailable',
      });
    } finally {
      await disk?.makeRoom();
      await database.close();
    }
  });
});

describeOnDisk('an embedded database that finds no room when it is created', () => {
  it('says so in plain words, and is created once there is room', async () => {
    const folder = join(disk?.path ?? '', 'first');
    await mkdir(folder);
    await disk?.fill(20 * 1024 * 1024);
    try {
      await expect(openEmbeddedDatabase(folder)).rejects.toMatchObject({
        code: 'storage-unavailable',
        message: expect.stringContaining('Hết chỗ'),
      });
    } finally {
      await disk?.makeRoom();
    }
    await (await openEmbeddedDatabase(folder)).close();
  });
});

describe('a database that is gone', () => {
  it('is no disk that is full', async () => {
    const database = createServerDatabase({
      connectionString: 'postgres://nobody@127.0.0.1:1/none',
      logger: silentLogger,
    });
    await createRoomCheck(database, '.')();
    await database.close();
  });
});
