//! What accounts of a country may charge.

use serde::Deserialize;

use crate::form::{Form, segment};
use crate::{Answer, Client, Error};

/// The rules of one country.
#[derive(Debug, Clone, Deserialize)]
pub struct CountrySpec {
    /// Two letters, upper case.
    pub id: String,
    /// The currency accounts of this country are paid out in unless they choose another, lower case.
    pub default_currency: String,
    /// Every currency such an account may charge, lower case (`AC-04`).
    pub supported_payment_currencies: Vec<String>,
}

impl Client {
    /// The rules of one country (two letters).
    ///
    /// # Errors
    /// [`Error::NotFound`] or [`Error::InvalidRequest`] for a country where Stripe is not offered.
    pub async fn retrieve_country_spec(&self, country: &str) -> Result<Answer<CountrySpec>, Error> {
        self.get(
            &format!("/v1/country_specs/{}", segment(country)),
            &Form::new(),
        )
        .await
    }
}
