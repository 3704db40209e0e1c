//! The product: one folder a feature. [`router`] is the table of contents.
//!
//! Foundation that every feature leans on: [`app`] (what a handler may touch), [`who`] (who is asking),
//! [`problem`] (what went wrong, for people), [`guard`] (what every request passes), [`visit`] (language, theme, message), [`page`] (how pages look).

pub mod amount;
pub mod app;
pub mod audit;
pub mod autopay;
pub mod balance;
pub mod bank;
pub mod books;
pub mod cards;
pub mod credit_notes;
pub mod credits;
pub mod customer_area;
pub mod customers;
pub mod dashboard;
pub mod disputes;
pub mod fields;
pub mod figures;
pub mod first_run;
pub mod guard;
pub mod invoices;
pub mod jobs;
pub mod ledger;
pub mod mail;
pub mod migrations;
pub mod online_payment;
pub mod page;
pub mod paging;
pub mod papers;
pub mod pay;
pub mod payments;
pub mod payouts;
pub mod places;
pub mod problem;
pub mod products;
pub mod reconcile;
pub mod recorder;
pub mod refunds;
pub mod script_inventory;
pub mod sealed;
pub mod settings;
pub mod sign_in;
pub mod stripe_events;
pub mod texts;
pub mod timeline;
pub mod upload;
pub mod visit;
pub mod who;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use app::App;
use problem::Problem;

/// Every address of the product. The whole of it, for the binary and for tests.
///
/// # Panics
/// When the texts inside the program are broken, which its tests rule out.
pub fn router(app: App) -> Router {
    texts::prepare().expect("the texts are whole");
    Router::new()
        .route("/assets/{file}", get(page::assets::get))
        .merge(mail::router())
        .merge(online_payment::router())
        .merge(script_inventory::router())
        .merge(cards::router())
        .merge(customer_area::router())
        .merge(pay::router())
        .merge(payments::router())
        .merge(credits::router())
        .merge(credit_notes::router())
        .merge(stripe_events::router())
        .merge(refunds::router())
        .merge(disputes::router())
        .merge(timeline::router())
        .merge(dashboard::router())
        .merge(books::router())
        .merge(payouts::router())
        .merge(bank::router())
        .merge(reconcile::router())
        .merge(first_run::router())
        .merge(customers::router())
        .merge(products::router())
        .merge(invoices::router())
        .merge(papers::router())
        .merge(settings::router())
        .merge(sign_in::router())
        .fallback(async || Problem::NotFound)
        .layer(from_fn_with_state(app.clone(), guard::every_request))
        .with_state(app)
}
