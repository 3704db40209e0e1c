//! All of them together with a kept card, by one press.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::Mode;
use billing::payment::decline::DeclineGroup;
use http::StatusCode;
use kit::secrets::token_hash;

use super::{frame_language, load};
use crate::app::App;
use crate::customer_area::Known;
use crate::fields::Fields;
use crate::page::Page;
use crate::pay;
use crate::payments::{self, CannotOpen, Confirmed, Kept, money};
use crate::problem::Problem;
use crate::visit::{Visit, see_other, see_other_saying};

/// The bank wants its customer to confirm, on a page of its own.
#[derive(Template)]
#[template(path = "customer_area/bank.html")]
struct AskedByBank {
    page: Page,
    url: String,
    base: String,
}

/// `POST /area/several/{ids}/kept`: paid with a kept card by one press of its owner, who is here. Pressing twice pays
/// once: it is one intent, and an intent takes money once.
///
/// # Errors
/// [`Problem::NotFound`] for an invoice of somebody else; [`Problem::TooMany`].
pub async fn pay_kept(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(ids): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    pay::limited(&app, &visit, &token_hash(&ids))?;
    let several = load(&app, &visitor, &ids).await?.ok_or(Problem::NotFound)?;
    let base = format!("/area/several/{ids}");
    let l = frame_language(&visit);
    let back = |kind, said: std::borrow::Cow<'static, str>| {
        Ok(see_other_saying(&app, &format!("{base}/pay"), kind, said))
    };
    if several.claims.is_empty() {
        return Ok(see_other(&format!("{base}/return")));
    }
    let changed = |amount| {
        l.t1("pay-changed", "amount", money(l, amount))
            .into_owned()
            .into()
    };
    if fields.get("amount") != several.total.minor().to_string() {
        return back("warn", changed(several.total));
    }
    let wanted = fields.get("card");
    let Some(card) = several.cards.iter().find(|card| card.id == wanted) else {
        return back("warn", l.t("area-kept-gone"));
    };
    let opened = match payments::open_kept(&app, &several.scope, &several.asks()).await {
        Ok(opened) if opened.amount == several.total => opened,
        Ok(opened) => return back("warn", changed(opened.amount)),
        Err(CannotOpen::Paid) => return Ok(see_other(&format!("{base}/return"))),
        Err(CannotOpen::Processing) => return Ok(see_other("/area")),
        Err(CannotOpen::Problem(problem)) => return Err(problem),
        Err(_) => return back("negative", l.t("pay-unreachable")),
    };
    let (scope, attempt) = (&several.scope, opened.attempt_id.as_str());
    match payments::keep_card(&app, scope, attempt, &card.stripe_customer, false).await? {
        Kept::Done => {}
        _ => return back("negative", l.t("pay-unreachable")),
    }
    let how = stripe::Confirmation {
        payment_method: card.payment_method.clone(),
        off_session: false,
        return_url: format!("{}{base}/return", app.public_url()),
    };
    let key = app.chance().token();
    Ok(
        match payments::confirm_kept(&app, scope, attempt, &how, &key).await? {
            Confirmed::Declined(codes) => {
                let group =
                    DeclineGroup::from_codes(Some(&codes.code), codes.decline_code.as_deref());
                see_other(&format!("{base}/pay?declined={}", group.word_key()))
            }
            Confirmed::Challenge(url) if !url.is_empty() => {
                let page = Page {
                    path: format!("{base}/pay"),
                    ..visit.public(
                        visit.preferred,
                        several.business.country.code(),
                        &several.business.name,
                        Mode::Live,
                    )
                };
                let title = page.l.t("area-kept-bank-title").into_owned();
                let view = AskedByBank {
                    page: page.titled(title),
                    url,
                    base,
                };
                view.page.answer(StatusCode::OK, &view)
            }
            // Whatever it is: the way back asks Stripe, and says it.
            _ => see_other(&format!("{base}/return")),
        },
    )
}
