import type { ParkedItem, QueueState } from '../../core/ports.ts';
import { bigintArray, byteaArray, doubleArray, textArray, uuidArray } from '../sql/binary-array.ts';
import type { Database } from '../sql/database.ts';

/** A lease that ends later was taken while the clock had jumped ahead. */
const longestLeaseMs = 600_000;

/** An item on its way into the table. */
export interface SealedItem {
  id: string;
  key: string;
  unitId: string;
  body: Uint8Array;
}

/** The oldest item of a lane that this process holds now. */
export interface ClaimedItem extends SealedItem {
  seq: number;
  attempt: number;
  putAt: Date;
  /** Proves that the lane is still ours when the item is settled. */
  claim: string;
}

/** What becomes of a claimed item. */
export interface Settlement {
  item: Omit<ClaimedItem, 'body'>;
  verdict: 'done' | 'retry' | 'defer' | 'park';
  delayMs: number;
  reason: string;
}

/** What became of an item that was put; one that is claimed for the caller has its place in the lane. */
export type PutResult = 'known' | 'stored' | { takenSeq: number };

export interface SettledLanes {
  /** Keys that were not the caller's any more: a lease ran out. */
  lost: ReadonlySet<string>;
  /** Something waits still under one of the others. */
  more: boolean;
}

export interface PutOptions {
  notify: boolean;
  flush: boolean;
  claim: string;
  leaseMs: number;
  room: number;
}

export const notifyChannel = 'tthc_queue';

const stateStatement = `
  select coalesce(sum(waiting), 0)::int as items,
    (count(*) filter (where claim is not null and ready_at > now()))::int as active,
    (count(*) filter (where attempt > 0 and (claim is null or ready_at <= now())))::int as retrying,
    (select count(*) from queue_parked where queue = $1)::int as parked,
    coalesce((select extract(epoch from now() - item.put_at) from queue_item item
      join queue_lane lane on lane.queue = item.queue and lane.key = item.key
      where item.queue = $1 and lane.ready_at <= now() order by item.seq limit 1), 0)::double precision as oldest
  from queue_lane where queue = $1`;

// What is released was tried before: its lane says so, for who asks what became of that.
const releaseStatement = `
  with released as (
    delete from queue_parked where queue = $1 and id = $2 returning id, key, unit_id, body, put_at
  ), stored as (
    insert into queue_item (queue, key, id, unit_id, body, put_at)
    select $1, key, id, unit_id, body, put_at from released returning key, unit_id
  ), lane as (
    insert into queue_lane (queue, key, unit_id, waiting, attempt) select $1, key, unit_id, 1, 1 from stored
    on conflict (queue, key) do update set waiting = queue_lane.waiting + 1
  )
  select pg_notify('${notifyChannel}', $1)::text as notified from stored`;

export type QueueStatements = ReturnType<typeof createQueueStatements>;

