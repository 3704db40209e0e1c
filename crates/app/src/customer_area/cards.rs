//! `/area/cards`: the cards of whoever owns the address: what is kept, what they agreed to, and taking it back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::Mode;
use jiff::Timestamp;
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::store::Person;
use super::{Known, Visitor, store};
use crate::app::App;
use crate::audit;
use crate::cards::{self, Consent, Giver, Purpose, SavedCard, consent};
use crate::fields::Fields;
use crate::online_payment;
use crate::page::{Chip, Errors, Page};
use crate::problem::Problem;
use crate::settings::{self, Business};
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Scope;

#[derive(Template)]
#[template(path = "customer_area/cards.html")]
struct List {
    page: Page,
    seller: String,
    groups: Vec<Group>,
    /// A card can be added.
    can_add: bool,
    /// Whether the groups need names.
    named: bool,
}

/// The cards for the invoices to one name.
struct Group {
    customer_id: String,
    name: String,
    cards: Vec<Row>,
}

/// One card.
struct Row {
    id: String,
    words: String,
    expires: String,
    chip: Option<Chip>,
    /// Since when it is charged on due dates; empty when it is not.
    autopay_since: String,
    /// What was agreed to, and its language.
    agreed: String,
    agreed_lang: String,
}

#[derive(Template)]
#[template(path = "customer_area/card_remove.html")]
struct Remove {
    page: Page,
    id: String,
    words: String,
    /// It is charged on due dates.
    autopay: bool,
}

#[derive(Template)]
#[template(path = "customer_area/card_autopay.html")]
struct Autopay {
    page: Page,
    errors: Errors,
    id: String,
    words: String,
    agree: String,
}

/// The drawer a visitor is in: only live invoices are here.
pub(super) fn scope_of(visitor: &Visitor) -> Scope {
    Scope {
        business_id: visitor.business_id.clone(),
        mode: Mode::Live,
    }
}

/// The frame of a page of the area.
pub(super) fn frame(visit: &Visit, business: &Business) -> Page {
    visit.public(
        visit.preferred,
        business.country.code(),
        &business.name,
        Mode::Live,
    )
}

/// The list.
///
/// # Errors
/// Of the database.
pub async fn get(State(app): State<App>, known: Known, visit: Visit) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let scope = scope_of(&visitor);
    let read = move |tx: &mut Tx<'_>| {
        let mut groups = Vec::new();
        for person in store::list_persons(tx, &visitor)? {
            let kept = cards::list(tx, &scope, &person.id)?;
            let autopay = consent::autopay_of(tx, &scope, &person.id)?;
            groups.push((person, kept, autopay));
        }
        Ok::<_, Error>((
            settings::business(tx, &visitor.business_id)?,
            online_payment::drawer(tx, &scope)?.is_some_and(|drawer| {
                // A card is added in a form of Stripe's, which a seller may not want on any page.
                drawer.enabled && !drawer.hosted
            }),
            groups,
        ))
    };
    let (business, can_add, groups) = app.db().read(read).await?;
    let (page, today) = (
        frame(&visit, &business),
        app.clock().today_in(&business.zone()),
    );
    let l = page.l;
    let group = |(person, kept, autopay): &(Person, Vec<SavedCard>, Option<Consent>)| Group {
        customer_id: person.id.clone(),
        name: person.name.clone(),
        cards: kept
            .iter()
            .map(|card| row(l, card, autopay.as_ref(), &business, today))
            .collect(),
    };
    let groups: Vec<Group> = groups.iter().map(group).collect();
    let title = l.t("area-cards-title").into_owned();
    let view = List {
        page: page.titled(title),
        seller: business.name.clone(),
        named: groups.len() > 1,
        groups,
        can_add,
    };
    Ok(view.page.ok(&view))
}

