//! One line of the seller's account with Stripe: gross, fee, net.

use serde::Deserialize;

use crate::form::{Form, segment};
use crate::shape::{Identified, id_only, null_is_empty};
use crate::{Answer, Client, Error};

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
    /// What made it: a charge, a refund, a payout.
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

impl Client {
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
