//! Reconciliation: what our books say and what Stripe says, side by side; each difference by its name, and mended where
//! asking Stripe again can mend it. By a press, every night, and by `quittance reconcile`.

mod compare;
mod finding;
mod nightly;
mod run;
mod show;
mod store;

use axum::Router;
use axum::routing::get;

use crate::app::App;

pub use finding::{Finding, Matter};
pub use nightly::{run_due, run_forever};
pub use run::{Outcome, Reconciliation, run};

/// The page.
pub fn router() -> Router<App> {
    Router::new().route("/books/compare", get(show::get).post(show::post))
}
