//! What every request passes: a reference for the log, the panic guard, the cross-site check, the timing line.
//!
//! One middleware instead of a stack of six: each layer costs every request (measured in `docs/decisions`).

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::page::Trouble;
use crate::page::trouble::{self, TroublePage};
use crate::problem::Problem;
use crate::visit::{self, Visit};

/// Refuses cross-site writes, turns a panic into a page with a reference, puts every [`Problem`] into words, and
/// writes one log line without tokens.
pub async fn every_request(State(app): State<App>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    // The matched pattern (`/i/{token}`), never the path: a link is a capability and stays out of logs (LNK-06).
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|m| m.as_str().to_owned());
    let route = route.unwrap_or_else(|| "(no route)".into());
    if !is_safe(&asked.method) && !is_machine_endpoint(&route) && !is_same_site(request.headers()) {
        tracing::warn!(method = %asked.method, route, "refused a request from another site");
        return trouble::answer(asked.visit(&app).plain(), Trouble::Foreign, "");
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
    let mut response = caught
        .await
        .unwrap_or_else(|| Problem::internal("a handler panicked").into_response());
    if let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() {
        response = asked.in_words(&app, &problem);
    }
    visit::keep(&mut response, &app, &asked.uri, asked.had_flash);
    let (status, micros) = (
        response.status().as_u16(),
        started.elapsed().as_micros() as u64,
    );
    tracing::debug!(method = %asked.method, route, status, micros, "answered");
    response
}

/// What is kept of a request while it runs, in case it ends in words. All of it is shared, nothing copied.
struct Asked {
    method: Method,
    uri: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
    had_flash: bool,
}

impl Asked {
    fn of(request: &Request) -> Asked {
        let kept = [header::COOKIE, header::ACCEPT_LANGUAGE];
        let of = |name: HeaderName| {
            request
                .headers()
                .get_all(&name)
                .iter()
                .cloned()
                .map(move |v| (name.clone(), v))
                .collect()
        };
        let headers: Vec<Vec<_>> = kept.into_iter().map(of).collect();
        Asked {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: headers.concat(),
            had_flash: visit::has_flash(request.headers()),
        }
    }

    fn visit(&self, app: &App) -> Visit {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(name, value.clone());
        }
        Visit::read(app, &self.uri, &headers, String::new())
    }

    fn in_words(&self, app: &App, problem: &Problem) -> Response {
        let visit = self.visit(app);
        let page = visit.plain();
        let kind = match problem {
            Problem::SignInFirst => {
                return visit::see_other(&sign_in_address(&self.method, &visit.path));
            }
            Problem::NotFound => Trouble::NotFound,
            Problem::Forbidden => Trouble::Forbidden,
            Problem::Conflict(_) => Trouble::Conflict,
            Problem::TooMany(_) => Trouble::TooMany,
            Problem::ProviderUnreachable => Trouble::Failure,
            Problem::Internal { reference } => {
                return trouble::answer(page, Trouble::Failure, reference);
            }
        };
        let mut view = TroublePage::new(page, kind, "");
        match problem {
            Problem::Conflict(now) if !now.is_empty() => view.what = now.clone(),
            Problem::ProviderUnreachable => {
                let l = view.page.l;
                view.what = l.t("trouble-provider-what").into_owned();
                view.next = l.t("trouble-provider-next").into_owned();
                view.money = l.t("trouble-money-none").into_owned();
            }
            _ => {}
        }
        let mut response = view.answer(problem.status());
        if let Problem::TooMany(seconds) = problem {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        response
    }
}

/// Back to where one wanted to go, when that was a page.
fn sign_in_address(method: &Method, path: &str) -> String {
    let encoded: String = path
        .bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                char::from(b).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    let worth_it = is_safe(method) && path != "/";
    if worth_it {
        format!("/sign-in?next={encoded}")
    } else {
        "/sign-in".to_owned()
    }
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
