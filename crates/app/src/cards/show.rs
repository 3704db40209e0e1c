//! `GET /customers/{id}/cards`: what the seller may know of a customer's cards: brand, last four, month, and what was
//! agreed to, word for word. There is no way to write any of it here.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::consent::{self, Consent};
use super::{BY_ANOTHER, BY_SELLER, BY_STRIPE, SavedCard, list};
use crate::app::App;
use crate::customers::{self, Customer};
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "cards/show.html")]
struct Show {
    page: Page,
    customer: String,
    customer_href: String,
    cards: Vec<Card>,
    agreed: Vec<Agreed>,
}

struct Card {
    words: String,
    expires: String,
    kept_on: String,
    /// Since when it is charged on due dates; empty when it is not.
    autopay_since: String,
}

struct Agreed {
    words: String,
    language: String,
    given: String,
    ended: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let scope = who.scope.clone();
    let read = move |tx: &mut Tx<'_>| {
        let customer = customers::find(tx, &scope.business_id, &id)?.ok_or(Error::NoRow)?;
        Ok::<_, Error>((
            list(tx, &scope, &id)?,
            consent::list(tx, &scope, &id)?,
            customer,
        ))
    };
    let (cards, consents, customer): (Vec<SavedCard>, Vec<Consent>, Customer) =
        app.db().read(read).await?;
    let page = visit.page(&who).within(Section::Customers);
    let l = page.l;
    let title = l.t("saved-title").into_owned();
    let in_force = consents
        .iter()
        .find(|c| c.state == "given" && c.purpose == consent::Purpose::Autopay);
    let view = Show {
        page: page.titled(title),
        customer_href: format!("/customers/{}", customer.id),
        cards: cards
            .iter()
            .map(|card| {
                let autopay = in_force.filter(|c| c.saved_id.as_deref() == Some(&card.id));
                Card {
                    words: card.words(),
                    expires: card.expiry_words(),
                    kept_on: day(l, &who, card.kept_at),
                    autopay_since: autopay
                        .map(|c| day(l, &who, c.given_at))
                        .unwrap_or_default(),
                }
            })
            .collect(),
        agreed: consents.iter().map(|c| agreed(l, &who, c)).collect(),
        customer: customer.name,
    };
    Ok(view.page.ok(&view))
}

fn agreed(l: Locale, who: &Who, consent: &Consent) -> Agreed {
    let place = if consent.given_via == "customer_area" {
        l.t1("saved-consent-area", "email", consent.given_by.as_str())
    } else {
        l.t("saved-consent-pay-page")
    };
    let given_on = day(l, who, consent.given_at);
    let ended = consent.ended_at.map(|at| {
        let by = l.t(ended_by(&consent.ended_by));
        l.t2(
            "saved-consent-ended",
            "day",
            day(l, who, at),
            "who",
            by.as_ref(),
        )
        .into_owned()
    });
    Agreed {
        words: consent.words.clone(),
        language: consent.language.clone(),
        given: l
            .t2(
                "saved-consent-given",
                "day",
                given_on,
                "where",
                place.as_ref(),
            )
            .into_owned(),
        ended: ended.unwrap_or_default(),
    }
}

fn ended_by(kept: &str) -> &'static str {
    match kept {
        BY_SELLER => locale::key("saved-ended-by-seller"),
        BY_STRIPE => locale::key("saved-ended-by-stripe"),
        BY_ANOTHER => locale::key("saved-ended-by-another"),
        _ => locale::key("saved-ended-by-payer"),
    }
}

fn day(l: Locale, who: &Who, at_ms: i64) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or_default();
    l.date_medium(at.to_zoned(who.zone()).date())
}
