-- The log, the conversation state, the queues and the small stores. PostgreSQL 14 and later, embedded and on a server.

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'table % is append-only: % is refused', tg_table_name, lower(tg_op)
    using errcode = 'restrict_violation';
end $$;

-- The log. A row never changes. The words (masked text, explanation) live in interaction_text so that they can be erased;
-- words_commitment holds sha256(salt || canonical JSON of the words), which stays when they go, as does everything that
-- is computed from this row. nonce makes a hash of the row unguessable even when all its fields are known.
create table interaction (
  seq bigint generated always as identity primary key,
  id text not null unique,
  unit_id text not null,
  channel text not null,
  citizen text not null,
  received_at timestamptz not null,
  handled_at timestamptz not null,
  kind text not null,
  decision text not null,
  topic text,
  aspect text,
  confidence double precision,
  candidates jsonb not null,
  language text not null,
  sensitive text,
  content_version text not null,
  matcher_version text not null,
  reply_text text not null,
  links jsonb not null,
  outreach text,
  test boolean not null,
  words_commitment bytea not null,
  nonce uuid not null default gen_random_uuid(),
  appended_at timestamptz not null default clock_timestamp()
);
create index interaction_by_time on interaction (unit_id, received_at);
create index interaction_by_citizen on interaction (citizen, received_at);

create table interaction_text (
  interaction_id text primary key,
  masked_text text,
  explanation jsonb not null,
  salt bytea not null
);

create table delivery (
  seq bigint generated always as identity primary key,
  interaction_id text not null,
  part integer not null,
  status text not null,
  at timestamptz not null,
  code text,
  message_id text
);
-- Saying the same again changes nothing; a second message that really went out is a second row.
create unique index delivery_once on delivery (interaction_id, part, status, coalesce(message_id, ''));

create trigger interaction_append_only before update or delete on interaction
  for each row execute function refuse_change();
create trigger interaction_no_truncate before truncate on interaction
  for each statement execute function refuse_change();
create trigger interaction_text_no_update before update on interaction_text
  for each row execute function refuse_change();
create trigger interaction_text_no_truncate before truncate on interaction_text
  for each statement execute function refuse_change();
create trigger delivery_append_only before update or delete on delivery
  for each row execute function refuse_change();
create trigger delivery_no_truncate before truncate on delivery
  for each statement execute function refuse_change();

create table consent (
  seq bigint generated always as identity primary key,
  unit_id text not null,
  channel text not null,
  citizen text not null,
  decision text not null check (decision in ('granted', 'declined', 'withdrawn')),
  notice_version text not null,
  at timestamptz not null
);
create index consent_latest on consent (citizen, seq desc);
create trigger consent_append_only before update or delete on consent
  for each row execute function refuse_change();
create trigger consent_no_truncate before truncate on consent
  for each statement execute function refuse_change();

create table audit (
  seq bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  unit_id text,
  action text not null,
  subject text not null,
  before jsonb,
  after jsonb
);
create index audit_by_time on audit (at);
create index audit_by_subject on audit (subject, seq);
create trigger audit_append_only before update or delete on audit
  for each row execute function refuse_change();
create trigger audit_no_truncate before truncate on audit
  for each statement execute function refuse_change();

-- Conversation state, for deployments without Redis.
create table session (
  citizen text primary key,
  state jsonb not null,
  expires_at timestamptz not null
);
create index session_expiry on session (expires_at);

-- Queues. One row per waiting item (written once, deleted when done), one row per key that has items: its lane. Whoever
-- holds a lane handles its oldest item. ready_at is when the lane may be taken: after a retry's delay, or when the lease
-- of a worker that died has run out.
create table queue_item (
  queue text not null,
  key text not null,
  seq bigint generated always as identity,
  id text not null,
  unit_id text not null,
  body bytea not null,
  put_at timestamptz not null default clock_timestamp(),
  primary key (queue, key, seq)
);

create table queue_lane (
  queue text not null,
  key text not null,
  unit_id text not null,
  waiting integer not null,
  attempt integer not null default 0,
  ready_at timestamptz not null default clock_timestamp(),
  claim uuid,
  primary key (queue, key)
);
create index queue_lane_ready on queue_lane (queue, unit_id, ready_at);

-- Ids that were stored, so that a delivery that comes again within days is known.
create table queue_seen (
  queue text not null,
  id text not null,
  at timestamptz not null default clock_timestamp(),
  primary key (queue, id)
);
create index queue_seen_by_age on queue_seen using brin (at);

-- Items that could not be handled; an operator looks at them and releases them or lets them go.
create table queue_parked (
  queue text not null,
  id text not null,
  key text not null,
  unit_id text not null,
  body bytea not null,
  reason text not null,
  put_at timestamptz not null,
  parked_at timestamptz not null default clock_timestamp(),
  primary key (queue, id)
);

-- Keys under which waiting items are encrypted, themselves encrypted; on a server only (embedded: files).
create table payload_key (
  id bytea primary key,
  wrapped bytea not null,
  created_at timestamptz not null default clock_timestamp()
);

-- These tables are small and change all the time: vacuum them early, whatever their size (a server's autovacuum).
alter table queue_item set (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000);
alter table queue_lane set (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000);

-- Before a message goes out its attempt is marked, and after it the result, so that a retried event rarely speaks twice.
create table send_mark (
  key text primary key,
  attempts integer not null,
  begun_at timestamptz not null default clock_timestamp(),
  status text,
  message_id text,
  code text,
  ended_at timestamptz
);
create index send_mark_by_age on send_mark (begun_at);

-- Rotating credentials of a platform, sealed by the application.
create table channel_token (
  key text primary key,
  sealed bytea not null,
  version integer not null,
  updated_at timestamptz not null default clock_timestamp()
);

-- What one process at a time may do: refresh a token, seal a batch, run a scheduled job.
create table lease (
  name text primary key,
  holder uuid not null,
  expires_at timestamptz not null
);

create table setting (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default clock_timestamp()
);

-- The triggers bind whoever connects; without the privileges even a statement that finds no row is refused.
revoke update, delete, truncate on interaction, delivery, consent, audit from current_user;
revoke update, truncate on interaction_text from current_user;
