//! The rules against the vectors of `compliance.md`, and against random cases. One binary.

mod invoices;
mod ledger;
mod money;
mod payments;
mod registrations;
mod standings;
mod support;
mod taxes;
