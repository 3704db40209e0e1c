-- The paper of an issued invoice, as it was made once: the same bytes for ever (IL-03). Each is chained to the one made
-- before it in the same drawer, so that one that was changed, taken out or put in is found (IL-04).
create table papers (
  id text primary key,
  business_id text not null references businesses (id), mode text not null,
  seq bigint not null,
  invoice_id text not null references invoices (id),
  kind text not null, language text not null, number text not null,
  bytes blob not null, sha256 text not null, previous text not null, chained text not null,
  made_at bigint not null,
  constraint papers_are_made_once unique (invoice_id, kind, language),
  constraint papers_stand_in_order unique (business_id, mode, seq),
  constraint papers_kind_is_known check (kind in ('invoice'))
);
create trigger papers_stay before update on papers begin select raise(abort, 'constraint failed: papers_stay'); end;
create trigger papers_are_never_removed before delete on papers begin select raise(abort, 'constraint failed: papers_stay'); end;
