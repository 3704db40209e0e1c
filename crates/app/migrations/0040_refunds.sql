-- Money back on a payment. Made here: the row and its idempotency key stand before Stripe is called, and the row holds
-- its amount while the outcome is not known (PAY-12). Made at Stripe: the row is written when it is first heard of.
create table refunds (
  id text primary key,
  business_id text not null, mode text not null,
  payment_id text not null references payments (id),
  customer_id text not null,
  origin text not null,
  idempotency_key text not null, stripe_id text,
  amount_minor bigint not null, currency text not null,
  reason text not null, note text not null, credit_note_id text,
  state text not null, refusal text not null, failure_reason text not null, pending_reason text not null,
  from_credit_minor bigint not null,
  taken_at bigint, returned_at bigint,
  asked_by text not null,
  told_at bigint, payer_mailed_at bigint, seller_mailed_at bigint, handled_at bigint, handled_by text not null,
  created_at bigint not null, updated_at bigint not null,
  constraint refunds_are_positive check (amount_minor > 0),
  constraint refunds_stripe_id_is_unique unique (stripe_id),
  constraint refunds_origin_is_known check (origin in ('here', 'stripe')),
  constraint refunds_made_here_have_a_key check (origin = 'stripe' or idempotency_key <> ''),
  constraint refunds_state_is_known check (state in ('asked', 'refused', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled'))
);
create index refunds_by_payment on refunds (payment_id, created_at);
create index refunds_newest on refunds (business_id, mode, created_at, id);
create index refunds_by_state on refunds (state, updated_at);

-- What a refund gave back for each invoice of its payment: `claim_minor` of it opened the claim again, the rest was
-- credit of the customer (freed by a credit note).
create table refund_shares (
  refund_id text not null references refunds (id),
  invoice_id text not null references invoices (id),
  amount_minor bigint not null, claim_minor bigint not null,
  primary key (refund_id, invoice_id),
  constraint refund_shares_are_positive check (amount_minor > 0 and claim_minor >= 0 and claim_minor <= amount_minor)
);
create index refund_shares_by_invoice on refund_shares (invoice_id);
