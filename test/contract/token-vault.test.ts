import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenPair, TokenVault } from '../../src/core/ports.ts';
import { createSecretBox } from '../../src/privacy/secret-box.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createSqlLeases } from '../../src/storage/sql/leases.ts';
import { createTokenVault } from '../../src/storage/sql/token-vault.ts';
import { testBox, uniqueId } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';

// The machine may be busy, and the first database of a run is unpacked meanwhile.
jest.setTimeout(90_000);

const pair: TokenPair = {
  accessToken: 'access-secret-1',
  refreshToken: 'refresh-secret-1',
  obtainedAt: '2026-11-22T01:00:00.000Z',
  expiresAt: '2026-11-23T02:00:00.000Z',
};

describe.each(databaseKinds)('token vault on $name', ({ create }) => {
  let database: Database;
  let vault: TokenVault;
  const open = (box = testBox, channel = 'one') =>
    createTokenVault(database, createSqlLeases(database), box, channel);
  beforeAll(async () => {
    database = await create();
    vault = open();
  });
  afterAll(() => database.close());

  it('has nothing before the first pair, then the newest', async () => {
    const unit = uniqueId('unit');
    expect(await vault.read(unit)).toBeUndefined();
    await vault.write(unit, pair);
    await vault.write(unit, { ...pair, refreshToken: 'refresh-secret-2' });
    expect(await open().read(unit)).toEqual({ ...pair, refreshToken: 'refresh-secret-2' });
  });

  it('keeps units and channels apart', async () => {
    const unit = uniqueId('unit');
    await vault.write(unit, pair);
    expect(await vault.read(uniqueId('unit'))).toBeUndefined();
    expect(await open(testBox, 'two').read(unit)).toBeUndefined();
  });

  it('shows no token at rest, and none under another secret or in another place', async () => {
    const [unit, thief] = [uniqueId('unit'), uniqueId('unit')];
    await vault.write(unit, pair);
    const { rows } = await database.query<{ sealed: Uint8Array }>('select sealed from channel_token');
    for (const { sealed } of rows) expect(Buffer.from(sealed).toString('latin1')).not.toContain('secret');
    await expect(open(createSecretBox(Buffer.alloc(32, 8))).read(unit)).rejects.toThrow(/SECRET_KEY/);
    await database.query(
      'insert into channel_token (key, sealed, version) select $1, sealed, 1 from channel_token where key = $2',
      [`one:${thief}`, `one:${unit}`],
    );
    await expect(vault.read(thief)).rejects.toThrow(/SECRET_KEY/);
  });

  it('lets one at a time work on a unit, and others on other units', async () => {
    const unit = uniqueId('unit');
    let running = 0;
    let refreshes = 0;
    const refresh = async (own: TokenVault) =>
      own.withLock(unit, async () => {
        running += 1;
        expect(running).toBe(1);
        // Whoever comes second finds the new pair and does not refresh.
        if ((await own.read(unit)) === undefined) {
          refreshes += 1;
          await sleep(60);
          await own.write(unit, pair);
        }
        running -= 1;
      });
    await Promise.all([open(), open(), open(), vault].map(refresh));
    expect(refreshes).toBe(1);
    let otherRan = false;
    await vault.withLock(unit, () => vault.withLock(uniqueId('unit'), async () => void (otherRan = true)));
    expect(otherRan).toBe(true);
  });

  it('frees the lock when the work fails, and takes over one that a killed process left', async () => {
    const unit = uniqueId('unit');
    await expect(vault.withLock(unit, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await database.query(
      `insert into lease (name, holder, expires_at)
       values ($1, gen_random_uuid(), clock_timestamp() + interval '300 milliseconds')`,
      [`channel-token:one:${unit}`],
    );
    const startedAt = performance.now();
    expect(await vault.withLock(unit, async () => 'mine')).toBe('mine');
    expect(performance.now() - startedAt).toBeGreaterThan(200);
  });
});
