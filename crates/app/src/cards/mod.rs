//! Saved cards: what a payer agreed to, the card as its owner knows it, and Stripe's ids; nothing else of it (AC-15).
//!
//! No card is kept without a consent that stands here first, with the very words the payer read. The card itself is at
//! Stripe, on a customer made there for ours. Charging it is [`crate::payments`]'s; when, is autopay's.

pub mod consent;
pub mod customer;
mod detach;
mod keep;
mod letters;
pub mod plan;
mod remove;
pub mod setup;
mod show;
mod store;

use axum::{Router, routing};
use billing::payment::saved_card::Expiry;
use jiff::civil::Date;
use kit::db::{Error, Tx};

use crate::app::App;
use crate::problem::Problem;
use crate::who::Scope;

pub use consent::{Consent, Giver, Purpose, Saving, Source, Wish};
pub use detach::detach_job;
pub use keep::{enqueue_keep, keep_job};

/// The job that takes a card into our rows once it is at Stripe; [`enqueue_keep`] promises it.
pub const KEEP: &str = "KeepCard";
/// The job that takes a card off at Stripe; its payload is the scope and the method.
pub const DETACH: &str = "DetachCard";

/// The pages of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/customers/{id}/cards", routing::get(show::get))
        .route(
            "/customers/{id}/cards/{card}/remove",
            routing::get(remove::get).post(remove::post),
        )
}

/// A card as its owner knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCard {
    /// Our row.
    pub id: String,
    /// Whose books, and which drawer.
    pub scope: Scope,
    /// Whose invoices it may pay.
    pub customer_id: String,
    /// The account it is kept at; it is of no use at another.
    pub account_id: String,
    /// `cus_…`
    pub stripe_customer: String,
    /// `pm_…`
    pub payment_method: String,
    /// `visa`, as Stripe says it.
    pub brand: String,
    /// Four figures.
    pub last4: String,
    /// Its last month; none when Stripe did not tell.
    pub expiry: Option<Expiry>,
    /// Unix milliseconds.
    pub kept_at: i64,
}

impl SavedCard {
    /// `Visa •••• 4242`.
    pub fn words(&self) -> String {
        face(&self.brand, &self.last4)
    }

    /// `08/2027`; empty when not known.
    pub fn expiry_words(&self) -> String {
        self.expiry.map(Expiry::to_text).unwrap_or_default()
    }

    /// Whether it is of no use any more on a day.
    pub fn is_over(&self, day: Date) -> bool {
        self.expiry.is_some_and(|expiry| expiry.is_over(day))
    }
}

/// A card as a person knows it: `Visa •••• 4242` (PAY-04); empty when it was no card.
pub fn face(brand: &str, last4: &str) -> String {
    if last4.is_empty() {
        return String::new();
    }
    let mut letters = brand.chars();
    let brand: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect();
    format!("{brand} •••• {last4}")
}

/// The cards of a customer, newest first.
///
/// # Errors
/// Of the database.
pub fn list(tx: &mut Tx<'_>, scope: &Scope, customer_id: &str) -> Result<Vec<SavedCard>, Error> {
    store::list_kept(tx, scope, customer_id)
}

/// One card that is still kept.
///
/// # Errors
/// Of the database.
pub fn find(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<SavedCard>, Error> {
    store::find_kept(tx, scope, id)
}

/// A card is taken away: of no use from this transaction on, every consent on it ended, and off at Stripe by a
/// job. Answers whether it was there.
///
/// # Errors
/// Of the database.
pub fn remove(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    id: &str,
    by: &'static str,
) -> Result<bool, Error> {
    let Some(card) = store::find_kept(tx, scope, id)? else {
        return Ok(false);
    };
    let now = app.now_ms();
    store::update_removed(tx, &card.id, by, now)?;
    store::end_consents_on(tx, &card.id, by, now)?;
    if by != BY_STRIPE {
        detach::promise(tx, app, scope, &card.payment_method)?;
    }
    Ok(true)
}

/// Who ended something: the payer, in the Customer Area.
pub const BY_PAYER: &str = "payer";
/// Who ended something: the seller, at the payer's wish.
pub const BY_SELLER: &str = "seller";
/// Who ended something: Stripe, where the card is gone.
pub const BY_STRIPE: &str = "stripe";
/// What ended a consent: another one in its place.
pub const BY_ANOTHER: &str = "another";

/// What came of asking Stripe about a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is as Stripe says now.
    Known,
    /// It is gone at Stripe, and here.
    Gone,
    /// It is none of ours.
    NotOurs,
    /// There are no keys to ask with.
    NoKeys,
    /// No answer came.
    Unreachable,
}

