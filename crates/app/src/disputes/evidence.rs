//! `GET /disputes/{id}/evidence`: the file as a page, to be read and printed.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::db::{Error, Tx};

use super::gather::{self, Dossier};
use super::store;
use crate::app::App;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "disputes/evidence.html")]
struct Evidence {
    page: Page,
    id: String,
    dossier: Dossier,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let page = visit.page(&who).within(Section::Invoices);
    let (scope, dispute, l) = (who.scope.clone(), id.clone(), page.l);
    let read = move |tx: &mut Tx<'_>| {
        let row = store::find_dispute(tx, &scope, &dispute)?.ok_or(Error::NoRow)?;
        gather::gather(tx, &row, l)
    };
    let dossier = app.db().read(read).await?;
    let view = Evidence {
        page: page.titled(dossier.title.clone()),
        id,
        dossier,
    };
    Ok(view.page.ok(&view))
}
