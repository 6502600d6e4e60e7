-- What officers note on an exchange, to find it again. Not part of the log: labels come and go.
create table interaction_label (
  unit_id text not null,
  interaction_id text not null,
  label text not null,
  added_by text not null,
  added_at timestamptz not null,
  primary key (interaction_id, label)
);
create index interaction_label_by_unit on interaction_label (unit_id, label);
create index handover_by_citizen on handover (citizen);
