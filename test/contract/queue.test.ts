import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchHandler, JobOutcome, QueueItem, QueueJob } from '../../src/core/ports.ts';
import { createQueueStatements } from '../../src/storage/queue/queue-statements.ts';
import { createSqlQueue, type SqlQueue, type SqlQueueOptions } from '../../src/storage/queue/sql-queue.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { createTestCipher, uniqueId } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';
import { until } from '../support/until.ts';

// The machine may be busy, and the first database of a run is unpacked meanwhile.
jest.setTimeout(90_000);

interface Words {
  text: string;
}

const done: JobOutcome = { status: 'done' };

function item(key: string, text: string, given: Partial<QueueItem<Words>> = {}): QueueItem<Words> {
  return { id: uniqueId('event'), key, unitId: 'hang-gon', body: { text }, ...given };
}

/** Handles everything at once and remembers it. */
function recordingHandler(outcome: (job: QueueJob<Words>) => JobOutcome | Promise<JobOutcome> = () => done) {
  const jobs: QueueJob<Words>[] = [];
  const handler: BatchHandler<Words> = async (batch) => {
    jobs.push(...batch);
    return Promise.all(batch.map(async (job) => outcome(job)));
  };
  return { jobs, handler, texts: () => jobs.map(({ body }) => body.text) };
}

