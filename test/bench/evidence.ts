import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Interaction } from '../../src/core/interaction.ts';
import { createEvidence, type Evidence } from '../../src/evidence/evidence.ts';
import { verifyEvidence } from '../../src/evidence/verify.mjs';
import type { Database } from '../../src/storage/sql/database.ts';
import { openEmbeddedDatabase } from '../../src/storage/sql/embedded-database.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { createSqlLeases } from '../../src/storage/sql/leases.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { createSealStore } from '../../src/storage/sql/seal-store.ts';
import { createServerDatabase } from '../../src/storage/sql/server-database.ts';
import { startPostgresServer } from '../services/postgres-server.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { seededRandom, type Random } from './noise.ts';

/**
 * Seals, exports and verifies a year of one unit:
 * `node test/bench/evidence.ts [--interactions 200000] [--database embedded|server] [--seed 1]`.
 * Each interaction has one delivery; verified with a thread a core, and in one. Then seals while `--pace` interactions (500) a second are written. Prints one line of
 * JSON per database.
 */
const { values } = parseArgs({
  options: {
    interactions: { type: 'string', default: '200000' },
    database: { type: 'string' },
    seed: { type: 'string', default: '1' },
    pace: { type: 'string', default: '500' },
  },
});
const count = Number(values.interactions);
const seed = Number(values.seed);
const perStatement = 500;
const yearStartMs = Date.parse('2025-12-14T17:00:00Z');
const yearMs = 365 * 86_400_000;
const year = { id: '2026', from: new Date(yearStartMs), to: new Date(yearStartMs + yearMs) };
const documentPath = join(import.meta.dirname, '../../docs/evidence.md');

const syllables = [
  'làm',
  'giấy',
  'khai',
  'sinh',
  'cho',
  'con',
  'cần',
  'gì',
  'bao',
  'lâu',
  'ở',
  'đâu',
  'phí',
  'đất',
];
const topics = ['birth-registration', 'marriage-registration', 'land-title-first', 'residence-permanent'];

function pick<T>(items: readonly T[], random: Random): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

function sentence(words: number, random: Random): string {
  return Array.from({ length: words }, () => pick(syllables, random)).join(' ');
}

function makeInteraction(index: number, random: Random): Interaction {
  const at = new Date(yearStartMs + Math.floor((index / count) * yearMs)).toISOString();
  const topic = pick(topics, random);
  const score = random();
  return {
    id: `bench-${seed}-${index}`,
    unitId: 'hang-gon',
    channel: 'web',
    citizen: `citizen-${Math.floor(random() * count * 0.1)}`,
    receivedAt: at,
    handledAt: at,
    kind: 'text',
    decision: 'answer',
    topic,
    aspect: 'fee',
    confidence: score,
    candidates: topics.map((one) => ({ topic: one, score: score * random() })),
    explanation: Array.from({ length: 4 }, () => ({
      code: 'feature',
      text: sentence(2, random),
      weight: random(),
    })),
    language: 'vi',
    sensitive: null,
    contentVersion: 'content-1',
    matcherVersion: 'matcher-1',
    maskedText: sentence(12, random),
    replyText: sentence(60, random),
    links: ['https://dichvucong.gov.vn'],
    outreach: null,
    test: false,
  };
}

async function fill(database: Database): Promise<void> {
  const random = seededRandom(seed);
  const store = createInteractionStore(database);
  for (let start = 0; start < count; start += perStatement) {
    const length = Math.min(perStatement, count - start);
    const interactions = Array.from({ length }, (_, index) => makeInteraction(start + index, random));
    await store.append(interactions);
    await store.appendDeliveries(
      interactions.map(({ id, unitId, handledAt }) => ({
        ...{ interactionId: id, unitId, part: 0, status: 'sent', at: handledAt, code: null },
        messageId: `m-${id}`,
      })),
    );
  }
}

