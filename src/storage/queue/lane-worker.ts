import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, errorMessage } from '../../core/errors.ts';
import type { BatchHandler, JobOutcome, Logger, PayloadCipher, QueueJob } from '../../core/ports.ts';
import { createGroupCommit } from '../group-commit.ts';
import type { Database } from '../sql/database.ts';
import {
  notifyChannel,
  type ClaimedItem,
  type QueueStatements,
  type SettledLanes,
  type Settlement,
} from './queue-statements.ts';
import { UnitTurns } from './unit-turns.ts';

export interface LaneWorkerOptions<T> {
  name: string;
  statements: QueueStatements;
  database: Database;
  cipher: PayloadCipher;
  logger: Logger;
  handler: BatchHandler<T>;
  batchSize: number;
  parallel: number;
  holdAtMost: number;
  maxAttempts: number;
  delayMs: (attempt: number) => number;
  leaseMs: number;
  maxHandlingMs: number;
  pollMs: number;
}

/** An item that this process claimed when it stored it: its body need not be opened. */
export interface TakenItem<T> extends Omit<ClaimedItem, 'body'> {
  body: T;
}

export interface LaneWorker<T> {
  /** Something that nobody has taken is or may be ready: look now. */
  lookAround(): void;
  /**
   * How many new items it could take at once. None while older ones wait that it has not taken yet: those are taken unit
   * by unit in turn, and what comes later must not overtake them.
   */
  room(): number;
  /** Handles items that were claimed for it. */
  take(items: readonly TakenItem<T>[]): void;
  stop(graceMs: number): Promise<void>;
}

/** What is known of an item that this process holds, however it came by its body. */
type Held = Omit<ClaimedItem, 'body'>;

interface Work<T> {
  item: Held;
  job: QueueJob<T>;
}

/** An item whose turn has not come: a new one with its body, or one that was claimed and is still sealed. */
type Waiting<T> = { taken: TakenItem<T> } | { claimed: ClaimedItem };

const settleWindowMs = 8;
/**
 * While this many batches run, new items wait this long for more of their kind: a batch costs the same statements whether
 * it holds five items or fifty. An idle worker starts at once.
 */
const gatherWhileBatches = 1;
const gatherMs = 20;
/** Items that are claimed in one go at most: opening them keeps the process from its requests. */
const claimedAtOnce = 1_024;
const settleMaxItems = 500;
const reasonLimit = 300;
const firstPauseMs = 100;
const longestPauseMs = 2_000;

/**
 * Takes lanes, hands their oldest items to the handler in batches of distinct keys, and settles them. Runs until
 * stopped; failures of the database only pause it.
 */
