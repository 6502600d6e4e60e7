-- What a message's rows cost, made less.

-- Folding a text here took longer than storing it: the application does it now, by the same letters, and gives the column
-- with the row. A process of the version before gives none.
alter table interaction_text alter column folded drop expression;
create function fold_missing_words() returns trigger language plpgsql as $$
begin
  new.folded := fold_words(new.masked_text);
  return new;
end
$$;
create trigger interaction_text_folded before insert on interaction_text
  for each row when (new.folded is null and new.masked_text is not null) execute function fold_missing_words();

-- A waiting item is encrypted: trying to make it smaller is vain. It lives for milliseconds: as long as it fits into a page
-- it stays in its row instead of being cut into rows of another table.
alter table queue_item alter column body set storage external;
alter table queue_item set (toast_tuple_target = 8000);
