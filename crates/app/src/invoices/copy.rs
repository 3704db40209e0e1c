//! `POST /invoices/{id}/copy`: a new draft with the same lines. The date is that of the day it will be issued.

use axum::extract::{Path, State};
use axum::response::Response;
use kit::db::{Error, Tx};

use super::store;
use crate::app::App;
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::{Scope, Who};

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (hands, scope) = (app.clone(), who.scope.clone());
    let copy = app
        .db()
        .write(move |tx| draft(tx, &hands, &scope, &id))
        .await?;
    let l = visit.page(&who).l;
    Ok(see_other_saying(
        &app,
        &format!("/invoices/{copy}/edit"),
        "positive",
        l.t("invoices-copied"),
    ))
}

/// A draft of the same lines; answers its id.
pub(super) fn draft(tx: &mut Tx<'_>, app: &App, scope: &Scope, id: &str) -> Result<String, Error> {
    let kept = store::find(tx, scope, id)?.ok_or(Error::NoRow)?;
    let mut command = store::get_command(tx, &kept)?;
    command.issue_date = None;
    super::create_draft(tx, app, scope, &command)
}
