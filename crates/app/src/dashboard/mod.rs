//! The first page: numbers for someone waiting for money, each the door to the list it counts; and the list behind what
//! came in.

mod figures;
mod months;
mod needs;
mod on_its_way;
mod received;
mod show;
mod tasks;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The addresses of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/", get(show::get))
        .route("/on-its-way", get(on_its_way::get))
        .route("/received", get(received::get))
}
