//! `GET /invoices`: views with counts, search, keyset paging. All of it in the query string, to be sent to a colleague.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use kit::db::Error;
use kit::locale;

use super::row::{Row, View};
use super::store;
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::paging::{Cursor, Paged, query};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "invoices/list.html")]
struct List {
    page: Page,
    q: String,
    view: View,
    views: Vec<ViewLink>,
    count: String,
    rows: Vec<Row>,
    back: String,
    on: String,
    /// The sentence of the empty list.
    none: String,
    /// Whether there is no invoice at all, in any view.
    is_new: bool,
}

struct ViewLink {
    href: String,
    name: String,
    count: String,
    current: bool,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = Fields::of_query(&uri);
    let (q, view, cursor) = (
        asked.get("q"),
        View::parse(&asked.get("view")),
        Cursor::read(&asked),
    );
    let today = app.clock().today_in(&who.zone());
    let (scope, search, at) = (who.scope.clone(), q.clone(), cursor.clone());
    let (found, counts) = app
        .db()
        .read(move |tx| {
            let rows = store::list(tx, &scope, view, &search, &at, today)?;
            Ok::<_, Error>((rows, store::count(tx, &scope, &search, today)?))
        })
        .await?;
    let page = visit.page(&who).within(Section::Invoices);
    let l = page.l;
    let paged = Paged::new(found, &cursor, |listed| &listed.id);
    let (back, on) = paged.links(&query("/invoices", &[("view", shown(view)), ("q", &q)]));
    let link = |(each, count): (View, i64)| ViewLink {
        href: query("/invoices", &[("view", shown(each)), ("q", &q)])
            .trim_end_matches(['?', '&'])
            .to_owned(),
        name: l.t(word(each)).into_owned(),
        count: l.integer(count),
        current: each == view,
    };
    let views = View::ALL.into_iter().zip(counts).map(link).collect();
    let rows = paged
        .rows
        .iter()
        .map(|listed| Row::new(listed, l, today))
        .collect::<Result<_, Error>>()?;
    let none = if q.is_empty() {
        l.t(none(view)).into_owned()
    } else {
        l.t1("invoices-none-found", "q", q.as_str()).into_owned()
    };
    let title = l.t("invoices-title").into_owned();
    let view = List {
        count: l.integer(counts[View::ALL.iter().position(|each| *each == view).unwrap_or(0)]),
        is_new: counts[0] == 0 && q.is_empty(),
        page: page.titled(title),
        q,
        view,
        views,
        rows,
        back,
        on,
        none,
    };
    Ok(view.page.ok(&view))
}

/// The whole list is the address without a view.
fn shown(view: View) -> &'static str {
    if view == View::All { "" } else { view.as_str() }
}

fn word(view: View) -> &'static str {
    match view {
        View::All => locale::key("invoices-view-all"),
        View::Draft => locale::key("invoices-view-draft"),
        View::Open => locale::key("invoices-view-open"),
        View::Overdue => locale::key("invoices-view-overdue"),
        View::Paid => locale::key("invoices-view-paid"),
    }
}

fn none(view: View) -> &'static str {
    match view {
        View::All => locale::key("invoices-none"),
        View::Draft => locale::key("invoices-none-draft"),
        View::Open => locale::key("invoices-none-open"),
        View::Overdue => locale::key("invoices-none-overdue"),
        View::Paid => locale::key("invoices-none-paid"),
    }
}
