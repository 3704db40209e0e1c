-- What happened lately is read across invoices, newest first, without looking at anybody else's.
alter table invoice_history add column business_id text not null default '';
alter table invoice_history add column mode text not null default '';
update invoice_history set
  business_id = (select i.business_id from invoices i where i.id = invoice_history.invoice_id),
  mode = (select i.mode from invoices i where i.id = invoice_history.invoice_id);
create index invoice_history_newest on invoice_history (business_id, mode, at, id);

-- The usual time to be paid is read from the invoices paid last.
create index invoices_paid_last on invoices (business_id, mode, paid_at);

-- Mails that could not be delivered wait for somebody.
create index mails_by_state on mails (business_id, mode, state, id);

-- The last two steps of an invoice's track: the money can be paid out, and it is in the seller's bank. The latest of the
-- payments on it; Unix milliseconds.
alter table invoices add column available_at bigint;
alter table invoices add column banked_at bigint;
update invoices set available_at = (
  select max(p.available_at) from allocations a join payments p on p.id = a.source_id
  where a.source_kind = 'payment' and a.invoice_id = invoices.id
);
