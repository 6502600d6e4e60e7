-- What need not be on disk at once. Losing a settlement in a crash means that an item is handled again, which stores and
-- sends nothing twice; and a write-ahead log is lost from its end only, so whatever was flushed later keeps it. These
-- functions therefore do not wait for the disk: it is the disk that limits a small machine. A claim still waits, for an
-- event that kills its process must not be tried for ever. queue_put with in_flush is what it was; the function of six
-- parameters stays for processes of the version before.

create function queue_put(
  in_queue text, in_ids text[], in_keys text[], in_unit_ids text[], in_bodies bytea[], in_notify boolean,
  in_flush boolean
) returns setof text language plpgsql as $$
#variable_conflict use_column
begin
  if not in_flush then
    perform set_config('synchronous_commit', 'off', true);
  end if;
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

create or replace function queue_settle(
  in_queue text, in_keys text[], in_seqs bigint[], in_claims uuid[], in_verdicts text[],
  in_delays_ms double precision[], in_reasons text[]
) returns setof text language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  perform set_config('synchronous_commit', 'off', true);
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

create or replace function queue_extend(in_queue text, in_keys text[], in_claims uuid[], in_lease_ms double precision)
returns void language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  perform set_config('synchronous_commit', 'off', true);
  update queue_lane set ready_at = clock_timestamp() + in_lease_ms * interval '1 millisecond'
  where queue = in_queue and key = any(in_keys) and claim = any(in_claims);
end $$;
