//! `GET /payouts`: what left Stripe for the bank, newest first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::payout::PayoutStatus;
use http::Uri;
use kit::locale::{self, Locale};

use super::store::{self, Payout};
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Chip, Page, Section};
use crate::paging::{Cursor, Paged};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "payouts/list.html")]
struct List {
    page: Page,
    count: String,
    rows: Vec<Row>,
    back: String,
    on: String,
}

struct Row {
    id: String,
    arrival: String,
    arrival_iso: String,
    chip: Chip,
    note: String,
    amount: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let cursor = Cursor::read(&Fields::of_query(&uri));
    let (scope, at) = (who.scope.clone(), cursor.clone());
    let (found, count) = app
        .db()
        .read(move |tx| {
            let rows = store::list_page(tx, &scope, &at)?;
            Ok::<_, kit::db::Error>((rows, store::count_proved(tx, &scope)?.0))
        })
        .await?;
    let page = visit.page(&who).within(Section::Books);
    let l = page.l;
    let paged = Paged::new(found, &cursor, |p| &p.id);
    let (back, on) = paged.links("/payouts?");
    let today = app.clock().today_in(&who.zone());
    let title = l.t("payouts-title").into_owned();
    let view = List {
        count: l.integer(count),
        rows: paged.rows.iter().map(|p| row(l, p, today)).collect(),
        page: page.titled(title),
        back,
        on,
    };
    Ok(view.page.ok(&view))
}

fn row(l: Locale, p: &Payout, today: jiff::civil::Date) -> Row {
    Row {
        id: p.id.clone(),
        arrival: l.date_medium(p.arrival),
        arrival_iso: p.arrival.to_string(),
        chip: chip(p),
        note: note(l, p, today),
        amount: l.money(
            p.amount.minor(),
            p.amount.currency().code(),
            p.amount.currency().exponent(),
        ),
    }
}

/// Where it stands, in a word.
pub(super) fn chip(p: &Payout) -> Chip {
    match p.status {
        _ if p.found_on.is_some() && !p.status.came_back() => {
            Chip::new("positive", "tick", locale::key("payout-chip-found"))
        }
        PayoutStatus::Pending => Chip::new("info", "clock", locale::key("payout-chip-pending")),
        PayoutStatus::InTransit => Chip::new("info", "clock", locale::key("payout-chip-transit")),
        PayoutStatus::Paid => Chip::new("positive", "disc", locale::key("payout-chip-paid")),
        PayoutStatus::Failed => {
            Chip::new("negative", "exclamation", locale::key("payout-chip-failed"))
        }
        PayoutStatus::Canceled => Chip::new(
            "neutral struck",
            "cross",
            locale::key("payout-chip-canceled"),
        ),
    }
}

/// What there is to know beside it: that its sum is proved is no news, that it is not is.
fn note(l: Locale, p: &Payout, today: jiff::civil::Date) -> String {
    let key = match p.proof.as_str() {
        "off" => locale::key("payout-note-off"),
        _ if p.is_late(today) => locale::key("payout-note-late"),
        "not-told" => locale::key("payout-note-by-hand"),
        "proved" => locale::key("payout-note-proved"),
        _ => locale::key("payout-note-not-yet"),
    };
    l.t(key).into_owned()
}
