//! `GET` and `POST /invoices/{id}/delete`: a draft goes; an issued invoice never does (IL-02): what the press does with one is
//! the matter of the credit notes.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::invoice::state::InvoiceState;

use super::{edit, store};
use crate::app::App;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "invoices/delete.html")]
struct Delete {
    page: Page,
    id: String,
    lines: Vec<String>,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (kept, command) = edit::load(&app, &who, &id).await?;
    let page = visit.page(&who).within(Section::Invoices);
    if kept.state != InvoiceState::Draft {
        return Ok(see_other(&format!("/invoices/{id}/annul")));
    }
    let title = page.l.t("invoices-delete-title").into_owned();
    let lines = command
        .lines
        .into_iter()
        .map(|c| c.line.description)
        .collect();
    let view = Delete {
        page: page.titled(title),
        id,
        lines,
    };
    Ok(view.page.ok(&view))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let scope = who.scope.clone();
    let draft = id.clone();
    let removed = app
        .db()
        .write(move |tx| store::delete_draft(tx, &scope, &draft))
        .await?;
    let l = visit.page(&who).l;
    if !removed {
        let (kept, _) = edit::load(&app, &who, &id).await?;
        return Err(Problem::Conflict(
            l.t1("invoices-conflict-issued", "number", kept.number.as_str())
                .into_owned(),
        ));
    }
    Ok(see_other_saying(
        &app,
        "/invoices",
        "positive",
        l.t("invoices-deleted"),
    ))
}
