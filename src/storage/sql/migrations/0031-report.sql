-- Period reports. An approved one never changes; a correction is the next version.
create table report (
  id uuid primary key default gen_random_uuid(),
  -- A unit, or province:<id>.
  scope text not null,
  period text not null,
  version integer not null check (version > 0),
  status text not null check (status in ('draft', 'approved')),
  revision integer not null default 1,
  -- Text and not jsonb: its hash is printed.
  snapshot text not null,
  snapshot_hash text not null,
  narrative jsonb not null,
  form jsonb,
  number text,
  issued_on text,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  approved_at timestamptz,
  approved_by text,
  unique (scope, period, version)
);
create unique index report_one_draft on report (scope, period) where status = 'draft';
create index report_newest on report (scope, created_at desc);

create function refuse_change_of_approved() returns trigger language plpgsql as $$
begin
  if old.status = 'approved' then
    raise exception 'an approved report is locked: % is refused', lower(tg_op) using errcode = 'restrict_violation';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger report_locked before update or delete on report
  for each row execute function refuse_change_of_approved();
create trigger report_no_truncate before truncate on report
  for each statement execute function refuse_change();
