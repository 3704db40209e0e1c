//! Several invoices in one payment: chosen from the list, then the card form of all of them together. The same three
//! steps as behind a link; what is charged is the server's sum (PAY-05), and Stripe says whether it was paid (PAY-06).

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::Mode;
use billing::money::Money;
use billing::payment::decline::DeclineGroup;
use billing::payment::spread::PartRefusal;
use http::StatusCode;
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale::Locale;
use kit::secrets::token_hash;
use serde_json::json;

use super::store::Person;
use super::{Known, Visitor, store};
use crate::app::App;
use crate::cards::{self, SavedCard};
use crate::fields::Fields;
use crate::invoices::claim::{self, Claim};
use crate::online_payment;
use crate::page::trouble::{Trouble, TroublePage};
use crate::page::{Kind, Page, PayOrigins};
use crate::pay::keeping::{self, Boxes};
use crate::pay::{self, Seen, answer};
use crate::payments::{
    self, Ask, CannotOpen, ComesBackTo, Confirmed, Kept, Opened, Told, WayBack, money,
};
use crate::problem::Problem;
use crate::settings::{self, Business};
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Scope;

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

/// The bank wants its customer to confirm, on a page of its own.
#[derive(Template)]
#[template(path = "customer_area/bank.html")]
struct AskedByBank {
    page: Page,
    url: String,
    base: String,
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

/// The way to the page that Stripe hosts, where the seller wants no form.
#[derive(Template)]
#[template(path = "customer_area/hosted.html")]
struct HostedView {
    page: Page,
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

fn hosted_view(app: &App, page: Page, several: &Several, ids: &str, says: String) -> HostedView {
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
        says,
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

/// `POST /area/several/{ids}/intent`: opens the one payment, for the page script.
pub async fn intent(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(ids): Path<String>,
    body: Bytes,
) -> Response {
    match open(&app, known, &visit, &ids, &body).await {
        Ok(response) => response,
        Err(problem) => answer::problem(&app, problem),
    }
}

async fn open(
    app: &App,
    known: Known,
    visit: &Visit,
    ids: &str,
    body: &[u8],
) -> Result<Response, Problem> {
    pay::limited(app, visit, &token_hash(ids))?;
    let visitor = known.0.ok_or(Problem::NotFound)?;
    let several = load(app, &visitor, ids).await?.ok_or(Problem::NotFound)?;
    let Ok(seen) = serde_json::from_slice::<Seen>(body) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(answer::word(app, status, "unreachable"));
    };
    let l = visit
        .public(
            visit.preferred,
            several.business.country.code(),
            &several.business.name,
            Mode::Live,
        )
        .l;
    if several.claims.is_empty() {
        return Ok(elsewhere(app, &format!("/area/several/{ids}/return")));
    }
    if !seen.is(several.total) {
        return Ok(pay::changed(app, l, several.total));
    }
    let asks = several.asks();
    Ok(match payments::open_for(app, &several.scope, &asks).await {
        Ok(opened) if seen.is(opened.amount) => {
            match kept_as_ticked(app, &visitor, visit, &several, &seen, &opened, l).await? {
                None => pay::ready(app, &opened),
                Some(word) => answer::word(app, StatusCode::BAD_GATEWAY, word),
            }
        }
        Ok(opened) => pay::changed(app, l, opened.amount),
        Err(CannotOpen::Paid) => elsewhere(app, &format!("/area/several/{ids}/return")),
        Err(CannotOpen::Processing) => elsewhere(app, "/area"),
        Err(CannotOpen::OnlyThere) => elsewhere(app, &format!("/area/several/{ids}/pay")),
        Err(CannotOpen::NoOffer(_)) => answer::word(app, StatusCode::CONFLICT, "no-offer"),
        Err(CannotOpen::Part(_)) => pay::changed(app, l, several.total),
        Err(CannotOpen::Unreachable) => answer::word(app, StatusCode::BAD_GATEWAY, "unreachable"),
        Err(CannotOpen::Refused(code)) => {
            tracing::warn!(code, "the provider refused to open a payment of several");
            answer::word(app, StatusCode::BAD_GATEWAY, "refused")
        }
        Err(CannotOpen::Problem(problem)) => return Err(problem),
    })
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

/// What the boxes under the card form say, where there are any.
async fn kept_as_ticked(
    app: &App,
    visitor: &Visitor,
    visit: &Visit,
    several: &Several,
    seen: &Seen,
    opened: &Opened,
    l: Locale,
) -> Result<Option<&'static str>, Problem> {
    let Some(person) = &several.person else {
        return Ok(None);
    };
    let whose = keeping::Whose {
        scope: &several.scope,
        customer_id: &person.id,
        country: several.business.country.code(),
        seller: &several.business.name,
        customer: &person.name,
        by: &visitor.email,
        via: "customer_area",
    };
    keeping::bring_in_step(app, visit, &whose, seen, opened, l).await
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

fn elsewhere(app: &App, to: &str) -> Response {
    let body = json!({ "word": "elsewhere", "go": to });
    answer::json(app, StatusCode::CONFLICT, body)
}

/// `POST /area/several/{ids}/outcome`: how it stands, asked after a try that was not a plain success.
pub async fn outcome(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(ids): Path<String>,
) -> Response {
    let asked = async {
        pay::limited(&app, &visit, &token_hash(&ids))?;
        let visitor = known.0.ok_or(Problem::NotFound)?;
        ask(&app, &visitor, &ids).await
    };
    match asked.await {
        Ok(told) => answer::json(&app, StatusCode::OK, pay::in_words(told)),
        Err(problem) => answer::problem(&app, problem),
    }
}

/// They are paid by one attempt: the first on which something is due speaks for all.
async fn ask(app: &App, visitor: &Visitor, ids: &str) -> Result<Told, Problem> {
    let several = load(app, visitor, ids).await?.ok_or(Problem::NotFound)?;
    match several.claims.first() {
        None => Ok(Told::Paid),
        Some(claim) => payments::ask_about_invoice(app, &several.scope, &claim.invoice_id).await,
    }
}

/// `GET /area/several/{ids}/return`: back from the provider. Decides nothing: Stripe is asked.
///
/// # Errors
/// Of the database.
pub async fn come_back(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(ids): Path<String>,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let base = format!("/area/several/{ids}");
    if pay::limited(&app, &visit, &token_hash(&ids)).is_err() {
        return Ok(see_other("/area"));
    }
    Ok(match ask(&app, &visitor, &ids).await? {
        Told::Paid | Told::PartlyPaid => match latest(&app, &ids).await? {
            Some(payment_id) => see_other(&format!("/area/receipts/{payment_id}")),
            None => see_other("/area"),
        },
        Told::Processing | Told::NothingOpen => see_other("/area"),
        Told::NotPaid { group } => {
            let word = group.map_or(pay::NOT_CONFIRMED, |g| g.word_key());
            see_other(&format!("{base}/pay?declined={word}"))
        }
        Told::Unreachable => unknown(&visit, &base),
    })
}

async fn latest(app: &App, ids: &str) -> Result<Option<String>, Problem> {
    let first = ids.split('.').next().unwrap_or_default().to_owned();
    let payments = app
        .db()
        .read(move |tx| payments::list_by_invoice(tx, &first))
        .await?;
    Ok(payments.last().map(|payment| payment.id.clone()))
}

/// That the outcome is unknown is said as that.
fn unknown(visit: &Visit, base: &str) -> Response {
    let page = Page {
        path: format!("{base}/return"),
        kind: Kind::Public,
        ..visit.plain()
    };
    let l = page.l;
    let mut view = TroublePage::new(page, Trouble::Failure, "");
    view.page.title = l.t("pay-unknown-title").into_owned();
    view.what = l.t("pay-unknown-what").into_owned();
    view.money = String::new();
    view.next = l.t("pay-unknown-next").into_owned();
    view.href = format!("{base}/return");
    view.act = l.t("pay-ask-again").into_owned();
    view.answer(StatusCode::SERVICE_UNAVAILABLE)
}
