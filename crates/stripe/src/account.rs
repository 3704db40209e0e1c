//! The seller's own account at Stripe.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::form::Form;
use crate::shape::null_is_empty;
use crate::{Answer, Client, Error};

/// An account, as far as the key doctor asks (`AC-10`).
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    /// `acct_…`: the account both keys must belong to, and the one events must come from (`PAY-15`).
    pub id: String,
    /// Two letters, for [`Client::retrieve_country_spec`].
    pub country: Option<String>,
    /// The currency payouts arrive in, lower case.
    pub default_currency: Option<String>,
    /// Whether it may charge at all: false until the seller has given Stripe what it asks for.
    #[serde(default)]
    pub charges_enabled: bool,
    /// Whether money may leave for the bank.
    #[serde(default)]
    pub payouts_enabled: bool,
    /// Whether the seller finished Stripe's own questions.
    #[serde(default)]
    pub details_submitted: bool,
    /// The seller's address with Stripe.
    pub email: Option<String>,
    /// What the account may do, and whether it is `active`, `pending` or `inactive`.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub capabilities: BTreeMap<String, String>,
    /// How the business shows itself.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub business_profile: BusinessProfile,
    /// Names in the Dashboard and on statements.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub settings: Settings,
}

/// How the business shows itself.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct BusinessProfile {
    /// The name payers know.
    pub name: Option<String>,
}

/// Names in the Dashboard and on statements.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Settings {
    /// The Dashboard's.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub dashboard: Dashboard,
    /// Those of payments.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub payments: Payments,
}

/// The Dashboard's name of the account.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Dashboard {
    /// What the seller reads at the top left of Stripe's pages.
    pub display_name: Option<String>,
}

/// What payers read on their card statement.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Payments {
    /// The default statement descriptor.
    pub statement_descriptor: Option<String>,
}

impl Account {
    /// The name the seller will recognise, if Stripe has one.
    pub fn display_name(&self) -> Option<&str> {
        [
            &self.settings.dashboard.display_name,
            &self.business_profile.name,
        ]
        .into_iter()
        .filter_map(|name| name.as_deref())
        .find(|name| !name.trim().is_empty())
    }
}

impl Client {
    /// The account the key belongs to.
    ///
    /// # Errors
    /// A restricted key often lacks the permission: [`Error::Permission`] is advice, it proves the key genuine.
    pub async fn retrieve_account(&self) -> Result<Answer<Account>, Error> {
        self.get("/v1/account", &Form::new()).await
    }
}
