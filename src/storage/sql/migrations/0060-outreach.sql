-- The register of communication acts. An item is never deleted: its code stands on paper and in the sealed log. One that
-- was entered by mistake is withdrawn, counts nowhere and brings nobody in.
create table outreach_item (
  code text primary key,
  unit_id text not null,
  kind text not null,
  title text not null,
  day date not null,
  place text,
  audience text,
  link text,
  topic text,
  reached integer check (reached >= 0),
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  withdrawn_at timestamptz
);
create index outreach_item_by_day on outreach_item (unit_id, day desc, code);

-- One file of an item, as it was given; its type was read from its bytes.
create table outreach_attachment (
  code text primary key references outreach_item (code),
  name text not null,
  type text not null,
  body bytea not null
);