fn row(
    l: Locale,
    card: &SavedCard,
    autopay: Option<&Consent>,
    business: &Business,
    today: Date,
) -> Row {
    let autopay = autopay.filter(|c| c.saved_id.as_deref() == Some(&card.id));
    let chip = match card.expiry {
        Some(expiry) if expiry.is_over(today) => Some(Chip::new(
            "negative",
            "cross",
            locale::key("saved-chip-expired"),
        )),
        Some(expiry) if expiry.is_near(today) => Some(Chip::new(
            "warn",
            "triangle",
            locale::key("saved-chip-expires-soon"),
        )),
        _ => None,
    };
    let since = |consent: &Consent| {
        let at = Timestamp::from_millisecond(consent.given_at).unwrap_or_default();
        l.date_long(at.to_zoned(business.zone()).date())
    };
    Row {
        id: card.id.clone(),
        words: card.words(),
        expires: card.expiry_words(),
        chip,
        autopay_since: autopay.map(since).unwrap_or_default(),
        agreed: autopay.map(|c| c.words.clone()).unwrap_or_default(),
        agreed_lang: autopay.map(|c| c.language.clone()).unwrap_or_default(),
    }
}

/// A card of the visitor's, whose it is, and the seller.
struct Theirs {
    card: SavedCard,
    person: Person,
    business: Business,
    autopay: bool,
}

/// Nothing for a card of somebody else.
fn theirs(tx: &mut Tx<'_>, visitor: &Visitor, id: &str) -> Result<Option<Theirs>, Error> {
    let scope = scope_of(visitor);
    let Some(card) = cards::find(tx, &scope, id)? else {
        return Ok(None);
    };
    let persons = store::list_persons(tx, visitor)?;
    let Some(person) = persons.into_iter().find(|p| p.id == card.customer_id) else {
        return Ok(None);
    };
    let autopay = consent::autopay_of(tx, &scope, &card.customer_id)?;
    Ok(Some(Theirs {
        autopay: autopay.is_some_and(|c| c.saved_id.as_deref() == Some(&card.id)),
        business: settings::business(tx, &visitor.business_id)?,
        card,
        person,
    }))
}

async fn find(app: &App, visitor: &Visitor, id: &str) -> Result<Theirs, Problem> {
    let (visitor, id) = (visitor.clone(), id.to_owned());
    let found = app.db().read(move |tx| theirs(tx, &visitor, &id)).await?;
    found.ok_or(Problem::NotFound)
}

/// `GET /area/cards/{id}/remove`: what it means.
///
/// # Errors
/// [`Problem::NotFound`] for a card of somebody else.
pub async fn get_remove(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let found = find(&app, &visitor, &id).await?;
    let page = frame(&visit, &found.business);
    let title = page
        .l
        .t1(
            "area-card-remove-title",
            "card",
            found.card.words().as_str(),
        )
        .into_owned();
    let view = Remove {
        page: page.titled(title),
        id,
        words: found.card.words(),
        autopay: found.autopay,
    };
    Ok(view.page.ok(&view))
}

/// `POST /area/cards/{id}/remove`: of no use from now on, here and then at Stripe. Pressing twice removes once.
///
/// # Errors
/// As [`get_remove`].
pub async fn post_remove(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let (hands, v, from) = (app.clone(), visitor.clone(), visit.address.clone());
    let write = move |tx: &mut Tx<'_>| {
        let Some(found) = theirs(tx, &v, &id)? else {
            return Ok(None);
        };
        cards::remove(tx, &hands, &scope_of(&v), &found.card.id, cards::BY_PAYER)?;
        let words = found.card.words();
        note(tx, &hands, &v, &from, "card.removed", &found.person, &words)?;
        Ok::<_, Error>(Some(words))
    };
    let l = visit.plain().l;
    Ok(match app.db().write(write).await? {
        Some(words) => {
            let said = l.t1("area-card-removed", "card", words.as_str());
            see_other_saying(&app, "/area/cards", "positive", said)
        }
        None => see_other("/area/cards"),
    })
}

