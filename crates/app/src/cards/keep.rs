//! A card is at Stripe: into our rows with it, if its owner asked for that; else off again.

use kit::db::{Error, Tx};
use kit::jobs::Outcome;
use stripe::PaymentMethod;

use super::consent::{Purpose, Source};
use super::{BY_ANOTHER, KEEP, detach, letters, store};
use crate::app::App;
use crate::online_payment;
use crate::problem::Problem;
use crate::who::Scope;

/// What is kept of a card: brand, last four, month and year of its end. All of it, and no more (AC-15).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Face {
    pub(super) brand: String,
    pub(super) last4: String,
    pub(super) exp_month: i64,
    pub(super) exp_year: i64,
}

pub(super) fn face_of(method: &PaymentMethod) -> Face {
    let Some(card) = &method.card else {
        return Face::default();
    };
    Face {
        brand: card.brand.clone().unwrap_or_default(),
        last4: card.last4.clone().unwrap_or_default(),
        exp_month: card.exp_month.unwrap_or_default(),
        exp_year: card.exp_year.unwrap_or_default(),
    }
}

/// Promises the work, in the transaction that learned of the card.
///
/// # Errors
/// Of the database.
pub fn enqueue_keep(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    source: Source<'_>,
    method_id: &str,
) -> Result<(), Error> {
    let (kind, id) = source.parts();
    let payload = format!("{} {kind} {id} {method_id}", scope.to_payload());
    kit::jobs::enqueue(tx, app.hands(), KEEP, method_id, &payload)
}

/// Does the job [`KEEP`].
pub async fn keep_job(app: &App, payload: &str) -> Outcome {
    let words: Vec<&str> = payload.split(' ').collect();
    let parsed = match words.as_slice() {
        [business, mode, kind, id, method] => Scope::parse(&format!("{business} {mode}"))
            .zip(Source::parse(kind, id))
            .map(|(scope, source)| (scope, source, *method)),
        _ => None,
    };
    let Some((scope, source, method_id)) = parsed else {
        return Outcome::Dead("a bad payload".into());
    };
    match keep(app, &scope, source, method_id).await {
        Ok(true) => Outcome::Done,
        Ok(false) => Outcome::Later("Stripe could not be asked".into()),
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

/// Takes the card into our rows; does nothing the second time. Answers whether Stripe could be asked.
pub(super) async fn keep(
    app: &App,
    scope: &Scope,
    source: Source<'_>,
    method_id: &str,
) -> Result<bool, Problem> {
    let s = scope.clone();
    let drawer = app
        .db()
        .read(move |tx| online_payment::drawer(tx, &s))
        .await?;
    let Some(drawer) = drawer.filter(|d| !d.secret_sealed.is_empty()) else {
        return Ok(false);
    };
    let client = online_payment::client(app, &drawer)?;
    let method = match client.retrieve_payment_method(method_id).await {
        Ok(answer) => answer.object,
        // Taken off meanwhile, or at an account whose keys are not here any more.
        Err(error) if error.is_missing() => return Ok(true),
        Err(error) => {
            tracing::warn!(method_id, %error, "Stripe did not tell about a card");
            return Ok(false);
        }
    };
    let (hands, scope) = (app.clone(), scope.clone());
    let (kind, id) = source.parts();
    let (kind, id) = (kind, id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let source = Source::parse(kind, &id).ok_or(Error::NoRow)?;
        take(tx, &hands, &scope, source, &method)
    };
    app.db().write(write).await?;
    Ok(true)
}

fn take(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    source: Source<'_>,
    method: &PaymentMethod,
) -> Result<(), Error> {
    let Some(stripe_customer) = &method.customer else {
        return Ok(());
    };
    let Some(owner) = store::find_customer_by_stripe_id(tx, scope, stripe_customer)? else {
        return Ok(());
    };
    let asked = store::list_asked(tx, source)?;
    if asked.is_empty() || method.card.is_none() {
        // The box was unticked while Stripe was keeping it, or it is no card: nobody agreed to keep this.
        return match store::find_by_method(tx, scope, &method.id)? {
            Some(_) => Ok(()),
            None => detach::promise(tx, app, scope, &method.id),
        };
    }
    let (now, id) = (app.now_ms(), app.new_id());
    let new = store::NewCard {
        id: &id,
        scope,
        customer_id: &owner.customer_id,
        account_id: &owner.account_id,
        stripe_customer,
        payment_method: &method.id,
        face: &face_of(method),
    };
    store::insert_card(tx, &new, now)?;
    let Some(card) = store::find_by_method(tx, scope, &method.id)? else {
        // Known, and taken away again before this job ran.
        return Ok(());
    };
    for consent in &asked {
        if consent.purpose == Purpose::Autopay {
            store::end_autopay(tx, scope, &owner.customer_id, BY_ANOTHER, now)?;
        }
        store::update_given(tx, &consent.id, &card.id)?;
    }
    letters::kept(tx, app, &card, &asked)
}
