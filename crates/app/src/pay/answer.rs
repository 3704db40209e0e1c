//! The short answers to the page script.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::Value;

use crate::app::App;
use crate::page::{Kind, headers};
use crate::problem::Problem;

/// JSON with the headers of a link page: never stored, for they may hold a client secret.
pub(crate) fn json(app: &App, status: StatusCode, body: Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    headers::protect(response.headers_mut(), &Kind::Public, app.is_https());
    response
}

/// Why not, as one word the page has a sentence for.
pub(crate) fn word(app: &App, status: StatusCode, word: &str) -> Response {
    json(app, status, serde_json::json!({ "word": word }))
}

/// A problem as the page script reads it.
pub(crate) fn problem(app: &App, problem: Problem) -> Response {
    let name = match &problem {
        Problem::NotFound => "gone",
        Problem::TooMany(_) => "too-many",
        Problem::Internal { .. } => "unknown",
        _ => "unreachable",
    };
    let mut response = word(app, problem.status(), name);
    if let Problem::TooMany(seconds) = problem {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
