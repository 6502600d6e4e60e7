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
/** Before anything is measured the engines compile the code that runs: what takes days to come only once is not measured. */
const warmUp = 4_000;
/** A round is long enough that the moment in which the last replies follow the last events hardly counts. */
const messages = 5_000;
/** Servers take turns, so that whatever else the machine does meanwhile meets all of them alike. */
const rounds = 9;
/** One unit may send no more than its platform's rate: with these its journey ends within a minute and a half. */
const unitWarmUp = 500;
const unitMessages = 3_000;
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
  /** Processor time of who sends and of the fake platform, which run on the same machine. */
  aroundMs: number;
}

/** A server on its way through the bench: where it is, what it costs, and how a citizen's text reaches it. */
interface Traveller {
  url: string;
  platform: FakePlatform;
  pids: () => number[];
  deliver: (userId: string, text: string) => Delivery;
  end: () => Promise<void>;
}

/**
 * From the webhook to the reply at the fake platform: messages a second and the 95th percentile, each of another citizen,
 * against Bottender, which answers a fixed text within the webhook's call and stores nothing. All servers run all the
 * time, warmed up alike, and take turns in rounds; the ratio is that within a round. Prints a Markdown table.
 */
export async function benchEndToEnd(): Promise<void> {
  const travellers: [string, Traveller][] = [
    ['Bottender 1.5.5, fixed text, stores nothing', await startYardstick()],
    ['tthc-chatbot, PostgreSQL', await startWithPostgres(usualUnits)],
    ['tthc-chatbot, embedded database', await startOurs(usualUnits)],
  ];
  for (const [, traveller] of travellers) await travel(traveller, warmUp);
  const journeys = new Map<string, Journey[]>(travellers.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, traveller] of travellers) journeys.get(name)?.push(await travel(traveller, messages));
  }
  for (const [, { end }] of travellers) await end();
  const [yardstick = []] = journeys.values();
  console.log(
    `\n### Event in to reply out (${connections} connections, medians of ${rounds} rounds of ${messages} messages)\n`,
  );
  console.log(`| server | ratio (lowest to highest) | ${columns} |\n|---|---|---|---|---|---|---|`);
  for (const [name, ofOne] of journeys) {
    const ratios = ofOne.map(({ perSecond }, round) => perSecond / (yardstick[round]?.perSecond ?? NaN));
    const [lowest, middle, highest] = [0, 0.5, 1].map((share) => quantile(ratios, share).toFixed(2));
    console.log(`| ${name} | ${middle} (${lowest} to ${highest}) | ${describe(toMedians(ofOne))} |`);
  }
}

/** The same journey with few and many units: what a unit costs. Prints a Markdown table. */
export async function benchUnits(): Promise<void> {
  const rows: [number, Journey][] = [];
  for (const units of [1, 10, 95]) {
    const traveller = await startWithPostgres(units);
    await travel(traveller, unitWarmUp);
    rows.push([units, await travel(traveller, unitMessages)]);
    await traveller.end();
  }
  console.log(
    `\n### Cost by number of units (PostgreSQL, ${connections} connections, ${unitMessages} messages)\n`,
  );
  console.log(`| units | ${columns} |\n|---|---|---|---|---|---|`);
  for (const [units, journey] of rows) console.log(`| ${units} | ${describe(journey)} |`);
}

const columns = 'messages/s | p95 ms | unanswered | CPU ms a message | of sender and platform';

function describe({ perSecond, p95Ms, unanswered, cpuMs, aroundMs }: Journey): string {
  const [cpu, around] = [cpuMs.toFixed(2), aroundMs.toFixed(2)];
  return `${perSecond.toFixed(0)} | ${p95Ms.toFixed(0)} | ${unanswered} | ${cpu} | ${around}`;
}

/** The median of each figure; what stayed unanswered is counted over all. */
function toMedians(journeys: readonly Journey[]): Journey {
  const median = (of: (journey: Journey) => number) => quantile(journeys.map(of), 0.5);
  return {
    perSecond: median(({ perSecond }) => perSecond),
    p95Ms: median(({ p95Ms }) => p95Ms),
    unanswered: journeys.reduce((sum, { unanswered }) => sum + unanswered, 0),
    cpuMs: median(({ cpuMs }) => cpuMs),
    aroundMs: median(({ aroundMs }) => aroundMs),
  };
}

async function startYardstick(): Promise<Traveller> {
  const platform = await startFakePlatform();
  const bottender = await startBottender(platform.url);
  return {
    ...bottender,
    platform,
    pids: () => [bottender.pid],
    async end() {
      await bottender.stop();
      await platform.stop();
    },
  };
}

async function startWithPostgres(units: number): Promise<Traveller> {
  const postgres = await startPostgresServer({ durable: true });
  const environment = { DATABASE_URL: postgres.url, SECRET_KEY: 'bench'.repeat(10) };
  const ours = await startOurs(units, environment);
  return {
    ...ours,
    pids: () => [...ours.pids(), postgres.pid()],
    async end() {
      await ours.end();
      await postgres.stop();
    },
  };
}

async function startOurs(units: number, environment: NodeJS.ProcessEnv = {}): Promise<Traveller> {
  const { accounts, environment: secrets, remove } = await createUnits(units);
  const system = await startSystem({ LOG_LEVEL: 'error', ...secrets, ...environment });
  let turn = 0;
  return {
    url: system.url,
    platform: system.platform,
    pids: () => [system.pid()],
    deliver(userId, text) {
      const account = accounts[turn++ % accounts.length];
      if (account === undefined) throw new Error('there are no units');
      return zaloText(account, userId, text);
    },
    async end() {
      await system.dispose();
      await remove();
    },
  };
}

let lastUser = 7_300_000_000_000_000n;

/** Sends `count` texts, each of a citizen who never wrote before, and waits for the replies. */
async function travel({ url, platform, pids, deliver }: Traveller, count: number): Promise<Journey> {
  const users = Array.from({ length: count }, () => String((lastUser += 1n)));
  const sentAtMs = new Map<string, number>();
  const latencies = new Map<string, number>();
  const deliveries = users.map((user, index) => deliver(user, questions[index % questions.length] ?? ''));
  let seen = platform.sent().length;
  let lastMs = performance.now();
  const look = () => {
    const now = performance.now();
    for (const { userId } of platform.sentAfter(seen)) {
      seen += 1;
      const startedAt = sentAtMs.get(userId);
      if (startedAt === undefined || latencies.has(userId)) continue;
      latencies.set(userId, now - startedAt);
      lastMs = now;
    }
  };
  const watch = setInterval(look, pollMs);
  const cpuBefore = readCpuMs(pids());
  const ownBefore = process.cpuUsage();
  const begunMs = performance.now();
  await runLoad(url, deliveries, connections, (index) => sentAtMs.set(users[index] ?? '', performance.now()));
  lastMs = Math.max(lastMs, performance.now());
  while (latencies.size < count && performance.now() - lastMs < patienceMs) {
    await sleep(pollMs);
    look();
  }
  clearInterval(watch);
  const own = process.cpuUsage(ownBefore);
  return {
    perSecond: (latencies.size * 1000) / (lastMs - begunMs),
    p95Ms: quantile([...latencies.values()], 0.95),
    unanswered: count - latencies.size,
    cpuMs: (readCpuMs(pids()) - cpuBefore) / count,
    aroundMs: (own.user + own.system) / 1000 / count,
  };
}
