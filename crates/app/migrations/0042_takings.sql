-- What goes back of a payment, by a refund or by a lost dispute: one record of both, so that neither takes what the
-- other took. `became` says what came of it: '' it stayed away, 'credit' it came back as credit of the customer (a
-- refund that failed), 'settled' it came back and settled the claims again (a dispute won after all). Money that was
-- in the tray is of no customer (empty).
create table takings (
  source_kind text not null, source_id text not null,
  payment_id text not null references payments (id),
  customer_id text not null,
  amount_minor bigint not null, from_credit_minor bigint not null, currency text not null,
  taken_at bigint not null,
  became text not null,
  primary key (source_kind, source_id),
  constraint takings_are_positive check (amount_minor > 0 and from_credit_minor >= 0 and from_credit_minor <= amount_minor),
  constraint takings_source_is_known check (source_kind in ('refund', 'dispute')),
  constraint takings_became_is_known check (became in ('', 'credit', 'settled'))
);
create index takings_by_payment on takings (payment_id);

-- What it took for each invoice of its payment: `claim_minor` of it opened the claim again, the rest was credit of the
-- customer (freed by a credit note).
create table taking_shares (
  source_kind text not null, source_id text not null,
  invoice_id text not null references invoices (id),
  amount_minor bigint not null, claim_minor bigint not null,
  primary key (source_kind, source_id, invoice_id),
  foreign key (source_kind, source_id) references takings (source_kind, source_id),
  constraint taking_shares_are_positive check (amount_minor > 0 and claim_minor >= 0 and claim_minor <= amount_minor)
);
create index taking_shares_by_invoice on taking_shares (invoice_id);

insert into takings (source_kind, source_id, payment_id, customer_id, amount_minor, from_credit_minor, currency, taken_at, became)
  select 'refund', id, payment_id, customer_id, amount_minor, from_credit_minor, currency, taken_at,
    case when returned_at is null then '' else 'credit' end
  from refunds where taken_at is not null;
insert into taking_shares (source_kind, source_id, invoice_id, amount_minor, claim_minor)
  select 'refund', refund_id, invoice_id, amount_minor, claim_minor from refund_shares;
drop table refund_shares;
alter table refunds drop column from_credit_minor;
