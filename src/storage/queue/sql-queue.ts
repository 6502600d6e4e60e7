import { randomUUID } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import type { Logger, PayloadCipher, Queue, QueueItem } from '../../core/ports.ts';
import { withinLimit } from '../../core/within-limit.ts';
import { createGroupCommit } from '../group-commit.ts';
import type { Database } from '../sql/database.ts';
import { createLaneWorker, type LaneWorker, type TakenItem } from './lane-worker.ts';
import { createQueueStatements, type SealedItem } from './queue-statements.ts';

export interface SqlQueueOptions {
  /** Name of the queue, e.g. `inbound`; queues of different names share nothing but tables. */
  name: string;
  database: Database;
  cipher: PayloadCipher;
  logger: Logger;
  /** Jobs that a handler gets at most in one call; default 64. */
  batchSize?: number;
  /** Full batches that are handled at the same time in this process, or as many items in smaller ones; default 4. */
  parallel?: number;
  /**
   * Items that this process holds at most, those whose turn has not come included; default as many as it handles at once.
   * What comes while there is no place is claimed later, which costs a statement and the opening of its body.
   */
  holdAtMost?: number;
  /** Attempts before an item is parked; default 8. An attempt that a killed process began counts. */
  maxAttempts?: number;
  /** Wait after the n-th failed attempt unless the handler says otherwise; default 1 s, doubling, at most 5 minutes. */
  delayMs?: (attempt: number) => number;
  /** A lane whose worker shows no sign of life for this long is taken over; default 12 s. */
  leaseMs?: number;
  /** Nothing is put off for longer; what is, was put off while the clock had jumped ahead. Default a day. */
  longestWaitMs?: number;
  /** A handler call that takes longer counts as failed; default 2 minutes. */
  maxHandlingMs?: number;
  /** How often a worker looks by itself, for what nobody woke it up for; default 400 ms. */
  pollMs?: number;
}

/** A queue with the upkeep that the deployment runs now and then. */
export interface SqlQueue<T> extends Queue<T> {
  /** Forgets ids seen more than `seenHours` ago (at least 48) and parked items older than `parkedDays`. */
  purge(seenHours: number, parkedDays: number): Promise<void>;
  /** Takes up what a clock that had jumped ahead put off for longer than anything waits. */
  bringForward(): Promise<void>;
}

interface Put<T> {
  item: SealedItem;
  /** What `item.body` is sealed from: a worker of this process need not open it again. */
  body: T;
  flush: boolean;
}

interface Stored<T> {
  isNew: boolean;
  /** The item as our own worker's, when it may handle it at once. */
  taken?: TakenItem<T>;
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
/** A platform may ask to wait until the next morning. */
const longestWaitMs = 86_400_000;

function defaultDelayMs(attempt: number): number {
  return Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs);
}

/** The database may be gone without a word. What is stored after all is a duplicate when it comes again. */
const notStored = () =>
  new AppError('storage-unavailable', 'The database did not store the items in time; check its load.', {
    retryable: true,
  });

/**
 * Queue on SQL, the same on the embedded database and on a server. Order and one-at-a-time per key hold across processes
 * through lanes (one row per key): whoever holds the lane handles its oldest item. Several processes may consume.
 */
export function createSqlQueue<T>(options: SqlQueueOptions): SqlQueue<T> {
  const statements = createQueueStatements(options.database, options.name);
  const leaseMs = options.leaseMs ?? 12_000;
  let worker: LaneWorker<T> | undefined;

  const store = createGroupCommit<Put<T>, Stored<T>>(
    async (puts) => {
      const distinct = [...new Map(puts.toReversed().map((put) => [put.item.id, put])).values()].reverse();
      // A worker of this process that has room takes the items at once; else somebody else may.
      const room = worker?.room() ?? 0;
      const claim = randomUUID();
      const results = await statements.put(
        distinct.map(({ item }) => item),
        { notify: room < distinct.length, flush: puts.some(({ flush }) => flush), claim, leaseMs, room },
      );
      const told = new Map(distinct.map(({ item }, at) => [item.id, results[at] ?? 'known']));
      if (room < distinct.length && results.some((result) => result !== 'known')) worker?.lookAround();
      const putAt = new Date();
      const stored = puts.map(({ item, body }): Stored<T> => {
        const result = told.get(item.id) ?? 'known';
        // Of items with one id in the group, only the first was stored.
        told.delete(item.id);
        if (result === 'known') return { isNew: false };
        if (result === 'stored') return { isNew: true };
        return { isNew: true, taken: { ...item, body, seq: result.takenSeq, claim, attempt: 1, putAt } };
      });
      worker?.take(stored.flatMap(({ taken }, at) => (taken && puts[at]?.flush ? [taken] : [])));
      return stored;
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
    if (items.length === 0) return { stored: 0, duplicates: 0, taken: [] };
    const sealed = await Promise.all(items.map(seal));
    const puts = sealed.map((item, at) => ({ item, body: items[at]?.body as T, flush }));
    const results = await withinLimit(store(puts), putPatienceMs, notStored);
    const stored = results.filter(({ isNew }) => isNew).length;
    return {
      stored,
      duplicates: items.length - stored,
      taken: flush ? [] : results.flatMap(({ taken }) => taken ?? []),
    };
  }

  return {
    async put(items) {
      const { stored, duplicates } = await put(items, true);
      return { stored, duplicates };
    },
    async putUnflushed(items) {
      const { stored, duplicates, taken } = await put(items, false);
      return { stored, duplicates, start: () => worker?.take(taken) };
    },
    async consume(handler) {
      if (worker !== undefined)
        throw new AppError('conflict', `Queue ${options.name} is already being consumed here.`);
      const { batchSize = 64, parallel = 4 } = options;
      worker = createLaneWorker<T>({
        name: options.name,
        statements,
        database: options.database,
        cipher: options.cipher,
        logger: options.logger,
        handler,
        batchSize,
        parallel,
        holdAtMost: options.holdAtMost ?? batchSize * parallel,
        maxAttempts: options.maxAttempts ?? 8,
        delayMs: options.delayMs ?? defaultDelayMs,
        leaseMs,
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
      if (released) worker?.lookAround();
      return released;
    },
    async purge(seenHours, parkedDays) {
      await statements.purge(Math.max(seenHours, shortestMemoryHours), parkedDays);
    },
    bringForward: () => statements.bringForward(options.longestWaitMs ?? longestWaitMs),
  };
}
