//! `GET /credit-notes`: every credit note of the drawer, newest first, and whether their numbers have a gap.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use kit::db::{Error, Tx};

use super::{NoteRow, store};
use crate::amount::in_words;
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::paging::{Cursor, Paged, like, query};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "credit_notes/list.html")]
struct List {
    page: Page,
    search: String,
    rows: Vec<Row>,
    back: String,
    on: String,
}

struct Row {
    href: String,
    number: String,
    customer: String,
    invoice: String,
    invoice_href: String,
    day: String,
    day_iso: String,
    amount: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let fields = Fields::of_query(&uri);
    let (cursor, search) = (Cursor::read(&fields), fields.get("q"));
    let (scope, at, words) = (who.scope.clone(), cursor.clone(), like(&search));
    let read = move |tx: &mut Tx<'_>| store::list(tx, &scope, &words, &at);
    let found = app.db().read::<_, Error, _>(read).await?;
    let page = visit.page(&who).within(Section::Invoices);
    let l = page.l;
    let paged = Paged::new(found, &cursor, |note| &note.id);
    let (back, on) = paged.links(&query("/credit-notes", &[("q", &search)]));
    let row = |note: &NoteRow| Row {
        href: format!("/credit-notes/{}", note.id),
        number: note.number.clone(),
        customer: note.frozen.buyer.name.clone(),
        invoice: note
            .frozen
            .corrects
            .as_ref()
            .map(|c| c.invoice.number.clone())
            .unwrap_or_default(),
        invoice_href: format!("/invoices/{}", note.invoice_id),
        day: l.date_medium(note.frozen.issue_date),
        day_iso: note.frozen.issue_date.to_string(),
        amount: in_words(l, note.total),
    };
    let view = List {
        rows: paged.rows.iter().map(row).collect(),
        search,
        back,
        on,
        page: page.titled(l.t("credit-notes-title")),
    };
    Ok(view.page.ok(&view))
}
