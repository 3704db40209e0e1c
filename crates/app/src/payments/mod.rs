//! Payments: one live intent per amount due, and one booking for every way in which the news can come.
//!
//! The payer's return, the signed webhook, the pulled event and "Ask Stripe now" all end in [`settle::settle`] with
//! an intent freshly fetched at our pinned API version. None of them books on its own word (PAY-06).

pub mod ask;
pub mod booked;
mod idle;
pub mod line;
mod open;
mod receipt;
pub mod received;
pub mod settle;
mod store;
pub mod trace;

use kit::db::{Error, Tx};

pub use ask::{Told, ask_about_attempt, ask_about_intent, ask_about_invoice, find_fee, sweep};
pub use idle::cancel_idle;
pub use open::{CannotOpen, Opened, open};
pub use receipt::{card_words, send_receipt};
pub use store::{AttemptRow, PaymentSummary};

/// The latest attempt to pay an invoice, for its page.
///
/// # Errors
/// Of the database.
pub fn latest_attempt(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Option<AttemptRow>, Error> {
    store::find_latest_attempt(tx, invoice_id)
}

/// The payments booked for an invoice, oldest first.
///
/// # Errors
/// Of the database.
pub fn list_by_invoice(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<PaymentSummary>, Error> {
    store::list_payments_by_invoice(tx, invoice_id)
}

/// One payment, for its receipt.
///
/// # Errors
/// [`Error::NoRow`].
pub fn get(tx: &mut Tx<'_>, payment_id: &str) -> Result<PaymentSummary, Error> {
    store::get_payment(tx, payment_id)
}
