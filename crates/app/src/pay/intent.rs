//! `POST /i/{token}/intent`: opens the payment of what is due, for the page script. The amount is the server's; the
//! one the payer saw is only compared with it, and a payer is never charged another than the one shown (PAY-05).

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::money::Money;
use http::StatusCode;
use kit::locale::Locale;
use kit::secrets::token_hash;
use serde_json::json;

use super::answer;
use super::behind::{self, Behind};
use super::keeping;
use super::limited;
use super::shown::money;
use crate::app::App;
use crate::fields::Fields;
use crate::payments::{self, Ask, CannotOpen, Opened};
use crate::problem::Problem;
use crate::visit::Visit;

/// What stands on the payer's page, in minor units (ISO 4217) of its currency.
#[derive(serde::Deserialize)]
pub(crate) struct Seen {
    amount_minor: i64,
    currency: String,
    /// The payer chose a part of what is due.
    #[serde(default)]
    part: bool,
    /// The box "keep this card" is ticked.
    #[serde(default)]
    pub(crate) keep: bool,
    /// The box "pay the next invoices by themselves" is ticked.
    #[serde(default)]
    pub(crate) autopay: bool,
    /// The language the boxes were read in.
    #[serde(default)]
    pub(crate) language: String,
}

impl Seen {
    /// The same as a form of a page without scripts sends it; nothing for what no page of ours sends.
    pub(crate) fn of_form(fields: &Fields) -> Option<Seen> {
        Some(Seen {
            amount_minor: fields.get("amount_minor").parse().ok()?,
            currency: fields.get("currency"),
            part: !fields.get("part").is_empty(),
            // A card is kept only by the form in our page.
            keep: false,
            autopay: false,
            language: String::new(),
        })
    }

    /// The part of what is due that was chosen, where one may be.
    pub(super) fn chosen(&self, behind: &Behind) -> Option<Money> {
        Money::from_minor(self.amount_minor, behind.due().currency())
            .ok()
            .filter(|amount| self.part && self.is(*amount) && behind.may_pay(*amount))
    }

    /// Whether this is the amount that stands on the page.
    pub(crate) fn is(&self, amount: Money) -> bool {
        self.amount_minor == amount.minor() && self.currency == amount.currency().code()
    }
}

/// `200` with what the provider's script needs; `409` with the new amount when it is no longer the one shown;
/// otherwise a word for the sentence to say.
pub async fn post(
    State(app): State<App>,
    Path(token): Path<String>,
    visit: Visit,
    body: Bytes,
) -> Response {
    match open(&app, &token, &visit, &body).await {
        Ok(response) => response,
        Err(problem) => answer::problem(&app, problem),
    }
}

async fn open(app: &App, token: &str, visit: &Visit, body: &[u8]) -> Result<Response, Problem> {
    limited(app, visit, &token_hash(token))?;
    let behind = behind::find(app, token).await?.ok_or(Problem::NotFound)?;
    let Ok(seen) = serde_json::from_slice::<Seen>(body) else {
        return Ok(answer::word(
            app,
            StatusCode::UNPROCESSABLE_ENTITY,
            "unreachable",
        ));
    };
    let l = behind.page(visit).l;
    let chosen = seen.chosen(&behind);
    if chosen.is_none() && behind.offer.is_some() && !seen.is(behind.due()) {
        return Ok(changed(app, l, behind.due()));
    }
    let ask = Ask {
        invoice_id: behind.claim.invoice_id.clone(),
        amount: chosen,
    };
    match payments::open_for(app, &behind.claim.scope, &[ask]).await {
        Ok(opened) if seen.is(opened.amount) => {
            match kept_as_ticked(app, visit, &behind, &seen, &opened).await? {
                None => Ok(ready(app, &opened)),
                Some(word) => Ok(answer::word(app, StatusCode::BAD_GATEWAY, word)),
            }
        }
        Ok(opened) => Ok(changed(app, l, opened.amount)),
        Err(why) => cannot(app, token, visit, &behind, why),
    }
}

/// What the boxes under the card form say, where there are any.
async fn kept_as_ticked(
    app: &App,
    visit: &Visit,
    behind: &Behind,
    seen: &Seen,
    opened: &Opened,
) -> Result<Option<&'static str>, Problem> {
    if !behind.may_keep {
        return Ok(None);
    }
    let whose = keeping::Whose {
        scope: &behind.claim.scope,
        customer_id: &behind.claim.customer_id,
        country: &behind.frozen.buyer.country,
        seller: &behind.frozen.seller.name,
        customer: &behind.frozen.buyer.name,
        by: "",
        via: "pay_page",
    };
    keeping::bring_in_step(app, visit, &whose, seen, opened, behind.page(visit).l).await
}

pub(crate) fn ready(app: &App, opened: &Opened) -> Response {
    let body = json!({
        "client_secret": opened.client_secret.expose(),
        "public_key": opened.public_key,
        "amount_minor": opened.amount.minor(),
        "currency": opened.amount.currency().code(),
    });
    answer::json(app, StatusCode::OK, body)
}

pub(crate) fn changed(app: &App, l: Locale, due: Money) -> Response {
    let amount = money(l, due);
    let body = json!({
        "word": "changed",
        "amount_minor": due.minor(),
        "amount": amount,
        "pay": l.t1("pay-button", "amount", amount.as_str()),
        "sentence": l.t1("pay-changed", "amount", amount.as_str()),
    });
    answer::json(app, StatusCode::CONFLICT, body)
}

fn cannot(
    app: &App,
    token: &str,
    visit: &Visit,
    behind: &Behind,
    why: CannotOpen,
) -> Result<Response, Problem> {
    let elsewhere = |to: String| {
        answer::json(
            app,
            StatusCode::CONFLICT,
            json!({ "word": "elsewhere", "go": to }),
        )
    };
    Ok(match why {
        CannotOpen::Paid => elsewhere(format!("/i/{token}/receipt")),
        CannotOpen::Processing => elsewhere(format!("/i/{token}")),
        // The seller wants no form any more: this page is from before.
        CannotOpen::OnlyThere => elsewhere(format!("/i/{token}/pay")),
        CannotOpen::NoOffer(why) => {
            tracing::info!(
                ?why,
                invoice = behind.claim.invoice_id,
                "a payer could not pay by card"
            );
            answer::word(app, StatusCode::CONFLICT, "no-offer")
        }
        // The page offers no such part; a page that is out of date is brought in step.
        CannotOpen::Part(_) => changed(app, behind.page(visit).l, behind.due()),
        CannotOpen::Unreachable => answer::word(app, StatusCode::BAD_GATEWAY, "unreachable"),
        CannotOpen::Refused(code) => {
            tracing::warn!(
                code,
                invoice = behind.claim.invoice_id,
                "the provider refused to open a payment"
            );
            answer::word(app, StatusCode::BAD_GATEWAY, "refused")
        }
        CannotOpen::Problem(problem) => return Err(problem),
    })
}