/// What a payer did, in the record of the seller; the address only as the privacy of the payer allows.
fn note(
    tx: &mut Tx<'_>,
    app: &App,
    visitor: &Visitor,
    address: &str,
    act: &'static str,
    person: &Person,
    detail: &str,
) -> Result<(), Error> {
    let entry = audit::Entry {
        business_id: visitor.business_id.to_string(),
        user_id: None,
        actor: visitor.email.clone(),
        act,
        subject: person.id.clone(),
        detail: detail.to_owned(),
        address: cards::coarse(address),
    };
    audit::record(tx, app, &entry)
}

/// `GET /area/cards/{id}/autopay`: the words, and an empty box.
///
/// # Errors
/// As [`get_remove`].
pub async fn get_autopay(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let found = find(&app, &visitor, &id).await?;
    let view = autopay_view(&visit, &found);
    Ok(view.page.ok(&view))
}

fn autopay_view(visit: &Visit, found: &Theirs) -> Autopay {
    let page = frame(visit, &found.business);
    let l = page.l;
    let title = l.t("area-autopay-title").into_owned();
    Autopay {
        agree: Purpose::Autopay.words(l, &found.business.name, &found.person.name),
        page: page.titled(title),
        errors: Errors::new(),
        id: found.card.id.clone(),
        words: found.card.words(),
    }
}

/// `POST /area/cards/{id}/autopay`: agreed, with the box ticked; `422` without.
///
/// # Errors
/// As [`get_remove`].
pub async fn post_autopay(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let found = find(&app, &visitor, &id).await?;
    let mut view = autopay_view(&visit, &found);
    let l = view.page.l;
    // The words on the page that was pressed: those, or none.
    if fields.get("agree") != "on" || fields.get("words") != view.agree {
        view.errors.add("agree", l.t("area-autopay-agree-first"));
        view.page = view.page.with_errors(&view.errors);
        return Ok(view.page.unprocessable(&view));
    }
    let giver = Giver {
        via: "customer_area",
        by: visitor.email.clone(),
        from: cards::coarse(&visit.address),
        l,
        seller: found.business.name.clone(),
        customer: found.person.name.clone(),
    };
    let (hands, from, words) = (app.clone(), visit.address.clone(), view.words.clone());
    let write = move |tx: &mut Tx<'_>| {
        // It may have been taken away while the words were read.
        let Some(found) = theirs(tx, &visitor, &id)? else {
            return Ok(false);
        };
        if !found.autopay {
            consent::give_autopay(tx, &hands, &found.card, &giver)?;
            note(
                tx,
                &hands,
                &visitor,
                &from,
                "autopay.agreed",
                &found.person,
                &words,
            )?;
        }
        Ok::<_, Error>(true)
    };
    if !app.db().write(write).await? {
        return Err(Problem::NotFound);
    }
    let said = l.t1("area-autopay-on", "card", view.words.as_str());
    Ok(see_other_saying(&app, "/area/cards", "positive", said))
}

/// `POST /area/cards/{id}/autopay/stop`: no charge begins any more. The card stays.
///
/// # Errors
/// As [`get_remove`].
pub async fn post_stop(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let (hands, from) = (app.clone(), visit.address.clone());
    let write = move |tx: &mut Tx<'_>| {
        let Some(found) = theirs(tx, &visitor, &id)? else {
            return Err(Error::NoRow);
        };
        let scope = scope_of(&visitor);
        let customer = &found.card.customer_id;
        if found.autopay && consent::end_autopay(tx, &hands, &scope, customer, cards::BY_PAYER)? {
            let words = found.card.words();
            note(
                tx,
                &hands,
                &visitor,
                &from,
                "autopay.stopped",
                &found.person,
                &words,
            )?;
        }
        Ok::<_, Error>(())
    };
    app.db().write(write).await?;
    let said = visit.plain().l.t("area-autopay-stopped");
    Ok(see_other_saying(&app, "/area/cards", "positive", said))
}
