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
  item: ClaimedItem;
  verdict: 'done' | 'retry' | 'defer' | 'park';
  delayMs: number;
  reason: string;
}

export const notifyChannel = 'tthc_queue';

/** Ids first, then items, then lanes, each in a fixed order, so that concurrent statements cannot lock each other out. */
const putStatement = `
  with input as (
    select * from unnest($2::text[], $3::text[], $4::text[], $5::text[]) with ordinality as u(id, key, unit_id, body, ord)
  ), fresh as (
    insert into queue_seen (queue, id) select $1, id from input order by id
    on conflict do nothing returning id
  ), stored as (
    insert into queue_item (queue, key, id, unit_id, body)
    select $1, key, id, unit_id, decode(body, 'base64') from input join fresh using (id) order by ord
    returning key, unit_id, id
  ), lane as (
    insert into queue_lane (queue, key, unit_id, waiting)
    select $1, key, min(unit_id), count(*) from stored group by key order by key
    on conflict (queue, key) do update set waiting = queue_lane.waiting + excluded.waiting
    returning key
  )
  select coalesce(array_agg(id), '{}') as ids,
    case when $6::boolean and count(*) > 0 then pg_notify('${notifyChannel}', $1)::text end as notified
  from stored`;

/**
 * Takes lanes that are ready: walks the units after $2 in turn and gives each the same share of $3 lanes, so that one
 * unit's flood does not delay another. now() is the statement's start: a lane that was settled after it, whose items
 * this statement may still see, is ready later than that and is left alone. The rows are found again by their place
 * (ctid), for a planner without fresh figures would read all lanes instead.
 */
const claimStatement = `
  with recursive unit as (
    (select unit_id, 1 as place from queue_lane
     where queue = $1 and unit_id > $2 and ready_at <= now() order by unit_id limit 1)
    union all
    select (select lane.unit_id from queue_lane lane
            where lane.queue = $1 and lane.unit_id > unit.unit_id and lane.ready_at <= now()
            order by lane.unit_id limit 1), place + 1
    from unit where unit_id is not null and place < $3
  ), share as (
    select greatest(1, $3 / greatest(1, count(unit_id)))::int as lanes from unit
  ), candidate as (
    select picked.place from unit cross join share cross join lateral (
      select lane.ctid as place from queue_lane lane
      where lane.queue = $1 and lane.unit_id = unit.unit_id and lane.ready_at <= now()
      order by lane.ready_at limit share.lanes
      for update skip locked
    ) as picked
    limit $3
  ), claimed as (
    update queue_lane lane
    set claim = $4::uuid, attempt = attempt + 1, ready_at = clock_timestamp() + $5 * interval '1 millisecond'
    where lane.ctid = any(array(select place from candidate))
    returning lane.key, lane.unit_id, lane.attempt
  )
  select claimed.key, claimed.unit_id as "unitId", claimed.attempt, item.seq, item.id, item.body,
    item.put_at as "putAt"
  from claimed cross join lateral (
    select seq, id, body, put_at from queue_item where queue = $1 and key = claimed.key order by seq limit 1
  ) as item
  order by item.seq`;

/** Settles what this process still holds; a lane that another process took meanwhile is not touched. */
const settleStatement = `
  with input as (
    select * from unnest($2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::double precision[], $7::text[])
      as u(key, seq, claim, verdict, delay_ms, reason)
  ), mine as materialized (
    select lane.key, lane.waiting, input.seq, input.verdict, input.delay_ms, input.reason
    from queue_lane lane join input on input.key = lane.key and input.claim = lane.claim
    where lane.queue = $1 and lane.key = any($2::text[]) order by lane.key
    for update of lane
  ), finished as (
    delete from queue_item item using mine
    where item.queue = $1 and item.key = mine.key and item.seq = mine.seq and mine.verdict in ('done', 'park')
    returning item.id, item.key, item.unit_id, item.body, item.put_at, mine.verdict, mine.reason
  ), parked as (
    insert into queue_parked (queue, id, key, unit_id, body, reason, put_at)
    select $1, id, key, unit_id, body, reason, put_at from finished where verdict = 'park'
    on conflict (queue, id) do update set reason = excluded.reason, parked_at = clock_timestamp()
  ), emptied as (
    delete from queue_lane lane using mine
    where lane.queue = $1 and lane.key = mine.key and mine.verdict in ('done', 'park') and mine.waiting <= 1
  ), kept as (
    update queue_lane lane
    set claim = null, ready_at = clock_timestamp() + mine.delay_ms * interval '1 millisecond',
      attempt = case mine.verdict when 'retry' then lane.attempt when 'defer' then lane.attempt - 1 else 0 end,
      waiting = case when mine.verdict in ('done', 'park') then mine.waiting - 1 else mine.waiting end
    from mine
    where lane.queue = $1 and lane.key = mine.key and not (mine.verdict in ('done', 'park') and mine.waiting <= 1)
  )
  select key from mine`;

