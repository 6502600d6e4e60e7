-- Figures of a period are counted from indexes alone: of a log of millions of rows those of one unit lie on as many pages
-- as it has rows, and to read them one by one takes seconds. A row too wide for an index is found by a second one.
create index interaction_given_links on interaction (unit_id, received_at)
  include (seq, citizen, kind, decision, test, links)
  where octet_length(links::text) between 3 and 2000;
create index interaction_long_links on interaction (unit_id, received_at)
  where octet_length(links::text) > 2000;
create index interaction_not_understood on interaction (unit_id, received_at)
  include (seq, citizen, kind, test, candidates)
  where decision = 'fallback' and octet_length(candidates::text) <= 2000;
create index interaction_long_candidates on interaction (unit_id, received_at)
  where decision = 'fallback' and octet_length(candidates::text) > 2000;
drop index feedback_by_time;
create index feedback_by_time on feedback (unit_id, at) include (seq, interaction_id, citizen, helpful, reason);

-- An index alone answers only for pages that a vacuum has seen to be visible to all. By default a server waits for a fifth
-- of the table to be new: of a log of years, a whole quarter.
alter table interaction set (autovacuum_vacuum_insert_scale_factor = 0.0, autovacuum_vacuum_insert_threshold = 10000);
alter table feedback set (autovacuum_vacuum_insert_scale_factor = 0.0, autovacuum_vacuum_insert_threshold = 10000);
