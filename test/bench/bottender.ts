import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messengerText, type Delivery, type PageAccount } from '../fakes/deliveries.ts';
import { findFreePort } from '../services/commands.ts';
import { providePackages } from './provide-packages.ts';

const page: PageAccount = { pageId: '100000000000001', appSecret: 'bench-app-secret' };
const version = '1.5.5';
const startLimitMs = 180_000;

export interface Bottender {
  url: string;
  pid: number;
  /** A citizen's text, signed as this version expects it. */
  deliver: (userId: string, text: string) => Delivery;
  stop(): Promise<void>;
}

/**
 * Starts Bottender, which answers each message at once with one fixed text and stores nothing. Its packages are installed
 * once, into a temporary folder that stays.
 */
export async function startBottender(platformUrl: string): Promise<Bottender> {
  const packages = await providePackages(`bottender-${version}`, [`bottender@${version}`]);
  const directory = await mkdtemp(join(packages, 'run-'));
  const messenger = {
    enabled: true,
    path: '/webhooks/messenger',
    pageId: page.pageId,
    accessToken: 'bench-page-token',
    appId: '200000000000002',
    appSecret: page.appSecret,
    verifyToken: 'bench',
    origin: platformUrl,
    skipLegacyProfile: true,
  };
  const settings = { session: { driver: 'memory' }, channels: { messenger } };
  await writeFile(join(directory, 'bottender.config.js'), `module.exports = ${JSON.stringify(settings)};`);
  await writeFile(
    join(directory, 'index.js'),
    "module.exports = async (context) => { await context.sendText('Dạ, anh/chị cần tờ khai và giấy chứng sinh.'); };",
  );
  const port = await findFreePort();
  const child = spawn(
    process.execPath,
    [join(packages, 'node_modules/bottender/bin/cli.js'), 'start', '--port', String(port)],
    {
      cwd: directory,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await waitUntilRunning(child);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    deliver(userId, text) {
      const delivery = messengerText(page, userId, text);
      const mac = createHmac('sha1', page.appSecret).update(delivery.body).digest('hex');
      return { ...delivery, headers: { ...delivery.headers, 'x-hub-signature': `sha1=${mac}` } };
    },
    async stop() {
      child.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** It answers nothing but webhooks, so a request to any other address would wait for ever: what it prints tells. */
async function waitUntilRunning(child: ChildProcess): Promise<void> {
  let printed = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const deadline = performance.now() + startLimitMs;
  while (!printed.includes('server is running')) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`Bottender did not start:\n${printed}`);
    }
    await sleep(50);
  }
}
