//! `POST /i/{token}/checkout`: to the page that Stripe hosts, for sellers who want no form of Stripe's on their own page
//! (PAY-18), and for payers whose browser does not let that form load. The amount is the server's; a payer is never sent
//! to pay another than the one shown (PAY-05).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::money::Money;
use http::StatusCode;
use kit::secrets::token_hash;

use super::behind::{self, Behind};
use super::intent::Seen;
use super::shown::{Shown, money};
use super::{limited, nothing_here};
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Chip, Kind, Page};
use crate::payments::{self, Ask, CannotOpen, ComesBackTo, Onward, WayBack};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};

/// What is paid, and the way there. Nothing of Stripe's is on this page.
#[derive(Template)]
#[template(path = "pay/hosted.html")]
pub(super) struct HostedPage {
    pub(super) page: Page,
    shown: Shown,
    /// What this page asks for: all that is due, or the chosen part.
    due: String,
    /// All that is due, where only a part is asked for; else empty.
    whole: String,
    amount_minor: i64,
    pay: String,
    chip: Chip,
    when: String,
    back: String,
    /// What became of the last try; empty for none.
    says: String,
}

/// Where the page is at an address of the seller's own, no form may lead there: a link does.
#[derive(Template)]
#[template(path = "pay/onward.html")]
struct OnwardPage {
    page: Page,
    amount: String,
    url: String,
    host: String,
    back: String,
}

/// `303` to Stripe's page; `409` with the new amount when it is no longer the one shown; otherwise where the answer is,
/// or this page with a sentence.
///
/// # Errors
/// Of the database; [`Problem::TooMany`]; [`Problem::Unreadable`] for what no page of ours sends.
pub async fn post(
    State(app): State<App>,
    Path(token): Path<String>,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    limited(&app, &visit, &token_hash(&token))?;
    let Some(behind) = behind::find(&app, &token).await? else {
        return Ok(nothing_here(&visit));
    };
    let seen = Seen::of_form(&fields).ok_or(Problem::Unreadable)?;
    let back = format!("/i/{token}");
    if behind.offer.is_none() {
        return Ok(see_other(&back));
    }
    let page = behind.page(&visit);
    let chosen = seen.chosen(&behind);
    if chosen.is_none() && !seen.is(behind.due()) {
        return Ok(changed(&app, &behind, page, &back));
    }
    let ask = Ask {
        invoice_id: behind.claim.invoice_id.clone(),
        amount: chosen,
    };
    let amount = chosen.unwrap_or(behind.due());
    let way_back = WayBack {
        to: ComesBackTo::Link,
        locale: page.l,
    };
    let opened = payments::open_page(&app, &behind.claim.scope, &[ask], way_back).await;
    let again = |page: Page, says: String| {
        let view = view(&app, &behind, page, (back.clone(), amount), says);
        view.page.answer(StatusCode::BAD_GATEWAY, &view)
    };
    let l = page.l;
    Ok(match opened {
        Ok(there) if seen.is(there.amount) => onward(&app, page, &there, &back),
        Ok(_) | Err(CannotOpen::Part(_)) => changed(&app, &behind, page, &back),
        Err(CannotOpen::Paid) => see_other(&format!("{back}/receipt")),
        Err(CannotOpen::Processing | CannotOpen::NoOffer(_) | CannotOpen::OnlyThere) => {
            see_other(&back)
        }
        Err(CannotOpen::Unreachable) => again(page, l.t("pay-unreachable").into_owned()),
        Err(CannotOpen::Refused(code)) => {
            tracing::warn!(
                code,
                invoice = behind.claim.invoice_id,
                "the provider refused to open its page"
            );
            let seller = behind.frozen.seller.name.as_str();
            again(page, l.t1("pay-refused", "seller", seller).into_owned())
        }
        Err(CannotOpen::Problem(problem)) => return Err(problem),
    })
}

fn changed(app: &App, behind: &Behind, page: Page, back: &str) -> Response {
    let l = page.l;
    let due = money(l, behind.due());
    let says = l.t1("pay-changed", "amount", due.as_str()).into_owned();
    let view = view(app, behind, page, (back.to_owned(), behind.due()), says);
    view.page.answer(StatusCode::CONFLICT, &view)
}

/// The page with the button that leads there.
pub(super) fn view(
    app: &App,
    behind: &Behind,
    mut page: Page,
    (back, amount): (String, Money),
    says: String,
) -> HostedPage {
    let is_part = amount != behind.due();
    let (l, today) = (page.l, app.clock().today_in(&behind.zone));
    page.title = l
        .t1("pay-page-title", "number", behind.frozen.number.as_str())
        .into_owned();
    page.path = match is_part {
        true => format!("{back}/pay?part={}", amount.minor()),
        false => format!("{back}/pay"),
    };
    page.kind = Kind::Hosted(app.origins().hosted().to_vec());
    let due = money(l, amount);
    HostedPage {
        shown: Shown::new(l, &behind.frozen),
        amount_minor: amount.minor(),
        whole: if is_part {
            money(l, behind.due())
        } else {
            String::new()
        },
        pay: l.t1("pay-button", "amount", due.as_str()).into_owned(),
        due,
        chip: behind.standing(today).into(),
        when: behind.when(l, today),
        back,
        says,
        page,
    }
}

/// Sends the payer to Stripe's page. A browser follows the answer of a form only to addresses that the form's page
/// named; Stripe's own are, a seller's own (Stripe lets one have it) cannot be known before.
pub(crate) fn onward(app: &App, page: Page, there: &Onward, back: &str) -> Response {
    let is_named = |origin: &String| {
        let rest = there.url.strip_prefix(origin.as_str());
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    if app.origins().hosted().iter().any(is_named) {
        return see_other(&there.url);
    }
    let l = page.l;
    let host = there.url.split('/').nth(2).unwrap_or_default().to_owned();
    let title = l.t("pay-onward-title").into_owned();
    let view = OnwardPage {
        amount: money(l, there.amount),
        url: there.url.clone(),
        host,
        back: back.to_owned(),
        page: Page {
            kind: Kind::Public,
            path: back.to_owned(),
            ..page.titled(title)
        },
    };
    view.page.answer(StatusCode::OK, &view)
}
