import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { interactionId } from '../../src/conversation/interaction-id.ts';
import { page, projectDir, serverEnvironment, unitId, zalo } from '../e2e/support/system.ts';
import { findFreePort } from '../services/commands.ts';
import { messengerText, zaloText, type Delivery } from '../fakes/deliveries.ts';
import { startFakePlatform, type FakePlatform } from '../fakes/platform.ts';
import { startPostgresServer } from '../services/postgres-server.ts';
import { startRedisServer } from '../services/redis-server.ts';
import { linkFiles } from '../support/link-files.ts';
import { sharedModelCache } from '../support/model.ts';
import { startLoadBalancer } from './load-balancer.ts';
import { startServers } from './server-pack.ts';

const run = promisify(execFile);

export interface ChaosOptions {
  /** How long events are sent and things are broken, at least; the round of faults that has begun is finished. */
  seconds: number;
  /** How often at least each fault comes; default 1. */
  rounds?: number;
  /** Citizens who write at the same time. */
  writers: number;
  say(message: string): void;
}

/** What was done, and what became of every event that was acknowledged. */
export interface ChaosReport {
  events: number;
  citizens: number;
  kills: number;
  redisRestarts: number;
  databaseRestarts: number;
  hangs: number;
  /** Deliveries that had to be sent again until they were acknowledged. */
  resent: number;
  /** Acknowledged events without an answer at the platform of which the log does not say why. */
  lost: string[];
  /** Events whose call to the platform was cut off by a hang: recorded as `unknown`, on purpose not sent again. */
  unknown: number;
  /** Events that were answered twice, and more often than that. */
  doubled: number;
  moreThanTwice: string[];
  /** Events with no interaction in the log, or with more than one. */
  logFaults: string[];
  /** Citizens whose answers did not come in the order of their questions. */
  outOfOrder: string[];
  tokenExpiries: number;
  /** Exchanges of the refresh token: the first, and one for each expiry. */
  tokenExchanges: number;
  /** Evidence bundles exported by two processes at once while all this went on, and those that did not verify. */
  bundles: number;
  bundleFaults: string[];
  /** Lines of the servers' logs that hold a citizen's id or words. */
  logLeaks: string[];
  /** From the last event to the last answer. */
  drainSeconds: number;
  /** What went out in that time, by channel, and how long that takes at the least at the rates that we keep to. */
  drained: Record<string, number>;
  drainAtLeastSeconds: number;
}

/** Each names its topic, so that its answer can be told by the topic of its buttons. */
const questions: readonly [topic: string, text: string][] = [
  ['certify-signature', 'phí chứng thực chữ ký'],
  ['passport', 'phí cấp hộ chiếu'],
  ['marriage-registration', 'le phi dang ky ket hon'],
  ['household-split', 'lệ phí tách hộ'],
  ['birth-registration', 'lệ phí đăng ký khai sinh'],
  ['criminal-record', 'phí lý lịch tư pháp'],
  ['permanent-residence', 'lệ phí đăng ký thường trú'],
  ['certify-copy', 'phi chung thuc ban sao'],
];

const processes = 3;
const pauseBetweenFaultsMs = 1_500;
/** How long the rest may take, and how much longer for each event: one Page takes no more than twenty answers a second. */
const drainPatienceMs = 180_000;
const patienceForEventMs = 50;
const resendAfterMs = 300;
/** As the channels keep to it, for one app and one Page. */
const sendsPerSecond = { zalo: 50, messenger: 20 };

interface Written {
  user: string;
  channel: 'zalo' | 'messenger';
  topic: string;
  eventId: string;
}

