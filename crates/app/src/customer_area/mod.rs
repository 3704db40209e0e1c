//! The Customer Area: a link by mail instead of a password, then the issued invoices of that address (AC-19).
//!
//! Asking tells nothing about who is a customer: the answer is the same, and the work is done later by a job. The link
//! works once and only by a press, so that a mail scanner cannot use it up. Only live invoices are here.

mod add_card;
mod ask;
mod cards;
mod list;
mod open;
mod receipt;
mod several;
mod store;
mod work;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::routing::{get, post};
use billing::id::BusinessId;
use kit::secrets::token_hash;

use crate::app::App;
use crate::problem::Problem;
use crate::who::cookie_value;

pub use work::work;

/// The job that mails the links for one address; its payload is the address.
pub const SEND_LINKS: &str = "SendAreaLinks";

/// How long a mailed link works, in minutes.
const LINK_MINUTES: i64 = 30;
/// How long a browser stays in the area, in milliseconds: seven days.
const STAY_MS: i64 = 7 * 24 * 3_600_000;

/// The addresses of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/area", get(list::get).post(ask::post))
        .route("/area/sent", get(ask::sent))
        .route("/area/leave", post(open::leave))
        .route("/area/cards", get(cards::get))
        .route(
            "/area/cards/{id}/remove",
            get(cards::get_remove).post(cards::post_remove),
        )
        .route(
            "/area/cards/{id}/autopay",
            get(cards::get_autopay).post(cards::post_autopay),
        )
        .route("/area/cards/{id}/autopay/stop", post(cards::post_stop))
        .route("/area/keep/{id}/add", get(add_card::get))
        .route("/area/keep/{id}/intent", post(add_card::intent))
        .route("/area/keep/{id}/outcome", post(add_card::outcome))
        .route("/area/keep/{id}/return", get(add_card::come_back))
        .route("/area/pay", post(several::choose))
        .route("/area/several/{ids}/pay", get(several::get))
        .route("/area/several/{ids}/intent", post(several::intent))
        .route("/area/several/{ids}/checkout", post(several::checkout))
        .route("/area/several/{ids}/kept", post(several::pay_kept))
        .route("/area/several/{ids}/outcome", post(several::outcome))
        .route("/area/several/{ids}/return", get(several::come_back))
        .route("/area/receipts/{id}", get(receipt::get))
        .route("/area/invoices/{id}", post(list::open))
        .route("/area/{token}", get(open::get).post(open::post))
}

/// Whose invoices a browser may see: those of one address at one business.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// The seller.
    pub business_id: BusinessId,
    /// In small letters.
    pub email: String,
}

/// The visitor, when the browser has a cookie that still counts.
pub(crate) struct Known(pub Option<Visitor>);

impl FromRequestParts<App> for Known {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Known, Problem> {
        let Some(token) = cookie_value(&parts.headers, cookie_name(app)) else {
            return Ok(Known(None));
        };
        let (hash, now) = (token_hash(&token), app.now_ms());
        Ok(Known(
            app.db()
                .read(move |tx| store::find_visitor(tx, &hash, now))
                .await?,
        ))
    }
}

/// `__Host-` needs HTTPS (WEB-05).
fn cookie_name(app: &App) -> &'static str {
    if app.is_https() {
        "__Host-area"
    } else {
        "area"
    }
}
