-- What the period report counts from.

-- Figures are counted from this index alone: a row of the log is some kilobytes wide, its figures a hundred bytes.
drop index interaction_by_time;
create index interaction_by_time on interaction (unit_id, received_at)
  include (seq, channel, citizen, kind, decision, topic, aspect, test);
create index interaction_with_outreach on interaction (unit_id, received_at) where outreach is not null;
create index delivery_failed on delivery (unit_id, at) where status not in ('sent', 'suppressed');

-- What citizens said about answers is sealed with the log, for reports print it.
alter table feedback
  add column nonce uuid not null default gen_random_uuid(),
  add column appended_at timestamptz not null default clock_timestamp();
alter table survey_answer
  add column nonce uuid not null default gen_random_uuid(),
  add column appended_at timestamptz not null default clock_timestamp();
create index feedback_to_seal on feedback (unit_id, seq);
create index survey_answer_to_seal on survey_answer (unit_id, seq);

-- Openings of links that replies gave, added up in batches by hour: nothing here says who opened one, or exactly when.
create table link_open (
  seq bigint generated always as identity primary key,
  unit_id text not null,
  url text not null,
  opens integer not null check (opens > 0),
  -- The start of the hour.
  at timestamptz not null,
  nonce uuid not null default gen_random_uuid(),
  appended_at timestamptz not null default clock_timestamp()
);
create index link_open_by_time on link_open (unit_id, at);
create index link_open_to_seal on link_open (unit_id, seq);
create trigger link_open_append_only before update or delete on link_open
  for each row execute function refuse_change();
create trigger link_open_no_truncate before truncate on link_open
  for each statement execute function refuse_change();
revoke update, delete, truncate on link_open from current_user;

-- Citizens who are no citizens: staff who try the bot from accounts of their own. No figure counts them.
create table uncounted_citizen (
  unit_id text not null,
  citizen text not null,
  reason text not null,
  marked_by text not null,
  marked_at timestamptz not null,
  primary key (unit_id, citizen)
);
