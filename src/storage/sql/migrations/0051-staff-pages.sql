-- What keeps the console's pages quick on a year of a busy ward's log.

-- What was last said of each judged exchange, in the order in which the log is read. Kept by a trigger; feedback stays
-- what is counted and sealed.
create table judged_interaction (
  seq bigint primary key,
  unit_id text not null,
  received_at timestamptz not null,
  helpful boolean not null,
  feedback_seq bigint not null
);
insert into judged_interaction (seq, unit_id, received_at, helpful, feedback_seq)
select distinct on (i.seq) i.seq, i.unit_id, i.received_at, f.helpful, f.seq
from feedback f join interaction i on i.id = f.interaction_id order by i.seq, f.seq desc;
create index judged_interaction_by_time on judged_interaction (unit_id, helpful, received_at desc, seq desc);

create function keep_judgement() returns trigger language plpgsql as $$
begin
  insert into judged_interaction (seq, unit_id, received_at, helpful, feedback_seq)
  select i.seq, i.unit_id, i.received_at, new.helpful, new.seq from interaction i where i.id = new.interaction_id
  on conflict (seq) do update set helpful = excluded.helpful, feedback_seq = excluded.feedback_seq
    where judged_interaction.feedback_seq < excluded.feedback_seq;
  return null;
end $$;
create trigger feedback_judgement after insert on feedback for each row execute function keep_judgement();

-- Words of a text as a set, for finding those that hold some: letters and digits without marks, long ones cut. By hand and
-- not by a text search parser, which takes "a/b" and "12.5" for one word.
create function word_set(folded text) returns tsvector language sql immutable parallel safe as $$
  select array_to_tsvector(array_remove(string_to_array(
    regexp_replace(regexp_replace(coalesce(folded, ''), '[^a-z0-9]+', ' ', 'g'), '([a-z0-9]{40})[a-z0-9]+', '\1', 'g'),
    ' '), ''))
$$;
create index interaction_text_words on interaction_text using gin (word_set(folded)) with (gin_pending_list_limit = 512);

-- Figures of days that are over, from the start of a period on: counted once, and again when what they were counted from
-- has changed. `basis` says what that was.
create table settled_figures (
  unit_id text not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  basis text not null,
  figures jsonb not null,
  primary key (unit_id, from_at)
);
