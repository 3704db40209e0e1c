//! `GET /payments/unallocated`: what waits in the tray.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use kit::locale::{self, Locale};

use super::Why;
use super::store::{self, Waiting};
use crate::app::App;
use crate::page::{Page, Section};
use crate::payments::words::money;
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "payments/unallocated.html")]
struct View {
    page: Page,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    number: String,
    why: String,
    reference: String,
    iso: String,
    day: String,
    amount: String,
}

pub(in crate::payments) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
) -> Result<Response, Problem> {
    let scope = who.scope.clone();
    let found = app
        .db()
        .read(move |tx| store::list_unallocated(tx, &scope))
        .await?;
    let page = visit.page(&who).within(Section::Invoices);
    let l = page.l;
    let title = l.t("tray-title").into_owned();
    let view = View {
        rows: found.iter().map(|one| row(l, &who, one)).collect(),
        page: page.titled(title),
    };
    Ok(view.page.ok(&view))
}

fn row(l: Locale, who: &Who, one: &Waiting) -> Row {
    let at = Timestamp::from_millisecond(one.payment.received_at).unwrap_or_default();
    let day = at.to_zoned(who.zone()).date();
    Row {
        href: format!("/payments/{}/allocate", one.payment.id),
        number: one.payment.receipt_number.clone(),
        why: why_words(l, &one.why),
        reference: one.reference.clone(),
        iso: day.to_string(),
        day: l.date_medium(day),
        amount: money(l, one.left),
    }
}

/// Why it fits nowhere; a word we do not know is shown as it is.
pub(in crate::payments) fn why_words(l: Locale, why: &str) -> String {
    let key = match Why::parse(why) {
        Some(Why::UnknownAttempt) => locale::key("tray-why-unknown"),
        Some(Why::OtherIntent) => locale::key("tray-why-other"),
        Some(Why::OtherCurrency) => locale::key("tray-why-currency"),
        None => return why.to_owned(),
    };
    l.t(key).into_owned()
}
