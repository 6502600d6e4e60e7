import { setTimeout as sleep } from 'node:timers/promises';
import { zaloText, type Delivery } from '../fakes/deliveries.ts';
import { startFakePlatform, type FakePlatform } from '../fakes/platform.ts';
import { startSystem } from '../e2e/support/system.ts';
import { startPostgresServer } from '../services/postgres-server.ts';
import { startBottender } from './bottender.ts';
import { readCpuMs } from './cpu-time.ts';
import { quantile, runLoad } from './load.ts';
import { createUnits } from './many-units.ts';

const connections = 64;
const warmUp = 500;
const messages = 3_000;
const usualUnits = 40;
const pollMs = 10;
/** No further reply for this long: the rest will not come. */
const patienceMs = 60_000;
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
  /** Processor time of the server and its database for one message. */
  cpuMs: number;
}

/** A server on its way through the bench: where it is, what it costs, and how a citizen's text reaches it. */
interface Traveller {
  url: string;
  platform: FakePlatform;
  pids: () => number[];
  deliver: (userId: string, text: string) => Delivery;
}

/**
 * From the webhook to the reply at the fake platform: messages a second and the 95th percentile, each of another citizen,
 * against Bottender, which answers a fixed text within the webhook's call and stores nothing. Prints a Markdown table.
 */
export async function benchEndToEnd(): Promise<void> {
  const yardstick = await travelBottender();
  const rows: [string, Journey][] = [
    ['Bottender 1.5.5, fixed text, stores nothing', yardstick],
    ['tthc-chatbot, PostgreSQL', await travelWithPostgres(usualUnits)],
    ['tthc-chatbot, embedded database', await travelOurs({}, usualUnits)],
  ];
  console.log(`\n### Event in to reply out (${connections} connections, ${messages} messages)\n`);
  console.log('| server | ratio | messages/s | p95 ms | unanswered | CPU ms a message |');
  console.log('|---|---|---|---|---|---|');
  for (const [name, journey] of rows) {
    const ratio = (journey.perSecond / yardstick.perSecond).toFixed(2);
    console.log(`| ${name} | ${ratio} | ${describe(journey)} |`);
  }
}

/** The same journey with few and many units: what a unit costs. Prints a Markdown table. */
export async function benchUnits(): Promise<void> {
  const rows: [number, Journey][] = [];
  for (const units of [1, 10, 95]) rows.push([units, await travelWithPostgres(units)]);
  console.log(
    `\n### Cost by number of units (PostgreSQL, ${connections} connections, ${messages} messages)\n`,
  );
  console.log('| units | messages/s | p95 ms | unanswered | CPU ms a message |\n|---|---|---|---|---|');
  for (const [units, journey] of rows) console.log(`| ${units} | ${describe(journey)} |`);
}

function describe({ perSecond, p95Ms, unanswered, cpuMs }: Journey): string {
  return `${perSecond.toFixed(0)} | ${p95Ms.toFixed(0)} | ${unanswered} | ${cpuMs.toFixed(2)}`;
}

async function travelBottender(): Promise<Journey> {
  const platform = await startFakePlatform();
  const bottender = await startBottender(platform.url);
  const { url, pid, deliver } = bottender;
  const journey = await travel({ url, platform, pids: () => [pid], deliver });
  await bottender.stop();
  await platform.stop();
  return journey;
}

async function travelWithPostgres(units: number): Promise<Journey> {
  const postgres = await startPostgresServer({ durable: true });
  const environment = { DATABASE_URL: postgres.url, SECRET_KEY: 'bench'.repeat(10) };
  const journey = await travelOurs(environment, units, () => [postgres.pid()]);
  await postgres.stop();
  return journey;
}

async function travelOurs(
  environment: NodeJS.ProcessEnv,
  units: number,
  databasePids: () => number[] = () => [],
): Promise<Journey> {
  const { accounts, environment: secrets, remove } = await createUnits(units);
  const system = await startSystem({ LOG_LEVEL: 'error', ...secrets, ...environment });
  let turn = 0;
  const journey = await travel({
    url: system.url,
    platform: system.platform,
    pids: () => [system.pid(), ...databasePids()],
    deliver(userId, text) {
      const account = accounts[turn++ % accounts.length];
      if (account === undefined) throw new Error('there are no units');
      return zaloText(account, userId, text);
    },
  });
  await system.dispose();
  await remove();
  return journey;
}

async function travel(traveller: Traveller): Promise<Journey> {
  await sendAll(traveller, 7_300_000_000_000_000n, warmUp);
  return sendAll(traveller, 7_400_000_000_000_000n, messages);
}

async function sendAll(
  { url, platform, pids, deliver }: Traveller,
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
  const cpuBefore = readCpuMs(pids());
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
    cpuMs: (readCpuMs(pids()) - cpuBefore) / count,
  };
}
