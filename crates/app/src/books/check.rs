//! `GET /books/check`: reads the whole chain and says whether every byte is as it was written.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kit::db::Error;

use super::words;
use crate::app::App;
use crate::ledger::chain::{self, Fault};
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "books/check.html")]
struct View {
    page: Page,
    count: String,
    hash: String,
    faults: Vec<FaultLine>,
}

struct FaultLine {
    href: String,
    what: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
) -> Result<Response, Problem> {
    let page = visit.page(&who).within(Section::Books);
    let l = page.l;
    let scope = who.scope.clone();
    let (found, strays) = app
        .db()
        .read_slow(move |tx| Ok::<_, Error>((chain::verify_one(tx, &scope)?, chain::strays(tx)?)))
        .await?;
    let line = |fault: &Fault| FaultLine {
        href: if fault.about.is_empty() {
            String::new()
        } else {
            format!("/books/entries/{}", fault.entry_id)
        },
        what: words::fault(l, fault),
    };
    let title = l.t("books-check").into_owned();
    let view = View {
        count: l.integer(found.head.seq),
        hash: found.head.hash,
        faults: found.faults.iter().chain(&strays).map(line).collect(),
        page: page.titled(title),
    };
    Ok(view.page.ok(&view))
}
