import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../src/storage/sql/database.ts';
import { openEmbeddedDatabase } from '../../src/storage/sql/embedded-database.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { createServerDatabase } from '../../src/storage/sql/server-database.ts';
import { startSystem } from '../e2e/support/system.ts';
import { zaloText } from '../fakes/deliveries.ts';
import { startPostgresServer } from '../services/postgres-server.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { anInteraction } from '../services/storage-fixtures.ts';
import { post, quantile } from './load.ts';
import { createUnits } from './many-units.ts';

const units = 40;
const backlogPerUnit = 1_500;
const perSecond = Number(process.env.BENCH_PACE ?? 500);
const seconds = 40;
const everyMs = 20;
/** Sealing begins within so many seconds of the start, while deliveries come. */
const upkeepSpreadSeconds = 12;
const questions = ['lam giay khai sinh cho con can gi', 'phí chứng thực bản sao bao nhiêu', 'xin chào'];

/**
 * Sealing in the process that takes webhooks: what a busy night left unsealed is sealed while events come at a pace.
 * BENCH_PACE sets another pace. Prints a Markdown table.
 */
export async function benchSealing(): Promise<void> {
  console.log(`\n### Sealing beside ${perSecond} webhooks a second (${units} units, ${seconds} s)\n`);
  console.log(
    '| database | acknowledged/s | p50 ms | p99 ms | failed | replies | sealed | sealed/s | webhooks meanwhile, p99 ms |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|');
  const postgres = await startPostgresServer({ durable: true });
  const openServer = async () =>
    createServerDatabase({ connectionString: postgres.url, logger: silentLogger });
  const server = { DATABASE_URL: postgres.url, SECRET_KEY: 'bench'.repeat(10) };
  console.log(`| PostgreSQL | ${await sealBesideWebhooks(openServer, server)} |`);
  await postgres.stop();
  const folder = await mkdtemp(join(tmpdir(), 'tthc-bench-sealing-'));
  const openEmbedded = () => openEmbeddedDatabase(folder);
  console.log(`| embedded | ${await sealBesideWebhooks(openEmbedded, { DATA_DIR: folder })} |`);
  await rm(folder, { recursive: true, force: true });
}

async function sealBesideWebhooks(
  open: () => Promise<Database>,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  await withDatabase(open, fill);
  const { accounts, environment: secrets, remove } = await createUnits(units);
  const system = await startSystem({
    ...{ LOG_LEVEL: 'error', UPKEEP_SPREAD_SECONDS: String(upkeepSpreadSeconds) },
    ...secrets,
    ...environment,
  });
  const acks = await sendAtPace(system.url, (index) => {
    const account = accounts[index % accounts.length];
    if (account === undefined) throw new Error('there are no units');
    const user = String(7_600_000_000_000_000n + BigInt(index));
    return zaloText(account, user, questions[index % questions.length] ?? '');
  });
  const replies = system.platform.sent().length;
  await system.kill('SIGTERM');
  const seals = await withDatabase(open, readSeals);
  await system.dispose();
  await remove();
  const took = acks.map(({ ms }) => ms);
  const [fromMs, toMs] = [seals.at(0)?.atMs ?? 0, seals.at(-1)?.atMs ?? 0];
  const meanwhile = acks.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).map(({ ms }) => ms);
  const sealed = seals.reduce((sum, { count }) => sum + count, 0);
  // The first seal's own time is not known; its records are left out.
  const rate = (sealed - (seals[0]?.count ?? 0)) / ((toMs - fromMs) / 1_000);
  return [
    Math.round(took.length / seconds),
    ...[quantile(took, 0.5), quantile(took, 0.99)].map((ms) => ms.toFixed(1)),
    acks.filter(({ status }) => status !== 200).length,
    ...[replies, sealed, Math.round(rate)],
    `${meanwhile.length}, ${quantile(meanwhile, 0.99).toFixed(1)}`,
  ].join(' | ');
}

async function withDatabase<R>(
  open: () => Promise<Database>,
  work: (database: Database) => Promise<R>,
): Promise<R> {
  const database = await open();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function fill(database: Database): Promise<void> {
  await migrate(database);
  const store = createInteractionStore(database);
  for (let unit = 0; unit < units; unit += 1) {
    const interactions = Array.from({ length: backlogPerUnit }, () =>
      anInteraction({ unitId: `don-vi-${unit}` }),
    );
    await store.append(interactions);
    await store.appendDeliveries(
      interactions.map(({ id, unitId, handledAt }) => ({
        ...{ interactionId: id, unitId, part: 0, status: 'sent', at: handledAt, code: null, messageId: id },
      })),
    );
  }
}

/** Deliveries at a pace whatever becomes of them, as platforms send; when each began and how long it took. */
async function sendAtPace(
  url: string,
  deliver: (index: number) => ReturnType<typeof zaloText>,
): Promise<{ atMs: number; ms: number; status: number }[]> {
  const agent = new Agent({ keepAlive: true });
  const acks: Promise<{ atMs: number; ms: number; status: number }>[] = [];
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1_000) {
    const due = Math.floor(((performance.now() - begun) / 1_000) * perSecond);
    while (acks.length < due) {
      const atMs = Date.now();
      const startedMs = performance.now();
      acks.push(
        post(agent, url, deliver(acks.length)).then(
          (status) => ({ atMs, ms: performance.now() - startedMs, status }),
          () => ({ atMs, ms: performance.now() - startedMs, status: 0 }),
        ),
      );
    }
    await sleep(everyMs);
  }
  const all = await Promise.all(acks);
  agent.destroy();
  return all;
}

async function readSeals(database: Database): Promise<{ atMs: number; count: number }[]> {
  const { rows } = await database.query<{ at: Date; count: number }>(
    `select sealed_at as at, (header::jsonb ->> 'count')::int as count from seal where unit_id like 'don-vi-%' order by sealed_at`,
  );
  return rows.map(({ at, count }) => ({ atMs: at.getTime(), count }));
}
