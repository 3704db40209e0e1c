//! `/disputes`: those that wait for an answer first, then all, newest first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::{DisputeRow, list_needing, store, words};
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Chip, Page, Section};
use crate::paging::{Cursor, Paged};
use crate::payments::booked::{self, name_or_nobody};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "disputes/list.html")]
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
    deadline: String,
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
        let found = store::list_disputes(tx, &scope, &at)?;
        Ok::<_, Error>((with_names(tx, needing)?, with_names(tx, found)?))
    };
    let (needing, found) = app.db().read(read).await?;
    let page = visit.page(&who).within(Section::Books);
    let l = page.l;
    let paged = Paged::new(found, &cursor, |(dispute, _)| &dispute.id);
    let (back, on) = paged.links("/disputes?");
    let row = |one: &(DisputeRow, String)| row(&app, l, &who, one);
    let view = List {
        needing: needing.iter().map(row).collect(),
        rows: paged.rows.iter().map(row).collect(),
        back,
        on,
        page: page.titled(l.t("disputes-title")),
    };
    Ok(view.page.ok(&view))
}

fn with_names(
    tx: &mut Tx<'_>,
    disputes: Vec<DisputeRow>,
) -> Result<Vec<(DisputeRow, String)>, Error> {
    let mut out = Vec::new();
    for dispute in disputes {
        let customer = booked::find_customer(tx, &dispute.scope, &dispute.payment_id)?;
        out.push((dispute, customer.map(|c| c.name).unwrap_or_default()));
    }
    Ok(out)
}

fn row(app: &App, l: Locale, who: &Who, (dispute, customer): &(DisputeRow, String)) -> Row {
    Row {
        href: format!("/disputes/{}", dispute.id),
        customer: name_or_nobody(l, customer),
        chip: words::chip(dispute.status),
        deadline: if dispute.may_act(app.now_ms()) {
            words::deadline_short(l, dispute, app.clock().now(), &who.zone())
        } else {
            String::new()
        },
        amount: words::money(l, dispute.amount),
    }
}
