//! Payments: one live intent per amount due, and one booking for every way in which the news can come.
//!
//! The payer's return, the signed webhook, the pulled event and "Ask Stripe now" all end in [`settle::settle`] with
//! an intent freshly fetched at our pinned API version. None of them books on its own word (PAY-06).

pub mod after;
pub mod ask;
mod attempts;
pub mod back;
pub mod booked;
mod close;
mod idle;
mod keep;
mod kept;
mod late;
pub mod line;
mod open;
mod page;
mod receipt;
pub mod received;
pub mod record;
mod reverse;
pub mod settle;
mod settled;
mod show;
mod store;
pub mod trace;
pub mod tray;
mod words;

use axum::{Router, routing};
use kit::db::{Error, Tx};

use crate::app::App;
use crate::balance::{self, Behind};
use crate::who::Scope;

pub use ask::{
    Told, ask_about_attempt, ask_about_intent, ask_about_invoice, ask_about_session, find_fee,
    sweep,
};
pub use attempts::{AttemptRow, ComesBackTo, WayBack};
pub use close::{CLOSE_LATER, Changed, Closed, change, close_later, close_open};
pub use idle::cancel_idle;
pub use keep::{Kept, keep_card};
pub use kept::{Codes, Confirmed, confirm_kept, is_busy, is_live, look_at};
pub use late::say_failed;
pub use open::{Ask, CannotOpen, Opened, open, open_for, open_kept};
pub use page::{Onward, open_page};
pub use receipt::{card_words, send_receipt};
pub use store::PaymentSummary;
pub(crate) use words::money;
pub use words::{method_word, method_words, words_of};

/// The pages of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route(
            "/invoices/{id}/payments/new",
            routing::get(record::get).post(record::post),
        )
        .route("/payments/unallocated", routing::get(tray::list::get))
        .route("/payments/{id}", routing::get(show::get))
        .route(
            "/payments/{id}/allocate",
            routing::get(tray::allocate::get).post(tray::allocate::post),
        )
        .route(
            "/payments/{id}/reverse",
            routing::get(reverse::get).post(reverse::post),
        )
}

/// The latest attempt to pay an invoice, for its page.
///
/// # Errors
/// Of the database.
pub fn latest_attempt(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Option<AttemptRow>, Error> {
    attempts::find_latest_attempt(tx, invoice_id)
}

/// What the latest attempt asks of this invoice, when it is over no other.
///
/// # Errors
/// Of the database.
pub fn asked_of(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Option<billing::money::Money>, Error> {
    let Some(attempt) = attempts::find_latest_attempt(tx, invoice_id)? else {
        return Ok(None);
    };
    let items = attempts::list_items(tx, &attempt.id)?;
    Ok(match items.as_slice() {
        [one] => Some(one.amount),
        _ => None,
    })
}

/// Whether an intent is booked and what Stripe kept of it is known.
///
/// # Errors
/// Of the database.
pub async fn is_settled(app: &App, intent_id: &str) -> Result<bool, Error> {
    let id = intent_id.to_owned();
    app.db().read(move |tx| store::fee_is_known(tx, &id)).await
}

/// The payments booked for an invoice, oldest first.
///
/// # Errors
/// Of the database.
pub fn list_by_invoice(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<PaymentSummary>, Error> {
    store::list_payments_by_invoice(tx, invoice_id)
}

/// How many payments fit nowhere and wait for somebody who knows where they belong.
///
/// # Errors
/// Of the database.
pub fn count_unallocated(tx: &mut Tx<'_>, scope: &Scope) -> Result<i64, Error> {
    tray::count(tx, scope)
}

/// One payment, for its receipt.
///
/// # Errors
/// [`Error::NoRow`].
pub fn get(tx: &mut Tx<'_>, payment_id: &str) -> Result<PaymentSummary, Error> {
    store::get_payment(tx, payment_id)
}

/// A charge that a balance transaction names: whether a payment of ours stands behind it. If so its lines are booked as
/// ours, and its pages say fee, net and date.
///
/// # Errors
/// Of the database.
pub fn recognise_charge(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    charge_id: &str,
) -> Result<bool, Error> {
    let Some((payment_id, amount)) = store::find_by_charge(tx, scope, charge_id)? else {
        return Ok(false);
    };
    balance::recognise(tx, app, scope, charge_id, Behind::paid(amount))?;
    settle::keep_fee(tx, scope, &payment_id, charge_id)?;
    Ok(true)
}

/// The payment a charge was booked as.
///
/// # Errors
/// Of the database.
pub fn find_by_charge(
    tx: &mut Tx<'_>,
    scope: &Scope,
    charge_id: &str,
) -> Result<Option<String>, Error> {
    Ok(store::find_by_charge(tx, scope, charge_id)?.map(|(id, _)| id))
}

/// When the first payment at an account was tried (Unix milliseconds): nothing of ours is older.
///
/// # Errors
/// Of the database.
pub fn first_attempt_at(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account_id: &str,
) -> Result<Option<i64>, Error> {
    attempts::find_first_attempt_at(tx, scope, account_id)
}

/// What payments whose line in the account is not known yet come to, by currency: so much may stand in clearing.
///
/// # Errors
/// Of the database.
pub fn sums_without_line(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<billing::Money>, Error> {
    store::list_sums_without_line(tx, scope)
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
    scope: &Scope,
    charge_id: &str,
) -> Result<Option<BehindCharge>, Error> {
    store::find_behind(tx, scope, charge_id)
}
