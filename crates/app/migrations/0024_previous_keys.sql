-- The keys of an account that was replaced by another, kept sealed for as long as money is under way there.
create table stripe_previous_keys (
  business_id text not null references businesses (id),
  mode text not null, account_id text not null,
  account_name text not null, previous_sealed text not null, secret_hint text not null,
  replaced_at bigint not null, put_away_at bigint,
  primary key (business_id, mode, account_id)
);
