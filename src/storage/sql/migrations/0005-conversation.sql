-- What happens around a conversation: judgements, choices that teach, survey answers, hand-overs to officers.

-- Append-only: saying the same again changes nothing.
create table feedback (
  seq bigint generated always as identity primary key,
  interaction_id text not null,
  unit_id text not null,
  citizen text not null,
  helpful boolean not null,
  reason text,
  at timestamptz not null
);
create unique index feedback_once on feedback (interaction_id, helpful, coalesce(reason, ''));
create index feedback_by_time on feedback (unit_id, at);

-- What a citizen chose after "which of these do you mean". The words are those of the interaction; they go with it.
create table training_suggestion (
  seq bigint generated always as identity primary key,
  interaction_id text not null,
  unit_id text not null,
  citizen text not null,
  topic text not null,
  aspect text,
  at timestamptz not null
);
create unique index training_suggestion_once on training_suggestion (interaction_id, topic, coalesce(aspect, ''));
create index training_suggestion_by_time on training_suggestion (unit_id, at);

create table survey_answer (
  seq bigint generated always as identity primary key,
  interaction_id text not null,
  unit_id text not null,
  channel text not null,
  citizen text not null,
  survey text not null,
  question text not null,
  answer text not null,
  at timestamptz not null
);
create unique index survey_answer_once on survey_answer (interaction_id, question);
create index survey_answer_by_time on survey_answer (unit_id, at);

create trigger feedback_append_only before update or delete on feedback
  for each row execute function refuse_change();
create trigger feedback_no_truncate before truncate on feedback
  for each statement execute function refuse_change();
create trigger training_suggestion_append_only before update or delete on training_suggestion
  for each row execute function refuse_change();
create trigger training_suggestion_no_truncate before truncate on training_suggestion
  for each statement execute function refuse_change();
create trigger survey_answer_append_only before update or delete on survey_answer
  for each row execute function refuse_change();
create trigger survey_answer_no_truncate before truncate on survey_answer
  for each statement execute function refuse_change();
revoke update, delete, truncate on feedback, training_suggestion, survey_answer from current_user;

-- One row per hand-over; open while returned_at is null. id is the interaction that opened it. address is the platform's
-- id of the citizen, sealed, so that an officer can answer; it goes when the hand-over ends.
create table handover (
  id text primary key,
  unit_id text not null,
  channel text not null,
  citizen text not null,
  reason text not null,
  test boolean not null,
  opened_at timestamptz not null,
  -- When the platform's window for replies closes; moves on with each message of the citizen.
  window_until timestamptz not null,
  -- When the bot takes over again by itself; moves on with each message.
  silent_until timestamptz not null,
  last_message_at timestamptz not null,
  answered_at timestamptz,
  assigned_to text,
  assigned_at timestamptz,
  returned_at timestamptz,
  returned_by text,
  address bytea
);
create unique index handover_open on handover (citizen) where returned_at is null;
create index handover_by_time on handover (unit_id, opened_at);

-- What officers wrote from the console, masked, for the conversation as the next officer sees it.
create table handover_message (
  seq bigint generated always as identity primary key,
  handover_id text not null,
  officer text not null,
  text text not null,
  at timestamptz not null
);
create index handover_message_by_handover on handover_message (handover_id, seq);
