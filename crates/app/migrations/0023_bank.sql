-- Bank statements and their lines. The text of a file is kept only between its upload and the press that imports it.
create table bank_statements (
  id text primary key,
  business_id text not null, mode text not null,
  -- A name, where the seller has several accounts; empty otherwise.
  account text not null, currency text not null,
  file_name text not null, file_sha256 text not null, encoding text not null,
  content text not null,
  headings text not null, layout text not null,
  state text not null,
  line_count bigint not null, new_count bigint not null,
  uploaded_by text not null, uploaded_at bigint not null, imported_at bigint,
  constraint bank_statements_state_is_known check (state in ('waiting', 'imported')),
  constraint bank_statements_keep_no_text check (state = 'waiting' or content = '')
);
create index bank_statements_newest on bank_statements (business_id, mode, state, imported_at);
create unique index bank_statements_are_imported_once on bank_statements (business_id, mode, file_sha256) where state = 'imported';

-- A line is kept once, also when statements overlap: its fingerprint is made of what the bank says, and of how often it
-- says the same on one day.
create table bank_lines (
  id text primary key,
  business_id text not null, mode text not null,
  statement_id text not null references bank_statements (id),
  account text not null,
  booked_date text not null, currency text not null, amount_minor bigint not null,
  description text not null,
  fingerprint text not null,
  -- Open: waits for somebody. Matched: the payout or the payment it is. Aside: neither.
  state text not null, matched_kind text not null, matched_id text not null, confidence text not null,
  settled_by text not null, settled_at bigint,
  constraint bank_lines_are_kept_once unique (business_id, mode, fingerprint),
  constraint bank_lines_state_is_known check (state in ('open', 'matched', 'aside')),
  constraint bank_lines_match_is_whole check ((state = 'matched') = (matched_id <> '') and (matched_id <> '') = (matched_kind in ('payout', 'payment')))
);
create index bank_lines_by_state on bank_lines (business_id, mode, state, booked_date, id);
create index bank_lines_by_day on bank_lines (business_id, mode, booked_date, id);
create index bank_lines_by_amount on bank_lines (business_id, mode, currency, amount_minor, state);
create unique index bank_lines_match_one_each on bank_lines (business_id, mode, matched_kind, matched_id) where state = 'matched';
