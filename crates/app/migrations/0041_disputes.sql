-- A bank takes a payment back while it asks, or only asks.
create table disputes (
  id text primary key,
  business_id text not null, mode text not null,
  payment_id text not null references payments (id),
  customer_id text not null,
  stripe_id text not null,
  amount_minor bigint not null, currency text not null,
  state text not null, reason text not null, network_code text not null,
  due_at bigint, answers_sent bigint not null, was_late bigint not null,
  fees text not null, held_minor bigint, held_currency text not null,
  withdrawn_at bigint, reopened_at bigint, reinstated_at bigint,
  opened_at bigint not null, closed_at bigint, told_at bigint not null, alarmed_at bigint,
  act text not null, act_key text not null, act_by text not null, act_at bigint, act_refusal text not null,
  version bigint not null,
  created_at bigint not null, updated_at bigint not null,
  constraint disputes_are_positive check (amount_minor > 0),
  constraint disputes_stripe_id_is_unique unique (stripe_id),
  constraint disputes_act_is_known check (act in ('', 'answer', 'accept')),
  constraint disputes_state_is_known check (state in ('warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response', 'under_review', 'won', 'lost', 'prevented'))
);
create index disputes_by_payment on disputes (payment_id);
create index disputes_newest on disputes (business_id, mode, opened_at, id);
create index disputes_by_state on disputes (state, due_at);

-- The seller's words for the bank, field by field, as typed.
create table dispute_words (
  dispute_id text not null references disputes (id),
  field text not null, text text not null,
  primary key (dispute_id, field)
);

-- What the bank reads, field by field: fixed with the decision to answer, so that each try says the same.
create table dispute_evidence (
  dispute_id text not null references disputes (id),
  field text not null, text text not null,
  primary key (dispute_id, field)
);

-- Files for the bank: kept here (base64), uploaded under a key of their own before the answer goes.
create table dispute_files (
  id text primary key,
  dispute_id text not null references disputes (id),
  field text not null, name text not null, media_type text not null, size_bytes bigint not null, sha256 text not null,
  content text not null,
  idempotency_key text not null, stripe_id text,
  added_by text not null, added_at bigint not null,
  constraint dispute_files_one_a_field unique (dispute_id, field)
);

-- One row a reminder: none goes twice.
create table dispute_reminders (
  dispute_id text not null references disputes (id),
  at bigint not null,
  mailed_at bigint not null,
  primary key (dispute_id, at)
);
