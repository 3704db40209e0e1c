-- Batches of balance transactions on their way to the seller's bank.
create table payouts (
  business_id text not null, mode text not null,
  id text not null,
  account_id text not null,
  currency text not null, amount_minor bigint not null,
  status text not null, automatic bigint not null, method text not null,
  told text not null,
  arrival_date text not null, statement_descriptor text not null, trace text not null,
  failure_code text not null, failure_message text not null,
  proof text not null, inside_minor bigint, inside_count bigint not null, proved_at bigint,
  found_date text, found_by text not null, found_times bigint not null,
  created_at bigint not null, asked_at bigint not null, updated_at bigint not null,
  primary key (business_id, mode, id),
  constraint payouts_status_is_known check (status in ('pending', 'in_transit', 'paid', 'failed', 'canceled')),
  constraint payouts_told_is_known check (told in ('whole', 'later', 'never')),
  constraint payouts_proof_is_known check (proof in ('', 'proved', 'off', 'not-told', 'not-yet'))
);
create index payouts_newest on payouts (business_id, mode, created_at, id);
create index payouts_by_status on payouts (business_id, mode, status);
