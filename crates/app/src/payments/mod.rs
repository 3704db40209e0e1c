//! Payments: one live intent per amount due, and one booking for every way in which the news can come.
//!
//! The payer's return, the signed webhook, the pulled event and "Ask Stripe now" all end in [`settle::settle`] with
//! an intent freshly fetched at our pinned API version. None of them books on its own word (PAY-06).

pub mod ask;
pub mod booked;
mod idle;
mod open;
mod receipt;
pub mod settle;
mod store;
pub mod trace;

use kit::db::{Error, Tx};

pub use ask::{Told, ask_about_attempt, ask_about_intent, ask_about_invoice, find_fee, sweep};
pub use idle::cancel_idle;
pub use open::{CannotOpen, Opened, open};
pub use receipt::send_receipt;
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

/// What was received since an instant (Unix milliseconds), newest first, each with the id of its invoice.
///
/// # Errors
/// Of the database.
pub fn list_received_since(
    tx: &mut Tx<'_>,
    scope: &crate::who::Scope,
    since_ms: i64,
) -> Result<Vec<(PaymentSummary, String)>, Error> {
    store::list_received_since(tx, scope, since_ms)
}

/// A charge that a balance transaction names: whether a payment of ours stands behind it. If so its lines are booked as
/// ours, and its pages say fee, net and date.
///
/// # Errors
/// Of the database.
pub fn recognise_charge(
    tx: &mut Tx<'_>,
    app: &crate::app::App,
    scope: &crate::who::Scope,
    charge_id: &str,
) -> Result<bool, Error> {
    let Some((payment_id, amount)) = store::find_by_charge(tx, scope, charge_id)? else {
        return Ok(false);
    };
    let behind = crate::balance::Behind::paid(amount);
    crate::balance::recognise(tx, app, scope, charge_id, behind)?;
    settle::keep_fee(tx, scope, &payment_id, charge_id)?;
    Ok(true)
}

/// When the first payment at an account was tried (Unix milliseconds): nothing of ours is older.
///
/// # Errors
/// Of the database.
pub fn first_attempt_at(
    tx: &mut Tx<'_>,
    scope: &crate::who::Scope,
    account_id: &str,
) -> Result<Option<i64>, Error> {
    store::find_first_attempt_at(tx, scope, account_id)
}

/// Payments whose balance transaction is not known yet, oldest first, at most five hundred.
///
/// # Errors
/// Of the database.
pub fn list_without_line(
    tx: &mut Tx<'_>,
    scope: &crate::who::Scope,
) -> Result<Vec<PaymentSummary>, Error> {
    store::list_without_line(tx, scope)
}

/// How many payments at an account are still under way.
///
/// # Errors
/// Of the database.
pub fn count_open_at(
    tx: &mut Tx<'_>,
    scope: &crate::who::Scope,
    account_id: &str,
) -> Result<i64, Error> {
    store::count_open_at(tx, scope, account_id)
}

/// What stands behind a charge, as other pages name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BehindCharge {
    /// The payment.
    pub payment_id: String,
    /// The invoice it was made for.
    pub invoice_id: String,
    /// As printed.
    pub number: String,
    /// Who paid.
    pub customer: String,
}

/// What stands behind a charge; nothing for one that is not ours.
///
/// # Errors
/// Of the database.
pub fn find_behind(
    tx: &mut Tx<'_>,
    scope: &crate::who::Scope,
    charge_id: &str,
) -> Result<Option<BehindCharge>, Error> {
    store::find_behind(tx, scope, charge_id)
}
