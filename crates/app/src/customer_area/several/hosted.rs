//! All of them together on the page that Stripe hosts.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::payment::spread::PartRefusal;
use http::StatusCode;
use kit::secrets::token_hash;

use super::{Press, Several, frame, load, view};
use crate::app::App;
use crate::customer_area::Known;
use crate::fields::Fields;
use crate::page::{Kind, Page};
use crate::pay::{self, Seen};
use crate::payments::{self, CannotOpen, ComesBackTo, WayBack, money};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};

/// The way to the page that Stripe hosts, where the seller wants no form.
#[derive(Template)]
#[template(path = "customer_area/hosted.html")]
pub(super) struct HostedView {
    pub(super) page: Page,
    base: String,
    seller: String,
    seller_email: String,
    rows: Vec<(String, String)>,
    total: String,
    amount_minor: i64,
    currency: String,
    pay: String,
    /// What became of the last try; empty for none.
    says: String,
    /// Cards that pay by one press: no form is shown for them, and nothing of Stripe's is loaded.
    kept: Vec<Press>,
}

/// `POST /area/several/{ids}/checkout`: to the page that Stripe hosts, for all of them together.
///
/// # Errors
/// As [`get`]; [`Problem::TooMany`]; [`Problem::Unreadable`] for what no page of ours sends.
pub async fn checkout(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(ids): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    pay::limited(&app, &visit, &token_hash(&ids))?;
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let seen = Seen::of_form(&fields).ok_or(Problem::Unreadable)?;
    let several = load(&app, &visitor, &ids).await?.ok_or(Problem::NotFound)?;
    let base = format!("/area/several/{ids}");
    if several.offer.is_none() {
        return Ok(see_other(&format!("{base}/return")));
    }
    let back = WayBack {
        to: ComesBackTo::Area,
        locale: frame(&app, &visit, &Some(&several), &ids).l,
    };
    let opened = if seen.is(several.total) {
        payments::open_page(&app, &several.scope, &several.asks(), back).await
    } else {
        Err(CannotOpen::Part(PartRefusal::OnlyTheWhole))
    };
    let page = frame(&app, &visit, &Some(&several), &ids);
    let l = page.l;
    let again = |status: StatusCode, says: String| {
        let page = frame(&app, &visit, &Some(&several), &ids);
        let view = hosted_view(&app, page, &several, &ids, says);
        view.page.answer(status, &view)
    };
    Ok(match opened {
        Ok(there) if seen.is(there.amount) => pay::onward(&app, page, &there, "/area"),
        Ok(_) | Err(CannotOpen::Part(_)) => {
            let total = money(l, several.total);
            let says = l.t1("pay-changed", "amount", total.as_str());
            again(StatusCode::CONFLICT, says.into_owned())
        }
        Err(CannotOpen::Paid) => see_other(&format!("{base}/return")),
        Err(CannotOpen::Processing | CannotOpen::NoOffer(_) | CannotOpen::OnlyThere) => {
            see_other("/area")
        }
        Err(CannotOpen::Unreachable) => {
            let says = l.t("pay-unreachable").into_owned();
            again(StatusCode::BAD_GATEWAY, says)
        }
        Err(CannotOpen::Refused(code)) => {
            tracing::warn!(code, "the provider refused to open its page for several");
            let seller = several.business.name.as_str();
            let says = l.t1("pay-refused", "seller", seller).into_owned();
            again(StatusCode::BAD_GATEWAY, says)
        }
        Err(CannotOpen::Problem(problem)) => return Err(problem),
    })
}

pub(super) fn hosted_view(
    app: &App,
    page: Page,
    several: &Several,
    ids: &str,
    says: String,
) -> HostedView {
    let whole = view(app, page, several, ids, "");
    HostedView {
        page: Page {
            kind: Kind::Hosted(app.origins().hosted().to_vec()),
            ..whole.page
        },
        base: whole.base,
        seller: whole.seller,
        seller_email: whole.seller_email,
        rows: whole.rows,
        total: whole.total,
        amount_minor: whole.amount_minor,
        currency: whole.currency,
        pay: whole.pay,
        kept: whole.kept,
        says,
    }
}
