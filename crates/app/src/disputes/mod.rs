//! Disputes: a bank takes a payment back while it asks, or only asks. What is known of each, what it does to the books,
//! the alarm to the seller, and the answer.
//!
//! All news ends in the one [`settle::hear`]. The money itself moves by the lines of Stripe's account (P06 to P08); what
//! is booked here is the claim, which is open again when a dispute is lost (P09). An answer and an acceptance are rows,
//! with their keys, before Stripe is called.

mod accept;
mod act;
mod alarm;
mod answer;
pub mod ask;
mod evidence;
mod files;
mod gather;
mod handed;
mod letters;
mod list;
mod paper;
pub mod settle;
mod show;
mod store;
mod submit;
mod take;
mod words;

use axum::Router;
use axum::routing::{get, post};
use billing::allocation::SourceKind;
use billing::dispute::{Dispute, DisputeStatus};
use billing::money::Money;
use jiff::Timestamp;
use kit::db::{Error, Tx};

use crate::app::App;
use crate::invoices::claim::Source;
use crate::who::Scope;

pub use act::act_job;
pub use alarm::{mail_alarm, remind};
pub use ask::{ask_about_dispute, ask_about_payment, sweep};
pub use words::{chip, deadline};

/// The job that tells the seller of a dispute's new state; its payload is the dispute's id.
pub const MAIL_ALARM: &str = "MailDispute";
/// The job that reminds the seller of a deadline; its payload is the dispute's id and the instant.
pub const REMIND: &str = "RemindOfDispute";
/// The job that hands an answer in, or accepts; its payload is the dispute's id.
pub const ACT: &str = "ActOnDispute";

/// The field of the answer that carries the evidence file itself.
const PAPER_FIELD: &str = "uncategorized_file";
/// Room for the evidence file among the bytes that a bank takes.
const PAPER_BYTES: i64 = 300_000;

/// The pages of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/disputes", get(list::get))
        .route("/disputes/{id}", get(show::get))
        .route("/disputes/{id}/ask", post(show::ask))
        .route("/disputes/{id}/answer", get(answer::get).post(answer::post))
        .route("/disputes/{id}/file/{field}", get(files::get))
        .route("/disputes/{id}/evidence", get(evidence::get))
        .route("/disputes/{id}/evidence.pdf", get(paper::get))
        .route("/disputes/{id}/submit", get(submit::get).post(submit::post))
        .route("/disputes/{id}/accept", get(accept::get).post(accept::post))
}

/// What the seller has decided to do, written down before Stripe is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Nothing yet.
    None,
    /// Hand the evidence in.
    Answer,
    /// Let the payer have the money.
    Accept,
}

impl Act {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Act::None => "",
            Act::Answer => "answer",
            Act::Accept => "accept",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Act> {
        [Act::None, Act::Answer, Act::Accept]
            .into_iter()
            .find(|act| act.as_str() == text)
    }
}

/// A dispute as it is kept.
#[derive(Clone, Debug)]
pub struct DisputeRow {
    /// The dispute.
    pub id: String,
    /// Whose, and in which drawer.
    pub scope: Scope,
    /// The payment in question.
    pub payment_id: String,
    /// Who had paid.
    pub customer_id: String,
    /// `du_…` or `dp_…`.
    pub stripe_id: String,
    /// What is in question, in the currency of the payment.
    pub amount: Money,
    /// Where it stands.
    pub status: DisputeStatus,
    /// `fraudulent`, `product_not_received` …: Stripe's word.
    pub reason: String,
    /// The card network's own number for the reason; may be empty.
    pub network_code: String,
    /// The last moment to answer, Unix milliseconds.
    pub due_at: Option<i64>,
    /// How often an answer went to the bank.
    pub answers_sent: i64,
    /// Whether the last answer came after the deadline.
    pub was_late: bool,
    /// What Stripe charged for it, each line of its account with a fee.
    pub fees: Vec<Fee>,
    /// What the account for disputed funds has of it, in the currency of the balance.
    pub held: Option<Money>,
    /// When the bank took the money, as we heard, Unix milliseconds.
    pub withdrawn_at: Option<i64>,
    /// When the claim was opened again (P09).
    pub reopened_at: Option<i64>,
    /// When the money came back.
    pub reinstated_at: Option<i64>,
    /// When it was opened at Stripe.
    pub opened_at: i64,
    /// When it ended, as we heard.
    pub closed_at: Option<i64>,
    /// When Stripe last spoke.
    pub told_at: i64,
    /// What the seller decided.
    pub act: Act,
    /// Bound to the intention (PAY-10).
    pub act_key: String,
    /// Who decided.
    pub act_by: String,
    /// When.
    pub act_at: Option<i64>,
    /// Why Stripe refused it: its code; empty when it did not.
    pub act_refusal: String,
    /// Counts up with every change of the answer.
    pub version: i64,
}

/// A fee of a dispute: of asking, or of answering.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fee {
    /// The line of Stripe's account.
    pub line: String,
    /// Minor units (ISO 4217).
    pub minor: i64,
    /// Three letters.
    pub currency: String,
}

impl DisputeRow {
    /// The name under which its loss stands on the invoices it concerns.
    pub fn source(&self) -> Source {
        Source::new(SourceKind::Dispute, self.id.as_str())
    }

    /// The name under which its being won after all stands there.
    pub fn source_won(&self) -> Source {
        Source::new(SourceKind::Dispute, format!("{}-won", self.id))
    }

    /// As the rules see it.
    pub fn facts(&self) -> Dispute {
        Dispute {
            stripe_id: self.stripe_id.clone(),
            mode: self.scope.mode,
            status: self.status,
            amount: self.amount,
            due_at: self.due(),
            withdrawn: self.withdrawn_at.is_some(),
            reopened: self.reopened_at.is_some(),
            reinstated: self.reinstated_at.is_some(),
        }
    }

    /// The last moment to answer.
    pub fn due(&self) -> Option<Timestamp> {
        self.due_at
            .and_then(|at| Timestamp::from_millisecond(at).ok())
    }

    /// Whether the seller can still answer or accept: the bank waits, the deadline has not passed, and nothing is on
    /// its way.
    pub fn may_act(&self, now_ms: i64) -> bool {
        self.status.wants_answer()
            && self.act == Act::None
            && self.due_at.is_none_or(|due| now_ms < due)
    }
}

/// The states of all disputes of a payment, for who wants to refund it.
///
/// # Errors
/// Of the database.
pub fn statuses_of_payment(tx: &mut Tx<'_>, payment_id: &str) -> Result<Vec<DisputeStatus>, Error> {
    let found = store::list_by_payment(tx, payment_id)?;
    Ok(found.into_iter().map(|dispute| dispute.status).collect())
}

/// The names under which Stripe knows the disputes of a payment.
///
/// # Errors
/// Of the database.
pub fn stripe_ids_of_payment(tx: &mut Tx<'_>, payment_id: &str) -> Result<Vec<String>, Error> {
    let disputes = store::list_by_payment(tx, payment_id)?;
    Ok(disputes.into_iter().map(|d| d.stripe_id).collect())
}

/// What banks hold of the seller's balance: the disputes that took it and have not ended, one sum each.
///
/// # Errors
/// Of the database.
pub fn list_held(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Money>, Error> {
    store::list_held(tx, scope)
}

/// Disputes that wait for the seller's answer while there is time, the most urgent first.
///
/// # Errors
/// Of the database.
pub fn list_needing(tx: &mut Tx<'_>, app: &App, scope: &Scope) -> Result<Vec<DisputeRow>, Error> {
    store::list_needing(tx, scope, app.now_ms())
}
