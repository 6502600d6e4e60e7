import type { ParkedItem, QueueState } from '../../core/ports.ts';
import type { Database } from '../sql/database.ts';

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

/** The SQL of one queue, each a single statement; the hot ones are functions (migrations 0006, 0040 and 0041). */
export function createQueueStatements(database: Database, queue: string) {
  return {
    /**
     * Stores the items that were never seen and returns their ids; at most `room` lanes that were empty are claimed for
     * the caller at once, and the place of the oldest item of each is returned beside its id. `notify` wakes the other
     * processes; without `flush` it does not wait for the disk.
     */
    async put(items: readonly SealedItem[], how: PutOptions): Promise<Map<string, number | null>> {
      const { rows } = await database.query<{ id: string; takenSeq: number | null }>(
        `select id, taken_seq as "takenSeq" from queue_put_taking($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          queue,
          items.map(({ id }) => id),
          items.map(({ key }) => key),
          items.map(({ unitId }) => unitId),
          items.map(({ body }) => Buffer.from(body.buffer, body.byteOffset, body.byteLength)),
          how.notify,
          how.flush,
          how.claim,
          how.leaseMs,
          how.room,
        ],
      );
      return new Map(rows.map(({ id, takenSeq }) => [id, takenSeq]));
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

    /** Returns the keys that were still ours, each with whether more waits under it. */
    async settle(settlements: readonly Settlement[]): Promise<Map<string, boolean>> {
      const { rows } = await database.query<{ key: string; more: boolean }>(
        'select key, more from queue_settle_telling($1, $2, $3, $4, $5, $6, $7)',
        [
          queue,
          settlements.map(({ item }) => item.key),
          settlements.map(({ item }) => item.seq),
          settlements.map(({ item }) => item.claim),
          settlements.map(({ verdict }) => verdict),
          settlements.map(({ delayMs }) => delayMs),
          settlements.map(({ reason }) => reason),
        ],
      );
      return new Map(rows.map(({ key, more }) => [key, more]));
    },

    async extend(items: readonly Pick<ClaimedItem, 'key' | 'claim'>[], leaseMs: number): Promise<void> {
      await database.query('select queue_extend($1, $2, $3, $4)', [
        queue,
        items.map(({ key }) => key),
        items.map(({ claim }) => claim),
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

    /** Nobody plans a wait of a day: such a lane was put off while the clock had jumped ahead. */
    async bringForward(): Promise<void> {
      await database.query(
        `update queue_lane set ready_at = clock_timestamp()
         where queue = $1 and ready_at > clock_timestamp() + interval '1 day'`,
        [queue],
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