/** The SQL of one queue, each a single statement; the hot ones are functions (migrations 0006, 0040, 0041 and 0066). */
export function createQueueStatements(database: Database, queue: string) {
  return {
    /**
     * Stores the items that were never seen and tells of each, in order, what became of it; at most `room` lanes that were
     * empty are claimed for the caller at once. `notify` wakes the other processes; without `flush` it does not wait for
     * the disk.
     */
    async put(items: readonly SealedItem[], how: PutOptions): Promise<PutResult[]> {
      const { rows } = await database.query<{ told: string }>(
        'select queue_put_telling($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as told',
        [
          queue,
          textArray(items.map(({ id }) => id)),
          textArray(items.map(({ key }) => key)),
          textArray(items.map(({ unitId }) => unitId)),
          byteaArray(items.map(({ body }) => body)),
          how.notify,
          how.flush,
          how.claim,
          how.leaseMs,
          how.room,
        ],
      );
      return (rows[0]?.told ?? '').split(',').map((told) => {
        if (told === '') return 'known';
        return told === '0' ? 'stored' : { takenSeq: Number(told) };
      });
    },

    /** Takes at most `limit` lanes of units after `afterUnit` in id order, for `leaseMs`. */
    async claim(afterUnit: string, limit: number, claim: string, leaseMs: number): Promise<ClaimedItem[]> {
      const { rows } = await database.query<Omit<ClaimedItem, 'claim'>>(
        `select key, unit_id as "unitId", attempt, seq, id, body, put_at as "putAt"
         from queue_claim($1, $2, $3, $4, $5)`,
        [queue, afterUnit, limit, claim, leaseMs],
      );
      return rows.map((row) => ({ ...row, claim }));
    },

    /** Settles items that are done; tells what is out of the ordinary. */
    async finish(items: readonly Settlement['item'][]): Promise<SettledLanes> {
      const { rows } = await database.query<{ key: string; lost: boolean }>(
        'select key, lost from queue_finish($1, $2, $3, $4)',
        [
          queue,
          textArray(items.map(({ key }) => key)),
          bigintArray(items.map(({ seq }) => seq)),
          uuidArray(items.map(({ claim }) => claim)),
        ],
      );
      const lost = rows.filter((row) => row.lost);
      return { lost: new Set(lost.map(({ key }) => key)), more: rows.length > lost.length };
    },

    async settle(settlements: readonly Settlement[]): Promise<SettledLanes> {
      const { rows } = await database.query<{ key: string; more: boolean }>(
        'select key, more from queue_settle_telling($1, $2, $3, $4, $5, $6, $7)',
        [
          queue,
          textArray(settlements.map(({ item }) => item.key)),
          bigintArray(settlements.map(({ item }) => item.seq)),
          uuidArray(settlements.map(({ item }) => item.claim)),
          textArray(settlements.map(({ verdict }) => verdict)),
          doubleArray(settlements.map(({ delayMs }) => delayMs)),
          textArray(settlements.map(({ reason }) => reason)),
        ],
      );
      const ours = new Set(rows.map(({ key }) => key));
      const lost = settlements.flatMap(({ item }) => (ours.has(item.key) ? [] : [item.key]));
      return { lost: new Set(lost), more: rows.some(({ more }) => more) };
    },

    async extend(items: readonly Pick<ClaimedItem, 'key' | 'claim'>[], leaseMs: number): Promise<void> {
      await database.query('select queue_extend($1, $2, $3, $4)', [
        queue,
        textArray(items.map(({ key }) => key)),
        // Items that were claimed together share theirs.
        uuidArray([...new Set(items.map(({ claim }) => claim))]),
        leaseMs,
      ]);
    },

    async state(): Promise<QueueState> {
      const { rows } = await database.query<{
        items: number;
        active: number;
        retrying: number;
        parked: number;
        oldest: number;
      }>(stateStatement, [queue]);
      const { items = 0, active = 0, retrying = 0, parked = 0, oldest = 0 } = rows[0] ?? {};
      return { waiting: items - active - retrying, active, retrying, parked, oldestSeconds: oldest };
    },

    async parked(limit: number): Promise<ParkedItem[]> {
      const { rows } = await database.query<ParkedItem>(
        `select id, unit_id as "unitId", reason, parked_at as "parkedAt"
         from queue_parked where queue = $1 order by parked_at desc limit $2`,
        [queue, limit],
      );
      return rows;
    },

    async release(id: string): Promise<boolean> {
      const { rows } = await database.query(releaseStatement, [queue, id]);
      return rows.length > 0;
    },

    /** Lanes whose turn is further off than anybody plans; a lease is never longer than minutes. */
    async bringForward(longestWaitMs: number): Promise<void> {
      await database.query(
        `update queue_lane set ready_at = clock_timestamp()
         where queue = $1 and ready_at > clock_timestamp()
           + case when claim is null then $2::double precision else least($2, $3) end * interval '1 millisecond'`,
        [queue, longestWaitMs, longestLeaseMs],
      );
    },

    async purge(seenHours: number, parkedDays: number): Promise<void> {
      await database.query(
        `delete from queue_seen where queue = $1 and at < clock_timestamp() - $2 * interval '1 hour'`,
        [queue, seenHours],
      );
      await database.query(
        `delete from queue_parked where queue = $1 and parked_at < clock_timestamp() - $2 * interval '1 day'`,
        [queue, parkedDays],
      );
    },
  };
}
