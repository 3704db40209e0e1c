-- Credit notes are papers too, in the same chain: `document_id` is the document a paper is of, an invoice or a credit note of
-- it.
alter table papers add column document_id text;
alter table papers disable trigger papers_stay;
update papers set document_id = invoice_id;
alter table papers enable trigger papers_stay;
alter table papers alter column document_id set not null;
alter table papers drop constraint papers_are_made_once;
alter table papers add constraint papers_are_made_once unique (document_id, kind, language);
alter table papers drop constraint papers_kind_is_known;
alter table papers add constraint papers_kind_is_known check (kind in ('invoice', 'ubl', 'factur-x', 'credit-note', 'credit-note-ubl'));
