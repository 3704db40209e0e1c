//! `/refunds`: every refund, newest first; above them those that need a person.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use jiff::Timestamp;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::{RefundRow, list_needing, store, words};
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Chip, Page, Section};
use crate::paging::{Cursor, Paged};
use crate::payments::booked::{self, name_or_nobody};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "refunds/list.html")]
struct List {
    page: Page,
    needing: Vec<Row>,
    rows: Vec<Row>,
    back: String,
    on: String,
}

struct Row {
    href: String,
    customer: String,
    chip: Chip,
    when: String,
    when_iso: String,
    amount: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let cursor = Cursor::read(&Fields::of_query(&uri));
    let (app_in, scope, at) = (app.clone(), who.scope.clone(), cursor.clone());
    let read = move |tx: &mut Tx<'_>| {
        let needing = list_needing(tx, &app_in, &scope)?;
        let found = store::list_refunds(tx, &scope, &at)?;
        Ok::<_, Error>((with_names(tx, needing)?, with_names(tx, found)?))
    };
    let (needing, found) = app.db().read(read).await?;
    let page = visit.page(&who).within(Section::Books);
    let l = page.l;
    let paged = Paged::new(found, &cursor, |(refund, _)| &refund.id);
    let (back, on) = paged.links("/refunds?");
    let row = |one: &(RefundRow, String)| row(l, &who, one);
    let view = List {
        needing: needing.iter().map(row).collect(),
        rows: paged.rows.iter().map(row).collect(),
        back,
        on,
        page: page.titled(l.t("refunds-title")),
    };
    Ok(view.page.ok(&view))
}

fn with_names(tx: &mut Tx<'_>, refunds: Vec<RefundRow>) -> Result<Vec<(RefundRow, String)>, Error> {
    let mut out = Vec::new();
    for refund in refunds {
        let customer = booked::find_customer(tx, &refund.scope, &refund.payment_id)?;
        out.push((refund, customer.map(|c| c.name).unwrap_or_default()));
    }
    Ok(out)
}

fn row(l: Locale, who: &Who, (refund, customer): &(RefundRow, String)) -> Row {
    let at = Timestamp::from_millisecond(refund.created_at).unwrap_or_default();
    let day = who.zone().to_datetime(at).date();
    Row {
        href: format!("/refunds/{}", refund.id),
        customer: name_or_nobody(l, customer),
        chip: words::chip(refund.status),
        when: l.date_medium(day),
        when_iso: day.to_string(),
        amount: words::money(l, refund.amount),
    }
}
