//! Products and services: what can be put on a line with one press.

mod edit;
mod form;
mod list;
mod store;

use axum::Router;
use axum::routing::get;
use billing::id::BusinessId;
use kit::db::{Error, Tx};

use crate::app::App;
use crate::page::Choice;

/// The pages of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/products", get(list::get))
        .route("/products/new", get(edit::get_new).post(edit::post_new))
        .route("/products/{id}/edit", get(edit::get).post(edit::post))
}

/// A product or service as kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: String,
    /// What a person calls it; the first line of what stands on the invoice.
    pub name: String,
    /// More words for the invoice; may be empty.
    pub description: String,
    /// `hour`, `day`, `kg`, as printed; may be empty.
    pub unit: String,
    /// The price of one, as a plain decimal with a point, at most four decimals.
    pub unit_price: String,
    /// Three letters of ISO 4217: of the price.
    pub currency: String,
    /// Ids of the seller's rates that are proposed with it.
    pub tax_rate_ids: Vec<String>,
    /// Counts up with every change.
    pub version: i64,
}

/// One product of a business; nothing when it belongs to another.
///
/// # Errors
/// Of the database.
pub fn find(tx: &mut Tx<'_>, business_id: &BusinessId, id: &str) -> Result<Option<Product>, Error> {
    store::find(tx, business_id.as_str(), id)
}

/// The products to choose from, by name: at most five hundred.
///
/// # Errors
/// Of the database.
pub fn choices(tx: &mut Tx<'_>, business_id: &BusinessId) -> Result<Vec<Choice>, Error> {
    store::list_choices(tx, business_id.as_str())
}

/// Keeps a new product under `product.id`.
///
/// # Errors
/// Of the database.
pub fn insert(
    tx: &mut Tx<'_>,
    business_id: &BusinessId,
    product: &Product,
    now_ms: i64,
) -> Result<(), Error> {
    store::insert(tx, business_id.as_str(), product, now_ms)
}
