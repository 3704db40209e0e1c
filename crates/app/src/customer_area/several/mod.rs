//! Several invoices in one payment: chosen from the list, then the card form of all of them together. The same three
//! steps as behind a link; what is charged is the server's sum (PAY-05), and Stripe says whether it was paid (PAY-06).

mod come_back;
mod hosted;
mod kept;
mod open;

pub use come_back::{come_back, outcome};
pub use hosted::checkout;
pub use kept::pay_kept;
pub use open::intent;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::Mode;
use billing::money::Money;
use http::StatusCode;
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::store::Person;
use super::{Known, Visitor, store};
use crate::app::App;
use crate::cards::{self, SavedCard};
use crate::fields::Fields;
use crate::invoices::claim::{self, Claim};
use crate::online_payment;
use crate::page::{Kind, Page, PayOrigins};
use crate::pay;
use crate::pay::keeping::Boxes;
use crate::payments::{Ask, money};
use crate::problem::Problem;
use crate::settings::{self, Business};
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Scope;
use hosted::hosted_view;

/// More than anybody pays at once; an address holds their ids.
const MOST: usize = 40;

#[derive(Template)]
#[template(path = "customer_area/pay.html")]
struct View {
    page: Page,
    base: String,
    seller: String,
    seller_email: String,
    rows: Vec<(String, String)>,
    total: String,
    amount_minor: i64,
    currency: String,
    pay: String,
    script: String,
    declined: String,
    words: Vec<(&'static str, String)>,
    /// Cards that pay by one press.
    kept: Vec<Press>,
    /// The boxes that keep a card, where all invoices are of one customer.
    boxes: Option<Boxes>,
}

/// A kept card and the words on its button.
struct Press {
    id: String,
    pay: String,
}

/// What is to be paid together.
struct Several {
    scope: Scope,
    business: Business,
    /// Those on which something is due.
    claims: Vec<Claim>,
    total: Money,
    /// How it can be paid by card now.
    offer: Option<online_payment::Offer>,
    /// Whose invoices they are, when it is one customer.
    person: Option<Person>,
    /// Cards of that customer that can be charged now.
    cards: Vec<SavedCard>,
}

impl Several {
    fn asks(&self) -> Vec<Ask> {
        let ids = self.claims.iter().map(|claim| claim.invoice_id.as_str());
        ids.map(Ask::whole).collect()
    }
}

/// `POST /area/pay`: from the boxes of the list to the card form.
///
/// # Errors
/// Of the database.
pub async fn choose(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    if known.0.is_none() {
        return Ok(see_other("/area"));
    }
    let mut ids = fields.all("invoice");
    ids.sort();
    ids.dedup();
    let plain = |id: &String| billing::id::InvoiceId::parse(id.as_str()).is_ok();
    if ids.is_empty() || ids.len() > MOST || !ids.iter().all(plain) {
        let said = frame_language(&visit).t("area-several-none");
        return Ok(see_other_saying(&app, "/area", "warn", said));
    }
    Ok(see_other(&format!("/area/several/{}/pay", ids.join("."))))
}

fn frame_language(visit: &Visit) -> Locale {
    visit.plain().l
}

/// `GET /area/several/{ids}/pay`: the card form.
///
/// # Errors
/// [`Problem::NotFound`] for an invoice of somebody else.
pub async fn get(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(ids): Path<String>,
    axum::extract::Query(asked): axum::extract::Query<pay::Asked>,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let several = load(&app, &visitor, &ids).await?;
    let page = frame(&app, &visit, &several.as_ref(), &ids);
    let l = page.l;
    let Some(several) = several else {
        let said = l.t("area-several-currencies");
        return Ok(see_other_saying(&app, "/area", "warn", said));
    };
    let Some(offer) = &several.offer else {
        let said = l.t("area-several-not-now");
        return Ok(see_other_saying(&app, "/area", "info", said));
    };
    if offer.hosted {
        let says = pay::sentence(l, &asked.declined);
        let view = hosted_view(&app, page, &several, &ids, says);
        return Ok(view.page.answer(StatusCode::OK, &view));
    }
    let view = view(&app, page, &several, &ids, &asked.declined);
    Ok(view.page.answer(StatusCode::OK, &view))
}

fn frame(app: &App, visit: &Visit, several: &Option<&Several>, ids: &str) -> Page {
    let (country, name) = several.as_ref().map_or(("", ""), |s| {
        (s.business.country.code(), s.business.name.as_str())
    });
    Page {
        kind: Kind::Pay(PayOrigins::of(app.origins())),
        path: format!("/area/several/{ids}/pay"),
        ..visit.public(visit.preferred, country, name, Mode::Live)
    }
}

fn view(app: &App, page: Page, several: &Several, ids: &str, declined: &str) -> View {
    let l = page.l;
    let total = money(l, several.total);
    let title = match several.claims.as_slice() {
        [one] => l.t1("pay-page-title", "number", one.number.as_str()),
        _ => l.t("area-several-title"),
    };
    let title = title.into_owned();
    View {
        base: format!("/area/several/{ids}"),
        seller: several.business.name.clone(),
        seller_email: several.business.email.clone(),
        rows: several
            .claims
            .iter()
            .map(|claim| (claim.number.clone(), money(l, claim.amount_due())))
            .collect(),
        pay: l.t1("pay-button", "amount", total.as_str()).into_owned(),
        total: total.clone(),
        amount_minor: several.total.minor(),
        currency: several.total.currency().code().to_owned(),
        script: app.origins().script().to_owned(),
        declined: pay::sentence(l, declined),
        words: pay::words(l, &several.business.name),
        kept: several
            .cards
            .iter()
            .map(|card| Press {
                id: card.id.clone(),
                pay: l
                    .t2(
                        "area-kept-pay",
                        "amount",
                        total.as_str(),
                        "card",
                        card.words().as_str(),
                    )
                    .into_owned(),
            })
            .collect(),
        boxes: several
            .person
            .as_ref()
            .map(|person| Boxes::new(l, &several.business.name, &person.name)),
        page: page.titled(title),
    }
}

/// Nothing when they are of several currencies: those are never added.
async fn load(app: &App, visitor: &Visitor, ids: &str) -> Result<Option<Several>, Problem> {
    let (visitor, ids) = (visitor.clone(), ids.to_owned());
    let clock = app.clock().clone();
    let read = move |tx: &mut Tx<'_>| {
        let scope = Scope {
            business_id: visitor.business_id.clone(),
            mode: Mode::Live,
        };
        let mut claims = Vec::new();
        for id in ids.split('.').take(MOST) {
            if !store::is_of_visitor(tx, &visitor, id)? {
                return Err(Error::NoRow);
            }
            claims.push(claim::get(tx, &scope, id)?);
        }
        let business = settings::business(tx, &scope.business_id)?;
        let currency = claims.first().ok_or(Error::NoRow)?.total.currency();
        if claims.iter().any(|c| c.total.currency() != currency) {
            return Ok(None);
        }
        // What a bank is working on is not asked for again.
        claims.retain(|c| {
            c.state.takes_payment() && c.amount_due().is_positive() && !c.processing.is_positive()
        });
        let total = Money::sum(currency, claims.iter().map(Claim::amount_due))
            .map_err(|e| Error::Shape(e.to_string()))?;
        let person = one_person(tx, &visitor, &claims)?;
        let cards = match &person {
            Some(person) => usable(tx, clock.today_in(&business.zone()), &scope, person)?,
            None => Vec::new(),
        };
        Ok(Some(Several {
            offer: online_payment::offer(tx, &scope, total)?.ok(),
            person,
            cards,
            scope,
            business,
            claims,
            total,
        }))
    };
    Ok(app.db().read(read).await?)
}

fn one_person(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    claims: &[Claim],
) -> Result<Option<Person>, Error> {
    let Some(first) = claims.first() else {
        return Ok(None);
    };
    if claims.iter().any(|c| c.customer_id != first.customer_id) {
        return Ok(None);
    }
    let persons = store::list_persons(tx, visitor)?;
    Ok(persons.into_iter().find(|p| p.id == first.customer_id))
}

/// Cards that can be charged today at the account whose keys are here.
fn usable(
    tx: &mut Tx<'_>,
    today: Date,
    scope: &Scope,
    person: &Person,
) -> Result<Vec<SavedCard>, Error> {
    let account = online_payment::drawer(tx, scope)?.map(|d| d.account_id);
    let mut kept = cards::list(tx, scope, &person.id)?;
    kept.retain(|card| Some(&card.account_id) == account.as_ref() && !card.is_over(today));
    Ok(kept)
}
