//! Everything that happened to an invoice, from every side, in one list; above it, why it is not paid.
//!
//! It looks into several features at once and changes nothing.

mod diagnose;
mod gather;
mod moment;
mod show;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The page of this feature.
pub fn router() -> Router<App> {
    Router::new().route("/invoices/{id}/record", get(show::get))
}
