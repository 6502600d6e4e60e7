-- Emergency notices and kill switches, append-only: the newest row of a unit, kind and channel counts; value null ends it.
create table unit_control (
  seq bigint generated always as identity primary key,
  unit_id text not null,
  kind text not null check (kind in ('notice', 'switch')),
  -- Empty for a notice, which every channel shows.
  channel text not null,
  value jsonb,
  reason text not null check (length(btrim(reason)) > 0),
  officer text not null,
  at timestamptz not null,
  check ((kind = 'notice') = (channel = ''))
);
create index unit_control_newest on unit_control (unit_id, kind, channel, seq desc);
create trigger unit_control_append_only before update or delete on unit_control
  for each row execute function refuse_change();
create trigger unit_control_no_truncate before truncate on unit_control
  for each statement execute function refuse_change();
revoke update, delete, truncate on unit_control from current_user;
