//! POST /settings/billing/ask/{mode}: "Ask Stripe now".

use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use billing::Mode;

use super::ask_stripe_now;
use crate::app::App;
use crate::fields::Fields;
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::{Scope, Who};

pub(super) async fn post(
    State(app): State<App>,
    Path(mode): Path<String>,
    uri: Uri,
    visit: Visit,
    who: Who,
) -> Result<Response, Problem> {
    let mode = Mode::parse(&mode).map_err(|_| Problem::NotFound)?;
    let scope = Scope {
        business_id: who.scope.business_id.clone(),
        mode,
    };
    let l = visit.page(&who).l;
    let back = back(&Fields::of_query(&uri).get("back"));
    let new = ask_stripe_now(&app, &scope).await?;
    let s = scope.clone();
    let drawer = app
        .db()
        .read(move |tx| crate::online_payment::drawer(tx, &s))
        .await?;
    if drawer.is_some_and(|d| !d.pull_error.is_empty()) {
        return Ok(see_other_saying(
            &app,
            &back,
            "warn",
            l.t("online-ask-failed"),
        ));
    }
    Ok(see_other_saying(
        &app,
        &back,
        "info",
        l.t1("online-asked", "count", new as i64),
    ))
}

/// Where the person came from: the record of an invoice, else the settings. Never another site's address.
fn back(wanted: &str) -> String {
    let id = wanted
        .strip_prefix("/invoices/")
        .and_then(|rest| rest.strip_suffix("/record"));
    match id {
        Some(id) if id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => wanted.to_owned(),
        _ => "/settings/billing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::back;

    #[test]
    fn the_way_back_leads_to_a_page_of_ours_only() {
        assert_eq!(back("/invoices/0190-a/record"), "/invoices/0190-a/record");
        for strange in [
            "",
            "//evil.example",
            "/invoices//evil.example/record",
            "https://evil.example/record",
            "/invoices/../x/record",
        ] {
            assert_eq!(back(strange), "/settings/billing", "{strange}");
        }
    }
}
