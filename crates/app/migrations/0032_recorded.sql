-- Who took a recorded payment back.
alter table payments add column reversed_by text not null default '';
create index payments_of_a_customer on payments (customer_id);

-- A customer's credit used on an invoice, and taken back from it. The amounts in the books are the ledger's; this says
-- who did it, and gives the allocation its source.
create table credit_uses (
  id text primary key,
  business_id text not null, mode text not null,
  customer_id text not null references customers (id),
  invoice_id text not null references invoices (id),
  amount_minor bigint not null, currency text not null,
  used_by text not null, used_at bigint not null,
  taken_back_by text not null, taken_back_at bigint,
  constraint credit_uses_are_of_something check (amount_minor > 0)
);
create index credit_uses_of_a_customer on credit_uses (customer_id, used_at);
