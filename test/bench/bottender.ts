import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { messengerText, type Delivery, type PageAccount } from '../fakes/deliveries.ts';
import { freePort } from '../e2e/support/system.ts';

const page: PageAccount = { pageId: '100000000000001', appSecret: 'bench-app-secret' };
const version = '1.5.5';
const startPolls = 600;

export interface Bottender {
  url: string;
  /** A citizen's text, signed as this version expects it. */
  deliver: (userId: string, text: string) => Delivery;
  stop(): Promise<void>;
}

/** Installs Bottender into a temporary folder and starts it: it answers each message at once with one fixed text and stores nothing. */
export async function startBottender(platformUrl: string): Promise<Bottender> {
  const directory = await mkdtemp(join(tmpdir(), 'tthc-bottender-'));
  await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true }));
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await promisify(execFile)('npm', [...install, `bottender@${version}`], { cwd: directory });
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
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['node_modules/bottender/bin/cli.js', 'start', '--port', String(port)],
    {
      cwd: directory,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'ignore',
    },
  );
  const url = `http://127.0.0.1:${port}`;
  for (let poll = 0; poll < startPolls; poll += 1) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      break;
    await sleep(100);
  }
  return {
    url,
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
