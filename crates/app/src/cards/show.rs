//! `GET /customers/{id}/cards`: what the seller may know of a customer's cards: brand, last four, month, and what was
//! agreed to, word for word. The only thing to write here is its end.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::consent::{self, Consent};
use super::plan::{self, Outcome, Tried};
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
    /// The last charge by itself; empty for none.
    last_try: String,
    agreed: Vec<Agreed>,
}

struct Card {
    remove_href: String,
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
            plan::last_of_customer(tx, &scope, &id)?,
            customer,
        ))
    };
    let found: (Vec<SavedCard>, Vec<Consent>, Option<Tried>, Customer) =
        app.db().read(read).await?;
    let (cards, consents, last, customer) = found;
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
                    remove_href: format!("/customers/{}/cards/{}/remove", customer.id, card.id),
                    words: card.words(),
                    expires: card.expiry_words(),
                    kept_on: day(l, &who, card.kept_at),
                    autopay_since: autopay
                        .map(|c| day(l, &who, c.given_at))
                        .unwrap_or_default(),
                }
            })
            .collect(),
        last_try: last.map(|t| tried(l, &t)).unwrap_or_default(),
        agreed: consents.iter().map(|c| agreed(l, &who, c)).collect(),
        customer: customer.name,
    };
    Ok(view.page.ok(&view))
}

fn tried(l: Locale, tried: &Tried) -> String {
    let currency = tried.amount.currency();
    let amount = l.money(tried.amount.minor(), currency.code(), currency.exponent());
    let day = l.date_medium(tried.tried_on);
    let key = match tried.outcome {
        Outcome::Paid => locale::key("autopay-tried-paid"),
        Outcome::Processing => locale::key("autopay-tried-processing"),
        Outcome::Declined => locale::key("autopay-tried-declined"),
        Outcome::Started | Outcome::Void => locale::key("autopay-tried-started"),
    };
    let args: &[(&str, locale::Value<'_>)] = &[
        ("amount", amount.as_str().into()),
        ("day", day.as_str().into()),
        ("code", tried.code.as_str().into()),
    ];
    l.ta(key, args).into_owned()
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