/** Seconds that `work` takes, and the longest time for which nothing else in the process could run. */
async function time<T>(work: () => Promise<T>): Promise<{ seconds: number; blockedMs: number; result: T }> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const begun = performance.now();
  const result = await work();
  const seconds = (performance.now() - begun) / 1000;
  delay.disable();
  return { seconds, blockedMs: delay.max / 1e6, result };
}

const paceSeconds = 20;
const pacedEveryMs = 100;

/** Whether sealing keeps up while the log grows at a pace: what was written a second, and what was left to seal at the end. */
async function keepUp(store: ReturnType<typeof createInteractionStore>, evidence: Evidence, pace: number) {
  const random = seededRandom(seed + 1);
  let appended = 0;
  let sealed = 0;
  let ended = false;
  const sealing = (async () => {
    for (; !ended; await sleep(1_000)) sealed += await evidence.sealNew(['hang-gon']);
  })();
  const begun = performance.now();
  while (performance.now() - begun < paceSeconds * 1_000) {
    const due = Math.min(perStatement, Math.floor(((performance.now() - begun) / 1_000) * pace) - appended);
    const batch = Array.from({ length: due }, (_, index) => ({
      ...makeInteraction(index, random),
      id: `paced-${seed}-${appended + index}`,
    }));
    if (due > 0) await store.append(batch);
    appended += due;
    await sleep(pacedEveryMs);
  }
  const seconds = (performance.now() - begun) / 1_000;
  ended = true;
  await sealing;
  const left = await evidence.sealNew(['hang-gon']);
  return {
    appendedPerSecond: Math.round(appended / seconds),
    appended,
    sealedMeanwhile: sealed,
    leftToSeal: left,
  };
}

/** The most memory that this process has held so far. */
function readPeakMegabytes(): number {
  return Math.round(process.resourceUsage().maxRSS / 1000);
}

async function measure(name: string, database: Database, folder: string): Promise<void> {
  await migrate(database);
  await fill(database);
  const evidence = createEvidence({
    store: createSealStore(database),
    leases: createSqlLeases(database),
    clock: { now: () => new Date() },
    logger: silentLogger,
    documentPath,
  });
  const sealing = await time(() => evidence.sealNew(['hang-gon']));
  const path = join(folder, `${name}.zip`);
  const exporting = await time(() => evidence.exportPeriod('hang-gon', year, path));
  const exportPeakMegabytes = readPeakMegabytes();
  const verifying = await time(() => verifyEvidence(path));
  const verifyPeakMegabytes = readPeakMegabytes();
  const verifyingAlone = await time(() => verifyEvidence(path, { threads: 0 }));
  const { interaction, delivery } = verifying.result.records;
  if (interaction !== count || delivery !== count || sealing.result !== 2 * count) {
    throw new Error(
      `the bundle holds ${interaction} interactions and ${delivery} deliveries instead of ${count}`,
    );
  }
  console.log(
    JSON.stringify({
      database: name,
      interactions: count,
      sealedPerSecond: Math.round(sealing.result / sealing.seconds),
      sealBlockedMs: Math.round(sealing.blockedMs),
      exportSeconds: Number(exporting.seconds.toFixed(1)),
      exportBlockedMs: Math.round(exporting.blockedMs),
      zipMegabytes: Math.round((await stat(path)).size / 1e6),
      exportPeakMegabytes,
      verifySeconds: Number(verifying.seconds.toFixed(1)),
      verifyPeakMegabytes,
      verifyInOneThreadSeconds: Number(verifyingAlone.seconds.toFixed(1)),
      keepingUp: await keepUp(createInteractionStore(database), evidence, Number(values.pace)),
    }),
  );
}

const folder = await mkdtemp(join(tmpdir(), 'tthc-bench-evidence-'));
try {
  if (values.database !== 'server') {
    const embedded = await openEmbeddedDatabase(join(folder, 'data'));
    await measure('embedded', embedded, folder).finally(() => embedded.close());
  }
  if (values.database !== 'embedded') {
    const server = await startPostgresServer({ durable: true });
    try {
      const database = createServerDatabase({ connectionString: server.url, logger: silentLogger });
      await measure('server', database, folder).finally(() => database.close());
    } finally {
      await server.stop();
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
