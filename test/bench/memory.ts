import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { zaloText } from '../fakes/deliveries.ts';
import { startSystem, type System } from '../e2e/support/system.ts';
import { runLoad } from './load.ts';
import { createUnits } from './many-units.ts';

const connections = 16;
const messages = 5_000;
const rounds = 5;
const units = 40;
const quietPolls = 20;

/** Resident memory on the second start (what an operator sees from day two on), at rest and after each thousand messages. Prints Markdown. */
export async function benchMemory(): Promise<void> {
  const { accounts, environment, remove } = await createUnits(units);
  const system = await startSystem({ LOG_LEVEL: 'error', ...environment });
  await system.kill('SIGTERM');
  const startedAt = performance.now();
  await system.start();
  const startMs = performance.now() - startedAt;
  await sleep(10_000);
  const figures = [`at rest ${await readMb(system, 'VmRSS')} MB`];
  for (let round = 1; round <= rounds; round += 1) {
    const deliveries = Array.from({ length: messages / rounds }, (_, index) => {
      const account = accounts[index % accounts.length];
      if (account === undefined) throw new Error('there are no units');
      return zaloText(
        account,
        String(7_500_000_000_000_000n + BigInt(index)),
        'phí chứng thực bản sao bao nhiêu',
      );
    });
    await runLoad(system.url, deliveries, connections);
    await waitUntilQuiet(system);
    figures.push(`after ${(messages / rounds) * round} messages ${await readMb(system, 'VmRSS')} MB`);
  }
  console.log('\n### Memory (resident, embedded database, second start)\n');
  console.log(`${figures.join('; ')}; most ${await readMb(system, 'VmHWM')} MB.`);
  console.log(`The second start took ${(startMs / 1000).toFixed(1)} s until ready.`);
  await system.dispose();
  await remove();
}

async function waitUntilQuiet(system: System): Promise<void> {
  let known = -1;
  for (let quiet = 0; quiet < quietPolls; quiet += 1) {
    await sleep(100);
    const now = system.platform.sent().length;
    if (now !== known) quiet = 0;
    known = now;
  }
}

/** A figure of /proc, in MB. */
async function readMb(system: System, name: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${system.pid()}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
}
