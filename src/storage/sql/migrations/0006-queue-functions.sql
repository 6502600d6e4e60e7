-- The queue's four hot statements. As functions they are planned once per connection, and under settings that fit them:
-- a queue is empty in one minute and holds a hundred thousand rows in the next, and a plan that was made for the empty
-- table reads the full one from end to end. Each function finds its rows through an index, one by one.

-- Stores what was never seen and returns those ids. Ids first, then items, then lanes, each in a fixed order, so that
-- concurrent calls cannot lock each other out. With notify the other processes hear of it.
create function queue_put(
  in_queue text, in_ids text[], in_keys text[], in_unit_ids text[], in_bodies bytea[], in_notify boolean
) returns setof text language plpgsql as $$
#variable_conflict use_column
begin
  return query
  with input as (
    select * from unnest(in_ids, in_keys, in_unit_ids, in_bodies) with ordinality as u(id, key, unit_id, body, ord)
  ), fresh as (
    insert into queue_seen (queue, id) select in_queue, id from input order by id collate "C"
    on conflict do nothing returning id
  ), stored as (
    insert into queue_item (queue, key, id, unit_id, body)
    select in_queue, key, id, unit_id, body from input join fresh using (id) order by ord
    returning key, unit_id, id
  ), lane as (
    insert into queue_lane (queue, key, unit_id, waiting)
    select in_queue, key, min(unit_id), count(*) from stored group by key order by key collate "C"
    on conflict (queue, key) do update set waiting = queue_lane.waiting + excluded.waiting
    returning key
  )
  select id from stored;
  if in_notify and found then
    perform pg_notify('tthc_queue', in_queue);
  end if;
end $$;

-- Takes lanes that are ready: walks the units after in_after_unit in turn and gives each the same share of in_limit
-- lanes, so that one unit's flood does not delay another. now() is the call's start: a lane that was settled after it,
-- whose items this call may still see, is ready later than that and is left alone.
create function queue_claim(
  in_queue text, in_after_unit text, in_limit integer, in_claim uuid, in_lease_ms double precision
) returns table (
  key text, unit_id text, attempt integer, seq bigint, id text, body bytea, put_at timestamptz
) language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  return query
  with recursive unit as (
    (select unit_id, 1 as place from queue_lane
     where queue = in_queue and unit_id > in_after_unit and ready_at <= now() order by unit_id limit 1)
    union all
    select (select lane.unit_id from queue_lane lane
            where lane.queue = in_queue and lane.unit_id > unit.unit_id and lane.ready_at <= now()
            order by lane.unit_id limit 1), place + 1
    from unit where unit_id is not null and place < in_limit
  ), share as (
    select greatest(1, in_limit / greatest(1, count(unit_id)))::int as lanes from unit
  ), candidate as (
    select picked.key from unit cross join share cross join lateral (
      select lane.key from queue_lane lane
      where lane.queue = in_queue and lane.unit_id = unit.unit_id and lane.ready_at <= now()
      order by lane.ready_at limit share.lanes
      for update skip locked
    ) as picked
    limit in_limit
  ), claimed as (
    update queue_lane lane
    set claim = in_claim, attempt = attempt + 1,
      ready_at = clock_timestamp() + in_lease_ms * interval '1 millisecond'
    from candidate where lane.queue = in_queue and lane.key = candidate.key
    returning lane.key, lane.unit_id, lane.attempt
  )
  select claimed.key, claimed.unit_id, claimed.attempt, item.seq, item.id, item.body, item.put_at
  from claimed cross join lateral (
    select seq, id, body, put_at from queue_item
    where queue = in_queue and key = claimed.key order by seq limit 1
  ) as item
  order by item.seq;
end $$;

-- Settles what the caller still holds and returns those keys; a lane that another process took meanwhile is not touched.
-- Verdicts: done, park, retry, defer (waits like retry, but counts as no attempt).
create function queue_settle(
  in_queue text, in_keys text[], in_seqs bigint[], in_claims uuid[], in_verdicts text[],
  in_delays_ms double precision[], in_reasons text[]
) returns setof text language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  return query
  with input as (
    select *, verdict in ('done', 'park') as finishes
    from unnest(in_keys, in_seqs, in_claims, in_verdicts, in_delays_ms, in_reasons)
      as u(key, seq, claim, verdict, delay_ms, reason)
    order by key collate "C"
  ), mine as materialized (
    select input.key, input.seq, input.verdict, input.delay_ms, input.reason, input.finishes, held.waiting
    from input cross join lateral (
      select lane.waiting from queue_lane lane
      where lane.queue = in_queue and lane.key = input.key and lane.claim = input.claim
      for update
    ) as held
  ), finished as (
    delete from queue_item item using mine
    where item.queue = in_queue and item.key = mine.key and item.seq = mine.seq and mine.finishes
    returning item.id, item.key, item.unit_id, item.body, item.put_at, mine.verdict, mine.reason
  ), parked as (
    insert into queue_parked (queue, id, key, unit_id, body, reason, put_at)
    select in_queue, id, key, unit_id, body, reason, put_at from finished where verdict = 'park'
    on conflict (queue, id) do update set reason = excluded.reason, parked_at = clock_timestamp()
  ), emptied as (
    delete from queue_lane lane using mine
    where lane.queue = in_queue and lane.key = mine.key and mine.finishes and mine.waiting <= 1
  ), kept as (
    update queue_lane lane
    set claim = null, ready_at = clock_timestamp() + mine.delay_ms * interval '1 millisecond',
      attempt = case mine.verdict when 'retry' then lane.attempt when 'defer' then lane.attempt - 1 else 0 end,
      waiting = mine.waiting - mine.finishes::int
    from mine
    where lane.queue = in_queue and lane.key = mine.key and not (mine.finishes and mine.waiting <= 1)
  )
  select key from mine;
end $$;

-- Extends the leases that the caller still holds: a claim is drawn anew for each call of queue_claim, so a lane with one
-- of the caller's claims is the caller's.
create function queue_extend(in_queue text, in_keys text[], in_claims uuid[], in_lease_ms double precision)
returns void language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  update queue_lane set ready_at = clock_timestamp() + in_lease_ms * interval '1 millisecond'
  where queue = in_queue and key = any(in_keys) and claim = any(in_claims);
end $$;
