-- An address vouches for one account, and only the province says whose it is: at the first sign-in at an identity
-- provider the account is found by it. Addresses that a unit's admin entered, or that several accounts have, go.
update staff_user u set email = null
where email is not null and subject is null
  and (exists (select from staff_user o where o.email = u.email and o.id <> u.id)
    or exists (select from audit a
      where a.action = 'user.create' and a.subject = 'user:' || u.username and a.unit_id is not null));
update staff_user u set email = null
where email is not null and exists (select from staff_user o where o.email = u.email and o.id < u.id);
drop index staff_user_email;
create unique index staff_user_email on staff_user (email);

-- Words of citizens outlive their retention nowhere. An example that an officer wrote has no interaction.
alter table training_example alter column interaction_id drop not null;

-- A reviewer's note may quote a citizen: it goes with the words. All else of a verdict stays as it was said.
create function refuse_change_but_note() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.note is null and to_jsonb(new) - 'note' = to_jsonb(old) - 'note' then
    return new;
  end if;
  raise exception 'table % is append-only: % is refused', tg_table_name, lower(tg_op)
    using errcode = 'restrict_violation';
end $$;
drop trigger review_verdict_append_only on review_verdict;
create trigger review_verdict_append_only before update or delete on review_verdict
  for each row execute function refuse_change_but_note();
grant update (note) on review_verdict to current_user;
