import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { zaloText } from '../fakes/deliveries.ts';
import { mountSmallDisk } from '../services/small-disk.ts';
import { createServerTestUrl } from '../services/test-databases.ts';
import { linkFiles } from '../support/link-files.ts';
import { sharedModelCache } from '../support/model.ts';
import { projectDir, startSystem, zalo, type System } from './support/system.ts';

let nextUser = 6800000000000000000n;
const newUser = () => String((nextUser += 1n));

/** The answers of one citizen, by the topic of their buttons. */
function topicsOf(system: System, user: string): string[] {
  return system.platform
    .sent(user)
    .flatMap(
      ({ payloads }) =>
        payloads.map((payload) => /a:[a-z]+:([a-z-]+)$/.exec(payload)?.[1]).find(Boolean) ?? [],
    );
}

const questions: readonly [string, string][] = [
  ['certify-signature', 'phí chứng thực chữ ký'],
  ['passport', 'phí cấp hộ chiếu'],
  ['household-split', 'lệ phí tách hộ'],
  ['birth-registration', 'lệ phí đăng ký khai sinh'],
];

describe('the platform', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem();
  }, 120_000);
  afterAll(() => system?.dispose());

  it('that is down for a time gets everything afterwards, in order, once', async () => {
    const users = [newUser(), newUser(), newUser()];
    system.platform.control({
      fault: { on: 'zalo-send', kind: 'status', status: 503, times: 100_000 } as never,
    });
    for (const [, text] of questions) {
      for (const user of users) expect((await system.deliver(zaloText(zalo, user, text))).status).toBe(200);
    }
    // The outage is real: nothing went out, and what waits is seen.
    await expect(system.waitForSent(users[0] ?? '', 1, 2_000)).rejects.toThrow();
    const metrics = await (await fetch(`${system.url}/metrics`)).text();
    expect(metrics).toMatch(/tthc_queue_items\{queue="outbound",state="(waiting|retrying)"\} [1-9]/);
    system.platform.control({ clearFaults: true });
    await system.waitUntilIdle();
    for (const user of users) expect(topicsOf(system, user)).toEqual(questions.map(([topic]) => topic));
  }, 120_000);

  it('that takes the token away is told by an alarm, and the answer waits', async () => {
    const user = newUser();
    system.platform.control({ revokeGrants: true, expireTokens: true });
    await system.deliver(zaloText(zalo, user, 'phí cấp hộ chiếu'));
    await waitFor(async () =>
      (await (await fetch(`${system.url}/metrics`)).text()).includes('tthc_alarms_total{kind="zalo:token:'),
    );
    expect(system.platform.sent(user)).toEqual([]);
    expect(system.output()).toContain('zalo authorize');
    const metrics = await (await fetch(`${system.url}/metrics`)).text();
    expect(metrics).not.toMatch(/tthc_queue_items\{queue="outbound",state="parked"\} [1-9]/);
  }, 60_000);
});

describe('the embedded database', () => {
  it('on a disk that takes nothing more refuses deliveries, and goes on when there is room', async () => {
    const system = await startSystem();
    try {
      const user = newUser();
      const limit = (bytes: string) =>
        spawnSync('prlimit', ['--pid', String(system.pid()), `--fsize=${bytes}:`]).status;
      if (limit('unlimited') !== 0) throw new Error('prlimit (util-linux) is needed for this test');
      expect(limit('4096')).toBe(0);
      const refused = await statusesUntil(system, user, 503);
      expect(refused.at(-1)).toBe(503);
      // Where even the write-ahead log cannot be written, the database itself gives up.
      await waitFor(async () => Object.values(await readyParts(system)).includes('down'));
      expect(limit('unlimited')).toBe(0);
      await waitFor(async () => (await fetch(`${system.url}/readyz`)).ok);
      // The platform sends again what was not acknowledged.
      const accepted = await statusesUntil(system, user, 200);
      expect(accepted.at(-1)).toBe(200);
      await system.waitForSent(user, 1, 60_000);
    } finally {
      await system.dispose();
    }
  }, 180_000);
});

// Only root may mount a disk; room-check.test.ts tries PostgreSQL's.
const disk = await mountSmallDisk(500);
afterAll(() => disk?.remove());
const itOnDisk = disk === undefined ? it.skip : it;

