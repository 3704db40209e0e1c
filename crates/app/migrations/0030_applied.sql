-- What was applied to an invoice, whatever it came from: above zero it settles, below zero it reopens the claim.
create table allocations_by_source (
  id text primary key,
  business_id text not null, mode text not null,
  invoice_id text not null references invoices (id),
  source_kind text not null, source_id text not null,
  amount_minor bigint not null, currency text not null, created_at bigint not null,
  constraint allocations_are_of_something check (amount_minor <> 0),
  constraint allocations_source_is_known check (source_kind in ('payment', 'credit', 'deposit', 'credit_note', 'refund', 'dispute', 'reversal', 'write_off')),
  constraint allocations_happen_once_a_source unique (invoice_id, source_kind, source_id)
);
insert into allocations_by_source (id, business_id, mode, invoice_id, source_kind, source_id, amount_minor, currency, created_at)
  select id, business_id, mode, invoice_id, 'payment', payment_id, amount_minor, currency, created_at from allocations;
drop table allocations;
alter table allocations_by_source rename to allocations;
create index allocations_of_a_source on allocations (source_kind, source_id);

-- Sums over the allocations, and what refunds and disputes say; a standing is told from them.
alter table invoices add column received_minor bigint not null default 0;
alter table invoices add column credited_minor bigint not null default 0;
alter table invoices add column written_off_minor bigint not null default 0;
alter table invoices add column refunded_minor bigint not null default 0;
alter table invoices add column disputed_minor bigint not null default 0;
alter table invoices add column dispute_due_at bigint;
update invoices set received_minor = applied_minor where applied_minor <> 0;
