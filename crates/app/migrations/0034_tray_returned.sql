-- What of a payment in the tray went back to its payer before it had a place: less waits.
alter table payments add column tray_returned_minor bigint not null default 0;
