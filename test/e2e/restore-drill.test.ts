import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { zaloText } from '../fakes/deliveries.ts';
import { createServerTestUrl } from '../services/test-databases.ts';
import { projectDir, startSystem, unitId, zalo, type System } from './support/system.ts';

const run = promisify(execFile);
const citizens = ['6700000000000000001', '6700000000000000002', '6700000000000000003'];
const unlucky = '6700000000000000009';

let first: System;
let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'tthc-drill-'));
  first = await startSystem();
}, 120_000);

afterAll(async () => {
  await first?.dispose();
  await rm(place, { recursive: true, force: true });
});

async function tthc(environment: NodeJS.ProcessEnv, ...parameters: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(projectDir, 'src/cli.ts'), ...parameters], {
    cwd: projectDir,
    env: environment,
  });
  return stdout;
}

/** What the evidence of the unit counts, after its seals were verified. */
async function sealedRecords(environment: NodeJS.ProcessEnv, name: string): Promise<string> {
  const out = join(place, `${name}.zip`);
  const said = await tthc(
    environment,
    'evidence',
    'export',
    '--unit',
    unitId,
    '--period',
    '2026',
    '--out',
    out,
  );
  expect(said).toContain('INTACT');
  return /records: (.*)/.exec(said)?.[1] ?? '';
}

it('brings everything back from a backup of the running server, and moves it to PostgreSQL', async () => {
  const platforms = Object.fromEntries(
    ['ZALO_API_URL', 'ZALO_OAUTH_URL', 'MESSENGER_GRAPH_URL'].map((name) => [name, first.platform.url]),
  );
  for (const citizen of citizens) await first.deliver(zaloText(zalo, citizen, 'phí chứng thực chữ ký'));
  await first.waitUntilIdle();
  const before = await sealedRecords(first.environment, 'before');
  expect(before).toContain('interaction 3');
  // One answer cannot be sent now: it waits, sealed, and must come back too. Last, for it pauses as long as it has waited.
  first.platform.control({
    fault: { on: 'zalo-send', kind: 'status', status: 503, times: 10_000, user: unlucky } as never,
  });
  await first.deliver(zaloText(zalo, unlucky, 'lệ phí đăng ký kết hôn'));
  await expect(first.waitForSent(unlucky, 1, 1_500)).rejects.toThrow();

  const backup = join(place, 'all.backup');
  await tthc(first.environment, 'backup', '--out', backup);
  expect((await stat(backup)).mode & 0o077).toBe(0);
  await first.kill('SIGKILL');

  const dataDir = join(place, 'restored');
  const restoredPlace = { ...first.environment, DATA_DIR: dataDir };
  await tthc(restoredPlace, 'restore', backup);
  await expect(tthc(restoredPlace, 'restore', backup)).rejects.toMatchObject({
    stderr: expect.stringContaining('--force'),
  });
  first.platform.control({ clearFaults: true });
  const second = await startSystem({ ...platforms, DATA_DIR: dataDir });
  try {
    await waitFor(() => first.platform.sent(unlucky).length > 0);
    await second.waitUntilIdle();
    // The same citizen under the same secret: no second greeting.
    const known = first.platform.sent(citizens[0]).length;
    await second.deliver(zaloText(zalo, citizens[0] ?? '', 'lệ phí đăng ký kết hôn'));
    await waitFor(() => first.platform.sent(citizens[0]).length > known);
    expect(first.platform.sent(citizens[0]).at(-1)?.text).not.toContain('trợ lý tự động');
    await expect(
      tthc(restoredPlace, 'migrate-database', '--to', 'postgres://x@127.0.0.1:1/x'),
    ).rejects.toMatchObject({
      stderr: expect.stringContaining('đang chạy'),
    });
    await second.waitUntilIdle();
    await second.kill('SIGTERM');
  } finally {
    await second.dispose();
  }

  const { url, drop } = await createServerTestUrl();
  try {
    await tthc(restoredPlace, 'migrate-database', '--to', url);
    const SECRET_KEY = (await readFile(join(dataDir, 'secret.key'), 'utf8')).trim();
    const onServer = { ...restoredPlace, DATABASE_URL: url, SECRET_KEY };
    expect(await sealedRecords(onServer, 'after')).toContain('interaction 5');
  } finally {
    await drop();
  }
}, 300_000);

async function waitFor(check: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    if (check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('waited in vain');
}
