-- Edits of content made in the console: an overlay on the files. change is the edit itself, in the form of
-- src/content/overlay/content-change.ts. A published row counts from effective_at on, the newest for its part, until it
-- is rolled back.
create table content_change (
  id text primary key,
  subject text not null,
  part text not null,
  -- Null for what all units share.
  unit_id text,
  change jsonb not null,
  note text not null,
  status text not null check (status in ('draft', 'submitted', 'published', 'rejected', 'withdrawn', 'rolled-back')),
  findings jsonb not null default '[]',
  drafted_by text not null,
  drafted_at timestamptz not null,
  submitted_at timestamptz,
  decided_by text,
  decided_at timestamptz,
  decision_note text,
  effective_at timestamptz,
  rolled_back_by text,
  rolled_back_at timestamptz,
  rollback_reason text,
  -- What the file and the overlay said when it was drafted, to see what it changes.
  before jsonb,
  constraint four_eyes check (status not in ('published', 'rolled-back') or decided_by <> drafted_by),
  constraint published_has_time check (status <> 'published' or effective_at is not null)
);
create index content_change_by_subject on content_change (subject, drafted_at desc);
create index content_change_by_status on content_change (status, drafted_at desc);
