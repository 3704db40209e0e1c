//! A payout: a batch of balance transactions on its way to the seller's bank.

use serde::Deserialize;

use crate::form::{Form, segment};
use crate::open_enum::open_enum;
use crate::shape::{Cursor, Identified, id_only};
use crate::{Answer, BalanceTransaction, Client, Error, Expandable, Page};

open_enum! {
    /// Where a payout stands. `paid` is not quite the end: a bank may still send it back (`failed`) within days.
    PayoutStatus {
        /// Made, not sent yet.
        Pending = "pending",
        /// Sent to the bank.
        InTransit = "in_transit",
        /// Arrived, as far as Stripe knows.
        Paid = "paid",
        /// The bank sent it back; the money is in the balance again.
        Failed = "failed",
        /// Given up before it was sent.
        Canceled = "canceled",
    }
}

open_enum! {
    /// Whether Stripe has finished saying which balance transactions are in a payout.
    ReconciliationStatus {
        /// Its balance transactions can be listed.
        Completed = "completed",
        /// Not yet.
        InProgress = "in_progress",
        /// A payout made by hand: Stripe does not say what is in it.
        NotApplicable = "not_applicable",
    }
}

/// Money on its way to the bank.
#[derive(Debug, Clone, Deserialize)]
pub struct Payout {
    /// `po_…`
    pub id: String,
    /// Minor units by Stripe's exponent table; negative when Stripe takes money back from the bank.
    pub amount: i64,
    /// Lower case.
    pub currency: String,
    /// Where it stands.
    pub status: PayoutStatus,
    /// When it should arrive: midnight UTC of that day, Unix seconds.
    pub arrival_date: i64,
    /// By Stripe's schedule (its balance transactions can be listed) or by hand.
    #[serde(default)]
    pub automatic: bool,
    /// Real money or play money.
    pub livemode: bool,
    /// Unix seconds UTC.
    pub created: i64,
    /// Whether its balance transactions can be listed.
    pub reconciliation_status: Option<ReconciliationStatus>,
    /// The line that took it from the account.
    pub balance_transaction: Option<Expandable<BalanceTransaction>>,
    /// The line that brought it back after it failed or was canceled.
    pub failure_balance_transaction: Option<Expandable<BalanceTransaction>>,
    /// `account_closed`, `no_account`, `could_not_process`, …
    pub failure_code: Option<String>,
    /// Why it failed, in words.
    pub failure_message: Option<String>,
    /// The payout this one takes back.
    #[serde(default, deserialize_with = "id_only")]
    pub original_payout: Option<String>,
    /// The payout that takes this one back.
    #[serde(default, deserialize_with = "id_only")]
    pub reversed_by: Option<String>,
    /// `standard` or `instant`.
    pub method: Option<String>,
    /// What stands on the bank statement.
    pub statement_descriptor: Option<String>,
    /// The bank's own number for it, to find it on a statement.
    pub trace_id: Option<TraceId>,
}

/// The bank's own number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TraceId {
    /// `pending`, `supported`, `unsupported`.
    pub status: String,
    /// The number, once there is one.
    pub value: Option<String>,
}

impl Payout {
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

impl Identified for Payout {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Which payouts to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PayoutQuery {
    /// Only those in this state.
    pub status: Option<PayoutStatus>,
    /// Made at or after this instant, Unix seconds UTC.
    pub created_gte: Option<i64>,
    /// Where to begin.
    pub cursor: Cursor,
}

impl Client {
    /// One payout, with its lines in the account. What is in it: [`Client::list_balance_transactions`] with
    /// its id.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retrieve_payout(&self, id: &str) -> Result<Answer<Payout>, Error> {
        let mut query = Form::new();
        query.list(
            "expand",
            ["balance_transaction", "failure_balance_transaction"],
        );
        self.get(&format!("/v1/payouts/{}", segment(id)), &query)
            .await
    }

    /// One page of at most 100, newest first.
    ///
    /// # Errors
    /// See [`Error`]; a restricted key needs the permission to read payouts.
    pub async fn list_payouts(&self, query: &PayoutQuery) -> Result<Answer<Page<Payout>>, Error> {
        let mut form = Form::new();
        form.maybe("status", query.status.as_ref())
            .maybe("created[gte]", query.created_gte)
            .set("limit", 100);
        query.cursor.write(&mut form);
        self.get("/v1/payouts", &form).await
    }
}
