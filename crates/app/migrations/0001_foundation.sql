-- Text and bigint only. Instants (*_at) are Unix milliseconds in UTC; days (*_date) are YYYY-MM-DD in the seller's
-- zone; money (*_minor) is minor units by ISO 4217; yes and no are 1 and 0; JSON and sealed secrets are text.

create table businesses (
  id text primary key,
  name text not null,
  legal_name text not null,
  street text not null, city text not null, province text not null, postal_code text not null, country text not null,
  email text not null, phone text not null, website text not null,
  language text not null, time_zone text not null, currency text not null,
  tax_numbers text not null, tax_preset text not null, small_supplier bigint not null,
  payment_terms_days bigint not null, default_notes text not null,
  created_at bigint not null,
  constraint businesses_language_is_known check (language in ('en', 'fr'))
);

create table users (
  id text primary key,
  business_id text not null references businesses (id),
  email text not null, name text not null, password_hash text not null,
  role text not null, language text not null, theme text not null,
  created_at bigint not null,
  constraint users_email_is_unique unique (email),
  constraint users_role_is_known check (role in ('owner', 'bookkeeper'))
);

create table sessions (
  id text primary key,
  token_hash text not null,
  user_id text not null references users (id),
  mode text not null,
  created_at bigint not null, seen_at bigint not null, expires_at bigint not null,
  constraint sessions_token_is_unique unique (token_hash),
  constraint sessions_mode_is_known check (mode in ('live', 'test'))
);
create index sessions_by_user on sessions (user_id);

-- One row while the installation is new; its link works once.
create table setup_links (token_hash text primary key, created_at bigint not null, used_at bigint);

create table audit_entries (
  id text primary key,
  business_id text not null, user_id text, actor text not null,
  act text not null, subject text not null, detail text not null, address text not null, at bigint not null
);
create index audit_entries_by_time on audit_entries (business_id, at);

create table jobs (
  id text primary key,
  kind text not null, key text not null, payload text not null,
  run_at bigint not null, leased_until bigint, attempts bigint not null, state text not null, last_error text,
  constraint jobs_wait_once unique (kind, key),
  constraint jobs_state_is_known check (state in ('waiting', 'dead'))
);
create index jobs_due on jobs (state, run_at);

create table tax_rates (
  id text primary key,
  business_id text not null references businesses (id),
  kind text not null, name_en text not null, name_fr text not null,
  percent text not null, base_percent text not null, category text not null,
  inclusive bigint not null, valid_from text not null, preset text not null,
  registration_number text not null, position bigint not null, is_default bigint not null, archived_at bigint
);
create index tax_rates_by_business on tax_rates (business_id, position);

create table customers (
  id text primary key,
  business_id text not null references businesses (id),
  name text not null, contact text not null, email text not null, phone text not null,
  street text not null, city text not null, province text not null, postal_code text not null, country text not null,
  tax_number text not null, language text not null, currency text not null, notes text not null,
  search text not null, version bigint not null,
  created_at bigint not null, archived_at bigint
);
create index customers_by_name on customers (business_id, name, id);

create table products (
  id text primary key,
  business_id text not null references businesses (id),
  name text not null, description text not null, unit text not null,
  unit_price text not null, currency text not null, tax_rate_ids text not null,
  search text not null, version bigint not null,
  created_at bigint not null, archived_at bigint
);
create index products_by_name on products (business_id, name, id);

create table number_series (
  business_id text not null references businesses (id),
  mode text not null, kind text not null,
  pattern text not null, next_number bigint not null, last_issue_date text not null,
  primary key (business_id, mode, kind),
  constraint number_series_counts_up check (next_number >= 1)
);

create table invoices (
  id text primary key,
  business_id text not null references businesses (id),
  mode text not null,
  customer_id text not null references customers (id),
  state text not null, number text,
  language text not null, currency text not null,
  issue_date text, due_date text, terms_days bigint not null,
  reference text not null, notes text not null,
  discount text not null,
  net_minor bigint not null, tax_minor bigint not null, total_minor bigint not null,
  applied_minor bigint not null, processing_minor bigint not null,
  frozen text,
  search text not null, version bigint not null,
  created_at bigint not null, updated_at bigint not null, issued_at bigint, sent_at bigint, seen_at bigint, paid_at bigint,
  constraint invoices_number_is_unique unique (business_id, mode, number),
  constraint invoices_mode_is_known check (mode in ('live', 'test')),
  constraint invoices_state_is_known check (state in ('draft', 'open', 'paid', 'void', 'uncollectible')),
  constraint invoices_issued_are_numbered check (state = 'draft' or (number is not null and issue_date is not null and due_date is not null and frozen is not null)),
  constraint invoices_drafts_have_no_number check (state <> 'draft' or number is null),
  constraint invoices_are_not_over_applied check (applied_minor >= 0 and (state = 'draft' or applied_minor <= total_minor))
);
create index invoices_newest on invoices (business_id, mode, created_at, id);
create index invoices_by_state on invoices (business_id, mode, state, due_date, id);
create index invoices_by_customer on invoices (customer_id, id);

create table invoice_lines (
  invoice_id text not null references invoices (id),
  position bigint not null,
  product_id text, description text not null, quantity text not null, unit text not null, unit_price text not null,
  discount text not null, tax_rate_ids text not null, net_minor bigint not null,
  primary key (invoice_id, position)
);

-- Public links: found by hash; the token itself only sealed, so that a mail can be sent again.
create table invoice_links (
  id text primary key,
  invoice_id text not null references invoices (id),
  token_hash text not null, token_sealed text not null,
  created_at bigint not null, revoked_at bigint,
  constraint invoice_links_token_is_unique unique (token_hash)
);
create index invoice_links_by_invoice on invoice_links (invoice_id);

