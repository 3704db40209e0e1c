//! What every request passes: a reference for the log, the panic guard, the cross-site check, the timing line.
//!
//! One middleware instead of a stack of six: each layer costs every request (measured in `docs/decisions`).

use std::future::{Future, poll_fn};
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::page::trouble::{self, TroublePage};
use crate::page::{Kind, Trouble};
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
    if !is_text(asked.uri.path()) {
        // No address of ours: answered as any other unknown one, before anything tries to read it (LNK-03).
        return asked.in_words(&app, &Problem::NotFound);
    }
    let machine = is_machine_endpoint(&route);
    let same_site = is_same_site(request.headers(), app.public_url());
    if !is_safe(&asked.method) && !machine && !same_site {
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
    } else if !machine && is_bare_refusal(&response) {
        let allow = response.headers_mut().remove(header::ALLOW);
        let status = response.status();
        let problem = match status {
            StatusCode::NOT_FOUND => Problem::NotFound,
            StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
            _ => Problem::Unreadable,
        };
        response = asked.in_words(&app, &problem);
        *response.status_mut() = status;
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    protect_what_is_no_page(&mut response, &asked.uri);
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
        let mut page = visit.plain();
        if is_link(&self.uri) {
            page.kind = Kind::Public;
        }
        let kind = match problem {
            Problem::SignInFirst => {
                return visit::see_other(&sign_in_address(&self.method, &visit.path));
            }
            Problem::NotFound => Trouble::NotFound,
            Problem::Forbidden => Trouble::Forbidden,
            Problem::Conflict(_) => Trouble::Conflict,
            Problem::Unreadable => Trouble::Unprocessable,
            Problem::TooLarge => Trouble::TooLarge,
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
///
/// An `Origin` must be the public address. Where people reach this server otherwise (by number, or as `localhost`), it
/// must be what they asked for; a name that somebody else may have pointed here is never enough.
pub fn is_same_site(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else {
        return false;
    };
    let named = origin.split_once("://").map(|(_, host)| host);
    origin == public_url
        || (named == text(header::HOST.as_str()) && named.is_some_and(is_number_or_localhost))
}

fn is_number_or_localhost(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok()
}

/// Whether the path is text once it is decoded.
fn is_text(path: &str) -> bool {
    let mut bytes = path.bytes();
    let mut decoded = Vec::with_capacity(path.len());
    let digit = |b: u8| {
        char::from(b)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    while let Some(byte) = bytes.next() {
        let pair = |high: Option<u8>, low: Option<u8>| Some(digit(high?)? * 16 + digit(low?)?);
        decoded.push(match byte {
            b'%' => match pair(bytes.next(), bytes.next()) {
                Some(byte) => byte,
                None => return false,
            },
            other => other,
        });
    }
    std::str::from_utf8(&decoded).is_ok()
}

/// Addresses that are themselves the key.
fn is_link(uri: &Uri) -> bool {
    uri.path().starts_with("/i/")
}

/// What the router or an extractor refused in its own words, or in none: never what a person should see.
fn is_bare_refusal(response: &Response) -> bool {
    let said = response.headers().get(header::CONTENT_TYPE);
    let plain = said.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    response.status().is_client_error() && plain
}

/// Answers that are no page carry the little that keeps them safe as well (WEB-04, LNK-04): redirects above all.
fn protect_what_is_no_page(response: &mut Response, uri: &Uri) {
    let headers = response.headers_mut();
    if headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        return;
    }
    let mut unless_set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    unless_set(header::CACHE_CONTROL, "no-store");
    unless_set(
        header::REFERRER_POLICY,
        if is_link(uri) {
            "no-referrer"
        } else {
            "same-origin"
        },
    );
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

    const PUBLIC: &str = "https://pay.test";

    #[test]
    fn web_06_only_this_site_may_write() {
        for ours in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("origin", PUBLIC), ("host", "10.0.0.1:8080")],
            &[("origin", "http://127.0.0.1:80"), ("host", "127.0.0.1:80")],
            &[("origin", "http://[::1]:80"), ("host", "[::1]:80")],
            &[("origin", "http://localhost:1"), ("host", "localhost:1")],
        ] {
            assert!(is_same_site(&headers(ours), PUBLIC), "{ours:?}");
        }
        for other in [
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", PUBLIC),
                ("host", "pay.test"),
            ][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "http://evil.test"), ("host", "pay.test")],
            &[("origin", "http://evil.test"), ("host", "evil.test")],
            &[("origin", "http://127.0.0.1:81"), ("host", "127.0.0.1:80")],
            &[("origin", "null"), ("host", "pay.test")],
            &[("host", "pay.test")],
        ] {
            assert!(!is_same_site(&headers(other), PUBLIC), "{other:?}");
        }
    }

    #[test]
    fn a_path_that_is_no_text_is_known_as_such() {
        for text in ["/", "/i/abc", "/i/%C3%A9", "/i/%2f"] {
            assert!(is_text(text), "{text}");
        }
        for other in ["/i/%ff", "/i/%", "/i/%4", "/i/%zz", "/i/%C3"] {
            assert!(!is_text(other), "{other}");
        }
    }
}