describe.each(databaseKinds)('queue on $name', ({ name: kind, create }) => {
  let database: Database;
  let queueName: string;
  let opened: SqlQueue<Words>[];

  function openQueue(options: Partial<SqlQueueOptions> = {}): SqlQueue<Words> {
    const queue = createSqlQueue<Words>({
      name: queueName,
      database,
      cipher: createTestCipher(database),
      logger: silentLogger,
      delayMs: () => 20,
      pollMs: 50,
      ...options,
    });
    opened.push(queue);
    return queue;
  }

  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.close());
  beforeEach(() => {
    queueName = uniqueId('queue');
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((queue) => queue.stop(2_000)));
  });

  it('hands over what was put, unchanged', async () => {
    const queue = openQueue();
    const { jobs, handler } = recordingHandler();
    await queue.consume(handler);
    const given = item('zalo:hang-gon:1', 'lệ phí khai sinh? 🙂\u0000 "\\');
    expect(await queue.put([given])).toEqual({ stored: 1, duplicates: 0 });
    await until(() => jobs.length === 1);
    expect(jobs[0]).toMatchObject({ ...given, attempt: 1 });
    expect(Math.abs(Date.now() - (jobs[0]?.putAt.getTime() ?? 0))).toBeLessThan(10_000);
  });

  it('keeps what is put while nobody consumes', async () => {
    await openQueue().put([item('a', 'one'), item('a', 'two'), item('b', 'three')]);
    const later = openQueue();
    expect(await later.state()).toMatchObject({ waiting: 3, active: 0, retrying: 0, parked: 0 });
    const { texts, handler } = recordingHandler();
    await later.consume(handler);
    await until(() => texts().length === 3);
    expect(texts().filter((text) => text !== 'three')).toEqual(['one', 'two']);
    await until(async () => (await later.state()).waiting === 0);
  });

  it('counts an id once, within a call, between calls at once, and after it was handled', async () => {
    const queue = openQueue();
    const { jobs, handler } = recordingHandler();
    await queue.consume(handler);
    const one = item('a', 'one');
    expect(await queue.put([one, one, item('a', 'two')])).toEqual({ stored: 2, duplicates: 1 });
    const again = await Promise.all([queue.put([one]), queue.put([one]), openQueue().put([one])]);
    expect(again).toEqual(again.map(() => ({ stored: 0, duplicates: 1 })));
    await until(() => jobs.length === 2);
    await until(async () => (await queue.state()).active === 0);
    expect(await queue.put([one])).toEqual({ stored: 0, duplicates: 1 });
    await sleep(150);
    expect(jobs).toHaveLength(2);
  });

  it('stores an id once when many put it at the same moment', async () => {
    const queues = [openQueue(), openQueue(), openQueue(), openQueue()];
    const items = Array.from({ length: 50 }, (_, n) => item(`key-${n % 5}`, String(n)));
    const results = await Promise.all(queues.map((queue) => queue.put(items)));
    expect(results.reduce((sum, { stored }) => sum + stored, 0)).toBe(50);
    expect(results.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(150);
  });

  it('remembers ids for at least two days and forgets older ones', async () => {
    const queue = openQueue();
    const [recent, old] = [item('a', 'recent'), item('b', 'old')];
    await queue.put([recent, old]);
    await database.query(
      `update queue_seen set at = at - case when id = $2 then interval '73 hours' else interval '47 hours' end where queue = $1`,
      [queueName, old.id],
    );
    await queue.purge(1, 7);
    expect(await queue.put([recent])).toEqual({ stored: 0, duplicates: 1 });
    await database.query('delete from queue_item where queue = $1', [queueName]);
    await database.query('delete from queue_lane where queue = $1', [queueName]);
    await queue.purge(72, 7);
    expect(await queue.put([old])).toEqual({ stored: 1, duplicates: 0 });
  });

  it('runs one key in order and one at a time, other keys meanwhile, with several consumers', async () => {
    const running = new Map<string, number>();
    const order = new Map<string, number[]>();
    let together = 0;
    let most = 0;
    const handler: BatchHandler<Words> = async (batch) => {
      expect(new Set(batch.map(({ key }) => key)).size).toBe(batch.length);
      for (const { key } of batch) {
        expect(running.get(key) ?? 0).toBe(0);
        running.set(key, 1);
      }
      together += batch.length;
      most = Math.max(most, together);
      await sleep(Math.random() * 8);
      together -= batch.length;
      for (const { key, body } of batch) {
        running.set(key, 0);
        order.set(key, [...(order.get(key) ?? []), Number(body.text)]);
      }
      return batch.map(() => done);
    };
    const consumers = [openQueue({ batchSize: 4 }), openQueue({ batchSize: 1, parallel: 8 }), openQueue()];
    for (const consumer of consumers) await consumer.consume(handler);
    const producer = openQueue();
    for (let round = 0; round < 20; round += 1) {
      // Calls at once, in the order of their numbers: merged or not, the order of a key must hold.
      await Promise.all(
        Array.from({ length: 12 }, (_, n) => producer.put([item(`key-${n % 4}`, String(round * 12 + n))])),
      );
    }
    await until(() => [...order.values()].reduce((sum, { length }) => sum + length, 0) === 240);
    for (const numbers of order.values()) {
      expect(numbers).toHaveLength(60);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
    expect(most).toBeGreaterThan(1);
  });

  it('tries again after a delay, while later items of that key wait and others do not', async () => {
    const queue = openQueue();
    const { jobs, texts, handler } = recordingHandler(({ body, attempt }) =>
      body.text === 'weak' && attempt < 3 ? { status: 'retry', reason: 'busy', afterMs: 120 } : done,
    );
    await queue.put([item('a', 'weak'), item('a', 'after'), item('b', 'other')]);
    const startedAt = performance.now();
    await queue.consume(handler);
    await until(() => texts().includes('after'));
    expect(performance.now() - startedAt).toBeGreaterThan(230);
    expect(texts().filter((text) => text !== 'other')).toEqual(['weak', 'weak', 'weak', 'after']);
    expect(texts().indexOf('other')).toBeLessThan(2);
    expect(jobs.filter(({ body }) => body.text === 'weak').map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(jobs.at(-1)?.attempt).toBe(1);
  });

  it("waits for what is nobody's fault without counting attempts", async () => {
    let open = false;
    const queue = openQueue({ maxAttempts: 2 });
    const { jobs, texts, handler } = recordingHandler(({ body, attempt }) => {
      if (body.text === 'held' && !open) return { status: 'defer', reason: 'rate', afterMs: 30 };
      return attempt === 1 ? { status: 'retry', reason: 'busy', afterMs: 1 } : done;
    });
    await queue.put([item('a', 'held'), item('a', 'after')]);
    await queue.consume(handler);
    await until(() => jobs.length > 4);
    expect(new Set(jobs.map(({ attempt }) => attempt))).toEqual(new Set([1]));
    expect(await queue.state()).toMatchObject({ parked: 0, retrying: 0 });
    open = true;
    await until(() => texts().filter((text) => text === 'after').length === 2);
    expect((await queue.state()).parked).toBe(0);
  });

  it('lets the wait grow with each attempt', async () => {
    const waits: number[] = [];
    const queue = openQueue({
      delayMs: (attempt) => {
        waits.push(attempt);
        return attempt * 10;
      },
      maxAttempts: 4,
    });
    await queue.put([item('a', 'never')]);
    await queue.consume(recordingHandler(() => ({ status: 'retry', reason: 'busy' })).handler);
    await until(async () => (await queue.state()).parked === 1);
    expect(waits).toEqual([1, 2, 3]);
  });

  it('parks a poison item visibly, goes on with the next of its key, and takes it back on request', async () => {
    let cured = false;
    const queue = openQueue({ maxAttempts: 3 });
    const { jobs, texts, handler } = recordingHandler(({ body }) => {
      if (body.text === 'poison' && !cured) throw new TypeError('words of a citizen');
      return done;
    });
    const poison = item('a', 'poison');
    await queue.put([poison, item('a', 'next'), item('b', 'other')]);
    await queue.consume(handler);
    await until(() => texts().includes('next') && texts().includes('other'));
    expect(await queue.parked(10)).toEqual([
      { id: poison.id, unitId: 'hang-gon', reason: 'TypeError', parkedAt: expect.any(Date) },
    ]);
    await until(async () => (await queue.state()).active === 0);
    expect(await queue.state()).toMatchObject({ waiting: 0, parked: 1 });
    cured = true;
    const handledBefore = jobs.length;
    expect(await queue.release(poison.id)).toBe(true);
    await until(() => jobs.length > handledBefore);
    // It was tried before, and the handler may want to know what became of that.
    expect(jobs.at(-1)).toMatchObject({ id: poison.id, body: { text: 'poison' }, attempt: 2 });
    await until(async () => (await queue.state()).parked === 0);
    expect(await queue.release(poison.id)).toBe(false);
  });

  it('parks at once what the handler gives up', async () => {
    const queue = openQueue();
    const { jobs, handler } = recordingHandler(() => ({ status: 'park', reason: 'not for us' }));
    await queue.put([item('a', 'odd')]);
    await queue.consume(handler);
    await until(async () => (await queue.state()).parked === 1);
    expect(jobs).toHaveLength(1);
    expect((await queue.parked(1))[0]?.reason).toBe('not for us');
  });

  it('does not let one failing item fail its neighbours in the batch', async () => {
    const queue = openQueue({ maxAttempts: 2 });
    const handled = new Map<string, number>();
    await queue.put([item('a', 'good'), item('b', 'bad'), item('c', 'good too')]);
    await queue.consume(async (batch) => {
      if (batch.some(({ body }) => body.text === 'bad')) throw new Error('whole batch fails');
      for (const { body } of batch) handled.set(body.text, (handled.get(body.text) ?? 0) + 1);
      return batch.map(() => done);
    });
    await until(async () => (await queue.state()).parked === 1);
    expect(Object.fromEntries(handled)).toEqual({ good: 1, 'good too': 1 });
  });

  it('tells a handler that failed with a batch that each job alone is another attempt', async () => {
    const attempts: number[][] = [];
    const queue = openQueue();
    await queue.put([item('a', 'one'), item('b', 'two')]);
    await queue.consume(async (jobs) => {
      attempts.push(jobs.map(({ attempt }) => attempt));
      if (jobs.length > 1) throw new Error('after something was done for one of them');
      return [done];
    });
    await until(() => attempts.length === 3);
    expect(attempts).toEqual([[1, 1], [2], [2]]);
  });

  it('frees the slot of a handler that hangs', async () => {
    const queue = openQueue({ maxHandlingMs: 150, batchSize: 1, parallel: 1 });
    const { texts, handler } = recordingHandler(({ body, attempt }) =>
      body.text === 'hangs' && attempt === 1 ? new Promise<JobOutcome>(() => undefined) : done,
    );
    await queue.put([item('a', 'hangs'), item('b', 'other')]);
    await queue.consume(handler);
    await until(() => texts().includes('other') && texts().filter((text) => text === 'hangs').length === 2);
  });

  it('keeps no readable word at rest, and none at all of what is done', async () => {
    const queue = openQueue();
    await queue.put([item('a', 'bí mật của công dân'), item('b', 'poison bí mật')]);
    const tables = ['queue_item', 'queue_parked', 'queue_seen', 'queue_lane'];
    const dump = async () => {
      const rows = await Promise.all(
        tables.map((table) =>
          database.query<{ row: string }>(`select t::text as row from ${table} t where queue = $1`, [
            queueName,
          ]),
        ),
      );
      return rows.flatMap((result) => result.rows.map(({ row }) => row)).join('\n');
    };
    const waiting = await dump();
    expect(waiting).not.toContain('bí mật');
    expect(waiting).not.toContain(Buffer.from('bí mật').toString('hex'));
    const { rows } = await database.query<{ body: Uint8Array }>(
      'select body from queue_item where queue = $1',
      [queueName],
    );
    expect(rows).toHaveLength(2);
    for (const { body } of rows) expect(Buffer.from(body).includes(Buffer.from('bí mật'))).toBe(false);
    await queue.consume(
      recordingHandler(({ body }) =>
        body.text.startsWith('poison') ? { status: 'park', reason: 'x' } : done,
      ).handler,
    );
    await until(async () => (await queue.state()).parked === 1 && (await queue.state()).waiting === 0);
    const left = await database.query('select 1 from queue_item where queue = $1', [queueName]);
    expect(left.rows).toHaveLength(0);
  });

  it('parks what cannot be opened any more instead of blocking its key', async () => {
    const queue = openQueue();
    await queue.put([item('a', 'unreadable')]);
    await database.query(
      `update queue_item set body = overlay(body placing '\\xffffff'::bytea from 30) where queue = $1`,
      [queueName],
    );
    await queue.put([item('a', 'next')]);
    const { texts, handler } = recordingHandler();
    await queue.consume(handler);
    await until(() => texts().includes('next'));
    expect(texts()).toEqual(['next']);
    expect((await queue.parked(1))[0]?.reason).toMatch(/^invalid-input/);
  });

  it('takes over from a worker that died, within its lease', async () => {
    const queue = openQueue({ leaseMs: 400 });
    await queue.put([item('a', 'one'), item('a', 'two')]);
    // A process that takes a lane and is killed: nobody extends or settles.
    const dead = await createQueueStatements(database, queueName).claim('', 10, randomUUID(), 400);
    expect(dead.map(({ attempt }) => attempt)).toEqual([1]);
    const { jobs, texts, handler } = recordingHandler();
    const startedAt = performance.now();
    await queue.consume(handler);
    await until(() => texts().length === 2);
    expect(performance.now() - startedAt).toBeGreaterThan(250);
    expect(texts()).toEqual(['one', 'two']);
    expect(jobs[0]?.attempt).toBe(2);
  });

  it('keeps its lease while a handler is slow', async () => {
    const slow = openQueue({ leaseMs: 300 });
    const other = openQueue({ leaseMs: 300 });
    const { jobs, handler } = recordingHandler(async () => {
      await sleep(1_000);
      return done;
    });
    await slow.put([item('a', 'slow')]);
    await slow.consume(handler);
    await until(() => jobs.length === 1);
    await other.consume(handler);
    await sleep(1_200);
    expect(jobs).toHaveLength(1);
    expect(await slow.state()).toMatchObject({ waiting: 0, active: 0 });
  });

  it('does not let a worker that lost its lease settle the item of another', async () => {
    const statements = createQueueStatements(database, queueName);
    const queue = openQueue();
    await queue.put([item('a', 'one')]);
    const [first] = await statements.claim('', 1, randomUUID(), 1);
    await sleep(20);
    const [second] = await statements.claim('', 1, randomUUID(), 5_000);
    if (first === undefined || second === undefined) throw new Error('both must get the item');
    const retry = { verdict: 'retry', delayMs: 0, reason: '' } as const;
    expect(await statements.finish([first])).toEqual({ lost: new Set(['a']), more: false });
    expect(await statements.settle([{ item: first, ...retry }])).toEqual({
      lost: new Set(['a']),
      more: false,
    });
    expect((await queue.state()).active).toBe(1);
    expect(await statements.finish([second])).toEqual({ lost: new Set(), more: false });
    expect(await queue.state()).toMatchObject({ waiting: 0, active: 0 });
  });

  it('finishes lanes in which more waits, or came meanwhile, and tells so, beside empty and lost ones', async () => {
    const statements = createQueueStatements(database, queueName);
    const queue = openQueue();
    await queue.put([
      item('full', 'first'),
      item('full', 'second'),
      item('empty', 'only'),
      item('lost', 'only'),
    ]);
    const claimed = await statements.claim('', 10, randomUUID(), 60_000);
    expect(claimed.map(({ key }) => key).sort()).toEqual(['empty', 'full', 'lost']);
    const held = claimed.map((one) => (one.key === 'lost' ? { ...one, claim: randomUUID() } : one));
    expect(await statements.finish(held)).toEqual({ lost: new Set(['lost']), more: true });
    expect(await queue.state()).toMatchObject({ waiting: 1, active: 1 });
    const [next] = await statements.claim('', 10, randomUUID(), 60_000);
    expect(next).toMatchObject({ key: 'full', attempt: 1 });
  });

  it('loses nothing that is put under a key while its last item is being finished', async () => {
    const statements = createQueueStatements(database, queueName);
    const queue = openQueue();
    const keys = Array.from({ length: 20 }, (_, n) => `citizen-${n}`);
    for (let round = 0; round < 10; round += 1) {
      await queue.put(keys.map((key) => item(key, 'first')));
      const claimed = await statements.claim('', 100, randomUUID(), 60_000);
      expect(claimed).toHaveLength(keys.length);
      await Promise.all([statements.finish(claimed), ...keys.map((key) => queue.put([item(key, 'second')]))]);
      const rest = await statements.claim('', 100, randomUUID(), 60_000);
      expect(rest.map(({ key }) => key).sort()).toEqual([...keys].sort());
      expect((await statements.finish(rest)).lost.size).toBe(0);
      expect(await queue.state()).toMatchObject({ waiting: 0, active: 0 });
    }
  });

  it('takes what it has room for in the statement that stores it, the units in turn', async () => {
    const statements = createQueueStatements(database, queueName);
    const sealed = (id: string, key: string, unitId: string) => ({ id, key, unitId, body: Buffer.from('x') });
    const ids = [1, 2, 3, 4, 5, 6].map((n) => uniqueId(`flood-${n}`));
    const quiet = uniqueId('quiet');
    const how = { notify: false, flush: true, claim: randomUUID(), leaseMs: 60_000, room: 3 };
    const stored = await statements.put(
      [...ids.map((id) => sealed(id, id, 'hang-gon')), sealed(quiet, quiet, 'long-khanh')],
      how,
    );
    const taken = [...ids, quiet].filter((_, at) => typeof stored[at] === 'object');
    expect(stored.filter((result) => result === 'stored')).toHaveLength(4);
    expect(taken.sort()).toEqual([...ids.slice(0, 2), quiet].sort());
    // A lane that exists belongs to whoever comes to it in turn; what is known is not stored again.
    const more = await statements.put(
      [sealed(quiet, quiet, 'long-khanh'), sealed(uniqueId('next'), quiet, 'long-khanh')],
      { ...how, claim: randomUUID() },
    );
    expect(more).toEqual(['known', 'stored']);
  });

  it('counts an attempt before it begins: what a process took and never settled is tried a second time', async () => {
    const statements = createQueueStatements(database, queueName);
    const cipher = createTestCipher(database);
    const body = await cipher.seal(Buffer.from(JSON.stringify({ text: 'taken by a process that died' })));
    await statements.put([{ id: uniqueId('event'), key: uniqueId('citizen'), unitId: 'hang-gon', body }], {
      ...{ notify: false, flush: true, claim: randomUUID(), leaseMs: 50, room: 1 },
    });
    const { jobs, handler } = recordingHandler();
    await openQueue({ cipher }).consume(handler);
    await until(() => jobs.length === 1);
    expect(jobs[0]).toMatchObject({ attempt: 2, body: { text: 'taken by a process that died' } });
  });

  it('serves processes of the version before, beside ours, during a rolling upgrade', async () => {
    const cipher = createTestCipher(database);
    const body = await cipher.seal(Buffer.from(JSON.stringify({ text: 'from the version before' })));
    const [theirs, citizen] = [uniqueId('theirs'), uniqueId('citizen')];
    const put = (id: string, key: string) =>
      database.query<{ id: string }>(
        'select id from queue_put_taking($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
        [...[queueName, [id], [key], ['hang-gon'], [Buffer.from(body)], true, true, randomUUID(), 60_000, 0]],
      );
    // Theirs is handled by ours.
    const { jobs, handler } = recordingHandler();
    const ours = openQueue({ cipher });
    expect((await put(theirs, citizen)).rows).toEqual([{ id: theirs }]);
    await ours.consume(handler);
    await until(() => jobs.length === 1);
    expect(jobs[0]?.body.text).toBe('from the version before');
    expect((await put(theirs, citizen)).rows).toEqual([]);
    await ours.stop(2_000);
    // Ours is handled by theirs.
    const mine = item(citizen, 'from ours');
    expect(await openQueue({ cipher }).put([mine])).toEqual({ stored: 1, duplicates: 0 });
    const claim = randomUUID();
    const { rows: claimed } = await database.query<{ id: string; seq: number; attempt: number }>(
      'select id, seq, attempt from queue_claim($1, $2, $3, $4, $5)',
      [queueName, '', 10, claim, 60_000],
    );
    expect(claimed).toMatchObject([{ id: mine.id, attempt: 1 }]);
    const { rows: settled } = await database.query<{ key: string }>(
      'select key from queue_settle_telling($1, $2, $3, $4, $5, $6, $7)',
      [queueName, [citizen], [claimed[0]?.seq], [claim], ['done'], [0], ['']],
    );
    expect(settled).toEqual([{ key: citizen }]);
    expect(await ours.state()).toMatchObject({ waiting: 0, active: 0 });
  });

  it('begins what was put unflushed when its caller says so, or when the lease has run out', async () => {
    const queue = openQueue({ leaseMs: 60_000 });
    const { jobs, handler } = recordingHandler();
    await queue.consume(handler);
    const first = item(uniqueId('citizen'), 'first');
    await queue.put([first]);
    await until(async () => jobs.length === 1 && (await queue.state()).active === 0);
    const { stored, start } = await queue.putUnflushed([item(uniqueId('citizen'), 'second')]);
    expect(stored).toBe(1);
    expect(await queue.state()).toMatchObject({ active: 1, waiting: 0 });
    expect(jobs).toHaveLength(1);
    start();
    await until(() => jobs.length === 2);
    expect(jobs[1]).toMatchObject({ attempt: 1, body: { text: 'second' } });
  });

  it('keeps order when the clock of the machine jumps', async () => {
    const queue = openQueue();
    const { texts, handler } = recordingHandler();
    await queue.consume(handler);
    const citizen = uniqueId('citizen');
    const rightNow = Date.now.bind(Date);
    let jumpMs = 0;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => rightNow() + jumpMs);
    try {
      for (const [text, hours] of [
        ['first', 1],
        ['second', -24],
        ['third', 24 * 365],
      ] as const) {
        jumpMs = hours * 3_600_000;
        await queue.put([item(citizen, text)]);
      }
      jumpMs = 0;
      await until(() => texts().length === 3);
    } finally {
      clock.mockRestore();
    }
    expect(texts()).toEqual(['first', 'second', 'third']);
  });

  /** A queue that waits an hour at most, with an item whose first attempt is to be made again; `moveLane` sets when. */
  async function queueWithItemPutOff() {
    const queue = openQueue({ longestWaitMs: 3_600_000 });
    const { texts, handler } = recordingHandler(({ attempt }) =>
      attempt === 1 ? { status: 'retry', reason: 'later' } : done,
    );
    await queue.consume(handler);
    await queue.put([item(uniqueId('citizen'), 'put off')]);
    await until(() => texts().length === 1);
    const moveLane = (wait: string, isClaimed: boolean) =>
      database.query(
        `update queue_lane set ready_at = clock_timestamp() + $2::interval,
           claim = case when $3 then gen_random_uuid() end
         where queue = $1`,
        [queueName, wait, isClaimed],
      );
    return { queue, texts, moveLane };
  }

  it('brings forward what a clock that had jumped put off for longer than anybody waits', async () => {
    const { queue, texts, moveLane } = await queueWithItemPutOff();
    const putOff = async (wait: string, isClaimed: boolean) => {
      await moveLane(wait, isClaimed);
      await queue.bringForward();
      await sleep(200);
      return texts().length;
    };
    // A wait that was planned, and a lease of a worker that may still live.
    expect(await putOff('50 minutes', false)).toBe(1);
    expect(await putOff('5 minutes', true)).toBe(1);
    // A lease from before the clock was set back.
    await putOff('50 minutes', true);
    await until(() => texts().length === 2);
  });

  it('brings forward a wait that nobody planned', async () => {
    const { queue, texts, moveLane } = await queueWithItemPutOff();
    await moveLane('7 hours', false);
    await sleep(200);
    expect(texts()).toHaveLength(1);
    await queue.bringForward();
    await until(() => texts().length === 2);
  });

  it('starts at once when idle, and gathers while batches run', async () => {
    const queue = openQueue({ leaseMs: 60_000 });
    const batches: number[] = [];
    const ends: (() => void)[] = [];
    await queue.consume(async (jobs) => {
      batches.push(jobs.length);
      await new Promise<void>((resolve) => ends.push(resolve));
      return jobs.map(() => done);
    });
    await queue.put([item(uniqueId('citizen'), 'one')]);
    await queue.put([item(uniqueId('citizen'), 'two')]);
    await until(() => batches.length === 2);
    const starts: (() => void)[] = [];
    for (const text of ['three', 'four', 'five'])
      starts.push((await queue.putUnflushed([item(uniqueId('citizen'), text)])).start);
    for (const start of starts) start();
    await until(() => batches.reduce((sum, size) => sum + size) === 5);
    expect(batches).toEqual([1, 1, 3]);
    for (const end of ends) end();
  });

  it('is woken by a put in the same process', async () => {
    const queue = openQueue({ pollMs: 10_000 });
    let handledAt = 0;
    await queue.consume(
      recordingHandler(() => {
        handledAt = performance.now();
        return done;
      }).handler,
    );
    await sleep(100);
    const waits: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      handledAt = 0;
      const putAt = performance.now();
      await queue.put([item('a', 'now')]);
      await until(() => handledAt > 0);
      waits.push(handledAt - putAt);
    }
    // The worker looks by itself every ten seconds only.
    expect(Math.min(...waits)).toBeLessThan(2_000);
  });

  it('wakes up soon after a put from elsewhere', async () => {
    const pollMs = kind === 'PostgreSQL server' ? 20_000 : 5_000;
    const queue = openQueue({ pollMs });
    const { jobs, handler } = recordingHandler();
    await queue.consume(handler);
    await sleep(300);
    const putAt = performance.now();
    await openQueue().put([item('a', 'from elsewhere')]);
    await until(() => jobs.length === 1);
    // Far below the time between two looks, however busy the machine: it was woken.
    expect(performance.now() - putAt).toBeLessThan(pollMs);
  });

  it('on stop finishes what runs and leaves the rest for others', async () => {
    const queue = openQueue({ batchSize: 1, parallel: 1 });
    const { jobs, handler } = recordingHandler(async () => {
      await sleep(200);
      return done;
    });
    await queue.put([item('a', 'one'), item('b', 'two'), item('c', 'three')]);
    await queue.consume(handler);
    await until(() => jobs.length === 1);
    await queue.stop(5_000);
    expect(jobs).toHaveLength(1);
    expect(await queue.state()).toMatchObject({ waiting: 2, active: 0 });
    const next = openQueue();
    const second = recordingHandler();
    await next.consume(second.handler);
    await until(() => second.jobs.length === 2);
  });

  it('gives each unit its turn when one of them floods', async () => {
    const queue = openQueue({ batchSize: 4, parallel: 1 });
    await queue.put(
      Array.from({ length: 200 }, (_, n) => item(`flood-${n}`, 'flood', { unitId: 'a-flooded' })),
    );
    await queue.put(['b-quiet', 'c-quiet'].map((unitId) => item(`${unitId}-1`, unitId, { unitId })));
    const { texts, handler } = recordingHandler();
    await queue.consume(handler);
    await until(() => texts().length === 202);
    expect(texts().indexOf('b-quiet')).toBeLessThan(12);
    expect(texts().indexOf('c-quiet')).toBeLessThan(12);
  });

  it('gives each unit its turn also when it takes one item at a time', async () => {
    const queue = openQueue({ batchSize: 1, parallel: 1 });
    await queue.put(
      Array.from({ length: 40 }, (_, n) => item(`flood-${n}`, 'flood', { unitId: 'b-flooded' })),
    );
    await queue.put(['a-quiet', 'c-quiet'].map((unitId) => item(`${unitId}-1`, unitId, { unitId })));
    const { texts, handler } = recordingHandler();
    await queue.consume(handler);
    await until(() => texts().length === 42);
    expect(texts().indexOf('a-quiet')).toBeLessThan(4);
    expect(texts().indexOf('c-quiet')).toBeLessThan(4);
  });

  it('refuses names that cannot be stored without harming what is put at the same time', async () => {
    const queue = openQueue();
    const [bad, good] = await Promise.allSettled([
      queue.put([item('a', 'x', { id: 'nul\u0000' })]),
      queue.put([item('a', 'fine')]),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'invalid-input' } });
    expect(good).toMatchObject({ status: 'fulfilled', value: { stored: 1 } });
    await expect(queue.put([item('k'.repeat(501), 'x')])).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('tells how long the oldest item has waited', async () => {
    const queue = openQueue();
    expect((await queue.state()).oldestSeconds).toBe(0);
    await queue.put([item('a', 'one')]);
    await database.query(`update queue_item set put_at = put_at - interval '90 seconds' where queue = $1`, [
      queueName,
    ]);
    expect((await queue.state()).oldestSeconds).toBeGreaterThan(89);
  });
});

describe.each(databaseKinds)('queue without its storage: $name', ({ create }) => {
  it('rejects a put as retryable and does not end the process', async () => {
    const database = await create();
    const queue = createSqlQueue<Words>({
      name: 'gone',
      database,
      cipher: createTestCipher(database),
      logger: silentLogger,
    });
    await queue.put([item('a', 'before')]);
    const { handler } = recordingHandler();
    await database.close();
    await expect(queue.put([item('a', 'x')])).rejects.toMatchObject({
      code: 'storage-unavailable',
      retryable: true,
    });
    await queue.consume(handler);
    await sleep(50);
    await queue.stop(1_000);
  });
});
