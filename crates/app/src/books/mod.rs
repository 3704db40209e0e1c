//! The books for people: what the ledger says, as pages and as files for other bookkeeping programs.
//!
//! The [`export`] is also a command, `quittance ledger export`.

mod accounts;
mod check;
mod download;
mod entry;
pub mod export;
pub mod journal;
mod store;
pub mod words;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The pages of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/books", get(journal::get))
        .route("/books/accounts", get(accounts::get))
        .route("/books/check", get(check::get))
        .route("/books/export", get(download::get))
        .route("/books/export/file", get(download::file))
        .route("/books/entries/{id}", get(entry::get))
}
