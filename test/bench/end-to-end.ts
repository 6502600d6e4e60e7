import { setTimeout as sleep } from 'node:timers/promises';
import { zaloText, type Delivery } from '../fakes/deliveries.ts';
import { startFakePlatform, type FakePlatform } from '../fakes/platform.ts';
import { startSystem } from '../e2e/support/system.ts';
import { startPostgresServer } from '../services/postgres-server.ts';
import { startBottender } from './bottender.ts';
import { quantile, runLoad } from './load.ts';
import { createUnits } from './many-units.ts';

const connections = 64;
const warmUp = 300;
const messages = 2_000;
const units = 40;
const pollMs = 10;
/** No further reply for this long: the rest will not come. */
const patienceMs = 20_000;
const questions = [
  'lam giay khai sinh cho con can gi',
  'phí chứng thực bản sao bao nhiêu',
  'đăng ký tạm trú nộp ở đâu ạ',
  'xin chào',
  'bao lâu có căn cước',
];

interface Journey {
  perSecond: number;
  p95Ms: number;
  unanswered: number;
}

/**
 * From the webhook to the reply at the fake platform: messages a second and the 95th percentile, each of another citizen,
 * against Bottender, which answers a fixed text within the webhook's call and stores nothing. Prints a Markdown table.
 */
export async function benchEndToEnd(): Promise<void> {
  const rows: [string, Journey][] = [];
  const platform = await startFakePlatform();
  const bottender = await startBottender(platform.url);
  rows.push([
    'Bottender 1.5.5, fixed text, stores nothing',
    await travel(bottender.url, platform, bottender.deliver),
  ]);
  await bottender.stop();
  await platform.stop();
  rows.push(['tthc-chatbot, embedded database', await travelOurs({})]);
  const postgres = await startPostgresServer({ durable: true });
  const server = { DATABASE_URL: postgres.url, SECRET_KEY: 'bench'.repeat(10) };
  rows.push(['tthc-chatbot, PostgreSQL', await travelOurs(server)]);
  await postgres.stop();

  const [yardstick] = rows;
  console.log(`\n### Event in to reply out (${connections} connections, ${messages} messages)\n`);
  console.log('| server | ratio | messages/s | p95 ms | unanswered |\n|---|---|---|---|---|');
  for (const [name, { perSecond, p95Ms, unanswered }] of rows) {
    const ratio = (perSecond / (yardstick?.[1].perSecond ?? 1)).toFixed(2);
    console.log(`| ${name} | ${ratio} | ${perSecond.toFixed(0)} | ${p95Ms.toFixed(0)} | ${unanswered} |`);
  }
}

async function travelOurs(environment: NodeJS.ProcessEnv): Promise<Journey> {
  const { accounts, environment: secrets, remove } = await createUnits(units);
  const system = await startSystem({ LOG_LEVEL: 'error', ...secrets, ...environment });
  let turn = 0;
  const journey = await travel(system.url, system.platform, (userId, text) => {
    const account = accounts[turn++ % accounts.length];
    if (account === undefined) throw new Error('there are no units');
    return zaloText(account, userId, text);
  });
  await system.dispose();
  await remove();
  return journey;
}

async function travel(
  url: string,
  platform: FakePlatform,
  deliver: (userId: string, text: string) => Delivery,
): Promise<Journey> {
  await sendAll(url, platform, deliver, 7_300_000_000_000_000n, warmUp);
  return sendAll(url, platform, deliver, 7_400_000_000_000_000n, messages);
}

async function sendAll(
  url: string,
  platform: FakePlatform,
  deliver: (userId: string, text: string) => Delivery,
  firstUser: bigint,
  count: number,
): Promise<Journey> {
  const users = Array.from({ length: count }, (_, index) => String(firstUser + BigInt(index)));
  const sentAtMs = new Map<string, number>();
  const latencies = new Map<string, number>();
  const deliveries = users.map((user, index) => deliver(user, questions[index % questions.length] ?? ''));
  let seen = platform.sent().length;
  let lastMs = performance.now();
  const look = () => {
    const now = performance.now();
    for (const { userId } of platform.sent().slice(seen)) {
      seen += 1;
      const startedAt = sentAtMs.get(userId);
      if (startedAt === undefined || latencies.has(userId)) continue;
      latencies.set(userId, now - startedAt);
      lastMs = now;
    }
  };
  const watch = setInterval(look, pollMs);
  const begunMs = performance.now();
  await runLoad(url, deliveries, connections, (index) => sentAtMs.set(users[index] ?? '', performance.now()));
  lastMs = Math.max(lastMs, performance.now());
  while (latencies.size < count && performance.now() - lastMs < patienceMs) {
    await sleep(pollMs);
    look();
  }
  clearInterval(watch);
  return {
    perSecond: (latencies.size * 1000) / (lastMs - begunMs),
    p95Ms: quantile([...latencies.values()], 0.95),
    unanswered: count - latencies.size,
  };
}
