//! One line of the seller's account with Stripe: gross, fee, net.

use serde::Deserialize;

use crate::form::{Form, segment};
use crate::shape::{Cursor, Identified, id_only, null_is_empty};
use crate::{Answer, Client, Error, Page};

/// One line of the account. Amounts are in **its** currency (settlement), not the payer's.
#[derive(Debug, Clone, Deserialize)]
pub struct BalanceTransaction {
    /// `txn_…`
    pub id: String,
    /// Gross, minor units by Stripe's exponent table; negative when money leaves.
    pub amount: i64,
    /// Settlement currency, lower case.
    pub currency: String,
    /// What Stripe keeps, minor units.
    pub fee: i64,
    /// Gross less fee, minor units.
    pub net: i64,
    /// `charge`, `refund`, `payout`, `adjustment`, …; the list grows.
    #[serde(rename = "type")]
    pub kind: String,
    /// Stripe's grouping for accountants.
    pub reporting_category: Option<String>,
    /// `available` or `pending`.
    pub status: String,
    /// When it may be paid out, Unix seconds UTC.
    pub available_on: i64,
    /// Unix seconds UTC.
    pub created: i64,
    /// How the payer's currency became the settlement currency, when they differ.
    pub exchange_rate: Option<serde_json::Number>,
    /// In words, Stripe's own.
    pub description: Option<String>,
    /// Which of the account's balances it is in: `payments`, or one beside it (`risk_reserved`, …). Absent before Stripe
    /// told them apart: the balance of payments.
    #[serde(default)]
    pub balance_type: Option<String>,
    /// What made it: a charge, a refund, a dispute, a payout; absent for Stripe's own fees.
    #[serde(default, deserialize_with = "id_only")]
    pub source: Option<String>,
    /// The fee in parts.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub fee_details: Vec<FeeDetail>,
}

/// A part of the fee.
#[derive(Debug, Clone, Deserialize)]
pub struct FeeDetail {
    /// Minor units.
    pub amount: i64,
    /// Lower case.
    pub currency: String,
    /// `stripe_fee`, `tax`, `application_fee`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// In words.
    pub description: Option<String>,
}

impl Identified for BalanceTransaction {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Which lines of the account to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BalanceTransactionQuery {
    /// Only those in this automatic payout, its own line included.
    pub payout: Option<String>,
    /// Only those made by this charge, refund, dispute or payout.
    pub source: Option<String>,
    /// Only those of this type (`charge`, `refund`, …).
    pub kind: Option<String>,
    /// Only those in this settlement currency, lower case.
    pub currency: Option<String>,
    /// Made at or after this instant, Unix seconds UTC.
    pub created_gte: Option<i64>,
    /// Made before this instant, Unix seconds UTC.
    pub created_lt: Option<i64>,
    /// Where to begin.
    pub cursor: Cursor,
}

impl Client {
    /// One page of at most 100, newest first. [`Cursor::following`] gives the cursor of the page after it.
    ///
    /// # Errors
    /// [`Error::is_missing`] for a cursor or a payout that is not of this account and mode; a restricted key needs the
    /// permission to read the balance.
    pub async fn list_balance_transactions(
        &self,
        query: &BalanceTransactionQuery,
    ) -> Result<Answer<Page<BalanceTransaction>>, Error> {
        let mut form = Form::new();
        form.maybe("payout", query.payout.as_ref())
            .maybe("source", query.source.as_ref())
            .maybe("type", query.kind.as_ref())
            .maybe("currency", query.currency.as_ref())
            .maybe("created[gte]", query.created_gte)
            .maybe("created[lt]", query.created_lt)
            .set("limit", 100);
        query.cursor.write(&mut form);
        self.get("/v1/balance_transactions", &form).await
    }

    /// One line of the account.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retrieve_balance_transaction(
        &self,
        id: &str,
    ) -> Result<Answer<BalanceTransaction>, Error> {
        self.get(
            &format!("/v1/balance_transactions/{}", segment(id)),
            &Form::new(),
        )
        .await
    }
}
