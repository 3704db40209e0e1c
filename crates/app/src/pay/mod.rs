//! The public side of an invoice: the page a link opens, the card form or the way to the page that Stripe hosts, the way
//! back from the provider, the receipt.
//!
//! Whoever holds a link sees one invoice and nothing else (LNK-02). Nothing here decides that something is paid: that
//! is [`crate::payments`], which asks Stripe (PAY-06).

pub(crate) mod answer;
mod behind;
mod come_back;
mod csp_report;
mod hosted;
mod intent;
pub(crate) mod keeping;
mod outcome;
mod part;
mod pay_page;
mod pdf;
mod receipt;
mod show;
mod shown;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

pub(crate) use hosted::onward;
pub(crate) use intent::{Seen, changed, ready};
pub(crate) use outcome::in_words;
pub(crate) use pay_page::{Asked, NOT_CONFIRMED, sentence, words};

use crate::app::App;
use crate::page::trouble::{self, Trouble};
use crate::page::{Kind, Page};
use crate::problem::Problem;
use crate::visit::Visit;

/// The addresses of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/i/{token}", get(show::get))
        .route("/i/{token}/pay", get(pay_page::get))
        .route("/i/{token}/part", get(part::get).post(part::post))
        .route("/i/{token}/intent", post(intent::post))
        .route("/i/{token}/checkout", post(hosted::post))
        .route("/i/{token}/outcome", post(outcome::post))
        .route("/i/{token}/return", get(come_back::get))
        .route("/i/{token}/receipt", get(receipt::get))
        .route("/i/{token}/invoice.pdf", get(pdf::get))
        .route("/i/{token}/credit-notes/{file}", get(pdf::of_credit_note))
        .route("/csp-report", post(csp_report::post))
}

/// One answer for an unknown, a revoked and a never-issued link (LNK-03), with the headers of a link page.
fn nothing_here(visit: &Visit) -> Response {
    trouble::answer(
        Page {
            kind: Kind::Public,
            ..visit.plain()
        },
        Trouble::NotFound,
        "",
    )
}

/// PAY-20: so many questions to the provider by network address, and by link.
pub(crate) fn limited(app: &App, visit: &Visit, link: &str) -> Result<(), Problem> {
    let limits = app.limits();
    let tries = [
        limits.pay_by_address.take(&visit.address, app.clock()),
        limits.pay_by_link.take(link, app.clock()),
    ];
    match tries.into_iter().filter_map(Result::err).max() {
        Some(wait) => Err(Problem::TooMany(wait.as_secs().max(1))),
        None => Ok(()),
    }
}
