-- What a message costs the database, made less. The functions of the versions before stay for processes that still run.

-- Like queue_put_taking; answers in one text what became of each item, in order, joined by commas: nothing for one that
-- was known, 0 for one that was stored, and for one that is claimed for the caller its place in the lane.
create function queue_put_telling(
  in_queue text, in_ids text[], in_keys text[], in_unit_ids text[], in_bodies bytea[], in_notify boolean,
  in_flush boolean, in_claim uuid, in_lease_ms double precision, in_room integer
) returns text language plpgsql as $$
#variable_conflict use_column
declare
  told text;
begin
  if not in_flush then
    perform set_config('synchronous_commit', 'off', true);
  end if;
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
  ), outcome as (
    select stored.id, case when lane.claim = in_claim and stored.seq = arrived.oldest then stored.seq else 0 end as place
    from stored join arrived using (key) join lane using (key)
  )
  select string_agg(coalesce(outcome.place::text, ''), ',' order by input.ord) into told
  from input left join outcome using (id);
  if in_notify and told ~ '[0-9]' then
    perform pg_notify('tthc_queue', in_queue);
  end if;
  return told;
end $$;

-- Settles items that are done and tells only what is out of the ordinary: keys that were not the caller's any more, and
-- keys under which more waits. A lane that holds nothing else goes in one step, with its condition looked at again if
-- somebody adds an item meanwhile; what is left after that is settled like any other verdict.
create function queue_finish(in_queue text, in_keys text[], in_seqs bigint[], in_claims uuid[])
returns table (key text, lost boolean) language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  gone text[];
begin
  perform set_config('synchronous_commit', 'off', true);
  with input as materialized (
    select * from unnest(in_keys, in_seqs, in_claims) as u(key, seq, claim) order by key collate "C"
  ), emptied as (
    delete from queue_lane lane using input
    where lane.queue = in_queue and lane.key = input.key and lane.claim = input.claim and lane.waiting <= 1
    returning lane.key, input.seq
  ), finished as (
    delete from queue_item item using emptied
    where item.queue = in_queue and item.key = emptied.key and item.seq = emptied.seq
  )
  select array_agg(key) into gone from emptied;
  if coalesce(cardinality(gone), 0) = cardinality(in_keys) then
    return;
  end if;
  return query
  with remaining as (
    select key, seq, claim from unnest(in_keys, in_seqs, in_claims) as u(key, seq, claim)
    where key <> all (coalesce(gone, '{}'))
  ), settled as materialized (
    select told.key, told.more from (
      select array_agg(key) as keys, array_agg(seq) as seqs, array_agg(claim) as claims,
        array_agg('done'::text) as verdicts, array_agg(0::double precision) as delays, array_agg(''::text) as reasons
      from remaining
    ) as r, queue_settle_telling(in_queue, r.keys, r.seqs, r.claims, r.verdicts, r.delays, r.reasons) as told
  )
  select remaining.key, settled.key is null from remaining left join settled using (key)
  where settled.key is null or settled.more;
end $$;
