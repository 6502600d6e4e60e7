-- Seals over the log. A row is sealed with its nonce, so that the hash of a row that is not shown tells nothing about it,
-- and with the instant at which it was really written.

alter table delivery
  add column unit_id text,
  add column nonce uuid not null default gen_random_uuid(),
  add column appended_at timestamptz not null default clock_timestamp();
grant update on delivery to current_user;
alter table delivery disable trigger delivery_append_only;
update delivery set unit_id = coalesce((select unit_id from interaction where id = delivery.interaction_id), '');
alter table delivery enable trigger delivery_append_only;
revoke update on delivery from current_user;
-- A reply may go out before its interaction is logged, so the unit must come with the delivery itself.
alter table delivery alter column unit_id set not null;

alter table consent
  add column nonce uuid not null default gen_random_uuid(),
  add column appended_at timestamptz not null default clock_timestamp();

alter table audit
  add column nonce uuid not null default gen_random_uuid(),
  add column appended_at timestamptz not null default clock_timestamp();

-- What is new of a unit since its newest seal.
create index interaction_to_seal on interaction (unit_id, seq);
create index delivery_to_seal on delivery (unit_id, seq);
create index consent_to_seal on consent (unit_id, seq);
create index audit_to_seal on audit (coalesce(unit_id, '_system'), seq);

-- One row per sealed batch. header is the very text whose hash is the seal; leaves lists what the Merkle root is made of,
-- so that a row that was changed, removed or added behind the seal can be named. docs/evidence.md has the form of both.
create table seal (
  unit_id text not null,
  number bigint not null check (number > 0),
  hash bytea not null,
  header text not null,
  leaves text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  latest_at timestamptz not null,
  sealed_at timestamptz not null,
  primary key (unit_id, number)
);
create index seal_by_time on seal (unit_id, latest_at);
create trigger seal_append_only before update or delete on seal
  for each row execute function refuse_change();
create trigger seal_no_truncate before truncate on seal
  for each statement execute function refuse_change();
revoke update, delete, truncate on seal from current_user;
