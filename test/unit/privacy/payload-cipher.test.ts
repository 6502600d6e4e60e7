import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PayloadKeyStore } from '../../../src/core/ports.ts';
import { createPayloadCipher } from '../../../src/privacy/payload-cipher.ts';
import { createSecretBox } from '../../../src/privacy/secret-box.ts';
import { createPayloadKeyFiles } from '../../../src/storage/payload-key-files.ts';
import { createSqlQueue } from '../../../src/storage/queue/sql-queue.ts';
import type { Database } from '../../../src/storage/sql/database.ts';
import { createSqlPayloadKeyStore } from '../../../src/storage/sql/payload-key-store.ts';
import { silentLogger } from '../../services/silent-logger.ts';
import { testBox, uniqueId } from '../../services/storage-fixtures.ts';
import { createEmbeddedTestDatabase } from '../../services/test-databases.ts';

jest.setTimeout(60_000);

const yearMs = 365 * 86_400_000;
const words = Buffer.from('làm giấy khai sinh cho con');

// One for all: opening one takes longer than every test here.
let database: Database;
beforeAll(async () => {
  database = await createEmbeddedTestDatabase();
});
afterAll(() => database.close());

describe.each([
  {
    name: 'files',
    open: (directory: string, database: Database) => createPayloadKeyFiles(directory, database),
  },
  { name: 'SQL', open: (_directory: string, database: Database) => createSqlPayloadKeyStore(database) },
])('payload cipher with keys in $name', ({ name, open }) => {
  let directory: string;
  let keys: PayloadKeyStore;
  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'tthc-keys-')), 'keys');
    keys = open(directory, database);
  });
  afterEach(async () => {
    await database.query('delete from payload_key');
    await rm(join(directory, '..'), { recursive: true, force: true });
  });

  const openCipher = (periodMs = 60_000, box = testBox) => createPayloadCipher({ keys, box, periodMs });

  it('opens what it sealed, in this process and in another', async () => {
    const sealed = await openCipher().seal(words);
    expect(Buffer.from(sealed).includes(words)).toBe(false);
    expect(Buffer.from(await openCipher().open(sealed))).toEqual(words);
  });

  it('seals many at once under one key, and processes share it', async () => {
    const cipher = openCipher();
    const sealed = await Promise.all(Array.from({ length: 20 }, () => cipher.seal(words)));
    const other = await openCipher().seal(words);
    const keyIds = [...sealed, other].map((one) => Buffer.from(one).subarray(0, 16).toString('hex'));
    expect(new Set(keyIds).size).toBe(1);
    expect(new Set(sealed.map((one) => Buffer.from(one).toString('hex'))).size).toBe(20);
  });

  it('opens nothing with another deployment secret, or after a change', async () => {
    const sealed = Buffer.from(await openCipher().seal(words));
    const stranger = openCipher(60_000, createSecretBox(Buffer.alloc(32, 9)));
    await expect(stranger.open(sealed)).rejects.toThrow(/SECRET_KEY/);
    const changed = Buffer.from(sealed);
    changed[40] = (changed[40] ?? 0) ^ 1;
    await expect(openCipher().open(changed)).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(openCipher().open(sealed.subarray(0, 30))).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('takes a new key each period and destroys the old one when nothing waits under it', async () => {
    const periodMs = 1_500;
    const cipher = openCipher(periodMs);
    const queue = createSqlQueue<string>({ name: uniqueId('queue'), database, cipher, logger: silentLogger });
    const lost = await cipher.seal(words);
    await queue.put([{ id: uniqueId('event'), key: 'a', unitId: 'u', body: 'waits' }]);
    await sleep(periodMs + 50);
    const later = await cipher.seal(words);
    expect(Buffer.from(later).subarray(0, 16)).not.toEqual(Buffer.from(lost).subarray(0, 16));
    await sleep(periodMs + 50);
    // Old enough, but its item still waits.
    expect(await cipher.discardUnused()).toBe(0);
    const handled = new Promise<string>((resolve) => {
      void queue.consume(async (jobs) => {
        resolve(jobs[0]?.body ?? '');
        return jobs.map(() => ({ status: 'done' as const }));
      });
    });
    expect(await handled).toBe('waits');
    await queue.stop(2_000);
    expect(await cipher.discardUnused()).toBe(1);
    await expect(cipher.open(lost)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('keeps the key that it seals with, however far the clock jumps ahead', async () => {
    const cipher = openCipher();
    const sealed = await cipher.seal(words);
    const later = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 10 * yearMs);
    try {
      // Nothing waits under it at this moment; what this process seals next will.
      expect(await cipher.discardUnused()).toBe(0);
    } finally {
      later.mockRestore();
    }
    expect(Buffer.from(await openCipher().open(sealed))).toEqual(words);
  });

  it('seals nothing under a key from before the clock was set back, and opens what was', async () => {
    const sealed = Buffer.from(await openCipher().seal(words));
    await makeYounger(10 * yearMs);
    const other = openCipher();
    const next = Buffer.from(await other.seal(words));
    expect(next.subarray(0, 16)).not.toEqual(sealed.subarray(0, 16));
    expect(Buffer.from(await other.open(sealed))).toEqual(words);
  });

  /** As if the only key had been made while the clock was so far ahead. */
  async function makeYounger(byMs: number): Promise<void> {
    await database.query(`update payload_key set created_at = created_at + $1 * interval '1 millisecond'`, [
      byMs,
    ]);
    if (name !== 'files') return;
    const [file = ''] = await readdir(directory);
    const [milliseconds = '', rest = ''] = file.split('-');
    await rename(join(directory, file), join(directory, `${Number(milliseconds) + byMs}-${rest}`));
  }

  it('keeps no key in the clear', async () => {
    await openCipher().seal(words);
    const stored = await keys.newest();
    if (stored === undefined) throw new Error('there must be a key');
    const key = Buffer.from(testBox.open(stored.wrapped, 'payload-key'));
    expect(key).toHaveLength(32);
    expect(Buffer.from(stored.wrapped).includes(key)).toBe(false);
    if (name !== 'files') return;
    const files = await readdir(directory);
    expect(files).toHaveLength(1);
    expect((await readFile(join(directory, files[0] ?? ''))).includes(key)).toBe(false);
  });
});
