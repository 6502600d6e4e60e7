-- Replies of the web chat until the visitor's page has fetched them. Approved texts only, no words of citizens.
create table web_message (
  sequence bigint generated always as identity primary key,
  visitor text not null,
  id text not null unique,
  text text not null,
  buttons jsonb not null,
  at timestamptz not null default clock_timestamp()
);
create index web_message_by_visitor on web_message (visitor, sequence);
create index web_message_by_age on web_message (at);
