//! Refunds: money back on a payment, asked for here or made at Stripe; both end in the one [`settle::hear`].
//!
//! Asked for here: the row and its idempotency key are on disk before Stripe is called ([`begin`]), and the row holds
//! its amount until the outcome is known (PAY-12). Made at Stripe: the row is written when it is first heard of. What is
//! booked follows the money (`billing::refund`), so both sides leave the same ledger.

pub mod ask;
mod begin;
mod check;
mod handle;
mod letters;
mod list;
mod mail;
mod make;
pub mod settle;
mod show;
mod store;
mod take;
mod words;

use axum::Router;
use axum::routing::{get, post};
use billing::Mode;
use billing::allocation::SourceKind;
use billing::money::Money;
use billing::refund::{Refund, RefundStatus};
use kit::db::{Error, Tx};

use crate::app::App;
use crate::invoices::claim::Source;
use crate::payments::back;
use crate::who::Scope;

pub use ask::{ask_about_charge, ask_about_refund, sweep};
pub use begin::{NotBegun, Wish, begin, begin_in, rest_of};
pub use mail::{mail_failure, mail_payer};
pub use make::{Made, make, make_job};
pub use words::{chip, meaning};

/// The job that asks Stripe for a refund that was written down; its payload is the refund's id.
pub const MAKE: &str = "MakeRefund";
/// The job that tells the payer; its payload is the refund's id.
pub const MAIL_PAYER: &str = "MailRefund";
/// The job that tells the seller of a refund that failed; its payload is the refund's id.
pub const MAIL_FAILURE: &str = "MailFailedRefund";

/// An unknown outcome becomes a matter for a person after this long.
const UNKNOWN_TOO_LONG_MS: i64 = 10 * 60_000;

/// The pages of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/payments/{id}/refund", get(check::form).post(check::post))
        .route("/payments/{id}/refund/check", get(check::get))
        .route("/refunds", get(list::get))
        .route("/refunds/{id}", get(show::get))
        .route("/refunds/{id}/ask", post(show::ask))
        .route("/refunds/{id}/handled", post(handle::post))
}

/// Who began a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A person, here.
    Here,
    /// Somebody at Stripe: its dashboard, or another program.
    Stripe,
}

impl Origin {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Here => "here",
            Origin::Stripe => "stripe",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Origin> {
        [Origin::Here, Origin::Stripe]
            .into_iter()
            .find(|origin| origin.as_str() == text)
    }
}

/// A refund as it is kept.
#[derive(Clone, Debug)]
pub struct RefundRow {
    /// The refund.
    pub id: String,
    /// Whose, and in which drawer.
    pub scope: Scope,
    /// What it gives back.
    pub payment_id: String,
    /// To whom, when it was written down: empty for money of the tray.
    pub customer_id: String,
    /// Who began it.
    pub origin: Origin,
    /// Bound to the intention, not to the call (PAY-10); empty for one made at Stripe.
    pub idempotency_key: String,
    /// `re_…`, once known.
    pub stripe_id: Option<String>,
    /// What goes back.
    pub amount: Money,
    /// `requested_by_customer`, `duplicate`, `fraudulent`, or empty.
    pub reason: String,
    /// The seller's words, for the record.
    pub note: String,
    /// The credit note it belongs to.
    pub credit_note_id: Option<String>,
    /// Where it stands.
    pub status: RefundStatus,
    /// Why Stripe refused to begin: its code.
    pub refusal: String,
    /// Why it failed: Stripe's word.
    pub failure_reason: String,
    /// Why it waits: Stripe's word.
    pub pending_reason: String,
    /// When its going back was booked (P04), Unix milliseconds.
    pub taken_at: Option<i64>,
    /// When its failure was booked (P05).
    pub returned_at: Option<i64>,
    /// The person, or empty.
    pub asked_by: String,
    /// When Stripe was last asked, or spoke.
    pub told_at: Option<i64>,
    /// When the mail to the payer was written.
    pub payer_mailed_at: Option<i64>,
    /// When the mail to the seller was written.
    pub seller_mailed_at: Option<i64>,
    /// When a person has seen to its failure.
    pub handled_at: Option<i64>,
    /// That person.
    pub handled_by: String,
    /// Unix milliseconds.
    pub created_at: i64,
    /// When its state last changed.
    pub updated_at: i64,
}

impl RefundRow {
    /// The name under which it stands on the invoices it is for.
    pub fn source(&self) -> Source {
        Source::new(SourceKind::Refund, self.id.as_str())
    }

    /// As the rules see it.
    pub fn facts(&self) -> Refund {
        Refund {
            stripe_id: self.stripe_id.clone(),
            mode: self.mode(),
            status: self.status,
            amount: self.amount,
            taken: self.taken_at.is_some(),
            returned: self.returned_at.is_some(),
        }
    }

    fn mode(&self) -> Mode {
        self.scope.mode
    }
}

/// What a refund gave back for an invoice, as its payer sees it.
#[derive(Clone, Debug)]
pub struct OnInvoice {
    /// The part of this invoice.
    pub amount: Money,
    /// When it left, Unix milliseconds.
    pub at: i64,
    /// Handed to the payer's bank; else it is on its way.
    pub arrived: bool,
}

/// What refunds gave back for an invoice and did not come back again, oldest first.
///
/// # Errors
/// Of the database.
pub fn list_on_invoice(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<OnInvoice>, Error> {
    let mut all = Vec::new();
    for back in back::list_on_invoice(tx, SourceKind::Refund, invoice_id)? {
        let refund = store::get_refund(tx, &back.source_id)?;
        all.push(OnInvoice {
            amount: back.amount,
            at: back.at,
            arrived: refund.status == RefundStatus::Succeeded,
        });
    }
    Ok(all)
}

/// The refunds that belong to a credit note, oldest first.
///
/// # Errors
/// Of the database.
pub fn list_by_credit_note(
    tx: &mut Tx<'_>,
    scope: &Scope,
    credit_note_id: &str,
) -> Result<Vec<RefundRow>, Error> {
    store::list_by_credit_note(tx, scope, credit_note_id)
}

/// The names under which Stripe knows the refunds of a payment.
///
/// # Errors
/// Of the database.
pub fn stripe_ids_of_payment(tx: &mut Tx<'_>, payment_id: &str) -> Result<Vec<String>, Error> {
    let refunds = store::list_by_payment(tx, payment_id)?;
    Ok(refunds.into_iter().filter_map(|r| r.stripe_id).collect())
}

/// What needs a person: refunds that failed and nobody has seen to, and outcomes that stay unknown. Newest first.
///
/// # Errors
/// Of the database.
pub fn list_needing(tx: &mut Tx<'_>, app: &App, scope: &Scope) -> Result<Vec<RefundRow>, Error> {
    store::list_needing(tx, scope, app.now_ms() - UNKNOWN_TOO_LONG_MS)
}
