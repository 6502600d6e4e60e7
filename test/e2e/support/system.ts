import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';

import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, PageAccount, ZaloAccount } from '../../fakes/deliveries.ts';
import { startFakePlatform, type FakePlatform } from '../../fakes/platform.ts';
import { findFreePort } from '../../services/commands.ts';
import { linkFiles } from '../../support/link-files.ts';
import { sharedModelCache } from '../../support/model.ts';

export const projectDir = resolve(import.meta.dirname, '../../..');

export const zalo: ZaloAccount = {
  oaId: '5000000000000000003',
  appId: '4111222333444555666',
  oaSecretKey: 'test-oa-secret-key',
};
export const page: PageAccount = { pageId: '100000000000001', appSecret: 'test-meta-app-secret' };
export const verifyToken = 'test-verify-token';
export const unitId = 'thu-nghiem';

const startPolls = 3_000;

/** The product as an operator runs it: its own process, talking to faked platforms. */
export interface System {
  url: string;
  dataDir: string;
  platform: FakePlatform;
  /** Environment of the server, for commands that are to see the same deployment. */
  environment: NodeJS.ProcessEnv;
  /** Process id of the server now. */
  pid(): number;
  /** What the server printed so far. */
  output(): string;
  deliver(delivery: Delivery): Promise<Response>;
  /** Waits until a citizen has got at least `count` messages. */
  waitForSent(userId: string, count: number, timeoutMs?: number): Promise<ReturnType<FakePlatform['sent']>>;
  /** The messages after the first `count`, once nothing more has come for a moment. */
  waitForReply(userId: string, count: number): Promise<ReturnType<FakePlatform['sent']>>;
  /** Waits until both queues are empty. */
  waitUntilIdle(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  /** Ends everything and removes the data. */
  dispose(): Promise<void>;
}

/** What a server of the tests is given: two channels of one unit, all platforms at `platformUrl`. */
export function serverEnvironment(platformUrl: string, dataDir: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    UNITS_DIR: join(projectDir, 'test/fixtures/units'),
    ZALO_API_URL: platformUrl,
    ZALO_OAUTH_URL: platformUrl,
    MESSENGER_GRAPH_URL: platformUrl,
    TEST_ZALO_APP_SECRET: 'test-zalo-app-secret',
    TEST_ZALO_OA_SECRET_KEY: zalo.oaSecretKey,
    TEST_ZALO_REFRESH_TOKEN: 'first-refresh-token',
    TEST_MESSENGER_APP_SECRET: page.appSecret,
    TEST_MESSENGER_VERIFY_TOKEN: verifyToken,
    TEST_MESSENGER_PAGE_TOKEN: 'test-page-token',
  };
}

/** `prepare` sets the faked platform up before the server asks it for its first token. */
export async function startSystem(
  overrides: NodeJS.ProcessEnv = {},
  prepare: (platform: FakePlatform) => void = () => undefined,
): Promise<System> {
  const platform = await startFakePlatform();
  prepare(platform);
  const dataDir = await mkdtemp(join(tmpdir(), 'tthc-e2e-'));
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const environment: NodeJS.ProcessEnv = {
    ...serverEnvironment(platform.url, dataDir),
    PORT: String(port),
    ...overrides,
  };
  // A trained model serves every system of a test run; without it each would train its own.
  await linkFiles(sharedModelCache, join(dataDir, 'cache'));
  let server: ChildProcess | undefined;
  let output = '';

  async function start(): Promise<void> {
    const child = spawn(process.execPath, [join(projectDir, 'src/main.ts')], {
      cwd: projectDir,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    for (let poll = 0; poll < startPolls; poll += 1) {
      if (child.exitCode !== null) throw new Error(`the server ended:\n${output}`);
      const ready = await fetch(`${url}/readyz`).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return;
      await sleep(50);
    }
    // Left alone it would keep the machine busy and the test run from ending.
    child.kill('SIGKILL');
    throw new Error(`the server did not become ready:\n${output}`);
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }

  async function waitForSent(userId: string, count: number, timeoutMs = 10_000) {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      const sent = platform.sent(userId);
      if (sent.length >= count) return sent;
      await sleep(20);
    }
    throw new Error(
      `${userId} got ${platform.sent(userId).length} of ${count} messages; server said:\n${output}`,
    );
  }

  await start();
  await linkFiles(join(dataDir, 'cache'), sharedModelCache);
  return {
    url,
    dataDir,
    platform,
    environment,
    pid: () => server?.pid ?? 0,
    output: () => output,
    deliver: ({ path, headers, body }) =>
      fetch(`${url}${path}`, { method: 'POST', headers, body: new Uint8Array(body) }),
    waitForSent,
    async waitForReply(userId, count) {
      let known = (await waitForSent(userId, count + 1)).length;
      for (let quietMs = 0; quietMs < 400; quietMs += 50) {
        await sleep(50);
        const now = platform.sent(userId).length;
        if (now !== known) quietMs = 0;
        known = now;
      }
      return platform.sent(userId).slice(count);
    },
    async waitUntilIdle() {
      for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100)) {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        const items = [
          ...metrics.matchAll(/^tthc_queue_items\{.*state="(?:waiting|active|retrying)"\} (\d+)/gm),
        ];
        if (items.length > 0 && items.every(([, count]) => count === '0')) return;
      }
      throw new Error(`the queues did not become empty; server said:\n${output}`);
    },
    kill,
    start,
    async dispose() {
      await kill('SIGKILL');
      await platform.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
