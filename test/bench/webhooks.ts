import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zaloText, type Delivery } from '../fakes/deliveries.ts';
import { projectDir, startSystem, zalo, type System } from '../e2e/support/system.ts';
import { findFreePort } from '../services/commands.ts';
import { quantile, runLoad, type LoadResult } from './load.ts';

const connections = 64;
const perRun = 1_700;
const citizens = 1_000;
const rounds = 3;
const questions = [
  'lam giay khai sinh cho con can gi',
  'phí chứng thực bản sao bao nhiêu',
  'đăng ký tạm trú nộp ở đâu ạ',
  'xin chào',
  'bao lâu có căn cước',
];

/**
 * Acknowledged webhooks a second and their latency against a bare node:http server that only checks the signature, in
 * turn in one run; memory at rest and after the messages. Replies go out meanwhile, at the platform's rate. Prints a
 * Markdown table.
 */
export async function benchWebhooks(environment: NodeJS.ProcessEnv, label: string): Promise<void> {
  const bare = await startBare();
  const system = await startSystem({ LOG_LEVEL: 'error', ...environment });
  const restMb = await residentMb(system);
  const results: { ours: LoadResult[]; bare: LoadResult[] } = { ours: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    results.bare.push(await runLoad(bare.url, makeDeliveries(), connections));
    results.ours.push(await runLoad(system.url, makeDeliveries(), connections));
  }
  const busyMb = await residentMb(system);
  const replies = system.platform.sent().length;
  bare.process.kill();
  await system.dispose();

  const median = (runs: LoadResult[], key: keyof LoadResult) =>
    quantile(
      runs.map((run) => run[key]),
      0.5,
    );
  const row = (name: string, runs: LoadResult[]) =>
    `| ${name} | ${median(runs, 'perSecond').toFixed(0)} | ${median(runs, 'p50Ms').toFixed(1)} | ${median(runs, 'p99Ms').toFixed(1)} | ${runs.reduce((sum, run) => sum + run.failed, 0)} |`;
  const ratio = median(results.ours, 'perSecond') / median(results.bare, 'perSecond');
  console.log(`\n### Acknowledged webhooks (${label}, ${connections} connections, ${rounds} × ${perRun})\n`);
  console.log('| server | webhooks/s | p50 ms | p99 ms | failed |\n|---|---|---|---|---|');
  console.log(row('bare node:http, signature only', results.bare));
  console.log(row('tthc-chatbot, stored durably', results.ours));
  console.log(`\nRatio ours / bare: ${ratio.toFixed(2)}. Replies sent meanwhile: ${replies}.`);
  console.log(`Memory (resident): ${restMb} MB at rest, ${busyMb} MB after ${rounds * perRun} messages.`);
}

function makeDeliveries(): Delivery[] {
  return Array.from({ length: perRun }, (_, index) =>
    zaloText(
      zalo,
      String(6400000000000000000n + BigInt(index % citizens)),
      questions[index % questions.length] ?? '',
    ),
  );
}

async function startBare(): Promise<{ url: string; process: ChildProcess }> {
  const port = await findFreePort();
  const script = join(projectDir, 'test/bench/bare-server.ts');
  const child = spawn(process.execPath, [script, zalo.appId, zalo.oaSecretKey, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return { url: `http://127.0.0.1:${port}`, process: child };
}

async function residentMb(system: System): Promise<number> {
  const status = await readFile(`/proc/${system.pid()}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
