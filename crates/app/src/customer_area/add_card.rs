//! `/area/keep/{id}/…`: a card is added without a payment, in the fields of the provider (AC-16). The same steps as the
//! pay page: the form, its opening, how it stands, and the way back; none of them believes the browser.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use kit::db::{Error, Tx};
use kit::secrets::token_hash;
use serde_json::json;

use super::cards::{frame, scope_of};
use super::store::Person;
use super::{Known, Visitor, store};
use crate::app::App;
use crate::cards::customer::NoCustomer;
use crate::cards::setup::{self, Told};
use crate::cards::{Purpose, Wish};
use crate::online_payment::{self, Drawer};
use crate::page::{Kind, Page, PayOrigins};
use crate::pay::keeping::{Whose, giver};
use crate::pay::{self, Seen, answer};
use crate::problem::Problem;
use crate::settings::{self, Business};
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Scope;

#[derive(Template)]
#[template(path = "customer_area/card_add.html")]
struct Add {
    page: Page,
    base: String,
    seller: String,
    /// What pressing agrees to.
    agree: String,
    /// What the box agrees to.
    autopay: String,
    language: &'static str,
    script: String,
    declined: String,
    words: Vec<(&'static str, String)>,
}

struct Behind {
    scope: Scope,
    person: Person,
    business: Business,
    drawer: Option<Drawer>,
}

/// Nothing for a customer of another address.
async fn load(app: &App, visitor: &Visitor, id: &str) -> Result<Behind, Problem> {
    let (visitor, id) = (visitor.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let persons = store::list_persons(tx, &visitor)?;
        let person = persons.into_iter().find(|person| person.id == id);
        let scope = scope_of(&visitor);
        Ok::<_, Error>(Behind {
            person: person.ok_or(Error::NoRow)?,
            business: settings::business(tx, &visitor.business_id)?,
            drawer: online_payment::drawer(tx, &scope)?
                .filter(|drawer| drawer.enabled && !drawer.hosted),
            scope,
        })
    };
    Ok(app.db().read(read).await?)
}

/// `GET /area/keep/{id}/add`.
///
/// # Errors
/// [`Problem::NotFound`] for a customer of another address.
pub async fn get(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<pay::Asked>,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let behind = load(&app, &visitor, &id).await?;
    if behind.drawer.is_none() {
        return Ok(see_other("/area/cards"));
    }
    let page = Page {
        kind: Kind::Pay(PayOrigins::of(app.origins())),
        path: format!("/area/keep/{id}/add"),
        ..frame(&visit, &behind.business)
    };
    let l = page.l;
    let (seller, customer) = (&behind.business.name, &behind.person.name);
    let title = l.t("area-card-add-title").into_owned();
    let mut words = pay::words(l, seller);
    for (name, sentence) in &mut words {
        match *name {
            "blocked" => *sentence = l.t("area-card-blocked").into_owned(),
            "busy" => *sentence = l.t("area-card-adding").into_owned(),
            pay::NOT_CONFIRMED => *sentence = l.t("area-card-not-added").into_owned(),
            "unknown" => *sentence = l.t("area-card-unknown").into_owned(),
            _ => {}
        }
    }
    let view = Add {
        base: format!("/area/keep/{id}"),
        agree: Purpose::Keep.words(l, seller, customer),
        autopay: Purpose::Autopay.words(l, seller, customer),
        language: l.lang().as_str(),
        seller: seller.clone(),
        script: app.origins().script().to_owned(),
        declined: match asked.declined.as_str() {
            pay::NOT_CONFIRMED => l.t("area-card-not-added").into_owned(),
            other => pay::sentence(l, other),
        },
        words,
        page: page.titled(title),
    };
    Ok(view.page.answer(StatusCode::OK, &view))
}

/// `POST /area/keep/{id}/intent`: opens the way, for the page script; what was agreed to is written down first.
pub async fn intent(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    match open(&app, known, &visit, &id, &body).await {
        Ok(response) => response,
        Err(problem) => answer::problem(&app, problem),
    }
}

async fn open(
    app: &App,
    known: Known,
    visit: &Visit,
    id: &str,
    body: &[u8],
) -> Result<Response, Problem> {
    pay::limited(app, visit, &token_hash(id))?;
    let visitor = known.0.ok_or(Problem::NotFound)?;
    let behind = load(app, &visitor, id).await?;
    let Ok(seen) = serde_json::from_slice::<Seen>(body) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(answer::word(app, status, "unreachable"));
    };
    let Some(drawer) = &behind.drawer else {
        return Ok(answer::word(app, StatusCode::CONFLICT, "no-offer"));
    };
    let whose = Whose {
        scope: &behind.scope,
        customer_id: &behind.person.id,
        country: behind.business.country.code(),
        seller: &behind.business.name,
        customer: &behind.person.name,
        by: &visitor.email,
        via: "customer_area",
    };
    let wish = Wish {
        keep: seen.keep,
        autopay: seen.autopay,
    };
    let pressed = seen.keep || seen.autopay;
    let agreed = pressed.then(|| {
        (
            wish,
            giver(visit, &seen, &whose, frame(visit, &behind.business).l),
        )
    });
    Ok(match setup::open(app, drawer, id, agreed).await {
        Ok(opened) => {
            let body = json!({
                "client_secret": opened.client_secret.expose(),
                "public_key": opened.public_key,
            });
            answer::json(app, StatusCode::OK, body)
        }
        Err(NoCustomer::Unreachable) => answer::word(app, StatusCode::BAD_GATEWAY, "unreachable"),
        Err(NoCustomer::Refused(error)) => {
            tracing::warn!(%error, "the provider refused to open the keeping of a card");
            answer::word(app, StatusCode::BAD_GATEWAY, "refused")
        }
        Err(NoCustomer::Problem(problem)) => return Err(problem),
    })
}

