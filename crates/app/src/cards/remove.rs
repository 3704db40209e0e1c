//! `GET` and `POST /customers/{id}/cards/{card}/remove`: the seller takes a kept card away, as a customer may ask by
//! phone. It only ever lessens what can be charged; to keep one is the customer's own.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::db::{Error, Tx};

use super::consent::{self, Purpose};
use super::{BY_SELLER, SavedCard, find, letters, remove};
use crate::app::App;
use crate::audit;
use crate::customers;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::{Scope, Who};

#[derive(Template)]
#[template(path = "cards/remove.html")]
struct View {
    page: Page,
    customer: String,
    /// Where the customer is told; empty for nowhere.
    email: String,
    words: String,
    /// It is charged on due dates.
    autopay: bool,
    back: String,
}

/// What it means, before it is done.
pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path((customer_id, card_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (scope, back) = (who.scope.clone(), format!("/customers/{customer_id}/cards"));
    let read = move |tx: &mut Tx<'_>| {
        let Some(card) = of_customer(tx, &scope, &customer_id, &card_id)? else {
            return Ok(None);
        };
        let customer =
            customers::find(tx, &scope.business_id, &customer_id)?.ok_or(Error::NoRow)?;
        let autopay = consent::list(tx, &scope, &customer_id)?.iter().any(|c| {
            c.state == "given"
                && c.purpose == Purpose::Autopay
                && c.saved_id.as_deref() == Some(card.id.as_str())
        });
        Ok::<_, Error>(Some((card, customer, autopay)))
    };
    let Some((card, customer, autopay)) = app.db().read(read).await? else {
        return Ok(see_other(&back));
    };
    let page = visit.page(&who).within(Section::Customers);
    let words = card.words();
    let title = page.l.t1("saved-remove-title", "card", words.as_str());
    let view = View {
        page: page.titled(title),
        customer: customer.name,
        email: customer.email,
        words,
        autopay,
        back,
    };
    Ok(view.page.ok(&view))
}

/// Of no use from now on, here and then at Stripe; the customer is told. Pressing twice removes once.
pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path((customer_id, card_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let back = format!("/customers/{customer_id}/cards");
    let (hands, me, address) = (app.clone(), who.clone(), visit.address.clone());
    let write = move |tx: &mut Tx<'_>| {
        let Some(card) = of_customer(tx, &me.scope, &customer_id, &card_id)? else {
            return Ok(None);
        };
        remove(tx, &hands, &me.scope, &card.id, BY_SELLER)?;
        let words = card.words();
        let entry = audit::Entry::by(
            &me,
            "card.removed",
            customer_id.clone(),
            words.clone(),
            address.clone(),
        );
        audit::record(tx, &hands, &entry)?;
        letters::removed(tx, &hands, &card)?;
        Ok::<_, Error>(Some(words))
    };
    Ok(match app.db().write(write).await? {
        Some(words) => {
            let said = visit
                .page(&who)
                .l
                .t1("saved-removed", "card", words.as_str());
            see_other_saying(&app, &back, "positive", said)
        }
        None => see_other(&back),
    })
}

/// The card, if it is kept and this customer's.
fn of_customer(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
    card_id: &str,
) -> Result<Option<SavedCard>, Error> {
    Ok(find(tx, scope, card_id)?.filter(|card| card.customer_id == customer_id))
}
