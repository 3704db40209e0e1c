-- What was compared with Stripe, when, and how it came out: one row a run, its findings as JSON.
create table reconciliations (
  id text primary key,
  business_id text not null, mode text not null,
  began_at bigint not null, ended_at bigint,
  asked_by text not null,
  outcome text not null,
  agreeing bigint not null, differing bigint not null, repaired bigint not null,
  findings text not null,
  constraint reconciliations_outcome_is_known check (outcome in ('running', 'agrees', 'differs', 'unreachable'))
);
create index reconciliations_newest on reconciliations (business_id, mode, began_at);
