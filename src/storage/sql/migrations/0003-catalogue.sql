-- The national catalogue: procedures as an imported dump gave them. procedure is what was read out of a record, original
-- the record itself. A procedure that a later dump no longer has stays, marked, for history.
create table catalogue_procedure (
  code text primary key,
  name text not null,
  commune boolean not null,
  -- Day of the newest dump that held this record.
  dump_date text not null check (dump_date ~ '^\d{4}-\d{2}-\d{2}$'),
  removed_on text,
  record_hash text not null,
  field_hashes jsonb not null,
  parser_version integer not null,
  procedure jsonb not null,
  warnings jsonb not null,
  original text not null,
  imported_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp()
);

-- An import fills this in batches and then replaces everything at once; what a broken import left is cleared by the next.
-- Only code and record_hash are filled for a record that is stored already.
create table catalogue_staged (
  code text primary key,
  name text,
  commune boolean,
  record_hash text not null,
  field_hashes jsonb,
  parser_version integer,
  procedure jsonb,
  warnings jsonb,
  original text
);

create table catalogue_import (
  seq bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  dump_date text not null,
  -- False when the day was not given by a person but taken from the file.
  date_given boolean not null,
  procedures integer not null,
  report jsonb not null
);
