//! What the seller has with Stripe.

use serde::Deserialize;

use crate::form::Form;
use crate::shape::null_is_empty;
use crate::{Answer, Client, Error};

/// Money at Stripe, by currency.
#[derive(Debug, Clone, Deserialize)]
pub struct Balance {
    /// May be paid out now.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub available: Vec<Amount>,
    /// Not yet.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub pending: Vec<Amount>,
    /// Real money or play money.
    pub livemode: bool,
}

/// An amount in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Amount {
    /// Minor units by Stripe's exponent table; may be negative.
    pub amount: i64,
    /// Lower case.
    pub currency: String,
}

impl Client {
    /// The balance of the account.
    ///
    /// # Errors
    /// See [`Error`]; a restricted key needs the permission to read balances.
    pub async fn retrieve_balance(&self) -> Result<Answer<Balance>, Error> {
        self.get("/v1/balance", &Form::new()).await
    }
}
