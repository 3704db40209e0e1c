//! A customer's credit: money of theirs that no invoice has used. Seen with its movements, used on an invoice by one
//! press, taken back from it again. What it comes to is the ledger's account of it, always.

mod show;
mod store;
mod take_back;
mod using;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The pages of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/customers/{id}/credit", get(show::get))
        .route("/invoices/{id}/credit", get(using::get).post(using::post))
        .route(
            "/credit/{id}/take-back",
            get(take_back::get).post(take_back::post),
        )
}

/// The kind of the entry that uses credit; its subject is the use's id.
const USED: &str = "credit_used";
/// The kind of the entry that takes a use back.
const TAKEN_BACK: &str = "credit_taken_back";
