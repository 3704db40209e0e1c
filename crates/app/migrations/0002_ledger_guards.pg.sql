-- An entry weighs its postings when it is written, and nothing of it changes afterwards.
create function ledger_entries_balance() returns trigger language plpgsql as $$
begin
  if (select count(*) from ledger_postings where entry_id = new.id) < 2
     or exists (select 1 from ledger_postings where entry_id = new.id group by currency having sum(amount_minor) <> 0) then
    raise exception 'ledger_entries_balance';
  end if;
  return new;
end $$;
create trigger ledger_entries_balance before insert on ledger_entries for each row execute function ledger_entries_balance();

create function ledger_postings_come_first() returns trigger language plpgsql as $$
begin
  if exists (select 1 from ledger_entries where id = new.entry_id) then raise exception 'ledger_is_append_only'; end if;
  return new;
end $$;
create trigger ledger_postings_come_before_their_entry before insert on ledger_postings for each row execute function ledger_postings_come_first();

create function ledger_is_append_only() returns trigger language plpgsql as $$ begin raise exception 'ledger_is_append_only'; end $$;
create trigger ledger_postings_stay before update or delete on ledger_postings for each row execute function ledger_is_append_only();
create trigger ledger_entries_stay before update or delete on ledger_entries for each row execute function ledger_is_append_only();

-- IL-02: what was issued is not changed. Only what happens to it afterwards is (state, applied, marks).
create function invoices_issued_are_frozen() returns trigger language plpgsql as $$ begin raise exception 'invoices_issued_are_frozen'; end $$;
create trigger invoices_issued_are_frozen before update on invoices for each row
when (old.state <> 'draft' and (new.number is distinct from old.number or new.frozen is distinct from old.frozen or new.total_minor <> old.total_minor
  or new.net_minor <> old.net_minor or new.tax_minor <> old.tax_minor or new.currency <> old.currency or new.issue_date is distinct from old.issue_date
  or new.due_date is distinct from old.due_date or new.customer_id <> old.customer_id or new.mode <> old.mode or new.business_id <> old.business_id
  or new.language <> old.language or new.notes <> old.notes or new.state = 'draft'))
execute function invoices_issued_are_frozen();
create trigger invoices_issued_are_never_removed before delete on invoices for each row
when (old.state <> 'draft' and old.mode = 'live') execute function invoices_issued_are_frozen();
create function invoice_lines_are_frozen() returns trigger language plpgsql as $$
begin
  if (select state from invoices where id = coalesce(new.invoice_id, old.invoice_id)) <> 'draft' then raise exception 'invoices_issued_are_frozen'; end if;
  return coalesce(new, old);
end $$;
create trigger invoice_lines_are_frozen before insert or update or delete on invoice_lines for each row execute function invoice_lines_are_frozen();

create function audit_is_append_only() returns trigger language plpgsql as $$ begin raise exception 'audit_is_append_only'; end $$;
create trigger audit_entries_stay before update or delete on audit_entries for each row execute function audit_is_append_only();
