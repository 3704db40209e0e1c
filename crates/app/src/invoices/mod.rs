//! Invoices: drafts, issuing, and the claim they stand for.

pub mod claim;
