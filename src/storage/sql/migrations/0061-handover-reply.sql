-- The exchange that the log holds for an officer's reply: sending the same form twice keeps one, and the delivery of the
-- reply is found by it.
alter table handover_message add column interaction_id text;
create unique index handover_message_once on handover_message (interaction_id);
