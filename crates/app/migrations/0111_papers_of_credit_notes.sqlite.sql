-- Credit notes are papers too, in the same chain: `document_id` is the document a paper is of, an invoice or a credit note of
-- it. SQLite changes no constraint of a table, so the table is made anew.
drop trigger papers_stay;
drop trigger papers_are_never_removed;
create table papers_of_documents (
  id text primary key,
  business_id text not null references businesses (id), mode text not null,
  seq bigint not null,
  invoice_id text not null references invoices (id), document_id text not null,
  kind text not null, language text not null, number text not null,
  bytes blob not null, sha256 text not null, previous text not null, chained text not null,
  made_at bigint not null,
  constraint papers_are_made_once unique (document_id, kind, language),
  constraint papers_stand_in_order unique (business_id, mode, seq),
  constraint papers_kind_is_known check (kind in ('invoice', 'ubl', 'factur-x', 'credit-note', 'credit-note-ubl'))
);
insert into papers_of_documents (id, business_id, mode, seq, invoice_id, document_id, kind, language, number, bytes, sha256, previous, chained, made_at)
  select id, business_id, mode, seq, invoice_id, invoice_id, kind, language, number, bytes, sha256, previous, chained, made_at from papers;
drop table papers;
alter table papers_of_documents rename to papers;
create trigger papers_stay before update on papers begin select raise(abort, 'constraint failed: papers_stay'); end;
create trigger papers_are_never_removed before delete on papers begin select raise(abort, 'constraint failed: papers_stay'); end;
