-- Bank statements that were imported, and their lines. A line is kept once, also when statements overlap: its
-- fingerprint is made of what the bank says, and of how often it says the same on one day.
create table bank_statements (
  id text primary key,
  business_id text not null, mode text not null,
  file_name text not null, file_sha256 text not null, encoding text not null,
  line_count bigint not null, new_count bigint not null,
  imported_by text not null, imported_at bigint not null
);
create index bank_statements_newest on bank_statements (business_id, mode, imported_at);

create table bank_lines (
  id text primary key,
  business_id text not null, mode text not null,
  statement_id text not null references bank_statements (id),
  position bigint not null,
  booked_date text not null, currency text not null, amount_minor bigint not null,
  description text not null,
  fingerprint text not null,
  state text not null, matched_kind text not null, matched_id text not null, confidence text not null,
  settled_by text not null, settled_at bigint,
  constraint bank_lines_are_kept_once unique (business_id, mode, fingerprint),
  constraint bank_lines_state_is_known check (state in ('open', 'matched', 'set aside')),
  constraint bank_lines_match_is_whole check ((state = 'matched') = (matched_id <> ''))
);
create index bank_lines_by_state on bank_lines (business_id, mode, state, booked_date);
create unique index bank_lines_payout_once on bank_lines (business_id, mode, matched_id) where matched_kind = 'payout';