-- What people see in an invoice's history, in order.
create table invoice_history (
  id text primary key,
  invoice_id text not null references invoices (id),
  act text not null, actor text not null, detail text not null, at bigint not null
);
create index invoice_history_by_invoice on invoice_history (invoice_id, at, id);

-- What was applied to an invoice, from whatever source; the invoice page reads its own rows.
create table allocations (
  id text primary key,
  business_id text not null, mode text not null,
  invoice_id text not null references invoices (id),
  payment_id text not null,
  amount_minor bigint not null, currency text not null, created_at bigint not null,
  constraint allocations_are_positive check (amount_minor > 0),
  constraint allocations_happen_once unique (invoice_id, payment_id)
);

create table ledger_entries (
  id text primary key,
  business_id text not null, mode text not null,
  kind text not null, subject text not null,
  posted_date text not null, memo text not null, created_at bigint not null,
  constraint ledger_entries_happen_once unique (business_id, mode, kind, subject)
);

-- Postings are written first, their entry last: the entry's trigger weighs them (see 0002).
create table ledger_postings (
  entry_id text not null references ledger_entries (id) deferrable initially deferred,
  position bigint not null,
  account text not null, invoice_id text, customer_id text,
  currency text not null, amount_minor bigint not null,
  primary key (entry_id, position)
);
create index ledger_postings_by_account on ledger_postings (account, currency);
create index ledger_postings_by_invoice on ledger_postings (invoice_id);

-- The two drawers of keys: one row a mode.
create table stripe_settings (
  business_id text not null references businesses (id),
  mode text not null,
  enabled bigint not null,
  public_key text not null, secret_sealed text not null, secret_hint text not null,
  account_id text not null, account_name text not null, account_country text not null,
  currency text not null, currencies text not null,
  report text not null,
  webhook_path_hash text not null, webhook_path_sealed text not null,
  webhook_endpoint_id text not null, webhook_url text not null,
  webhook_sealed text not null, webhook_previous_sealed text not null,
  events_cursor text not null, pulled_at bigint, pull_error text not null, event_at bigint, event_by text not null, event_lag_ms bigint,
  bad_signatures bigint not null,
  saved_by text not null, saved_at bigint not null, version bigint not null,
  primary key (business_id, mode),
  constraint stripe_settings_mode_is_known check (mode in ('live', 'test'))
);
create index stripe_settings_by_webhook on stripe_settings (webhook_path_hash);

-- Every event that ever arrived, kept before it is worked on.
create table stripe_events (
  id text primary key,
  business_id text not null, mode text not null,
  stripe_id text not null, kind text not null, object_id text not null, account text not null,
  created_at bigint not null, received_at bigint not null, came_by text not null,
  body text not null, state text not null, worked_at bigint, result text not null,
  constraint stripe_events_are_kept_once unique (business_id, mode, stripe_id),
  constraint stripe_events_state_is_known check (state in ('kept', 'worked', 'set aside'))
);
create index stripe_events_by_time on stripe_events (business_id, mode, received_at);

-- One live attempt per invoice: the row and its idempotency key stand before Stripe is called.
create table payment_attempts (
  id text primary key,
  business_id text not null, mode text not null,
  invoice_id text not null references invoices (id),
  idempotency_key text not null,
  amount_minor bigint not null, currency text not null,
  intent_id text, account_id text not null,
  state text not null, intent_status text not null,
  failure_code text not null, failure_group text not null, last_request_id text not null,
  created_at bigint not null, updated_at bigint not null, asked_at bigint,
  constraint payment_attempts_state_is_known check (state in ('started', 'processing', 'declined', 'canceled', 'succeeded')),
  constraint payment_attempts_intent_is_unique unique (intent_id)
);
create unique index payment_attempts_one_live on payment_attempts (invoice_id) where state in ('started', 'processing', 'declined');
create index payment_attempts_by_state on payment_attempts (state, updated_at);

create table payments (
  id text primary key,
  business_id text not null, mode text not null,
  customer_id text not null,
  method text not null, state text not null,
  amount_minor bigint not null, currency text not null,
  allocated_minor bigint not null,
  fee_minor bigint, net_minor bigint, settled_currency text, available_at bigint,
  intent_id text not null, charge_id text not null, balance_transaction_id text,
  card_brand text not null, card_last4 text not null, card_expiry text not null,
  receipt_number text not null, receipt_at bigint,
  received_at bigint not null, created_at bigint not null,
  constraint payments_charge_is_booked_once unique (charge_id)
);
create index payments_newest on payments (business_id, mode, received_at, id);

-- Mails are rows before they are sent. A link stands in them as a placeholder, so no token is kept in the clear.
create table mails (
  id text primary key,
  business_id text not null, mode text not null,
  kind text not null, invoice_id text, link_sealed text not null,
  to_address text not null, to_name text not null, reply_to text not null, from_name text not null,
  language text not null, subject text not null, body_text text not null, body_html text not null,
  state text not null, attempts bigint not null, last_answer text not null,
  created_at bigint not null, sent_at bigint, updated_at bigint not null,
  constraint mails_state_is_known check (state in ('queued', 'sent', 'deferred', 'failed', 'kept'))
);
create index mails_newest on mails (business_id, mode, created_at, id);
create index mails_by_invoice on mails (invoice_id);

create table mail_settings (
  business_id text primary key references businesses (id),
  host text not null, port bigint not null, security text not null, username text not null, password_sealed text not null,
  from_address text not null, saved_at bigint not null
);

-- Passwordless links and sessions of the Customer Area.
create table area_tokens (
  id text primary key,
  business_id text not null, email text not null, purpose text not null,
  token_hash text not null, created_at bigint not null, expires_at bigint not null, used_at bigint,
  constraint area_tokens_are_unique unique (token_hash)
);
