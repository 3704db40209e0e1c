//! The one payment of all of them, opened for the page script.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::Mode;
use http::StatusCode;
use kit::locale::Locale;
use kit::secrets::token_hash;
use serde_json::json;

use super::{Several, load};
use crate::app::App;
use crate::customer_area::{Known, Visitor};
use crate::pay::{self, Seen, answer, keeping};
use crate::payments::{self, CannotOpen, Opened};
use crate::problem::Problem;
use crate::visit::Visit;

/// `POST /area/several/{ids}/intent`: opens the one payment, for the page script.
pub async fn intent(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(ids): Path<String>,
    body: Bytes,
) -> Response {
    match open(&app, known, &visit, &ids, &body).await {
        Ok(response) => response,
        Err(problem) => answer::problem(&app, problem),
    }
}

async fn open(
    app: &App,
    known: Known,
    visit: &Visit,
    ids: &str,
    body: &[u8],
) -> Result<Response, Problem> {
    pay::limited(app, visit, &token_hash(ids))?;
    let visitor = known.0.ok_or(Problem::NotFound)?;
    let several = load(app, &visitor, ids).await?.ok_or(Problem::NotFound)?;
    let Ok(seen) = serde_json::from_slice::<Seen>(body) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(answer::word(app, status, "unreachable"));
    };
    let l = visit
        .public(
            visit.preferred,
            several.business.country.code(),
            &several.business.name,
            Mode::Live,
        )
        .l;
    if several.claims.is_empty() {
        return Ok(elsewhere(app, &format!("/area/several/{ids}/return")));
    }
    if !seen.is(several.total) {
        return Ok(pay::changed(app, l, several.total));
    }
    let asks = several.asks();
    Ok(match payments::open_for(app, &several.scope, &asks).await {
        Ok(opened) if seen.is(opened.amount) => {
            match kept_as_ticked(app, &visitor, visit, &several, &seen, &opened, l).await? {
                None => pay::ready(app, &opened),
                Some(word) => answer::word(app, StatusCode::BAD_GATEWAY, word),
            }
        }
        Ok(opened) => pay::changed(app, l, opened.amount),
        Err(CannotOpen::Paid) => elsewhere(app, &format!("/area/several/{ids}/return")),
        Err(CannotOpen::Processing) => elsewhere(app, "/area"),
        Err(CannotOpen::OnlyThere) => elsewhere(app, &format!("/area/several/{ids}/pay")),
        Err(CannotOpen::NoOffer(_)) => answer::word(app, StatusCode::CONFLICT, "no-offer"),
        Err(CannotOpen::Part(_)) => pay::changed(app, l, several.total),
        Err(CannotOpen::Unreachable) => answer::word(app, StatusCode::BAD_GATEWAY, "unreachable"),
        Err(CannotOpen::Refused(code)) => {
            tracing::warn!(code, "the provider refused to open a payment of several");
            answer::word(app, StatusCode::BAD_GATEWAY, "refused")
        }
        Err(CannotOpen::Problem(problem)) => return Err(problem),
    })
}

/// What the boxes under the card form say, where there are any.
async fn kept_as_ticked(
    app: &App,
    visitor: &Visitor,
    visit: &Visit,
    several: &Several,
    seen: &Seen,
    opened: &Opened,
    l: Locale,
) -> Result<Option<&'static str>, Problem> {
    let Some(person) = &several.person else {
        return Ok(None);
    };
    let whose = keeping::Whose {
        scope: &several.scope,
        customer_id: &person.id,
        country: several.business.country.code(),
        seller: &several.business.name,
        customer: &person.name,
        by: &visitor.email,
        via: "customer_area",
    };
    keeping::bring_in_step(app, visit, &whose, seen, opened, l).await
}

fn elsewhere(app: &App, to: &str) -> Response {
    let body = json!({ "word": "elsewhere", "go": to });
    answer::json(app, StatusCode::CONFLICT, body)
}