export function createLaneWorker<T>(options: LaneWorkerOptions<T>): LaneWorker<T> {
  const { statements, logger, leaseMs } = options;
  /** Items that handlers may have at the same time, in however many batches. */
  const atOnce = options.parallel * options.batchSize;
  let running = 0;
  const held = new Set<Held>();
  /** Those of them that the last heartbeat met already. */
  let lasting: ReadonlySet<Held> = new Set();
  const batches = new Set<Promise<void>>();
  const waiting = new UnitTurns<Waiting<T>>();
  let gatherTimer: NodeJS.Timeout | undefined;
  let stopping = false;
  let abandoned = false;
  let afterUnit = '';
  let wakeUp: () => void = () => undefined;
  let woken = false;
  // True while there may be ready items that nobody has taken.
  let isBehind = true;

  function lookAround(): void {
    isBehind = true;
    wake();
  }

  function wake(): void {
    woken = true;
    wakeUp();
  }

  /** Until somebody wakes us, or the next look. */
  async function waitForWork(ms: number): Promise<void> {
    if (!woken && !stopping) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    woken = false;
  }

  // --- Settling -------------------------------------------------------------------------------------------------

  const together = { windowMs: settleWindowMs, maxItems: settleMaxItems };
  const finishTogether = createGroupCommit<Settlement, boolean>(
    async (settlements) => hear(settlements, await statements.finish(settlements.map(({ item }) => item))),
    together,
  );
  const settleTogether = createGroupCommit<Settlement, boolean>(
    async (settlements) => hear(settlements, await statements.settle(settlements)),
    together,
  );

  /** Whether each was still ours. */
  function hear(settlements: readonly Settlement[], { lost, more }: SettledLanes): boolean[] {
    if (more) wake();
    return settlements.map(({ item }) => !lost.has(item.key));
  }

  /** Settles again and again while the database is away: giving up means that the items are handled a second time. */
  async function settle(settlements: readonly Settlement[]): Promise<void> {
    const isDone = ({ verdict }: Settlement) => verdict === 'done';
    await Promise.all([
      settleInTime(settlements.filter(isDone), finishTogether),
      settleInTime(
        settlements.filter((settlement) => !isDone(settlement)),
        settleTogether,
      ),
    ]);
  }

  async function settleInTime(
    settlements: readonly Settlement[],
    settleThem: typeof settleTogether,
  ): Promise<void> {
    if (settlements.length === 0) return;
    let pauseMs = firstPauseMs;
    for (;;) {
      try {
        const ours = await settleThem(settlements);
        const lost = ours.filter((still) => !still).length;
        if (lost > 0)
          logger.warn({ queue: options.name, lost }, 'a lease ran out before the item was settled');
        return;
      } catch (error) {
        if (abandoned || !(error instanceof AppError && error.retryable)) throw error;
        await sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }

  function toSettlement(item: Held, outcome: JobOutcome): Settlement {
    if (outcome.status === 'done') return { item, verdict: 'done', delayMs: 0, reason: '' };
    const reason = outcome.reason.replaceAll('\u0000', '').toWellFormed().slice(0, reasonLimit);
    if (outcome.status === 'defer') return { item, verdict: 'defer', delayMs: outcome.afterMs, reason };
    if (outcome.status === 'park' || item.attempt >= options.maxAttempts) {
      logger.error(
        { queue: options.name, id: item.id, unit: item.unitId, attempt: item.attempt, reason },
        'an item was parked; look at it in the console and release it when its cause is gone',
      );
      return { item, verdict: 'park', delayMs: 0, reason };
    }
    return { item, verdict: 'retry', delayMs: outcome.afterMs ?? options.delayMs(item.attempt), reason };
  }

  // --- Handling -------------------------------------------------------------------------------------------------

  async function readJob(item: ClaimedItem): Promise<QueueJob<T> | Settlement> {
    try {
      const plain = Buffer.from(await options.cipher.open(item.body)).toString('utf8');
      return toJob({ ...item, body: JSON.parse(plain) as T });
    } catch (error) {
      const passing = error instanceof AppError && error.retryable;
      return toSettlement(item, { status: passing ? 'retry' : 'park', reason: describeFailure(error) });
    }
  }

  /** Opens what is sealed, handles what can be opened, and settles all of it. */
  async function runBatch(batch: readonly Waiting<T>[]): Promise<void> {
    const works: Work<T>[] = [];
    const unreadable: Settlement[] = [];
    for (const one of batch) {
      const read = 'taken' in one ? toJob(one.taken) : await readJob(one.claimed);
      if ('verdict' in read) unreadable.push(read);
      else works.push({ item: itemOf(one), job: read });
    }
    await runWorks(works, unreadable);
  }

  async function callHandler(jobs: readonly QueueJob<T>[]): Promise<JobOutcome[]> {
    const outcomes = await withTimeLimit(options.handler(jobs), options.maxHandlingMs);
    if (outcomes.length === jobs.length) return outcomes;
    throw new AppError(
      'conflict',
      `The handler returned ${outcomes.length} outcomes for ${jobs.length} jobs.`,
    );
  }

  /**
   * One failing item must not fail its neighbours: when a batch fails as a whole, each job is tried alone. That is another
   * attempt to the handler: nobody knows how far it came with the job before.
   */
  async function handleJobs(jobs: readonly QueueJob<T>[]): Promise<JobOutcome[]> {
    try {
      return await callHandler(jobs);
    } catch (error) {
      if (jobs.length > 1) {
        const alone = jobs.map((job) => handleJobs([{ ...job, attempt: job.attempt + 1 }]));
        return (await Promise.all(alone)).flat();
      }
      logger.error({ queue: options.name, error, attempt: jobs[0]?.attempt }, 'handling an item failed');
      return jobs.map(() => ({ status: 'retry', reason: describeFailure(error) }));
    }
  }

  async function runWorks(works: readonly Work<T>[], unreadable: readonly Settlement[]): Promise<void> {
    const outcomes = works.length === 0 ? [] : await handleJobs(works.map(({ job }) => job));
    const settlements = works.map(({ item }, place) =>
      toSettlement(item, outcomes[place] ?? { status: 'retry', reason: 'no outcome' }),
    );
    await settle([...unreadable, ...settlements]);
  }

  /** Runs a batch of what waits; it frees its places when it is done. */
  function startBatch(): void {
    clearTimeout(gatherTimer);
    gatherTimer = undefined;
    const part = waiting.take(Math.min(options.batchSize, atOnce - running));
    running += part.length;
    const batch = runBatch(part)
      .catch((error: unknown) => {
        // The leases run out and the items are handled again.
        logger.error({ queue: options.name, error: errorMessage(error) }, 'settling items failed');
      })
      .finally(() => {
        running -= part.length;
        for (const one of part) held.delete(itemOf(one));
        batches.delete(batch);
        startWaiting();
        if (isBehind) wake();
      });
    batches.add(batch);
  }

  /** Starts what waits, as far as it may run at once; what would make a small batch waits a moment for more. */
  function startWaiting(): void {
    while (!abandoned && running < atOnce && waiting.size > 0) {
      const isWorthIt = stopping || batches.size < gatherWhileBatches || waiting.size >= options.batchSize;
      if (!isWorthIt) {
        gatherTimer ??= setTimeout(startGathered, gatherMs);
        return;
      }
      startBatch();
    }
  }

  function startGathered(): void {
    gatherTimer = undefined;
    if (running < atOnce && waiting.size > 0) startBatch();
    startWaiting();
  }

  function hold(items: readonly Waiting<T>[]): void {
    for (const one of items) {
      const item = itemOf(one);
      held.add(item);
      waiting.add(item.unitId, one);
    }
    startWaiting();
  }

  // --- Taking ---------------------------------------------------------------------------------------------------

  /** Takes what there is room for; false when there was nothing. Units take turns: the walk goes on where it ended. */
  async function takeWork(): Promise<boolean> {
    const room = Math.min(claimedAtOnce, options.holdAtMost - held.size);
    // Claims of many are cheaper than many claims.
    if (room < options.batchSize) return false;
    const startedAt = afterUnit;
    isBehind = false;
    const items = await statements.claim(startedAt, room, randomUUID(), leaseMs);
    const last = items.reduce((highest, { unitId }) => (unitId > highest ? unitId : highest), '');
    afterUnit = items.length >= room ? last : '';
    isBehind ||= items.length >= room || startedAt !== '';
    hold(items.map((claimed) => ({ claimed })));
    return isBehind;
  }

  async function takeUntilStopped(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!stopping) {
      try {
        const more = await takeWork();
        pauseMs = firstPauseMs;
        if (!more) await waitForWork(options.pollMs);
      } catch (error) {
        isBehind = true;
        logger.warn(
          { queue: options.name, error: errorMessage(error) },
          'cannot take work from the queue now',
        );
        await sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }

  // What came since the last heartbeat has most of its lease before it, and is mostly settled by the next.
  const heartbeat = setInterval(() => {
    const old = [...held].filter((item) => lasting.has(item));
    lasting = new Set(held);
    if (old.length === 0) return;
    statements.extend(old, leaseMs).catch((error: unknown) => {
      logger.warn({ queue: options.name, error: errorMessage(error) }, 'cannot extend leases now');
    });
  }, leaseMs / 4);
  heartbeat.unref();

  const taking = takeUntilStopped();
  const listening = options.database
    .listen(notifyChannel, (queue) => {
      if (queue === '' || queue === options.name) lookAround();
    })
    // Without notifications the worker still looks by itself.
    .catch(() => async () => undefined);

  return {
    lookAround,
    room: () => (stopping || isBehind ? 0 : Math.max(0, options.holdAtMost - held.size)),
    take: (items) => hold(items.map((taken) => ({ taken }))),
    async stop(graceMs) {
      stopping = true;
      startWaiting();
      wake();
      const done = new AbortController();
      const drained = taking.then(async () => {
        while (batches.size > 0) await Promise.all(batches);
      });
      await Promise.race([
        drained,
        sleep(graceMs, undefined, { signal: done.signal }).catch(() => undefined),
      ]);
      done.abort();
      abandoned = true;
      clearInterval(heartbeat);
      const unlisten = await Promise.race([listening, sleep(1_000, undefined, { ref: false })]);
      await unlisten?.();
    },
  };
}

function itemOf<T>(one: Waiting<T>): Held {
  return 'taken' in one ? one.taken : one.claimed;
}

function toJob<T>({ id, key, unitId, attempt, putAt, body }: TakenItem<T>): QueueJob<T> {
  return { id, key, unitId, attempt, putAt, body };
}

function withTimeLimit<R>(work: Promise<R>, limitMs: number): Promise<R> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new AppError('conflict', `The handler did not finish within ${limitMs} ms.`));
    }, limitMs);
    timer.unref();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What may be stored about a failure: our own errors hold no citizen's words, anybody else's may. */
function describeFailure(error: unknown): string {
  if (error instanceof AppError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.name : 'failure';
}
