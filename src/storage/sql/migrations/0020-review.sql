-- What reviewers made of questions that went wrong, and the examples that follow from it.

-- Append-only; the newest of an interaction counts.
create table review_verdict (
  seq bigint generated always as identity primary key,
  interaction_id text not null,
  unit_id text not null,
  verdict text not null check (verdict in ('right', 'belongs', 'new-topic', 'off-topic', 'sensitive')),
  topic text,
  aspect text,
  category text,
  note text,
  reviewer text not null,
  at timestamptz not null
);
create index review_verdict_by_interaction on review_verdict (interaction_id, seq desc);
create index review_verdict_wanted on review_verdict (unit_id, seq desc) where verdict = 'new-topic';
create trigger review_verdict_append_only before update or delete on review_verdict
  for each row execute function refuse_change();
create trigger review_verdict_no_truncate before truncate on review_verdict
  for each statement execute function refuse_change();
revoke update, delete, truncate on review_verdict from current_user;

-- What the queue reads; the same words as in the review store's query.
create index interaction_to_review on interaction (unit_id, received_at desc)
  where kind = 'text' and (decision = 'fallback' or (decision = 'answer' and confidence < 0.6));

-- Example questions beside those of the files. A row is masked words, so it may go when its citizen wants that: versions
-- name rows by id and do without those that are gone. topic is null for what is no concern of ours.
create table training_example (
  id bigint generated always as identity primary key,
  unit_id text not null,
  interaction_id text not null,
  text text not null check (length(text) between 1 and 500),
  topic text,
  aspect text,
  language text not null check (language in ('vi', 'en')),
  added_by text not null,
  added_at timestamptz not null,
  withdrawn_by text,
  withdrawn_at timestamptz
);
create index training_example_by_interaction on training_example (interaction_id);
create index training_example_draft on training_example (id) where withdrawn_at is null;

-- What was published, and which version is in force: the newest publication counts, version 0 is the files alone.
create table training_version (
  number integer primary key check (number > 0),
  examples bigint[] not null,
  effect_id bigint not null,
  published_by text not null,
  published_at timestamptz not null
);
create table training_publication (
  seq bigint generated always as identity primary key,
  version integer not null,
  officer text not null,
  reason text not null,
  at timestamptz not null
);
create trigger training_version_append_only before update or delete on training_version
  for each row execute function refuse_change();
create trigger training_version_no_truncate before truncate on training_version
  for each statement execute function refuse_change();
create trigger training_publication_append_only before update or delete on training_publication
  for each row execute function refuse_change();
create trigger training_publication_no_truncate before truncate on training_publication
  for each statement execute function refuse_change();
revoke update, delete, truncate on training_version, training_publication from current_user;

-- What a draft would change: measured once per draft and version in force. Names examples by id, never by their words.
create table training_effect (
  id bigint generated always as identity primary key,
  draft text not null,
  base_version integer not null,
  started_by text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  failure text,
  result jsonb
);
create index training_effect_by_draft on training_effect (draft, id desc);