describe('a disk that is full', () => {
  itOnDisk(
    'is named by /readyz and the doctor, and nothing that was accepted is lost',
    async () => {
      const dataDir = join(disk?.path ?? '', 'data');
      await linkFiles(sharedModelCache, join(dataDir, 'cache'));
      const system = await startSystem({ DATA_DIR: dataDir });
      try {
        const users = Array.from({ length: 30 }, newUser);
        const statuses: number[] = [];
        for (const [index, user] of users.entries()) {
          // The first are accepted, and hardly answered yet when the disk is full.
          if (index === 8) await disk?.fill();
          statuses.push((await system.deliver(zaloText(zalo, user, 'phí cấp hộ chiếu'))).status);
        }
        expect([...new Set(statuses)].sort()).toEqual([200, 503]);
        await waitFor(async () => (await readyParts(system)).disk === 'down');
        const doctor = spawnSync(process.execPath, [join(projectDir, 'src/cli.ts'), 'doctor'], {
          ...{ cwd: projectDir, env: system.environment, encoding: 'utf8' },
        });
        expect([doctor.status, doctor.stdout]).toEqual([1, expect.stringContaining('hết chỗ trên đĩa')]);

        await disk?.makeRoom();
        await waitFor(async () => (await fetch(`${system.url}/readyz`)).ok);
        for (const [index, user] of users.entries()) {
          // The longer the disk was full, the longer the pause before the next attempt.
          if (statuses[index] === 200) await system.waitForSent(user, 1, 150_000);
          else expect(system.platform.sent(user)).toEqual([]);
        }
      } finally {
        await system.dispose();
      }
    },
    360_000,
  );
});

describe('a PostgreSQL server', () => {
  it('that is read-only refuses deliveries and says so in /readyz, and goes on when it writes again and through an upgrade', async () => {
    const { url, drop } = await createServerTestUrl();
    const system = await startSystem({ DATABASE_URL: url, SECRET_KEY: 'faults'.repeat(8) });
    try {
      const user = newUser();
      const name = new URL(url).pathname.slice(1);
      const setReadOnly = async (state: 'on' | 'off') => {
        await administer(url, [
          'set default_transaction_read_only = off',
          `alter database ${name} set default_transaction_read_only = ${state}`,
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`,
        ]);
      };
      await setReadOnly('on');
      expect((await statusesUntil(system, user, 503)).at(-1)).toBe(503);
      const ready = await fetch(`${system.url}/readyz`);
      expect([ready.status, await ready.json()]).toEqual([
        503,
        { status: 'unavailable', parts: { database: 'down', disk: 'ok' } },
      ]);
      await setReadOnly('off');
      expect((await statusesUntil(system, user, 200)).at(-1)).toBe(200);
      await system.waitForSent(user, 1, 60_000);
      await waitFor(async () => (await fetch(`${system.url}/readyz`)).ok);

      // A rolling upgrade: the next version has added to the schema while this one still serves.
      await administer(url, [
        `alter table interaction add column added text not null default ''`,
        `alter table queue_item add column added integer`,
        `alter table session add column added jsonb`,
        `insert into schema_migration (name) values ('9999-next-version')`,
      ]);
      const other = newUser();
      expect((await statusesUntil(system, other, 200)).at(-1)).toBe(200);
      await system.waitForSent(other, 1, 60_000);
      // But this version does not start anew on it: what it would not understand it must not write to.
      await system.kill('SIGTERM');
      await expect(system.start()).rejects.toThrow('newer version');
    } finally {
      await system.dispose();
      await drop();
    }
  }, 180_000);
});

async function administer(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Sends one event again and again, as a platform does, until it meets `wanted`. */
async function statusesUntil(system: System, user: string, wanted: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 60; attempt += 1) {
    // Each refused attempt is a delivery of its own: an acknowledged one would be known and cost nothing to store.
    const response = await system.deliver(zaloText(zalo, user, 'phí cấp hộ chiếu'));
    statuses.push(response.status);
    if (response.status === wanted) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return statuses;
}

async function readyParts(system: System): Promise<Record<string, string>> {
  const { parts } = (await (await fetch(`${system.url}/readyz`)).json()) as { parts: Record<string, string> };
  return parts;
}

async function waitFor(check: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('waited in vain');
}
