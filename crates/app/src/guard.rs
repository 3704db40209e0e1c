//! What every request passes: a reference for the log, the panic guard, the cross-site check, the timing line.
//!
//! One middleware instead of a stack of six: each layer costs every request (measured in `docs/decisions`).

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::problem::Problem;

/// Refuses cross-site writes, turns a panic into a page with a reference, and writes one log line without tokens.
pub async fn every_request(State(_app): State<App>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    // The matched pattern (`/i/{token}`), never the path: a link is a capability and stays out of logs (LNK-06).
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|m| m.as_str().to_owned());
    let route = route.unwrap_or_else(|| "(no route)".into());
    if !is_safe(&method) && !is_machine_endpoint(&route) && !is_same_site(request.headers()) {
        tracing::warn!(%method, route, "refused a request from another site");
        return Problem::Forbidden.into_response();
    }
    #[allow(clippy::disallowed_methods)] // a duration for the log, no business time
    let started = Instant::now();
    let mut running = Box::pin(next.run(request));
    let caught = poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx))) {
            Ok(Poll::Ready(response)) => Poll::Ready(Some(response)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(None),
        },
    );
    let response = caught
        .await
        .unwrap_or_else(|| Problem::internal("a handler panicked").into_response());
    let (status, micros) = (
        response.status().as_u16(),
        started.elapsed().as_micros() as u64,
    );
    tracing::debug!(%method, route, status, micros, "answered");
    response
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Addresses that machines post to: they carry a signature or nothing of value, and ignore cookies.
fn is_machine_endpoint(route: &str) -> bool {
    route.starts_with("/stripe/webhook/") || route == "/csp-report"
}

/// WEB-06: a browser says where a request comes from. Without either header it is not a browser, and without a
/// browser there is no cookie to abuse; such a request may not write either, since every form is used by browsers.
pub fn is_same_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN.as_str()), text(header::HOST.as_str())) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, o)| o == host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap()))
            .collect::<HeaderMap>()
    }

    #[test]
    fn web_06_only_this_site_may_write() {
        assert!(is_same_site(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(is_same_site(&headers(&[
            ("origin", "http://a.test:80"),
            ("host", "a.test:80")
        ])));
        for other in [
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "http://a.test"),
                ("host", "a.test"),
            ][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "http://evil.test"), ("host", "a.test")],
            &[("origin", "null"), ("host", "a.test")],
            &[("host", "a.test")],
        ] {
            assert!(!is_same_site(&headers(other)), "{other:?}");
        }
    }
}
