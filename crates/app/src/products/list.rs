//! `GET /products`: by name, with search.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;

use super::store;
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::paging::{Cursor, Paged, query};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "products/list.html")]
struct List {
    page: Page,
    q: String,
    count: String,
    rows: Vec<Row>,
    back: String,
    on: String,
}

struct Row {
    id: String,
    name: String,
    description: String,
    price: String,
    unit: String,
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
    let (found, count) = app
        .db()
        .read(move |tx| {
            let rows = store::list(tx, business.as_str(), &search, &at)?;
            Ok::<_, kit::db::Error>((rows, store::count(tx, business.as_str(), &search)?))
        })
        .await?;
    let page = visit.page(&who).within(Section::Products);
    let l = page.l;
    let paged = Paged::new(found, &cursor, |p| &p.id);
    let (back, on) = paged.links(&query("/products", &[("q", &q)]));
    let row = |p: super::Product| Row {
        price: format!("{}\u{a0}{}", l.decimal(&p.unit_price), p.currency),
        id: p.id,
        name: p.name,
        description: p.description,
        unit: p.unit,
    };
    let title = l.t("products-title").into_owned();
    let rows = paged.rows.into_iter().map(row).collect();
    let view = List {
        count: l.integer(count),
        page: page.titled(title),
        q,
        rows,
        back,
        on,
    };
    Ok(view.page.ok(&view))
}
