//! The rules against the vectors of `compliance.md`, and against random cases. One binary.

mod ageings;
mod allocations;
mod autopays;
mod credit_notes;
mod diagnoses;
mod disputes;
mod exponents;
mod invoices;
mod issuing;
mod ledger;
mod money;
mod payments;
mod payouts;
mod places;
mod posting_table;
mod refunds;
mod registrations;
mod sessions;
mod spreads;
mod standings;
mod statements;
mod support;
mod taxes;
mod vectors;
