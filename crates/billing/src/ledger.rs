//! Double entry: every movement is one balanced entry, never changed after.
//!
//! A posting's amount is signed: above zero debits its account, below zero credits it.
//!
//! # Two steps, one clearing account
//!
//! What a *document or an object of the provider* does to claims and what a *balance transaction* does to the money at
//! the provider are two entries, because they are learnt apart, and each is booked once by its own key.
//!
//! | what is learnt | books | from |
//! |---|---|---|
//! | a payment succeeded, failed late, was refunded, a refund failed | claims and credit against `stripe_clearing` | [`documents`] |
//! | a balance transaction (once, by its id) | `stripe_balance`, fees, tax on fees against `stripe_clearing`, `in_transit`, `disputed_funds` … by its reporting category | [`provider`] |
//!
//! When both are known, clearing is back at nothing; what stays in it is what one side knows and the other does not
//! yet. So P02 of the posting table is [`documents::payment_received`] and [`provider::balance_transaction`].
//!
//! # Two currencies
//!
//! Every entry balances in each currency. Where money changes its currency both sides go through
//! [`Account::Conversion`], which then holds what was given of one and taken of the other; once the exchange is over,
//! what is left there is the realised gain or loss ([`exchange`]).
//!
//! # Rules of the ledger
//!
//! `compliance.md` §7 numbers them AC-01 to AC-10, which the product's own acceptance criteria also do. Tests of the
//! ledger's rules are therefore named `led_`:
//!
//! | test | rule | says |
//! |---|---|---|
//! | `led_01` | AC-01 | every entry balances per currency, by the database too |
//! | `led_02` | AC-02 | entries are append-only; a correction is a new entry |
//! | `led_03` | AC-03 | the money at the provider follows balance transactions, each booked once by its id |
//! | `led_04` | AC-04 | classified by `reporting_category`, not by `type` |
//! | `led_05` | AC-05 | an unknown category lands in suspense and is shown |
//! | `led_06` | AC-06 | pending and available are one account with a date |
//! | `led_07` | AC-07 | our account of the provider's balance equals the provider's balance |
//! | `led_08` | AC-08 | the balance transactions of a payout add up to it |
//! | `led_09` | AC-09 | the receivable of an invoice is the sum of its postings |
//! | `led_10` | AC-10 | the tax report is the sum of the tax accounts by period and registration |
//!
//! Tests named `p01` to `p22` are the rows of the posting table with their vectors.

mod account;
pub mod documents;
mod entry;
pub mod exchange;
pub mod provider;

pub use account::{Account, Nature};
pub use documents::{
    ClaimPart, Division, PaymentParts, TaxPart, card_payment, card_payment_settled, invoice_issued,
    recorded_payment,
};
pub use entry::{Entry, LedgerError, Posting};
pub use provider::{BalanceTransaction, ReportingCategory, balance_transaction};
