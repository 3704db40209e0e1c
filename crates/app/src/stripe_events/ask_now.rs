//! POST /settings/billing/ask/{mode}: "Ask Stripe now".

use axum::extract::{Path, State};
use axum::response::Response;
use billing::Mode;

use super::ask_stripe_now;
use crate::app::App;
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::{Scope, Who};

pub(super) async fn post(
    State(app): State<App>,
    Path(mode): Path<String>,
    visit: Visit,
    who: Who,
) -> Result<Response, Problem> {
    let mode = Mode::parse(&mode).map_err(|_| Problem::NotFound)?;
    let scope = Scope {
        business_id: who.scope.business_id.clone(),
        mode,
    };
    let l = visit.page(&who).l;
    let new = ask_stripe_now(&app, &scope).await?;
    let s = scope.clone();
    let drawer = app
        .db()
        .read(move |tx| crate::online_payment::drawer(tx, &s))
        .await?;
    if drawer.is_some_and(|d| !d.pull_error.is_empty()) {
        return Ok(see_other_saying(
            &app,
            "/settings/billing",
            "warn",
            l.t("online-ask-failed"),
        ));
    }
    Ok(see_other_saying(
        &app,
        "/settings/billing",
        "info",
        l.t1("online-asked", "count", new as i64),
    ))
}
