//! `GET /i/{token}`: the invoice, for whoever holds its link. Complete without scripts.

use askama::Template;
use axum::body::to_bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use jiff::civil::Date;
use kit::secrets::token_hash;

use super::behind::{self, Behind};

use super::nothing_here;
use super::shown::{Credited, Refunded, Shown, money};
use crate::app::App;
use crate::invoices;
use crate::page::kept::{Key, Moment};
use crate::page::{Chip, Kind, Page};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::{cookie_name, cookie_value};

/// What the reader can do.
#[derive(Debug, PartialEq, Eq)]
enum Standpoint {
    /// Pay by card; the words on the button.
    Payable(String),
    /// Pay by card on the page that Stripe hosts; the words on the button, and what is due in minor units.
    PayableThere(String, i64),
    /// Wait.
    Processing,
    /// Nothing; whether there is a receipt.
    Paid(bool),
    /// Nothing: a credit note took it back whole.
    Credited,
    /// Nothing.
    Void,
    /// Ask the seller.
    OtherWays,
}

#[derive(Template)]
#[template(path = "pay/show.html")]
struct Show {
    page: Page,
    shown: Shown,
    due: String,
    paid: String,
    credited: String,
    refunds: Vec<Refunded>,
    notes: Vec<Credited>,
    chip: Chip,
    when: String,
    state: Standpoint,
    /// Whether a part may be paid.
    parts: bool,
}

/// A page is about 10 kB; ten times that is kept too, and nothing longer.
const KEPT_MAX_BYTES: usize = 100_000;

/// The first opening by a reader marks the invoice as seen; nothing else is ever changed by opening (LNK-05).
///
/// # Errors
/// Of the database.
pub async fn get(
    State(app): State<App>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
    visit: Visit,
) -> Result<Response, Problem> {
    let key = Key::new(
        token_hash(&token),
        visit.chosen,
        visit.theme.unwrap_or_default(),
    );
    // Read before the data: a commit in between makes the page look older than it is, never newer.
    let commits = app.db().unchanged_since().filter(|_| visit.flash.is_none());
    if let Some(kept) = commits.and_then(|n| app.kept_pages().find(&key, n, app.now_ms())) {
        return Ok(kept);
    }
    let Some(behind) = behind::find(&app, &token).await? else {
        return Ok(nothing_here(&visit));
    };
    let today = app.clock().today_in(&behind.zone);
    let response = answer(&app, &visit, &token, &behind, today);
    if !behind.seen {
        if is_reader(&app, &method, &headers) {
            let (app_in, id) = (app.clone(), behind.claim.invoice_id.clone());
            app.db()
                .write(move |tx| invoices::mark_seen(tx, &app_in, &id))
                .await?;
        }
        return Ok(response);
    }
    match (commits, next_day_ms(&behind, today)) {
        (Some(commits), Some(until_ms)) => {
            keep(&app, key, Moment { commits, until_ms }, response).await
        }
        _ => Ok(response),
    }
}

fn answer(app: &App, visit: &Visit, token: &str, behind: &Behind, today: Date) -> Response {
    // The same page for every query: what a mail program adds to a link does not belong into it.
    let mut page = Page {
        path: format!("/i/{token}"),
        ..behind.page(visit)
    };
    let l = page.l;
    let args = [
        ("number", behind.frozen.number.as_str().into()),
        ("seller", behind.frozen.seller.name.as_str().into()),
    ];
    page.title = l.ta("pay-title", &args).into_owned();
    if behind.offer.as_ref().is_some_and(|offer| offer.hosted) {
        page.kind = Kind::Hosted(app.origins().hosted().to_vec());
    }
    let view = Show {
        shown: Shown::new(l, &behind.frozen),
        due: behind.amount(l),
        paid: behind.paid_so_far(l),
        credited: behind.credited_so_far(l),
        refunds: behind.refunded(l),
        notes: behind.credited(l),
        chip: behind.standing(today).into(),
        when: behind.when(l, today),
        state: state(behind, &page),
        parts: behind.parts().is_some(),
        page,
    };
    view.page.answer(StatusCode::OK, &view)
}

fn state(behind: &Behind, page: &Page) -> Standpoint {
    use billing::invoice::state::InvoiceState;
    if behind.claim.state == InvoiceState::Void {
        Standpoint::Void
    } else if behind.due().is_zero() && behind.is_credited() {
        Standpoint::Credited
    } else if behind.due().is_zero() {
        Standpoint::Paid(!behind.payments.is_empty())
    } else if behind.claim.processing.is_positive() {
        Standpoint::Processing
    } else if let Some(offer) = &behind.offer {
        let pay = page
            .l
            .t1("pay-button", "amount", money(page.l, behind.due()));
        if offer.hosted {
            Standpoint::PayableThere(pay.into_owned(), behind.due().minor())
        } else {
            Standpoint::Payable(pay.into_owned())
        }
    } else {
        Standpoint::OtherWays
    }
}

/// Not a `HEAD`, not a browser or proxy fetching ahead, not the seller looking at the own invoice.
fn is_reader(app: &App, method: &Method, headers: &HeaderMap) -> bool {
    const AHEAD: [HeaderName; 3] = [
        HeaderName::from_static("purpose"),
        HeaderName::from_static("sec-purpose"),
        HeaderName::from_static("x-moz"),
    ];
    let fetched_ahead = AHEAD
        .iter()
        .filter_map(|name| headers.get(name))
        .any(|v| v.as_bytes().starts_with(b"prefetch"));
    *method == Method::GET && !fetched_ahead && cookie_value(headers, &cookie_name(app)).is_none()
}

/// When the seller's day ends, Unix milliseconds.
fn next_day_ms(behind: &Behind, today: Date) -> Option<i64> {
    let tomorrow = today.tomorrow().ok()?.to_zoned(behind.zone.clone()).ok()?;
    Some(tomorrow.timestamp().as_millisecond())
}

async fn keep(
    app: &App,
    key: Key,
    moment: Moment,
    response: Response,
) -> Result<Response, Problem> {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX)
        .await
        .map_err(Problem::internal)?;
    if parts.status == StatusCode::OK && body.len() <= KEPT_MAX_BYTES {
        parts.headers.remove(header::SET_COOKIE);
        app.kept_pages()
            .keep(key, moment, parts.headers.clone(), body.clone());
    }
    Ok(Response::from_parts(parts, body.into()))
}