/// Whether a bank has said never to ask for a card again.
///
/// # Errors
/// Of the database.
pub fn is_refused(tx: &mut Tx<'_>, id: &str) -> Result<bool, Error> {
    store::find_refused(tx, id).map(|code| !code.is_empty())
}

/// A bank has said never to ask for a card again.
///
/// # Errors
/// Of the database.
pub fn note_refused(tx: &mut Tx<'_>, id: &str, code: &str) -> Result<(), Error> {
    store::update_refused(tx, id, code)
}

/// Whether its owner was told of the end of a card as it is known now.
///
/// # Errors
/// Of the database.
pub fn was_told_of_end(tx: &mut Tx<'_>, card: &SavedCard) -> Result<bool, Error> {
    Ok(store::find_expiry_told(tx, &card.id)? == card.expiry_words())
}

/// Its owner is told of the end of a card.
///
/// # Errors
/// Of the database.
pub fn note_told_of_end(tx: &mut Tx<'_>, card: &SavedCard) -> Result<(), Error> {
    store::update_expiry_told(tx, &card.id, &card.expiry_words())
}

/// An event named a payment method: the card as Stripe knows it now (a bank has replaced it, its date is another, it was
/// taken off in the Dashboard).
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub async fn ask_about(app: &App, scope: &Scope, method_id: &str) -> Result<Asked, Problem> {
    let (s, id) = (scope.clone(), method_id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        Ok::<_, Error>((
            store::find_by_method(tx, &s, &id)?,
            crate::online_payment::drawer(tx, &s)?,
        ))
    };
    let (card, drawer) = app.db().read(read).await?;
    let (Some(card), Some(drawer)) = (card, drawer) else {
        return Ok(Asked::NotOurs);
    };
    if drawer.secret_sealed.is_empty() || drawer.account_id != card.account_id {
        return Ok(Asked::NoKeys);
    }
    let client = crate::online_payment::client(app, &drawer)?;
    let told = match client.retrieve_payment_method(method_id).await {
        Ok(answer) => Some(answer.object).filter(|m| m.customer.is_some()),
        Err(error) if error.is_missing() => None,
        Err(error) => {
            tracing::warn!(method_id, %error, "Stripe did not tell about a card");
            return Ok(Asked::Unreachable);
        }
    };
    let (app_in, scope) = (app.clone(), scope.clone());
    let write = move |tx: &mut Tx<'_>| match &told {
        Some(told) => store::update_face(tx, &card.id, &keep::face_of(told), app_in.now_ms())
            .map(|()| Asked::Known),
        None => remove(tx, &app_in, &scope, &card.id, BY_STRIPE).map(|_| Asked::Gone),
    };
    Ok(app.db().write::<_, Error, _>(write).await?)
}

/// From where a consent came, as far as the privacy of the payer allows: the network, not the device. Enough to tell a
/// bank which provider and which region; not enough to tell who.
pub fn coarse(address: &str) -> String {
    match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(v4)) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(std::net::IpAddr::V6(v6)) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_address_only_the_network_is_kept() {
        assert_eq!(coarse("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(coarse("2001:db8:1:2::3"), "2001:db8:1::/48");
        assert_eq!(coarse("unknown"), "");
    }

    #[test]
    fn pay_04_a_card_is_told_by_brand_and_last_four() {
        assert_eq!(face("visa", "4242"), "Visa •••• 4242");
        assert_eq!(face("", ""), "");
    }
}
