//! A dispute: a bank takes a payment back while it asks.

use serde::Deserialize;

use crate::evidence::Evidence;
use crate::form::{Form, segment};
use crate::open_enum::open_enum;
use crate::shape::{Cursor, Identified, Metadata, id_only, null_is_empty};
use crate::{Answer, BalanceTransaction, Client, Error, IdempotencyKey, Page};

open_enum! {
    /// Where a dispute stands.
    DisputeStatus {
        /// An inquiry: the bank asks, no money has left yet.
        WarningNeedsResponse = "warning_needs_response",
        /// An inquiry that was answered.
        WarningUnderReview = "warning_under_review",
        /// An inquiry that came to nothing.
        WarningClosed = "warning_closed",
        /// The money has left; the seller may answer until the deadline.
        NeedsResponse = "needs_response",
        /// Answered; the bank decides, for weeks.
        UnderReview = "under_review",
        /// Decided for the seller; the money comes back.
        Won = "won",
        /// Decided for the payer, or not answered in time, or accepted.
        Lost = "lost",
        /// Resolved before it became a dispute, by a refund that the card network's own programme made.
        Prevented = "prevented",
    }
}

impl DisputeStatus {
    /// Whether the seller can still answer.
    pub fn awaits_answer(&self) -> bool {
        matches!(self, Self::NeedsResponse | Self::WarningNeedsResponse)
    }

    /// Whether nothing more will happen. (A lost one may be appealed at Stripe; that is another state again.)
    pub fn is_closed(&self) -> bool {
        matches!(
            self,
            Self::Won | Self::Lost | Self::WarningClosed | Self::Prevented
        )
    }
}

/// A payment in question.
#[derive(Debug, Clone, Deserialize)]
pub struct Dispute {
    /// `du_…` or `dp_…`.
    pub id: String,
    /// What is in question, minor units by Stripe's exponent table, in the payer's currency.
    pub amount: i64,
    /// Lower case.
    pub currency: String,
    /// Where it stands.
    pub status: DisputeStatus,
    /// `fraudulent`, `product_not_received`, `duplicate`, `credit_not_processed`, `general`, …; the list grows.
    pub reason: String,
    /// The charge in question.
    #[serde(default, deserialize_with = "id_only")]
    pub charge: Option<String>,
    /// The intent of that charge.
    #[serde(default, deserialize_with = "id_only")]
    pub payment_intent: Option<String>,
    /// Real money or play money.
    pub livemode: bool,
    /// Unix seconds UTC.
    pub created: i64,
    /// Whether the charge can still be refunded (inquiries only: it ends them).
    #[serde(default)]
    pub is_charge_refundable: bool,
    /// What it did to the account: none for an inquiry, one when money left (with the dispute fee in `fee`), two when
    /// it came back or when answering cost a fee of its own. Whole, always.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub balance_transactions: Vec<BalanceTransaction>,
    /// Deadline, and whether an answer went.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub evidence_details: EvidenceDetails,
    /// What has been put down as an answer so far.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub evidence: Evidence,
    /// How the network calls its kind.
    pub payment_method_details: Option<DisputeMethod>,
    /// Our words on it.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub metadata: Metadata,
}

/// Deadline and answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct EvidenceDetails {
    /// Last moment to answer, Unix seconds UTC; absent when nothing can be answered any more.
    pub due_by: Option<i64>,
    /// Whether anything was put down.
    #[serde(default)]
    pub has_evidence: bool,
    /// Whether the last answer came after the deadline.
    #[serde(default)]
    pub past_due: bool,
    /// How often an answer went to the bank; usually only one may.
    #[serde(default)]
    pub submission_count: i64,
}

/// How the disputed charge was paid.
#[derive(Debug, Clone, Deserialize)]
pub struct DisputeMethod {
    /// `card`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// For cards.
    pub card: Option<DisputeCard>,
}

/// The card network's side.
#[derive(Debug, Clone, Deserialize)]
pub struct DisputeCard {
    /// `visa`, …
    pub brand: Option<String>,
    /// `chargeback`, `inquiry`, `block`, `resolution`, `compliance`.
    pub case_type: Option<String>,
    /// The network's own number for the reason.
    pub network_reason_code: Option<String>,
}

impl Identified for Dispute {
    fn id(&self) -> &str {
        &self.id
    }
}

/// What becomes of evidence sent to Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submission {
    /// Kept at Stripe; may be changed until it is submitted.
    Draft,
    /// To the bank, at once and for good.
    Submit,
}

/// Which disputes to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DisputeQuery {
    /// Only those of one intent.
    pub payment_intent: Option<String>,
    /// Only those of one charge.
    pub charge: Option<String>,
    /// Opened at or after this instant, Unix seconds UTC.
    pub created_gte: Option<i64>,
    /// Where to begin.
    pub cursor: Cursor,
}

impl Client {
    /// One dispute, with what it did to the account.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retrieve_dispute(&self, id: &str) -> Result<Answer<Dispute>, Error> {
        self.get(&path(id), &Form::new()).await
    }

    /// One page of at most 100, newest first.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list_disputes(
        &self,
        query: &DisputeQuery,
    ) -> Result<Answer<Page<Dispute>>, Error> {
        let mut form = Form::new();
        form.maybe("payment_intent", query.payment_intent.as_ref())
            .maybe("charge", query.charge.as_ref())
            .maybe("created[gte]", query.created_gte)
            .set("limit", 100);
        query.cursor.write(&mut form);
        self.get("/v1/disputes", &form).await
    }

    /// Puts evidence down, or sends it to the bank. Stripe submits when `submit` is not said, so it always is.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] when the deadline has passed, when an answer went already, or when a file is not one.
    pub async fn update_dispute(
        &self,
        id: &str,
        evidence: &Evidence,
        submission: Submission,
        intention: &IdempotencyKey,
    ) -> Result<Answer<Dispute>, Error> {
        let mut form = Form::new();
        for (field, value) in evidence.iter() {
            form.set(&format!("evidence[{}]", field.as_str()), value);
        }
        form.set("submit", submission == Submission::Submit);
        self.post(&path(id), &form, Some(intention)).await
    }

    /// Accepts it: lost, for good.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] when it is decided already.
    pub async fn close_dispute(
        &self,
        id: &str,
        intention: &IdempotencyKey,
    ) -> Result<Answer<Dispute>, Error> {
        let path = format!("{}/close", path(id));
        self.post(&path, &Form::new(), Some(intention)).await
    }
}

fn path(id: &str) -> String {
    format!("/v1/disputes/{}", segment(id))
}
