//! `GET /customers`: by name, searched by name or e-mail.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;

use super::{Customer, store};
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::paging::{Cursor, Paged, query};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "customers/list.html")]
struct List {
    page: Page,
    q: String,
    count: String,
    rows: Vec<Customer>,
    back: String,
    on: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = Fields::of_query(&uri);
    let (q, cursor) = (asked.get("q"), Cursor::read(&asked));
    let (business, search, at) = (who.scope.business_id.clone(), q.clone(), cursor.clone());
    let (rows, count) = app
        .db()
        .read(move |tx| {
            let rows = store::list(tx, business.as_str(), &search, &at)?;
            Ok::<_, kit::db::Error>((rows, store::count(tx, business.as_str(), &search)?))
        })
        .await?;
    let page = visit.page(&who).within(Section::Customers);
    let paged = Paged::new(rows, &cursor, |c| &c.id);
    let (back, on) = paged.links(&query("/customers", &[("q", &q)]));
    let title = page.l.t("customers-title").into_owned();
    let view = List {
        count: page.l.integer(count),
        page: page.titled(title),
        q,
        rows: paged.rows,
        back,
        on,
    };
    Ok(view.page.ok(&view))
}
