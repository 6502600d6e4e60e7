-- An item that comes while this process has room need not be claimed by a statement of its own: its lane is created as
-- claimed, in the very statement that stores it. The functions of the versions before stay for processes that still run.

-- Like queue_put; the lanes that did not exist before are claimed for the caller under in_claim, at most in_room of them,
-- the units in turn. Returns what was stored: id, and for the oldest item of a claimed lane its place in the lane.
create function queue_put_taking(
  in_queue text, in_ids text[], in_keys text[], in_unit_ids text[], in_bodies bytea[], in_notify boolean,
  in_flush boolean, in_claim uuid, in_lease_ms double precision, in_room integer
) returns table (id text, taken_seq bigint) language plpgsql as $$
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
    returning key, unit_id, id, seq
  ), arrived as (
    select key, min(unit_id) as unit_id, count(*) as items, min(seq) as oldest from stored group by key
  ), turn as (
    select key, row_number() over (order by place, oldest) <= in_room as takes
    from (select key, oldest, row_number() over (partition by unit_id order by oldest) as place from arrived) as placed
  ), lane as (
    insert into queue_lane (queue, key, unit_id, waiting, attempt, ready_at, claim)
    select in_queue, key, unit_id, items, takes::int,
      clock_timestamp() + case when takes then in_lease_ms else 0 end * interval '1 millisecond',
      case when takes then in_claim end
    from arrived join turn using (key) order by key collate "C"
    on conflict (queue, key) do update set waiting = queue_lane.waiting + excluded.waiting
    returning key, claim
  )
  select stored.id, case when lane.claim = in_claim and stored.seq = arrived.oldest then stored.seq end
  from stored join arrived using (key) join lane using (key);
  if in_notify and found then
    perform pg_notify('tthc_queue', in_queue);
  end if;
end $$;

-- Like queue_settle; tells of each lane whether something waits in it still, so that nobody looks for nothing.
create function queue_settle_telling(
  in_queue text, in_keys text[], in_seqs bigint[], in_claims uuid[], in_verdicts text[],
  in_delays_ms double precision[], in_reasons text[]
) returns table (key text, more boolean) language plpgsql
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
  select key, finishes and waiting > 1 from mine;
end $$;
