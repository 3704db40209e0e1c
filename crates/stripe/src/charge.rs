//! One attempt to move money, with what may be known of the card.

use serde::Deserialize;

use crate::form::{Form, segment};
use crate::open_enum::open_enum;
use crate::shape::{Cursor, Identified, Metadata, id_only, null_is_empty};
use crate::{Answer, BalanceTransaction, Client, Error, Expandable, Page};

open_enum! {
    /// Where a charge stands.
    ChargeStatus {
        /// The money came.
        Succeeded = "succeeded",
        /// A bank debit is on its way; not paid (`PAY-16`).
        Pending = "pending",
        /// It did not come.
        Failed = "failed",
    }
}

/// One attempt to move money.
#[derive(Debug, Clone, Deserialize)]
pub struct Charge {
    /// `ch_…` or `py_…`.
    pub id: String,
    /// Minor units by Stripe's exponent table, in the payer's currency.
    pub amount: i64,
    /// Minor units given back so far.
    #[serde(default)]
    pub amount_refunded: i64,
    /// Lower case.
    pub currency: String,
    /// Where it stands.
    pub status: ChargeStatus,
    /// Whether the money came (also for charges given back later).
    #[serde(default)]
    pub paid: bool,
    /// Whether all of it was given back.
    #[serde(default)]
    pub refunded: bool,
    /// Whether a bank has taken it back to ask.
    #[serde(default)]
    pub disputed: bool,
    /// Real money or play money.
    pub livemode: bool,
    /// Unix seconds UTC.
    pub created: i64,
    /// The intent it belongs to.
    #[serde(default, deserialize_with = "id_only")]
    pub payment_intent: Option<String>,
    /// The customer at Stripe, if any.
    #[serde(default, deserialize_with = "id_only")]
    pub customer: Option<String>,
    /// The payment method it was made with (`pm_…`).
    #[serde(default, deserialize_with = "id_only")]
    pub payment_method: Option<String>,
    /// Our words on it: those of its intent when it was made.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub metadata: Metadata,
    /// Its line in the account, once there is one; whole when asked to expand.
    pub balance_transaction: Option<Expandable<BalanceTransaction>>,
    /// How it was paid.
    pub payment_method_details: Option<PaymentMethodDetails>,
    /// The line that took a bank debit back that failed after it had paid.
    pub failure_balance_transaction: Option<Expandable<BalanceTransaction>>,
    /// Why it failed, by name.
    pub failure_code: Option<String>,
    /// Why it failed, in words.
    pub failure_message: Option<String>,
}

/// How a charge was paid.
#[derive(Debug, Clone, Deserialize)]
pub struct PaymentMethodDetails {
    /// `card`, `acss_debit`, `link`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// When it was a card.
    pub card: Option<Card>,
}

/// All that is ever known, and may be stored, of a card (`PAY-04`).
#[derive(Debug, Clone, Deserialize)]
pub struct Card {
    /// `visa`, `mastercard`, `amex`, …
    pub brand: Option<String>,
    /// The last four digits.
    pub last4: Option<String>,
    /// 1 to 12.
    pub exp_month: Option<i64>,
    /// Four digits.
    pub exp_year: Option<i64>,
    /// Of the bank that issued it, two letters.
    pub country: Option<String>,
}

impl Identified for Charge {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Which charges to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChargeQuery {
    /// Only those of one intent.
    pub payment_intent: Option<String>,
    /// Only those of one customer at Stripe.
    pub customer: Option<String>,
    /// Made at or after this instant, Unix seconds UTC.
    pub created_gte: Option<i64>,
    /// Where to begin.
    pub cursor: Cursor,
}

impl Client {
    /// One page of at most 100, newest first, failed ones too, with their balance transactions.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list_charges(&self, query: &ChargeQuery) -> Result<Answer<Page<Charge>>, Error> {
        let mut form = Form::new();
        form.maybe("payment_intent", query.payment_intent.as_ref())
            .maybe("customer", query.customer.as_ref())
            .maybe("created[gte]", query.created_gte)
            .set("limit", 100)
            .list("expand", ["data.balance_transaction"]);
        query.cursor.write(&mut form);
        self.get("/v1/charges", &form).await
    }

    /// One charge, with its balance transaction.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retrieve_charge(&self, id: &str) -> Result<Answer<Charge>, Error> {
        let mut query = Form::new();
        query.list("expand", ["balance_transaction"]);
        self.get(&format!("/v1/charges/{}", segment(id)), &query)
            .await
    }
}
