-- Which payment intent an event is about, read once when it is kept, so that a payment finds its events by an index.
alter table stripe_events add column intent_id text not null default '';
create index stripe_events_by_intent on stripe_events (business_id, mode, intent_id);
create index stripe_events_by_object on stripe_events (business_id, mode, object_id);

-- What we asked of Stripe and what became of it. The same question with the same answer is one row that counts, so
-- that a payment that is asked about every minute for a week is one line and not ten thousand.
create table stripe_calls (
  id text primary key,
  business_id text not null, mode text not null,
  object_id text not null,
  method text not null, path text not null, idempotency_key text not null,
  status bigint not null, error text not null, outcome_unknown bigint not null, replayed bigint not null,
  request_id text not null,
  times bigint not null, first_at bigint not null, last_at bigint not null,
  constraint stripe_calls_repeat_as_one unique (business_id, mode, object_id, method, path, idempotency_key, status, error),
  constraint stripe_calls_mode_is_known check (mode in ('live', 'test'))
);