/**
 * Three servers behind a load balancer on a PostgreSQL and a Redis of their own, citizens who write on both channels,
 * and one fault after the other: a process killed, Redis gone, PostgreSQL gone (in turn in order and by a crash),
 * platforms that hang, tokens that expire. Afterwards every event is looked for.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seconds, rounds = 1, writers } = options;
  const say = (message: string) => options.say(message);
  const platform = await startFakePlatform();
  // A database that acknowledges what it may lose in a crash would prove nothing.
  const postgres = await startPostgresServer({ durable: true });
  let redis = await startRedisServer();
  const directory = await mkdtemp(join(tmpdir(), 'tthc-chaos-'));
  const ports = await Promise.all(Array.from({ length: processes }, () => findFreePort()));
  const environmentOf = (name: number | string): NodeJS.ProcessEnv => ({
    ...serverEnvironment(platform.url, join(directory, String(name))),
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    SECRET_KEY: 'chaos'.repeat(8),
    LOG_LEVEL: 'warn',
  });
  await trainOnce(environmentOf('warm'));
  for (const name of [...ports, 'command-0', 'command-1']) {
    await linkFiles(join(directory, 'warm', 'cache'), join(directory, String(name), 'cache'));
  }
  const servers = startServers(ports, environmentOf);
  const balancer = await startLoadBalancer(ports);
  const written: Written[] = [];
  const counts = {
    kills: 0,
    redisRestarts: 0,
    databaseRestarts: 0,
    hangs: 0,
    tokenExpiries: 0,
    resent: 0,
    bundles: 0,
  };
  const bundleFaults: string[] = [];
  try {
    await servers.waitUntilReady();
    // The first token is fetched before anything is broken: a process that is killed between the exchange and its
    // storing takes the only copy with it, and then only the OA's admin can help.
    await writeAs(balancer.url, newCitizen(0), written, counts);
    await drain(postgres.url, written.length);
    refuseUnfitQuestions(answersOf(platform).get(newCitizen(0).user) ?? []);
    say(`three servers serve; breaking things for ${seconds} s`);

    const endMs = performance.now() + seconds * 1_000;
    let breaking = true;
    let citizen = 1;
    const writing = Array.from({ length: writers }, async () => {
      while (breaking) {
        await writeAs(balancer.url, newCitizen(citizen++), written, counts);
      }
    });
    const faults = [
      async () => {
        await servers.killNext();
        counts.kills += 1;
      },
      async () => {
        for (const on of ['zalo-send', 'graph-send'] as const) {
          platform.control({
            fault: { on, kind: 'hang', times: 2, accept: counts.hangs % 2 === 0 } as never,
          });
        }
        counts.hangs += 1;
      },
      async () => {
        await servers.killNext();
        counts.kills += 1;
      },
      async () => {
        await redis.stop();
        await sleep(1_000);
        redis = await startRedisServer(redis.port);
        counts.redisRestarts += 1;
      },
      async () => {
        await servers.killNext();
        counts.kills += 1;
      },
      async () => {
        const exchanges = countExchanges(platform);
        platform.control({ expireTokens: true });
        counts.tokenExpiries += 1;
        await waitUntil(() => countExchanges(platform) > exchanges, 90_000);
        await sleep(500);
      },
      async () => {
        await postgres.restart({ crash: counts.databaseRestarts % 2 === 0, downMs: 1_000 });
        counts.databaseRestarts += 1;
      },
      async () => {
        const names = ['command-0', 'command-1'];
        bundleFaults.push(...(await exportBundles(names, directory, environmentOf)));
        counts.bundles += names.length;
      },
    ];
    try {
      for (let round = 0; round < rounds || performance.now() < endMs; round += 1) {
        for (const breakSomething of faults) {
          await breakSomething();
          await sleep(pauseBetweenFaultsMs);
        }
      }
    } finally {
      breaking = false;
    }
    await Promise.all(writing);
    platform.control({ clearFaults: true });
    await servers.waitUntilReady();
    say(`${written.length} events acknowledged; waiting for the rest of the answers`);
    const drainedFrom = performance.now();
    const sentBefore = countSent(platform);
    await drain(postgres.url, written.length);
    const drainSeconds = (performance.now() - drainedFrom) / 1_000;
    const sentAfter = countSent(platform);
    const drained = {
      zalo: sentAfter.zalo - sentBefore.zalo,
      messenger: sentAfter.messenger - sentBefore.messenger,
    };
    bundleFaults.push(...(await exportBundles(['command-0'], directory, environmentOf)));
    const verdict = await judge(written, platform, postgres.url);
    return {
      events: written.length,
      citizens: new Set(written.map(({ user }) => user)).size,
      ...counts,
      ...verdict,
      tokenExchanges: countExchanges(platform),
      bundles: counts.bundles + 1,
      bundleFaults,
      logLeaks: servers.output().split('\n').filter(isLeak),
      drainSeconds,
      drained,
      drainAtLeastSeconds: Math.max(
        drained.zalo / sendsPerSecond.zalo,
        drained.messenger / sendsPerSecond.messenger,
      ),
    };
  } catch (error) {
    say(servers.output().slice(-4_000));
    throw error;
  } finally {
    await servers.stop();
    await Promise.all([balancer.stop(), redis.stop(), platform.stop()]);
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** One process trains what all of them read: a start is then a matter of a second or two. */
async function trainOnce(environment: NodeJS.ProcessEnv): Promise<void> {
  const cache = join(environment.DATA_DIR ?? '', 'cache');
  await linkFiles(sharedModelCache, cache);
  const matching = run(process.execPath, [join(projectDir, 'src/cli.ts'), 'match', '--jsonl'], {
    cwd: projectDir,
    env: environment,
  });
  matching.child.stdin?.end();
  await matching;
  await linkFiles(cache, sharedModelCache);
}

