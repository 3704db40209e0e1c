-- A bank debit may fail days after the payer was told that it is under way: when payer and seller were told that it did.
alter table payment_attempts add column failure_told_at bigint;
