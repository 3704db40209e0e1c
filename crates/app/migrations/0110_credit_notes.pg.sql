-- Credit notes: each lowers one issued invoice, by all of it or by parts of its lines. One row says all of it and never
-- changes (IL-02). `credited` is what is taken back of each line, in the order of the invoice, minor units with a space
-- between; the net and each tax stand in `frozen`, which is the document. `settles_minor` of it closed what was due,
-- `frees_minor` was settled before and is credit of the customer since.
create table credit_notes (
  id text primary key,
  business_id text not null references businesses (id), mode text not null,
  invoice_id text not null references invoices (id),
  customer_id text not null references customers (id),
  number text not null, issue_date text not null, currency text not null, language text not null,
  credited text not null,
  net_minor bigint not null, tax_minor bigint not null, total_minor bigint not null,
  settles_minor bigint not null, frees_minor bigint not null,
  reason text not null, frozen text not null, search text not null,
  issued_by text not null, created_at bigint not null,
  constraint credit_notes_number_is_unique unique (business_id, mode, number),
  constraint credit_notes_mode_is_known check (mode in ('live', 'test')),
  constraint credit_notes_are_of_something check (total_minor > 0),
  constraint credit_notes_add_up check (net_minor + tax_minor = total_minor and settles_minor + frees_minor = total_minor and settles_minor >= 0 and frees_minor >= 0)
);
create index credit_notes_by_invoice on credit_notes (invoice_id, created_at, id);
create index credit_notes_newest on credit_notes (business_id, mode, created_at, id);

-- The invoice that this draft or invoice stands in the place of; empty for none.
alter table invoices add column replaces_id text not null default '';
create index invoices_by_replaced on invoices (replaces_id) where replaces_id <> '';

-- Only credit notes take an issued invoice back (the default), or a void may, where nobody has seen it.
alter table businesses add column strict_documents bigint not null default 1;

-- IL-02: a credit note is not changed; and all of an invoice's together are never more than the invoice, whoever writes.
create function credit_notes_stay() returns trigger language plpgsql as $$ begin raise exception 'credit_notes_stay'; end $$;
create trigger credit_notes_stay before update or delete on credit_notes for each row execute function credit_notes_stay();
create function credit_notes_never_exceed_their_invoice() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from invoices i where i.id = new.invoice_id and i.business_id = new.business_id and i.mode = new.mode and i.currency = new.currency and i.state not in ('draft', 'void')
      and new.total_minor + coalesce((select sum(c.total_minor) from credit_notes c where c.invoice_id = new.invoice_id), 0) <= i.total_minor) then
    raise exception 'credit_notes_never_exceed_their_invoice';
  end if;
  return new;
end $$;
create trigger credit_notes_never_exceed_their_invoice before insert on credit_notes for each row execute function credit_notes_never_exceed_their_invoice();
-- What was annulled stays so.
create trigger invoices_void_stays before update on invoices for each row
when (old.state = 'void' and (new.state <> 'void' or new.applied_minor <> 0)) execute function invoices_issued_are_frozen();
