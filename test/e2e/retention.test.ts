import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { openEmbeddedDatabase } from '../../src/storage/sql/embedded-database.ts';
import { eraseWords, forgetErasedBytes } from '../../src/storage/sql/erase-words.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { anInteraction } from '../services/storage-fixtures.ts';

let directory: string;
let database: Database;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tthc-retention-'));
  database = await openEmbeddedDatabase(directory);
  await migrate(database);
}, 120_000);
afterAll(async () => {
  await database?.close();
  await rm(directory, { recursive: true, force: true });
});

const kept = 'lighthouse-kept-words';
const gone = 'zebra-words-whose-time-is-over';

/** Files under the data directory, write-ahead log included, that hold these bytes. */
async function filesWith(words: string): Promise<string[]> {
  const found: string[] = [];
  for (const file of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const bytes = await readFile(join(file.parentPath, file.name)).catch(() => Buffer.alloc(0));
    if (bytes.includes(words)) found.push(file.name);
  }
  return found;
}

it('leaves no byte of words whose time is over in the embedded database or its log', async () => {
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
  expect(await eraseWords(database, { unitId: 'u', receivedBefore: new Date('2026-06-01T00:00:00Z') })).toBe(
    40,
  );
  await forgetErasedBytes(database);
  expect(await filesWith(gone)).toEqual([]);
  expect((await filesWith(kept)).length).toBeGreaterThan(0);
}, 120_000);
