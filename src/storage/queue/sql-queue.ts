import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../core/errors.ts';
import type { Logger, PayloadCipher, Queue, QueueItem } from '../../core/ports.ts';
import { createGroupCommit } from '../group-commit.ts';
import type { Database } from '../sql/database.ts';
import { createLaneWorker, type LaneWorker } from './lane-worker.ts';
import { createQueueStatements, type SealedItem } from './queue-statements.ts';

export interface SqlQueueOptions {
  /** Name of the queue, e.g. `inbound`; queues of different names share nothing but tables. */
  name: string;
  database: Database;
  cipher: PayloadCipher;
  logger: Logger;
  /** Jobs that a handler gets at most in one call; default 64. */
  batchSize?: number;
  /** Handler calls at the same time in this process; default 4. For slow calls: batchSize 1 and many at a time. */
  parallel?: number;
  /** Attempts before an item is parked; default 8. An attempt that a killed process began counts. */
  maxAttempts?: number;
  /** Wait after the n-th failed attempt unless the handler says otherwise; default 1 s, doubling, at most 5 minutes. */
  delayMs?: (attempt: number) => number;
  /** A lane whose worker shows no sign of life for this long is taken over; default 12 s. */
  leaseMs?: number;
  /** A handler call that takes longer counts as failed; default 2 minutes. */
  maxHandlingMs?: number;
  /** How often a worker looks by itself, for what nobody woke it up for; default 400 ms. */
  pollMs?: number;
}

/** A queue with the upkeep that the deployment runs now and then. */
export interface SqlQueue<T> extends Queue<T> {
  /** Forgets ids seen more than `seenHours` ago (at least 48) and parked items older than `parkedDays`. */
  purge(seenHours: number, parkedDays: number): Promise<void>;
}

/** Concurrent puts of this span become one statement. */
const putWindowMs = 2;
const putMaxItems = 1_000;
/** Ids and keys are indexed, and an index entry holds 2.7 kB. */
const nameLimit = 500;
/** Platforms wait a few seconds for their acknowledgement: later than this, "not stored" is the useful answer. */
const putPatienceMs = 5_000;
const firstDelayMs = 1_000;
const longestDelayMs = 300_000;
const shortestMemoryHours = 48;

function defaultDelayMs(attempt: number): number {
  return Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs);
}

/** The database may be gone without a word. What is stored after all is a duplicate when it comes again. */
async function withinTime<R>(storing: Promise<R>): Promise<R> {
  const done = new AbortController();
  const late = sleep(putPatienceMs, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new AppError(
      'storage-unavailable',
      'The database did not store the items in time; check its load.',
      {
        retryable: true,
      },
    );
  });
  try {
    return await Promise.race([storing, late]);
  } finally {
    done.abort();
    late.catch(() => undefined);
  }
}

/**
 * Queue on SQL, the same on the embedded database and on a server. Order and one-at-a-time per key hold across processes
 * through lanes (one row per key): whoever holds the lane handles its oldest item. Several processes may consume.
 */
export function createSqlQueue<T>(options: SqlQueueOptions): SqlQueue<T> {
  const statements = createQueueStatements(options.database, options.name);
  let worker: LaneWorker | undefined;

  const store = createGroupCommit<{ item: SealedItem; flush: boolean }, boolean>(
    async (puts) => {
      const items = puts.map(({ item }) => item);
      const distinct = [...new Map(items.toReversed().map((item) => [item.id, item])).values()].reverse();
      // A worker of this process that has room takes the items at once; else somebody else may.
      const local = worker?.hasRoom() === true;
      const fresh = await statements.put(
        distinct,
        !local,
        puts.some(({ flush }) => flush),
      );
      if (fresh.size > 0) worker?.wake();
      // Of items with one id in the group, only the first was stored.
      return items.map(({ id }) => fresh.delete(id));
    },
    { windowMs: putWindowMs, maxItems: putMaxItems },
  );

  async function seal(item: QueueItem<T>): Promise<SealedItem> {
    for (const [field, value] of Object.entries({ id: item.id, key: item.key, unit: item.unitId })) {
      if (
        value.length === 0 ||
        value.length > nameLimit ||
        value.includes('\u0000') ||
        !value.isWellFormed()
      ) {
        throw new AppError(
          'invalid-input',
          `A queue item's ${field} must be text of 1 to ${nameLimit} characters.`,
        );
      }
    }
    const body = await options.cipher.seal(Buffer.from(JSON.stringify(item.body), 'utf8'));
    return { id: item.id, key: item.key, unitId: item.unitId, body };
  }

  async function put(items: readonly QueueItem<T>[], flush: boolean) {
    if (items.length === 0) return { stored: 0, duplicates: 0 };
    const sealed = await Promise.all(items.map(seal));
    const results = await withinTime(store(sealed.map((item) => ({ item, flush }))));
    const stored = results.filter(Boolean).length;
    return { stored, duplicates: items.length - stored };
  }

  return {
    put: (items) => put(items, true),
    putUnflushed: (items) => put(items, false),
    async consume(handler) {
      if (worker !== undefined)
        throw new AppError('conflict', `Queue ${options.name} is already being consumed here.`);
      worker = createLaneWorker<T>({
        name: options.name,
        statements,
        database: options.database,
        cipher: options.cipher,
        logger: options.logger,
        handler,
        batchSize: options.batchSize ?? 64,
        parallel: options.parallel ?? 4,
        maxAttempts: options.maxAttempts ?? 8,
        delayMs: options.delayMs ?? defaultDelayMs,
        leaseMs: options.leaseMs ?? 12_000,
        maxHandlingMs: options.maxHandlingMs ?? 120_000,
        pollMs: options.pollMs ?? 400,
      });
    },
    async stop(graceMs) {
      await worker?.stop(graceMs);
      worker = undefined;
    },
    state: () => statements.state(),
    parked: (limit) => statements.parked(limit),
    async release(id) {
      const released = await statements.release(id);
      if (released) worker?.wake();
      return released;
    },
    purge: (seenHours, parkedDays) => statements.purge(Math.max(seenHours, shortestMemoryHours), parkedDays),
  };
}
