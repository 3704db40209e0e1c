//! Customers: who owes. One list for both drawers; what is issued keeps its own copy (IL-06).

mod edit;
mod form;
mod list;
mod store;

use axum::Router;
use axum::routing::get;
use billing::customer::{Address, Customer as Party, Language};
use billing::id::{BusinessId, CustomerId};
use billing::place::Country;
use billing::registration::{RegistrationKind, RegistrationNumber};
use kit::db::{Error, Tx};

use crate::app::App;
use crate::page::Choice;

/// The pages of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/customers", get(list::get))
        .route("/customers/new", get(edit::get_new).post(edit::post_new))
        .route("/customers/{id}/edit", get(edit::get).post(edit::post))
}

/// A customer as kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// Its id.
    pub id: String,
    /// Name or trade name, as printed.
    pub name: String,
    /// Person to address; may be empty.
    pub contact: String,
    /// Where documents are sent; may be empty.
    pub email: String,
    /// May be empty.
    pub phone: String,
    /// Street and number; may hold two lines.
    pub street: String,
    /// City.
    pub city: String,
    /// `QC` in Canada, else as written.
    pub province: String,
    /// Postal code.
    pub postal_code: String,
    /// Two letters of ISO 3166.
    pub country: String,
    /// Checked when saved; empty for none.
    pub tax_number: String,
    /// `en` or `fr`: of documents and mails.
    pub language: String,
    /// Three letters of ISO 4217: of new invoices.
    pub currency: String,
    /// For the seller's eyes only.
    pub notes: String,
    /// Counts up with every change.
    pub version: i64,
}

impl Customer {
    /// As the rules see it.
    ///
    /// # Errors
    /// [`Error::Shape`] when the row holds what the form never lets through.
    pub fn party(&self) -> Result<Party, Error> {
        let shape = |what: &str| Error::Shape(format!("customer {}: bad {what}", self.id));
        let country = Country::parse(&self.country).map_err(|_| shape("country"))?;
        Ok(Party {
            id: CustomerId::parse(self.id.clone()).map_err(|_| shape("id"))?,
            name: self.name.clone(),
            contact: self.contact.clone(),
            email: self.email.clone(),
            language: Language::parse(&self.language).ok_or_else(|| shape("language"))?,
            address: Address {
                line1: self.street.clone(),
                line2: String::new(),
                city: self.city.clone(),
                region: self.province.clone(),
                postal_code: self.postal_code.clone(),
                country,
            },
            registration: RegistrationNumber::parse(tax_number_kind(country), &self.tax_number)
                .ok(),
        })
    }
}

/// The register a customer's tax number comes from, by its country.
pub(crate) fn tax_number_kind(country: Country) -> RegistrationKind {
    if country.is_in_eu() {
        RegistrationKind::EuVat
    } else if country == Country::CA {
        RegistrationKind::GstHst
    } else {
        RegistrationKind::Other
    }
}

/// One customer of a business; nothing when it belongs to another.
///
/// # Errors
/// Of the database.
pub fn find(
    tx: &mut Tx<'_>,
    business_id: &BusinessId,
    id: &str,
) -> Result<Option<Customer>, Error> {
    store::find(tx, business_id.as_str(), id)
}

/// Takes a customer's row until the transaction ends.
///
/// # Errors
/// [`Error::NoRow`].
pub fn lock(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    store::lock(tx, id)
}

/// The customers to choose from, by name: at most a thousand, then the list's search helps.
///
/// # Errors
/// Of the database.
pub fn choices(tx: &mut Tx<'_>, business_id: &BusinessId) -> Result<Vec<Choice>, Error> {
    store::list_choices(tx, business_id.as_str())
}

/// Keeps a new customer under `customer.id`, for the first example data and for imports; forms come through here too.
///
/// # Errors
/// Of the database.
pub fn insert(
    tx: &mut Tx<'_>,
    business_id: &BusinessId,
    customer: &Customer,
    now_ms: i64,
) -> Result<(), Error> {
    store::insert(tx, business_id.as_str(), customer, now_ms)
}