/// `POST /area/keep/{id}/outcome`: how it stands, asked after a try that was not a plain success.
pub async fn outcome(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(id): Path<String>,
) -> Response {
    let asked = async {
        pay::limited(&app, &visit, &token_hash(&id))?;
        let visitor = known.0.ok_or(Problem::NotFound)?;
        let behind = load(&app, &visitor, &id).await?;
        setup::ask_about_customer(&app, &behind.scope, &id).await
    };
    let told = match asked.await {
        Ok(told) => told,
        Err(problem) => return answer::problem(&app, problem),
    };
    let body = match told {
        Told::Kept => json!({ "outcome": "paid" }),
        Told::Unreachable => json!({ "outcome": "unknown" }),
        Told::NotYet(group) => {
            let word = group.map_or(pay::NOT_CONFIRMED, |group| group.word_key());
            json!({ "outcome": "not-paid", "word": word })
        }
        Told::NotOurs => json!({ "outcome": "not-paid", "word": pay::NOT_CONFIRMED }),
    };
    answer::json(&app, StatusCode::OK, body)
}

/// `GET /area/keep/{id}/return`: back from the provider. Decides nothing: Stripe is asked.
///
/// # Errors
/// As [`get`].
pub async fn come_back(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    if pay::limited(&app, &visit, &token_hash(&id)).is_err() {
        return Ok(see_other("/area/cards"));
    }
    let behind = load(&app, &visitor, &id).await?;
    let l = frame(&visit, &behind.business).l;
    Ok(
        match setup::ask_about_customer(&app, &behind.scope, &id).await? {
            Told::Kept => see_other_saying(&app, "/area/cards", "positive", l.t("area-card-added")),
            Told::NotYet(Some(group)) => {
                let word = group.word_key();
                see_other(&format!("/area/keep/{id}/add?declined={word}"))
            }
            // Kept by another path already, or not at all: the list shows which.
            Told::NotYet(None) | Told::NotOurs => see_other("/area/cards"),
            Told::Unreachable => {
                see_other_saying(&app, "/area/cards", "info", l.t("area-card-unknown"))
            }
        },
    )
}
