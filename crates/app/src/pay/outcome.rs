//! `POST /i/{token}/outcome`: after a try that was not a plain success, the page script asks how it stands. We ask
//! Stripe and settle; what the browser believes plays no part (PAY-06).

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use kit::secrets::token_hash;
use serde_json::json;

use super::pay_page::NOT_CONFIRMED;
use super::{answer, behind, limited};
use crate::app::App;
use crate::payments::{self, Told};
use crate::problem::Problem;
use crate::visit::Visit;

/// One of `paid`, `processing`, `not-paid` with the word of its sentence, `unknown`.
pub async fn post(State(app): State<App>, Path(token): Path<String>, visit: Visit) -> Response {
    match ask(&app, &token, &visit).await {
        Ok(told) => answer::json(&app, StatusCode::OK, in_words(told)),
        Err(problem) => answer::problem(&app, problem),
    }
}

async fn ask(app: &App, token: &str, visit: &Visit) -> Result<Told, Problem> {
    limited(app, visit, &token_hash(token))?;
    let behind = behind::find(app, token).await?.ok_or(Problem::NotFound)?;
    payments::ask_about_invoice(app, &behind.claim.scope, &behind.claim.invoice_id).await
}

pub(crate) fn in_words(told: Told) -> serde_json::Value {
    match told {
        Told::Paid | Told::PartlyPaid => json!({ "outcome": "paid" }),
        Told::Processing => json!({ "outcome": "processing" }),
        Told::Unreachable => json!({ "outcome": "unknown" }),
        Told::NotPaid { group } => {
            json!({ "outcome": "not-paid", "word": group.map_or(NOT_CONFIRMED, |g| g.word_key()) })
        }
        Told::NothingOpen => json!({ "outcome": "not-paid", "word": NOT_CONFIRMED }),
    }
}
