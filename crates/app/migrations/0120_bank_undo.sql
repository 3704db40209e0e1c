-- An import can be undone as a whole: what of it nobody confirmed goes. The same file may be imported again then.
alter table bank_statements add column undone_at bigint;
alter table bank_statements add column undone_by text not null default '';
drop index bank_statements_are_imported_once;
create unique index bank_statements_are_imported_once on bank_statements (business_id, mode, file_sha256) where state = 'imported' and undone_at is null;

-- Which statements say a line: the one that brought it, and those that said it again. A line goes with the last of them.
create table bank_line_sources (
  statement_id text not null references bank_statements (id),
  line_id text not null references bank_lines (id),
  primary key (statement_id, line_id)
);
create index bank_line_sources_by_line on bank_line_sources (line_id);
insert into bank_line_sources (statement_id, line_id) select statement_id, id from bank_lines;
create index bank_lines_by_statement on bank_lines (statement_id, state);
