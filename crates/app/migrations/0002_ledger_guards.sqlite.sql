-- An entry weighs its postings when it is written, and nothing of it changes afterwards.
create trigger ledger_entries_balance before insert on ledger_entries
begin
  select raise(abort, 'constraint failed: ledger_entries_balance')
    where (select count(*) from ledger_postings where entry_id = new.id) < 2
       or exists (select 1 from ledger_postings where entry_id = new.id group by currency having sum(amount_minor) <> 0);
end;
create trigger ledger_postings_come_before_their_entry before insert on ledger_postings
begin
  select raise(abort, 'constraint failed: ledger_is_append_only') where exists (select 1 from ledger_entries where id = new.entry_id);
end;
create trigger ledger_postings_stay before update on ledger_postings begin select raise(abort, 'constraint failed: ledger_is_append_only'); end;
create trigger ledger_postings_are_never_removed before delete on ledger_postings begin select raise(abort, 'constraint failed: ledger_is_append_only'); end;
create trigger ledger_entries_stay before update on ledger_entries begin select raise(abort, 'constraint failed: ledger_is_append_only'); end;
create trigger ledger_entries_are_never_removed before delete on ledger_entries begin select raise(abort, 'constraint failed: ledger_is_append_only'); end;
-- IL-02: what was issued is not changed. Only what happens to it afterwards is (state, applied, marks).
create trigger invoices_issued_are_frozen before update on invoices
when old.state <> 'draft' and (new.number is not old.number or new.frozen is not old.frozen or new.total_minor <> old.total_minor
  or new.net_minor <> old.net_minor or new.tax_minor <> old.tax_minor or new.currency <> old.currency or new.issue_date is not old.issue_date
  or new.due_date is not old.due_date or new.customer_id <> old.customer_id or new.mode <> old.mode or new.business_id <> old.business_id
  or new.language <> old.language or new.notes <> old.notes or new.state = 'draft')
begin select raise(abort, 'constraint failed: invoices_issued_are_frozen'); end;
create trigger invoices_issued_are_never_removed before delete on invoices when old.state <> 'draft' and old.mode = 'live'
begin select raise(abort, 'constraint failed: invoices_issued_are_frozen'); end;
create trigger invoice_lines_are_frozen_update before update on invoice_lines when (select state from invoices where id = old.invoice_id) <> 'draft'
begin select raise(abort, 'constraint failed: invoices_issued_are_frozen'); end;
create trigger invoice_lines_are_frozen_insert before insert on invoice_lines when (select state from invoices where id = new.invoice_id) <> 'draft'
begin select raise(abort, 'constraint failed: invoices_issued_are_frozen'); end;
create trigger invoice_lines_are_frozen_delete before delete on invoice_lines when (select state from invoices where id = old.invoice_id) <> 'draft'
begin select raise(abort, 'constraint failed: invoices_issued_are_frozen'); end;
create trigger audit_entries_stay before update on audit_entries begin select raise(abort, 'constraint failed: audit_is_append_only'); end;
create trigger audit_entries_are_never_removed before delete on audit_entries begin select raise(abort, 'constraint failed: audit_is_append_only'); end;
