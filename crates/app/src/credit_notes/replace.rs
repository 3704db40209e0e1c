//! `POST /credit-notes/{id}/replace`: a new draft in the place of the invoice that was taken back, linked to it and, through
//! it, to its credit note. Pressed again it leads to the draft there is.

use axum::extract::{Path, State};
use axum::response::Response;
use kit::db::{Error, Tx};

use super::store;
use crate::app::App;
use crate::invoices;
use crate::problem::Problem;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Who;

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (hands, scope) = (app.clone(), who.scope.clone());
    let write = move |tx: &mut Tx<'_>| {
        let note = store::find(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        let claim = invoices::claim::lock(tx, &scope, &note.invoice_id)?;
        if let Some((draft, _)) = invoices::find_replacing(tx, &scope, &note.invoice_id)? {
            return Ok(Some((draft, false)));
        }
        if claim.credited.minor() < claim.total.minor() {
            return Ok(None);
        }
        let draft = invoices::create_replacing(tx, &hands, &scope, &note.invoice_id)?;
        Ok::<_, Error>(Some((draft, true)))
    };
    let l = visit.page(&who).l;
    match app.db().write(write).await? {
        Some((draft, true)) => Ok(see_other_saying(
            &app,
            &format!("/invoices/{draft}/edit"),
            "positive",
            l.t("credit-note-replacing"),
        )),
        Some((draft, false)) => Ok(see_other(&format!("/invoices/{draft}"))),
        None => Err(Problem::Conflict(l.t("credit-note-not-whole").into_owned())),
    }
}
