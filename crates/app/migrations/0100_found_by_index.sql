-- What is looked for while a payment is booked is found by an index. Those that were there lacked either the column or the
-- order of the answer, and every row of the drawer was read instead.
create index payments_by_intent on payments (intent_id);
drop index balance_transactions_by_source;
create index balance_transactions_by_source on balance_transactions (business_id, mode, source, created_at, id);
drop index balance_transactions_by_payout;
create index balance_transactions_by_payout on balance_transactions (business_id, mode, payout_id, created_at, id);
drop index mails_by_invoice;
create index mails_by_invoice on mails (business_id, mode, invoice_id, created_at, id);
drop index stripe_events_by_intent;
create index stripe_events_by_intent on stripe_events (business_id, mode, intent_id, received_at, id);
drop index stripe_events_by_object;
create index stripe_events_by_object on stripe_events (business_id, mode, object_id, received_at, id);
-- What a draft must not be deleted under is looked for, too.
create index payment_attempts_by_invoice on payment_attempts (invoice_id);
create index credit_uses_by_invoice on credit_uses (invoice_id);
create index papers_by_invoice on papers (invoice_id);
