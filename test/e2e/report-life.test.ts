import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { unzipSync } from 'fflate';
import { signZalo } from '../fakes/deliveries.ts';
import { startSmtpServer, type SmtpServer } from '../fakes/smtp-server.ts';
import { projectDir, startSystem, unitId, zalo, type System } from './support/system.ts';

jest.setTimeout(600_000);

const run = promisify(execFile);

/** The last second of the third quarter in Vietnam, and the first of the fourth. */
const lastSecond = '2026-09-14T16:59:59Z';
const firstSecond = '2026-09-14T17:00:00Z';

/** Reminders and anchors come by jobs that run soon after a start. */
async function waitFor<T>(what: string, look: () => T | undefined): Promise<T> {
  for (const deadline = Date.now() + 180_000; Date.now() < deadline; await sleep(200)) {
    const found = look();
    if (found !== undefined) return found;
  }
  throw new Error(`${what} did not come`);
}

/** On the embedded database, where a command has to go through the running server; PostgreSQL has contract tests. */
describe('the life of a report', () => {
  let system: System;
  let smtp: SmtpServer;
  let notary: Server;
  let place: string;
  const notarised: string[] = [];

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'tthc-report-life-'));
    await cp(join(projectDir, 'test/fixtures/units'), join(place, 'units'), { recursive: true });
    const file = join(place, 'units', `${unitId}.yaml`);
    // Due on the 20th of the quarter's last month: six days ahead.
    const report =
      'report: { preset: dong-xoai-2023, due_day: 20, remind: [vanphong@phuong.example], place: Thử Nghiệm }';
    await writeFile(file, `${await readFile(file, 'utf8')}\n${report}\n`);
    smtp = await startSmtpServer();
    notary = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        notarised.push(body);
        response.writeHead(204).end();
      });
    }).listen(0, '127.0.0.1');
    await once(notary, 'listening');
    const address = notary.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    system = await startSystem({
      NOW: lastSecond,
      UNITS_DIR: join(place, 'units'),
      SMTP_URL: smtp.url,
      MAIL_FROM: 'tro-ly@phuong.example',
      ANCHOR_URL: `http://127.0.0.1:${port}/anchors`,
      ANCHOR_EMAIL: 'luu-tru@tinh.example',
      UPKEEP_SPREAD_SECONDS: '3',
    });
  });
  afterAll(async () => {
    await system?.dispose();
    await smtp?.stop();
    notary?.close();
    await rm(place, { recursive: true, force: true });
  });

  async function ask(citizen: string, text: string): Promise<void> {
    const event = {
      ...{ event_name: 'user_send_text', user_id_by_app: '7', sender: { id: citizen } },
      ...{ recipient: { id: zalo.oaId }, message: { msg_id: `m-${citizen}`, text } },
      timestamp: String(Date.parse(system.environment.NOW ?? '')),
    };
    expect((await system.deliver(signZalo(zalo, event))).status).toBe(200);
    await system.waitForSent(citizen, 1, 60_000);
    await system.waitUntilIdle();
  }

  async function tthc(...parameters: string[]): Promise<string> {
    const { stdout } = await run(process.execPath, [join(projectDir, 'src/cli.ts'), ...parameters], {
      cwd: projectDir,
      env: system.environment,
    });
    return stdout;
  }

  let files = 0;
  async function report(period: string, format: string): Promise<Buffer> {
    files += 1;
    const out = join(place, `report-${files}.${format}`);
    await tthc('report', '--unit', unitId, '--period', period, '--format', format, '--out', out);
    return readFile(out);
  }
  const totals = async (period: string) =>
    (JSON.parse((await report(period, 'json')).toString('utf8')) as { totals: Record<string, number> })
      .totals;

  it('reminds by mail before the day, once', async () => {
    const mail = await waitFor('a reminder', () =>
      smtp.mails.find(({ to }) => to.includes('vanphong@phuong.example')),
    );
    expect(mail.from).toBe('tro-ly@phuong.example');
    expect(mail.raw).toMatch(/^Subject: /m);
    expect(smtp.mails.filter(({ to }) => to.includes('vanphong@phuong.example'))).toHaveLength(1);
  });

  it('counts the last second and the first second of a quarter where they belong, running and stopped', async () => {
    await ask('6700000000000000001', 'phí chứng thực chữ ký');
    await system.kill('SIGTERM');
    system.environment.NOW = firstSecond;
    await system.start();
    await ask('6700000000000000002', 'phí chứng thực chữ ký');
    await ask('6700000000000000003', 'phí chứng thực chữ ký');

    const running = [await totals('2026-Q3'), await totals('2026-Q4')];
    expect(running.map(({ interactions, citizens, answers }) => [interactions, citizens, answers])).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(Object.keys(unzipSync(await report('2026-Q4', 'docx')))).toContain('[Content_Types].xml');
    await system.kill('SIGTERM');
    expect(await totals('2026-Q4')).toEqual(running[1]);
    expect(Object.keys(unzipSync(await report('2026-Q4', 'xlsx')))).toContain('[Content_Types].xml');
  });

  it('hands the newest root to the notary and the mailbox; it vouches for the bundle', async () => {
    await system.start();
    const posted = await waitFor('an anchor', () => notarised.find((body) => body.includes(unitId)));
    const { hash } = JSON.parse(posted) as { hash: string };
    const mailed = await waitFor('a mail', () =>
      smtp.mails.find(({ to, raw }) => to.includes('luu-tru@tinh.example') && raw.includes(unitId)),
    );
    expect(mailed.raw.replaceAll('=\n', '')).toContain(hash);
    const out = join(place, 'evidence.zip');
    expect(await tthc('evidence', 'export', '--unit', unitId, '--period', '2026-Q4', '--out', out)).toContain(
      'INTACT',
    );
    expect(await tthc('evidence', 'verify', out, '--root', hash)).toContain('matches the trusted root');
    // Six days ahead and, after midnight, five: two steps. A start in between reminds nobody of the same step again.
    const subjects = smtp.mails
      .filter(({ to }) => to.includes('vanphong@phuong.example'))
      .map(({ raw }) => /^Subject: .*(?:\n .*)*/m.exec(raw)?.[0]);
    expect(new Set(subjects).size).toBe(subjects.length);
  });
});
