-- A bank's word never to ask for this card again; no invoice is ever tried with it then.
alter table saved_cards add column refused text not null default '';

-- What autopay means to do with an invoice: one row, rewritten as the days go by. Whether it may is never read from here
-- but from the consent, the claim and the card, in the transaction that acts.
create table autopay_plans (
  invoice_id text primary key references invoices (id),
  business_id text not null, mode text not null,
  customer_id text not null references customers (id),
  consent_id text not null references consents (id),
  state text not null, why text not null,
  charge_on text not null,
  notice_mail text not null, notice_minor bigint not null,
  next_at bigint not null,
  created_at bigint not null, updated_at bigint not null,
  constraint autopay_plans_state_is_known check (state in ('planned', 'held', 'awaits_payer', 'gave_up', 'over'))
);
create index autopay_plans_next on autopay_plans (business_id, mode, next_at);
create index autopay_plans_by_customer on autopay_plans (customer_id, mode, updated_at);

-- A charge of a kept card: written down, with the key of its confirmation, before Stripe is asked. One at a time for an
-- invoice; each is over an attempt to pay, whose intent takes money once.
create table autopay_tries (
  id text primary key,
  business_id text not null, mode text not null,
  invoice_id text not null references invoices (id),
  consent_id text not null references consents (id),
  saved_id text not null references saved_cards (id),
  attempt_id text not null references payment_attempts (id),
  idempotency_key text not null, key_at bigint not null,
  amount_minor bigint not null, currency text not null,
  tried_on text not null,
  outcome text not null, code text not null, verdict text not null,
  started_at bigint not null, ended_at bigint,
  constraint autopay_tries_outcome_is_known check (outcome in ('started', 'paid', 'processing', 'declined', 'void'))
);
create unique index autopay_tries_one_at_a_time on autopay_tries (invoice_id) where outcome = 'started';
create index autopay_tries_by_invoice on autopay_tries (invoice_id, started_at);