const extendStatement = `
  update queue_lane lane set ready_at = clock_timestamp() + $4 * interval '1 millisecond'
  from unnest($2::text[], $3::uuid[]) as held(key, claim)
  where lane.queue = $1 and lane.key = any($2::text[]) and lane.key = held.key and lane.claim = held.claim`;

const stateStatement = `
  select coalesce(sum(waiting), 0)::int as items,
    (count(*) filter (where claim is not null and ready_at > now()))::int as active,
    (count(*) filter (where attempt > 0 and (claim is null or ready_at <= now())))::int as retrying,
    (select count(*) from queue_parked where queue = $1)::int as parked,
    coalesce((select extract(epoch from now() - item.put_at) from queue_item item
      join queue_lane lane on lane.queue = item.queue and lane.key = item.key
      where item.queue = $1 and lane.ready_at <= now() order by item.seq limit 1), 0)::double precision as oldest
  from queue_lane where queue = $1`;

const releaseStatement = `
  with released as (
    delete from queue_parked where queue = $1 and id = $2 returning id, key, unit_id, body, put_at
  ), stored as (
    insert into queue_item (queue, key, id, unit_id, body, put_at)
    select $1, key, id, unit_id, body, put_at from released returning key, unit_id
  ), lane as (
    insert into queue_lane (queue, key, unit_id, waiting) select $1, key, unit_id, 1 from stored
    on conflict (queue, key) do update set waiting = queue_lane.waiting + 1
  )
  select pg_notify('${notifyChannel}', $1)::text as notified from stored`;

export type QueueStatements = ReturnType<typeof createQueueStatements>;

/** The SQL of one queue, each a single statement. */
export function createQueueStatements(database: Database, queue: string) {
  return {
    /** Stores the items that were never seen and returns their ids. `notify` wakes the other processes. */
    async put(items: readonly SealedItem[], notify: boolean): Promise<Set<string>> {
      const { rows } = await database.query<{ ids: string[] }>(putStatement, [
        queue,
        items.map(({ id }) => id),
        items.map(({ key }) => key),
        items.map(({ unitId }) => unitId),
        items.map(({ body }) => Buffer.from(body).toString('base64')),
        notify,
      ]);
      return new Set(rows[0]?.ids);
    },

    /** Takes at most `limit` lanes of units after `afterUnit` in id order, for `leaseMs`. */
    async claim(afterUnit: string, limit: number, claim: string, leaseMs: number): Promise<ClaimedItem[]> {
      const { rows } = await database.query<Omit<ClaimedItem, 'claim'>>(claimStatement, [
        queue,
        afterUnit,
        limit,
        claim,
        leaseMs,
      ]);
      return rows.map((row) => ({ ...row, claim }));
    },

    /** Returns the keys that were still ours. */
    async settle(settlements: readonly Settlement[]): Promise<Set<string>> {
      const { rows } = await database.query<{ key: string }>(settleStatement, [
        queue,
        settlements.map(({ item }) => item.key),
        settlements.map(({ item }) => item.seq),
        settlements.map(({ item }) => item.claim),
        settlements.map(({ verdict }) => verdict),
        settlements.map(({ delayMs }) => delayMs),
        settlements.map(({ reason }) => reason),
      ]);
      return new Set(rows.map(({ key }) => key));
    },

    async extend(items: readonly ClaimedItem[], leaseMs: number): Promise<void> {
      await database.query(extendStatement, [
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
