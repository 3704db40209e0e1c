-- Our customers at Stripe, on whom cards are kept: one for each customer, drawer and account. The key stands before
-- Stripe is called, so that a lost answer makes no second one.
create table stripe_customers (
  id text primary key,
  business_id text not null, mode text not null,
  customer_id text not null references customers (id),
  account_id text not null,
  idempotency_key text not null, stripe_id text,
  created_at bigint not null,
  constraint stripe_customers_are_made_once unique (customer_id, mode, account_id),
  constraint stripe_customers_stripe_id_is_unique unique (stripe_id)
);

-- A card as its owner knows it: brand, last four, expiry, and Stripe's ids (AC-15). A removed one stays, so that it can
-- be told what it paid and who took it away.
create table saved_cards (
  id text primary key,
  business_id text not null, mode text not null,
  customer_id text not null references customers (id),
  account_id text not null, stripe_customer text not null, payment_method text not null,
  brand text not null, last4 text not null, exp_month bigint not null, exp_year bigint not null,
  state text not null, removed_by text not null, removed_at bigint,
  kept_at bigint not null, updated_at bigint not null, expiry_told text not null,
  constraint saved_cards_are_kept_once unique (payment_method),
  constraint saved_cards_state_is_known check (state in ('kept', 'removed'))
);
create index saved_cards_by_customer on saved_cards (customer_id, mode, state);

-- What a payer agreed to: the words they read, when, in which language, and from where. `asked` until the card is there;
-- nothing here is ever rewritten but its end.
create table consents (
  id text primary key,
  business_id text not null, mode text not null,
  customer_id text not null references customers (id),
  purpose text not null,
  source_kind text not null, source_id text not null,
  saved_id text references saved_cards (id),
  words text not null, words_version text not null, language text not null,
  given_via text not null, given_by text not null, given_from text not null, given_at bigint not null,
  state text not null, ended_by text not null, ended_at bigint,
  constraint consents_purpose_is_known check (purpose in ('keep', 'autopay')),
  constraint consents_state_is_known check (state in ('asked', 'given', 'withdrawn', 'lapsed')),
  constraint consents_in_force_have_a_card check (state <> 'given' or saved_id is not null)
);
create index consents_by_customer on consents (customer_id, mode, given_at);
create index consents_by_source on consents (source_kind, source_id);
create unique index consents_one_autopay on consents (customer_id, mode) where purpose = 'autopay' and state = 'given';

-- A card on its way to being kept without a payment: the row and its key stand before Stripe is called.
create table setups (
  id text primary key,
  business_id text not null, mode text not null,
  customer_id text not null references customers (id),
  account_id text not null,
  idempotency_key text not null, setup_intent text,
  state text not null, failure_code text not null,
  created_at bigint not null, updated_at bigint not null, asked_at bigint,
  constraint setups_intent_is_unique unique (setup_intent),
  constraint setups_state_is_known check (state in ('open', 'kept', 'over'))
);
create index setups_by_customer on setups (customer_id, mode, state);
