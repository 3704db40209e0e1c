//! `GET /disputes/{id}/evidence`: the file as a page, to be read and printed: as it would go to the bank, or as it went.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::db::{Error, Tx};

use super::gather::{self, Dossier};
use super::{Act, PAPER_FIELD, handed, store, submit};
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
    /// What the bank reads, once the answer is decided; empty before.
    handed: Vec<(String, String)>,
    /// The paper: the kept one once it is decided.
    paper: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let page = visit.page(&who).within(Section::Invoices);
    let (scope, dispute) = (who.scope.clone(), id.clone());
    let read = move |tx: &mut Tx<'_>| {
        let row = store::find_dispute(tx, &scope, &dispute)?.ok_or(Error::NoRow)?;
        let words = match row.act {
            Act::Answer => handed::words(tx, &row.id)?,
            Act::None | Act::Accept => stripe::Evidence::new(),
        };
        Ok::<_, Error>((gather::for_bank(tx, &row)?, words))
    };
    let (dossier, words) = app.db().read(read).await?;
    let handed = submit::fields(page.l, &words);
    let view = Evidence {
        page: page.titled(dossier.title.clone()),
        paper: if handed.is_empty() {
            format!("/disputes/{id}/evidence.pdf")
        } else {
            format!("/disputes/{id}/file/{PAPER_FIELD}")
        },
        id,
        dossier,
        handed,
    };
    Ok(view.page.ok(&view))
}
