//! `POST /csp-report`: a browser says that the pay page tried to load what it may not (WEB-02).

use axum::body::Bytes;
use axum::extract::State;
use http::StatusCode;
use kit::db::Error;

use crate::app::App;
use crate::script_inventory;

/// Reports are small; a longer one is not a report.
const REPORT_MAX_BYTES: usize = 16 * 1024;

/// Keeps and logs one line without the page's address, which holds the link (LNK-06), and answers `204` to anything.
pub async fn post(State(app): State<App>, body: Bytes) -> StatusCode {
    let welcome = app.limits().reports.take("", app.clock()).is_ok();
    if let Some((directive, blocked)) = report(&body).filter(|_| welcome) {
        tracing::warn!(
            %directive,
            %blocked,
            "a page tried to load what its policy forbids"
        );
        let at = app.clone();
        let kept = app
            .db()
            .write::<_, Error, _>(move |tx| {
                script_inventory::note_violation(tx, &at, &directive, &blocked)
            })
            .await;
        if let Err(error) = kept {
            tracing::warn!(%error, "the report could not be kept");
        }
    }
    StatusCode::NO_CONTENT
}

/// Which rule was broken, and by which origin.
fn report(body: &[u8]) -> Option<(String, String)> {
    if body.len() > REPORT_MAX_BYTES {
        return None;
    }
    let told: serde_json::Value = serde_json::from_slice(body).ok()?;
    let report = told.get("csp-report")?;
    let text = |name: &str| {
        report
            .get(name)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
    };
    let directive = if text("effective-directive").is_empty() {
        text("violated-directive")
    } else {
        text("effective-directive")
    };
    let directive: String = directive
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(40)
        .collect();
    Some((directive, origin(text("blocked-uri"))))
}

/// Scheme and host; a path or a query may hold a token, and other text may be anything.
fn origin(address: &str) -> String {
    match address.parse::<http::Uri>().ok().map(http::Uri::into_parts) {
        Some(http::uri::Parts {
            scheme: Some(scheme),
            authority: Some(host),
            ..
        }) => {
            let host = host.as_str();
            format!(
                "{scheme}://{}",
                host.rsplit_once('@').map_or(host, |(_, host)| host)
            )
        }
        _ => address
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(20)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_02_lnk_06_a_report_is_logged_without_the_address_of_the_page_and_without_any_path() {
        let body = br#"{"csp-report":{"document-uri":"https://pay.example/i/SECRET/pay","effective-directive":"script-src-elem",
            "blocked-uri":"https://u:p@evil.example/x.js?i=SECRET"}}"#;
        assert_eq!(
            report(body),
            Some(("script-src-elem".into(), "https://evil.example".into()))
        );
    }

    #[test]
    fn what_is_not_a_report_is_not_logged() {
        assert_eq!(report(b"hello"), None);
        assert_eq!(report(&[b' '; REPORT_MAX_BYTES + 1]), None);
        let odd = br#"{"csp-report":{"violated-directive":"img\nsrc","blocked-uri":"inline"}}"#;
        // A control character inside JSON text is no JSON at all.
        assert_eq!(report(odd), Some(("imgsrc".into(), "inline".into())));
    }
}
