//! `GET /invoices`: views with counts, search, keyset paging. All of it in the query string, to be sent to a colleague.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::currency::Currency;
use http::Uri;
use kit::db::Error;
use kit::locale::{self, Locale};

use super::listing::{Asked, Due, View, store};
use super::row::Row;
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::paging::{Cursor, Paged};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "invoices/list.html")]
struct List {
    page: Page,
    asked: Asked,
    views: Vec<ViewLink>,
    count: String,
    /// What the list adds up to, where everything in it is owed: an amount a currency.
    due: Vec<String>,
    /// What narrows the list beside view and search, in words; empty when nothing does.
    narrow: String,
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
    let fields = Fields::of_query(&uri);
    let (asked, cursor) = (Asked::read(&fields), Cursor::read(&fields));
    let today = app.clock().today_in(&who.zone());
    let (scope, what, at) = (who.scope.clone(), asked.clone(), cursor.clone());
    let (found, counts, due) = app
        .db()
        .read(move |tx| {
            let rows = store::list(tx, &scope, &what, &at, today)?;
            let due = if what.view.is_owed() {
                store::list_due(tx, &scope, &what, today)?
            } else {
                Vec::new()
            };
            Ok::<_, Error>((rows, store::count(tx, &scope, &what, today)?, due))
        })
        .await?;
    let page = visit.page(&who).within(Section::Invoices);
    let l = page.l;
    let paged = Paged::new(found, &cursor, |listed| &listed.id);
    let (back, on) = paged.links(&asked.base());
    let rows = paged
        .rows
        .iter()
        .map(|listed| Row::new(listed, l, today))
        .collect::<Result<_, Error>>()?;
    let title = l.t("invoices-title").into_owned();
    let all = counts[0] + counts[7];
    let view = List {
        count: l.integer(of_view(counts, asked.view)),
        is_new: all == 0 && asked.search.is_empty() && !asked.is_narrow(),
        due: due.iter().map(|sum| money(sum, l)).collect(),
        narrow: narrow(&asked, l),
        views: views(&asked, counts, l),
        none: if asked.search.is_empty() {
            l.t(none(asked.view)).into_owned()
        } else {
            l.t1("invoices-none-found", "q", asked.search.as_str())
                .into_owned()
        },
        page: page.titled(title),
        asked,
        rows,
        back,
        on,
    };
    Ok(view.page.ok(&view))
}

fn of_view(counts: [i64; 8], view: View) -> i64 {
    let at = View::ALL.iter().position(|each| *each == view);
    counts[at.unwrap_or(0)]
}

fn views(asked: &Asked, counts: [i64; 8], l: Locale) -> Vec<ViewLink> {
    let link = |(view, count): (View, i64)| ViewLink {
        href: Asked {
            view,
            ..asked.clone()
        }
        .href(),
        name: l.t(word(view)).into_owned(),
        count: l.integer(count),
        current: view == asked.view,
    };
    View::ALL
        .into_iter()
        .zip(counts)
        .filter(|(view, count)| view.is_offered(*count) || *view == asked.view)
        .map(link)
        .collect()
}

fn money((currency, due): &(Currency, Due), l: Locale) -> String {
    l.money_with_code(due.minor, currency.code(), currency.exponent())
}

/// "Due from … to …, in CAD", as far as it was asked for.
fn narrow(asked: &Asked, l: Locale) -> String {
    let dates = match (asked.due_from, asked.due_to) {
        (None, None) => String::new(),
        (Some(from), None) => l
            .t1("invoices-due-since", "from", l.date_medium(from))
            .into_owned(),
        (None, Some(to)) => l
            .t1("invoices-due-until", "to", l.date_medium(to))
            .into_owned(),
        (Some(from), Some(to)) => l
            .t2(
                "invoices-due-between",
                "from",
                l.date_medium(from),
                "to",
                l.date_medium(to),
            )
            .into_owned(),
    };
    let currency = asked.currency.map(|c| c.code().to_owned());
    [dates, currency.unwrap_or_default()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

fn word(view: View) -> &'static str {
    match view {
        View::All => locale::key("invoices-view-all"),
        View::Draft => locale::key("invoices-view-draft"),
        View::Open => locale::key("invoices-view-open"),
        View::Overdue => locale::key("invoices-view-overdue"),
        View::Expected => locale::key("invoices-view-expected"),
        View::Processing => locale::key("invoices-view-processing"),
        View::Paid => locale::key("invoices-view-paid"),
        View::Cancelled => locale::key("invoices-view-cancelled"),
    }
}

fn none(view: View) -> &'static str {
    match view {
        View::All => locale::key("invoices-none"),
        View::Draft => locale::key("invoices-none-draft"),
        View::Open => locale::key("invoices-none-open"),
        View::Overdue => locale::key("invoices-none-overdue"),
        View::Expected => locale::key("invoices-none-expected"),
        View::Processing => locale::key("invoices-none-processing"),
        View::Paid => locale::key("invoices-none-paid"),
        View::Cancelled => locale::key("invoices-none-cancelled"),
    }
}
