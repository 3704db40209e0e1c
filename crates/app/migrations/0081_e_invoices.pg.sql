-- The same document as data is kept beside its paper: `ubl` an e-invoice, `factur-x` a paper with the data inside where the
-- paper that stands was made without.
alter table papers drop constraint papers_kind_is_known;
alter table papers add constraint papers_kind_is_known check (kind in ('invoice', 'ubl', 'factur-x'));
