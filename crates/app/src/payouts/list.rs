//! `GET /payouts`: what left Stripe for the bank, newest first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::payout::PayoutStatus;
use http::Uri;
use kit::locale::{self, Locale};

use super::store::{self, Payout};
use crate::amount::in_words;
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Chip, Page, Section};
use crate::paging::{Cursor, Paged, query};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "payouts/list.html")]
struct List {
    page: Page,
    views: Vec<View>,
    /// Under "To find": what they come to, and what the list is about.
    sums: Vec<String>,
    lead: String,
    empty: String,
    rows: Vec<Row>,
    back: String,
    on: String,
}

struct View {
    href: &'static str,
    name: String,
    count: String,
    current: bool,
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
    let asked = Fields::of_query(&uri);
    let cursor = Cursor::read(&asked);
    let to_find = asked.get("view") == TO_FIND;
    let today = app.clock().today_in(&who.zone());
    let (scope, at) = (who.scope.clone(), cursor.clone());
    let (found, count, sums) = app
        .db()
        .read(move |tx| {
            let before = if to_find {
                today.to_string()
            } else {
                String::new()
            };
            Ok::<_, kit::db::Error>((
                store::list_page(tx, &scope, &at, &before)?,
                store::count_proved(tx, &scope)?.0,
                super::sums_to_find(tx, &scope, today)?,
            ))
        })
        .await?;
    let page = visit.page(&who).within(Section::Books);
    let l = page.l;
    let paged = Paged::new(found, &cursor, |p| &p.id);
    let view = if to_find { TO_FIND } else { "" };
    let (back, on) = paged.links(&query("/payouts", &[("view", view)]));
    let title = l.t("payouts-title").into_owned();
    let waiting = sums.iter().map(|(_, count)| count).sum();
    let (lead, empty) = if to_find {
        (
            locale::key("payouts-to-find-lead"),
            locale::key("payouts-to-find-none"),
        )
    } else {
        (locale::key("payouts-lead"), locale::key("payouts-none"))
    };
    let view = List {
        views: views(l, to_find, count, waiting),
        sums: sums
            .iter()
            .filter(|_| to_find)
            .map(|(sum, _)| in_words(l, *sum))
            .collect(),
        lead: l.t(lead).into_owned(),
        empty: l.t(empty).into_owned(),
        rows: paged.rows.iter().map(|p| row(l, p, today)).collect(),
        page: page.titled(title),
        back,
        on,
    };
    Ok(view.page.ok(&view))
}

/// The list of what should be in the bank and was not found there.
const TO_FIND: &str = "to-find";

fn views(l: Locale, to_find: bool, all: i64, waiting: i64) -> Vec<View> {
    let view = |href, key, count, current| View {
        href,
        name: l.t(key).into_owned(),
        count: l.integer(count),
        current,
    };
    vec![
        view("/payouts", locale::key("payouts-view-all"), all, !to_find),
        view(
            "/payouts?view=to-find",
            locale::key("payouts-view-to-find"),
            waiting,
            to_find,
        ),
    ]
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
