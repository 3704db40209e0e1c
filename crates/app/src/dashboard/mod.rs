//! The first page: numbers for someone waiting for money, each the door to the list it counts.

mod show;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The addresses of this feature.
pub fn router() -> Router<App> {
    Router::new().route("/", get(show::get))
}
