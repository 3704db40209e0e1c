//! `/settings/payments`: what the seller allows: part payments online, and the smallest part.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::id::BusinessId;
use billing::money::Money;
use billing::payment::spread::PartRules;
use kit::db::{Error, Tx};
use rust_decimal::Decimal;

use super::store;
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::figures::{in_box, number_words};
use crate::page::{Errors, Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

/// What the seller allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyRules {
    /// An amount below what is due may be paid online.
    pub part_payments: bool,
    /// The smallest part, in units of whatever currency is paid in.
    pub smallest_part: Decimal,
}

impl MoneyRules {
    /// The rules for parts of what is due.
    pub fn parts(&self, due: Money) -> PartRules {
        let currency = due.currency();
        PartRules {
            allowed: self.part_payments,
            smallest: Money::rounded(self.smallest_part, currency).unwrap_or(Money::zero(currency)),
        }
    }
}

/// What a business allows; until it has said anything: only the whole.
///
/// # Errors
/// Of the database.
pub fn money_rules(tx: &mut Tx<'_>, business_id: &BusinessId) -> Result<MoneyRules, Error> {
    let kept = store::find_money_rules(tx, business_id.as_str())?;
    let (part_payments, smallest) = kept.unwrap_or((false, "0".to_owned()));
    Ok(MoneyRules {
        part_payments,
        smallest_part: smallest
            .parse()
            .map_err(|_| Error::Shape("money_rules: a bad amount".into()))?,
    })
}

#[derive(Template)]
#[template(path = "settings/payments.html")]
struct View {
    page: Page,
    errors: Errors,
    part_payments: bool,
    smallest_part: String,
    currency: String,
}

/// The form as it stands.
///
/// # Errors
/// [`Problem::Forbidden`] for others than owners.
pub async fn get(State(app): State<App>, who: Who, visit: Visit) -> Result<Response, Problem> {
    super::owner(&who)?;
    let id = who.scope.business_id.clone();
    let (rules, business) = app
        .db()
        .read(move |tx| Ok::<_, Error>((money_rules(tx, &id)?, super::business(tx, &id)?)))
        .await?;
    let page = frame(&visit, &who);
    let view = View {
        smallest_part: if rules.smallest_part.is_zero() {
            String::new()
        } else {
            in_box(page.l, &rules.smallest_part.to_string())
        },
        errors: Errors::new(),
        part_payments: rules.part_payments,
        currency: business.currency.code().to_owned(),
        page,
    };
    Ok(view.page.ok(&view))
}

/// Keeps it.
///
/// # Errors
/// As [`get`].
pub async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    super::owner(&who)?;
    let id = who.scope.business_id.clone();
    let business = {
        let id = id.clone();
        app.db().read(move |tx| super::business(tx, &id)).await?
    };
    let page = frame(&visit, &who);
    let typed = fields.get("smallest_part");
    let mut errors = Errors::new();
    let smallest = if typed.is_empty() {
        Decimal::ZERO
    } else {
        Money::parse_typed(&typed, business.currency)
            .map_err(|e| errors.add("smallest_part", number_words(page.l, &e)))
            .map_or(Decimal::ZERO, Money::to_decimal)
    };
    if !errors.is_empty() {
        let view = View {
            page: page.with_errors(&errors),
            errors,
            part_payments: fields.find("part_payments").is_some(),
            smallest_part: typed,
            currency: business.currency.code().to_owned(),
        };
        return Ok(view.page.unprocessable(&view));
    }
    let rules = MoneyRules {
        part_payments: fields.find("part_payments").is_some(),
        smallest_part: smallest,
    };
    let entry = audit::Entry::by(
        &who,
        "money_rules.saved",
        String::new(),
        format!("{rules:?}"),
        visit.address.clone(),
    );
    let hands = app.clone();
    app.db()
        .write(move |tx| {
            let smallest = rules.smallest_part.to_string();
            let kept = (rules.part_payments, smallest.as_str());
            store::update_money_rules(tx, id.as_str(), kept, hands.now_ms())?;
            audit::record(tx, &hands, &entry)
        })
        .await?;
    let said = page.l.t("settings-saved");
    Ok(see_other_saying(
        &app,
        "/settings/payments",
        "positive",
        said,
    ))
}

fn frame(visit: &Visit, who: &Who) -> Page {
    let page = visit.page(who).within(Section::Settings);
    let title = page.l.t("settings-payments").into_owned();
    page.titled(title)
}
