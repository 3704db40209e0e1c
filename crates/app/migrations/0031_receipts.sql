-- One attempt may cover several invoices; each invoice has at most one that is live.
create table payment_attempt_invoices (
  attempt_id text not null references payment_attempts (id),
  invoice_id text not null references invoices (id),
  amount_minor bigint not null, live bigint not null,
  primary key (attempt_id, invoice_id)
);
create unique index payment_attempt_invoices_one_live on payment_attempt_invoices (invoice_id) where live = 1;
create index payment_attempt_invoices_by_invoice on payment_attempt_invoices (invoice_id);
insert into payment_attempt_invoices (attempt_id, invoice_id, amount_minor, live)
  select id, invoice_id, amount_minor, case when state in ('started', 'processing', 'declined') then 1 else 0 end from payment_attempts;

-- Payments that a person recorded, and their reversal.
alter table payments add column reference text not null default '';
alter table payments add column recorded_by text not null default '';
alter table payments add column reversed_at bigint;
alter table payments add column reversal_reason text not null default '';
alter table payments add column search text not null default '';

-- What the seller allows: part payments online, and the smallest part (a plain decimal).
create table money_rules (
  business_id text primary key references businesses (id),
  part_payments bigint not null, smallest_part text not null, saved_at bigint not null
);
