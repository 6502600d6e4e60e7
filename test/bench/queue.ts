import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { QueueItem } from '../../src/core/ports.ts';
import { createPayloadKeyFiles } from '../../src/storage/payload-key-files.ts';
import { createPayloadCipher } from '../../src/privacy/payload-cipher.ts';
import { createSqlQueue } from '../../src/storage/queue/sql-queue.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { openEmbeddedDatabase } from '../../src/storage/sql/embedded-database.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { createSqlPayloadKeyStore } from '../../src/storage/sql/payload-key-store.ts';
import { createServerDatabase } from '../../src/storage/sql/server-database.ts';
import { startPostgresServer } from '../services/postgres-server.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { testBox } from '../services/storage-fixtures.ts';

/**
 * Measures the queue alone, on the embedded database and on PostgreSQL with syncing on:
 * node test/bench/queue.ts [--items 20000] [--citizens 4000] [--senders 64]
 */
const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '20000' },
    citizens: { type: 'string', default: '4000' },
    senders: { type: 'string', default: '64' },
  },
});
const itemCount = Number(values.items);
const citizenCount = Number(values.citizens);
const senderCount = Number(values.senders);

interface Body {
  text: string;
  at: number;
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function describeMs(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  return `p50 ${percentile(sorted, 0.5).toFixed(1)} ms, p99 ${percentile(sorted, 0.99).toFixed(1)} ms`;
}

function anItem(run: string, n: number): QueueItem<Body> {
  const citizen = n % citizenCount;
  const text = `lệ phí đăng ký khai sinh cho con bao nhiêu ạ ${n}`;
  return {
    id: `${run}-${n}`,
    key: `citizen-${citizen}`,
    unitId: `unit-${citizen % 95}`,
    body: { text, at: performance.now() },
  };
}

/** Each sender puts one item, waits for its storage, and puts the next: as a platform's connections do. */
async function putAll(
  queue: { put(items: QueueItem<Body>[]): Promise<unknown> },
  run: string,
): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const send = async () => {
    while (next < itemCount) {
      const item = anItem(run, next);
      next += 1;
      const startedAt = performance.now();
      await queue.put([item]);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: senderCount }, send));
  return times;
}

async function measure(
  name: string,
  database: Database,
  keys: Parameters<typeof createPayloadCipher>[0]['keys'],
): Promise<void> {
  await migrate(database);
  const cipher = createPayloadCipher({ keys, box: testBox });
  const open = (queue: string) =>
    createSqlQueue<Body>({ name: queue, database, cipher, logger: silentLogger });

  const backlog = open('backlog');
  let startedAt = performance.now();
  const putTimes = await putAll(backlog, 'backlog');
  const putSeconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${name}: put ${Math.round(itemCount / putSeconds)} items/s (${describeMs(putTimes)}), ${senderCount} senders`,
  );

  startedAt = performance.now();
  let handled = 0;
  await new Promise<void>((resolve) => {
    void backlog.consume(async (jobs) => {
      handled += jobs.length;
      if (handled === itemCount) resolve();
      return jobs.map(() => ({ status: 'done' }));
    });
  });
  await backlog.stop(10_000);
  const drainSeconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${name}: drained ${Math.round(itemCount / drainSeconds)} items/s from a backlog of ${itemCount}`,
  );

  const live = open('live');
  const latencies: number[] = [];
  startedAt = performance.now();
  await new Promise<void>((resolve) => {
    void live.consume(async (jobs) => {
      const now = performance.now();
      for (const { body } of jobs) latencies.push(now - body.at);
      if (latencies.length === itemCount) resolve();
      return jobs.map(() => ({ status: 'done' }));
    });
    void putAll(live, 'live');
  });
  await live.stop(10_000);
  const liveSeconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${name}: put and handled at once ${Math.round(itemCount / liveSeconds)} items/s (${describeMs(latencies)} from put to handler)`,
  );
}

const directory = await mkdtemp(join(tmpdir(), 'tthc-bench-'));
const embedded = await openEmbeddedDatabase(directory);
await measure('embedded', embedded, createPayloadKeyFiles(join(directory, 'keys'), embedded));
await embedded.close();
await rm(directory, { recursive: true });

const postgres = await startPostgresServer({ durable: true });
const server = createServerDatabase({ connectionString: postgres.url, logger: silentLogger });
await measure('PostgreSQL', server, createSqlPayloadKeyStore(server));
await server.close();
await postgres.stop();
