//! A refund: money back on a charge, with a life of its own.

use serde::Deserialize;

use crate::form::{Form, segment};
use crate::open_enum::open_enum;
use crate::shape::{Cursor, Identified, Metadata, id_only, null_is_empty};
use crate::{Answer, BalanceTransaction, Client, Error, Expandable, IdempotencyKey, Page};

open_enum! {
    /// Where a refund stands. `succeeded` is not the end: a bank may still send the money back (`failed`).
    RefundStatus {
        /// On its way; the money has usually left the balance already.
        Pending = "pending",
        /// The payer must give a bank account; only for methods that cannot be refunded where they came from.
        RequiresAction = "requires_action",
        /// Sent. May still fail days later.
        Succeeded = "succeeded",
        /// It did not arrive; the money came back to the balance, see `failure_balance_transaction`.
        Failed = "failed",
        /// Given up before it left.
        Canceled = "canceled",
    }
}

open_enum! {
    /// Why money goes back.
    RefundReason {
        /// The payer paid twice.
        Duplicate = "duplicate",
        /// The payment was not the card holder's. Also blocks the card: choose with care.
        Fraudulent = "fraudulent",
        /// The payer asked.
        RequestedByCustomer = "requested_by_customer",
        /// An uncaptured charge expired; Stripe's own.
        ExpiredUncapturedCharge = "expired_uncaptured_charge",
    }
}

/// Money back on a charge.
#[derive(Debug, Clone, Deserialize)]
pub struct Refund {
    /// `re_…` or `pyr_…`.
    pub id: String,
    /// Minor units by Stripe's exponent table, in the payer's currency; positive.
    pub amount: i64,
    /// Lower case.
    pub currency: String,
    /// Where it stands; Stripe may leave it out.
    pub status: Option<RefundStatus>,
    /// The charge it gives back.
    #[serde(default, deserialize_with = "id_only")]
    pub charge: Option<String>,
    /// The intent of that charge.
    #[serde(default, deserialize_with = "id_only")]
    pub payment_intent: Option<String>,
    /// Unix seconds UTC.
    pub created: i64,
    /// Why, as told to Stripe.
    pub reason: Option<RefundReason>,
    /// Why it failed: `lost_or_stolen_card`, `expired_or_canceled_card`, `charge_for_pending_refund_disputed`,
    /// `insufficient_funds`, `declined`, `merchant_request`, `unknown`; the list grows.
    pub failure_reason: Option<String>,
    /// Why it waits: `processing`, `insufficient_funds`, `charge_pending`.
    pub pending_reason: Option<String>,
    /// The line that took it from the account, once there is one; whole when asked to expand.
    pub balance_transaction: Option<Expandable<BalanceTransaction>>,
    /// The line that brought it back after it failed or was canceled.
    pub failure_balance_transaction: Option<Expandable<BalanceTransaction>>,
    /// Our words on it.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub metadata: Metadata,
}

impl Refund {
    /// The line that took it from the account, when it was retrieved with it.
    pub fn line(&self) -> Option<&BalanceTransaction> {
        self.balance_transaction
            .as_ref()
            .and_then(Expandable::object)
    }

    /// The line that brought it back, when it was retrieved with it.
    pub fn failure_line(&self) -> Option<&BalanceTransaction> {
        self.failure_balance_transaction
            .as_ref()
            .and_then(Expandable::object)
    }
}

impl Identified for Refund {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Whose money goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refunded {
    /// The latest successful charge of this intent.
    PaymentIntent(String),
    /// This charge.
    Charge(String),
}

impl Refunded {
    fn pair(&self) -> (&'static str, &str) {
        match self {
            Self::PaymentIntent(id) => ("payment_intent", id),
            Self::Charge(id) => ("charge", id),
        }
    }
}

/// A refund to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// Whose money.
    pub of: Refunded,
    /// Minor units by Stripe's exponent table; all that is left when absent. Say it: what is left may have changed.
    pub amount_minor: Option<i64>,
    /// Why.
    pub reason: Option<RefundReason>,
    /// Ours, to find our own row again; nothing personal.
    pub metadata: Metadata,
}

/// Which refunds to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefundQuery {
    /// Only those of one intent or charge.
    pub of: Option<Refunded>,
    /// Made at or after this instant, Unix seconds UTC.
    pub created_gte: Option<i64>,
    /// Where to begin.
    pub cursor: Cursor,
}

impl Client {
    /// Gives money back. Store `intention` first; a repeated call with it gives the same refund.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] with `charge_already_refunded` when nothing is left, with another or no code when less
    /// is left than asked, with `charge_disputed` while a bank asks. When [`Error::outcome_unknown`], call again with
    /// the same `intention` (within 24 hours) or list the refunds of the payment and look for the metadata.
    pub async fn create_refund(
        &self,
        new: &NewRefund,
        intention: &IdempotencyKey,
    ) -> Result<Answer<Refund>, Error> {
        let (name, id) = new.of.pair();
        let mut form = Form::new();
        form.set(name, id)
            .maybe("amount", new.amount_minor)
            .maybe("reason", new.reason.as_ref())
            .map("metadata", &new.metadata)
            .list("expand", ["balance_transaction"]);
        self.post("/v1/refunds", &form, Some(intention)).await
    }

    /// One refund, with its lines in the account.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retrieve_refund(&self, id: &str) -> Result<Answer<Refund>, Error> {
        let mut query = Form::new();
        query.list(
            "expand",
            ["balance_transaction", "failure_balance_transaction"],
        );
        self.get(&path(id), &query).await
    }

    /// One page of at most 100, newest first, with their lines in the account.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list_refunds(&self, query: &RefundQuery) -> Result<Answer<Page<Refund>>, Error> {
        let mut form = Form::new();
        if let Some((name, id)) = query.of.as_ref().map(Refunded::pair) {
            form.set(name, id);
        }
        form.maybe("created[gte]", query.created_gte)
            .set("limit", 100)
            .list(
                "expand",
                [
                    "data.balance_transaction",
                    "data.failure_balance_transaction",
                ],
            );
        query.cursor.write(&mut form);
        self.get("/v1/refunds", &form).await
    }

    /// Gives a refund up that waits for the payer (`requires_action`); no other can be.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] when it has left already.
    pub async fn cancel_refund(
        &self,
        id: &str,
        intention: &IdempotencyKey,
    ) -> Result<Answer<Refund>, Error> {
        let path = format!("{}/cancel", path(id));
        self.post(&path, &Form::new(), Some(intention)).await
    }
}

fn path(id: &str) -> String {
    format!("/v1/refunds/{}", segment(id))
}
