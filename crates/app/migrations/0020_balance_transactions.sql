-- The lines of the seller's account at Stripe, each kept once and booked once. Amounts are in the currency of the
-- balance; what was presented in another currency stands beside. `state`: booked; waiting (the amount in the payer's
-- currency is not known yet); before (part of the balance on the day the books began); still (moves no money of ours).
-- `owner`: ours, foreign (another program's, shown in suspense), or nobody has looked yet.
create table balance_transactions (
  business_id text not null, mode text not null,
  id text not null,
  account_id text not null,
  kind text not null, category text not null, source text not null, payout_id text,
  currency text not null,
  amount_minor bigint not null, fee_minor bigint not null, tax_minor bigint not null, net_minor bigint not null,
  presented_currency text, presented_minor bigint, exchange_rate text not null,
  description text not null,
  state text not null, owner text not null,
  available_at bigint not null, created_at bigint not null, kept_at bigint not null,
  primary key (business_id, mode, id),
  constraint balance_transactions_state_is_known check (state in ('booked', 'waiting', 'before', 'still')),
  constraint balance_transactions_owner_is_known check (owner in ('', 'ours', 'foreign')),
  constraint balance_transactions_add_up check (amount_minor - fee_minor = net_minor)
);
create index balance_transactions_by_source on balance_transactions (source);
create index balance_transactions_by_payout on balance_transactions (business_id, mode, payout_id);
create index balance_transactions_newest on balance_transactions (business_id, mode, created_at, id);
create index balance_transactions_unsettled on balance_transactions (business_id, mode, state, owner);

-- How far the list has been read, an account at a time. `begins_at`: what is older was there before our books;
-- `opened_at`: when what was there before was booked as the opening balance.
create table balance_cursors (
  business_id text not null, mode text not null, account_id text not null,
  newest_id text not null, begins_at bigint not null, opened_at bigint,
  pulled_at bigint, pull_error text not null,
  primary key (business_id, mode, account_id)
);

-- Payments of before this table were booked together with their line: such a line is booked.
insert into balance_transactions (business_id, mode, id, account_id, kind, category, source, currency, amount_minor, fee_minor, tax_minor, net_minor, presented_currency, presented_minor, exchange_rate, description, state, owner, available_at, created_at, kept_at)
  select p.business_id, p.mode, p.balance_transaction_id,
    coalesce((select s.account_id from stripe_settings s where s.business_id = p.business_id and s.mode = p.mode), ''),
    'charge', 'charge', p.charge_id, p.settled_currency, p.fee_minor + p.net_minor, p.fee_minor, 0, p.net_minor,
    p.currency, p.amount_minor, '', '', 'booked', 'ours', coalesce(p.available_at, p.received_at), p.received_at, p.created_at
  from payments p where p.balance_transaction_id is not null and p.settled_currency = p.currency;