function isLeak(line: string): boolean {
  return /6100000000000\d{6}|7100000000\d{6}/.test(line) || questions.some(([, text]) => line.includes(text));
}

function newCitizen(number: number): { user: string; channel: Written['channel'] } {
  return number % 2 === 0
    ? { user: String(6100000000000000000n + BigInt(number)), channel: 'zalo' }
    : { user: String(7100000000000000n + BigInt(number)), channel: 'messenger' };
}

/** One citizen asks question after question; the platform delivers each until it is acknowledged, as platforms do. */
async function writeAs(
  url: string,
  { user, channel }: Pick<Written, 'user' | 'channel'>,
  written: Written[],
  counts: { resent: number },
): Promise<void> {
  for (const [topic, text] of questions) {
    const eventId = `chaos-${user}-${topic}`;
    const delivery =
      channel === 'zalo' ? zaloText(zalo, user, text, eventId) : messengerText(page, user, text, eventId);
    while ((await post(url, delivery)) !== 200) {
      counts.resent += 1;
      await sleep(resendAfterMs);
    }
    written.push({ user, channel, topic, eventId });
    await sleep(60);
  }
}

async function post(url: string, { path, headers, body }: Delivery): Promise<number> {
  try {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

function countSent(platform: FakePlatform): Record<keyof typeof sendsPerSecond, number> {
  const counts = { zalo: 0, messenger: 0 };
  for (const { channel } of platform.sent()) counts[channel] += 1;
  return counts;
}

function countExchanges(platform: FakePlatform): number {
  return platform.calls().filter(({ name }) => name === 'zalo-token:refresh_token').length;
}

/** Two processes seal and export the same unit at once; a chain that had forked would not verify. */
async function exportBundles(
  names: readonly string[],
  directory: string,
  environmentOf: (name: string) => NodeJS.ProcessEnv,
): Promise<string[]> {
  const period = `${new Date().getUTCFullYear()}`;
  const results = await Promise.all(
    names.map((name) =>
      run(
        process.execPath,
        [
          join(projectDir, 'src/cli.ts'),
          ...['evidence', 'export', '--unit', unitId, '--period', period],
          ...['--out', join(directory, `${name}.zip`)],
        ],
        { cwd: projectDir, env: environmentOf(name), timeout: 600_000 },
      ).then(
        () => [],
        (error: unknown) => [String((error as { stdout?: string }).stdout ?? '') + String(error)],
      ),
    ),
  );
  return results.flat();
}

/** Until nothing waits in either queue. */
async function drain(databaseUrl: string, events: number): Promise<void> {
  await withDatabase(databaseUrl, async (client) => {
    const isEmpty = async () =>
      Number((await client.query('select count(*) as n from queue_item')).rows[0]?.n) === 0;
    await waitUntil(isEmpty, drainPatienceMs + events * patienceForEventMs);
  });
}

/** Topics of the answers that reached each citizen, in order. */
function answersOf(platform: FakePlatform): Map<string, string[]> {
  const answers = new Map<string, string[]>();
  for (const { userId, payloads } of platform.sent()) {
    const topic = payloads.map((payload) => /a:[a-z]+:([a-z-]+)$/.exec(payload)?.[1]).find(Boolean);
    if (topic !== undefined) answers.set(userId, [...(answers.get(userId) ?? []), topic]);
  }
  return answers;
}

/** In calm each question must be answered by its own topic, or nothing could be told by the answers later. */
function refuseUnfitQuestions(calm: readonly string[]): void {
  const unfit = questions.filter(([topic], index) => calm[index] !== topic);
  if (unfit.length === 0) return;
  throw new Error(
    `choose other questions: ${unfit.map(([topic]) => topic).join(', ')} (answered: ${calm.join(', ')})`,
  );
}

async function judge(
  written: readonly Written[],
  platform: FakePlatform,
  databaseUrl: string,
): Promise<Pick<ChaosReport, 'lost' | 'unknown' | 'doubled' | 'moreThanTwice' | 'logFaults' | 'outOfOrder'>> {
  const answers = answersOf(platform);
  const { logged, unknown, parked } = await readLog(databaseUrl);
  const lost: string[] = [];
  const moreThanTwice: string[] = [];
  const logFaults: string[] = [];
  let unknowns = 0;
  let doubled = 0;
  for (const { user, channel, topic, eventId } of written) {
    const times = (answers.get(user) ?? []).filter((answered) => answered === topic).length;
    const id = interactionId({ channel, unitId, eventId });
    if (!logged.has(id)) logFaults.push(eventId);
    if (times === 0 && unknown.has(id)) unknowns += 1;
    else if (times === 0) lost.push(`${eventId}${parked.has(id) ? ' (parked)' : ''}`);
    if (times === 2) doubled += 1;
    if (times > 2) moreThanTwice.push(`${eventId} ${times}`);
  }
  const asked = new Map<string, string[]>();
  for (const { user, topic } of written) asked.set(user, [...(asked.get(user) ?? []), topic]);
  const outOfOrder = [...asked].flatMap(([user, topics]) => {
    const seen = [...new Set(answers.get(user) ?? [])];
    const expected = topics.filter((topic) => seen.includes(topic));
    return seen.join() === expected.join() ? [] : [`${user}: ${seen.join(' ')}`];
  });
  return { lost, unknown: unknowns, doubled, moreThanTwice, logFaults, outOfOrder };
}

async function readLog(
  databaseUrl: string,
): Promise<{ logged: Set<string>; unknown: Set<string>; parked: Set<string> }> {
  return withDatabase(databaseUrl, async (client) => {
    const ids = async (sql: string) =>
      new Set((await client.query<{ id: string }>(sql)).rows.map(({ id }) => id));
    return {
      logged: await ids('select id from interaction'),
      unknown: await ids("select interaction_id as id from delivery where status = 'unknown'"),
      parked: await ids("select split_part(id, ':', 1) as id from queue_parked"),
    };
  });
}

async function withDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function waitUntil(check: () => boolean | Promise<boolean>, patienceMs: number): Promise<void> {
  for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await sleep(100)) {
    if (await check()) return;
  }
  throw new Error(`waited ${patienceMs / 1_000} s in vain`);
}
