-- Each entry carries its place and a hash over itself and the entry before it, per business and mode: a byte changed
-- behind the product's back is found, and so is an entry taken out. Entries written before this migration have place 0
-- and no hash; they are sealed once, by the program, in the order they were written.
alter table ledger_entries add column seq bigint not null default 0;
alter table ledger_entries add column previous_hash text not null default '';
alter table ledger_entries add column hash text not null default '';
create unique index ledger_entries_have_one_place on ledger_entries (business_id, mode, seq) where seq > 0;
create index ledger_entries_by_date on ledger_entries (business_id, mode, posted_date);

-- The newest entry of each chain: locked while one is added, and what shows that the last ones are missing.
create table ledger_heads (
  business_id text not null, mode text not null,
  seq bigint not null, hash text not null,
  primary key (business_id, mode)
);

drop trigger ledger_entries_stay on ledger_entries;
create trigger ledger_entries_stay before update on ledger_entries for each row
when (not (old.seq = 0 and old.hash = '' and new.seq > 0 and new.hash <> '' and new.id = old.id
  and new.business_id = old.business_id and new.mode = old.mode and new.kind = old.kind and new.subject = old.subject
  and new.posted_date = old.posted_date and new.memo = old.memo and new.created_at = old.created_at))
execute function ledger_is_append_only();
create trigger ledger_entries_are_never_removed before delete on ledger_entries for each row execute function ledger_is_append_only();
create trigger ledger_heads_only_go_on before update on ledger_heads for each row when (new.seq <= old.seq) execute function ledger_is_append_only();
create trigger ledger_heads_stay before delete on ledger_heads for each row execute function ledger_is_append_only();
