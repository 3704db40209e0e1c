//! Settings → Billing Settings → Online Payment: the keys, the key doctor, and the way to Stripe for other features.
//!
//! Live and test are two drawers (AC-14): one row each, never one field that is overwritten.

pub mod doctor;
mod edit;
mod form;
mod guide;
mod rights;
mod show;
mod store;
mod webhook;

use std::sync::Arc;

use axum::routing::get;
use billing::currency::{Currency, NoOnlinePayment};
use billing::money::Money;
use kit::db::{Error, Tx};
use secrecy::ExposeSecret;

use crate::app::App;
use crate::problem::Problem;
use crate::recorder;
use crate::who::Scope;

pub use store::Drawer;
pub use store::{SECRET_KEY, SIGNING_SECRET, WEBHOOK_PATH};

/// The job that closes intents nobody is paying; its payload is a [`Scope`].
pub const CANCEL_IDLE: &str = "CancelIdleIntents";

/// What a payer needs to pay by card.
#[derive(Clone, Debug)]
pub struct Offer {
    /// For the provider's script.
    pub public_key: String,
    /// Whose account takes the money.
    pub account_id: String,
    /// Only on the page that Stripe hosts: there is no form of ours (PAY-18).
    pub hosted: bool,
}

/// Why an amount cannot be paid by card now. For the seller; a payer only sees the other ways to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoOffer {
    /// No keys in this drawer.
    NotSetUp,
    /// "Online payment enabled" is not ticked.
    SwitchedOff,
    /// The account cannot charge this currency.
    Currency,
    /// We do not take this currency online (UGX, three decimals), whatever the account can.
    NotHere(NoOnlinePayment),
    /// Below what Stripe charges at all (`PAY-17`).
    BelowMinimum,
    /// Nothing is due.
    NothingDue,
}

/// Whether an amount due can be paid by card in this drawer, now.
///
/// # Errors
/// Of the database.
pub fn offer(
    tx: &mut Tx<'_>,
    scope: &Scope,
    amount_due: Money,
) -> Result<Result<Offer, NoOffer>, Error> {
    let Some(drawer) = store::find_drawer(tx, scope)? else {
        return Ok(Err(NoOffer::NotSetUp));
    };
    Ok(offer_of(&drawer, amount_due))
}

fn offer_of(drawer: &Drawer, amount_due: Money) -> Result<Offer, NoOffer> {
    if drawer.secret_sealed.is_empty() {
        return Err(NoOffer::NotSetUp);
    }
    if !drawer.enabled {
        return Err(NoOffer::SwitchedOff);
    }
    if !amount_due.is_positive() {
        return Err(NoOffer::NothingDue);
    }
    let currency = amount_due.currency();
    currency.online_payment().map_err(NoOffer::NotHere)?;
    if !drawer.can_charge(currency) {
        return Err(NoOffer::Currency);
    }
    amount_due
        .to_stripe_charge()
        .map_err(|_| NoOffer::BelowMinimum)?;
    Ok(Offer {
        public_key: drawer.public_key.clone(),
        account_id: drawer.account_id.clone(),
        hosted: drawer.hosted,
    })
}

/// The drawer's settings, for pages and for the pull.
///
/// # Errors
/// Of the database.
pub fn drawer(tx: &mut Tx<'_>, scope: &Scope) -> Result<Option<Drawer>, Error> {
    store::find_drawer(tx, scope)
}

/// All drawers with keys, for the jobs that ask Stripe.
///
/// # Errors
/// Of the database.
pub fn drawers_with_keys(tx: &mut Tx<'_>) -> Result<Vec<Drawer>, Error> {
    store::list_drawers_with_keys(tx)
}

/// The drawer that a webhook's address names, by the hash of its secret part.
///
/// # Errors
/// Of the database.
pub fn drawer_of_webhook(tx: &mut Tx<'_>, path_hash: &str) -> Result<Option<Drawer>, Error> {
    store::find_drawer_by_webhook(tx, path_hash)
}

/// The client that speaks with a drawer's secret key, switched off or not: money under way is still booked (AC-13).
///
/// # Errors
/// [`Problem::Internal`] when the key does not open (another master key): the seller must enter it again.
pub fn client(app: &App, drawer: &Drawer) -> Result<stripe::Client, Problem> {
    let key = open_secret_key(app, drawer)?;
    Ok(
        stripe::Client::new(app.transport().clone(), app.origins().clone(), key)
            .with_observer(recorder::observer(app, &drawer.scope)),
    )
}

fn open_secret_key(app: &App, drawer: &Drawer) -> Result<stripe::SecretKey, Problem> {
    let opened = app
        .keyring()
        .open_sealed(&drawer.owner(), SECRET_KEY, &drawer.secret_sealed)?;
    stripe::SecretKey::parse(opened.expose_secret())
        .map_err(|_| Problem::internal("a stored secret key does not parse"))
}

/// The signing secrets of a drawer's endpoint, the newest first: two while one is being rolled.
///
/// # Errors
/// [`Problem::Internal`] when they do not open.
pub fn signing_secrets(app: &App, drawer: &Drawer) -> Result<Vec<secrecy::SecretString>, Problem> {
    let ring = app.keyring();
    let sealed = [&drawer.webhook_sealed, &drawer.webhook_previous_sealed];
    let opened = sealed.into_iter().filter(|s| !s.is_empty());
    opened
        .map(|s| Ok(ring.open_sealed(&drawer.owner(), SIGNING_SECRET, s)?))
        .collect()
}

/// What arrived from Stripe, for the health panel.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Unix milliseconds.
    pub at: i64,
    /// `webhook` or `pull`.
    pub by: &'static str,
    /// From Stripe's making of the event to our hearing of it.
    pub lag_ms: i64,
}

/// Notes that an event was heard.
///
/// # Errors
/// Of the database.
pub fn note_heard(tx: &mut Tx<'_>, scope: &Scope, heard: &Heard) -> Result<(), Error> {
    store::update_heard(tx, scope, heard)
}

/// Counts a delivery whose signature did not verify.
///
/// # Errors
/// Of the database.
pub fn count_bad_signature(tx: &mut Tx<'_>, scope: &Scope) -> Result<(), Error> {
    store::update_bad_signatures(tx, scope)
}

/// Notes how far the event list has been pulled, or why it could not be.
///
/// # Errors
/// Of the database.
pub fn note_pulled(
    tx: &mut Tx<'_>,
    scope: &Scope,
    outcome: Result<Option<&str>, &str>,
    now_ms: i64,
) -> Result<(), Error> {
    store::update_pulled(tx, scope, outcome, now_ms)
}

/// The currencies to offer in the selector: the account's, ours only where it is not known yet (AC-04).
pub(crate) fn currencies_to_offer(drawer: Option<&Drawer>, own: Currency) -> Vec<Currency> {
    let known: Vec<Currency> = drawer.map(|d| d.currencies.clone()).unwrap_or_default();
    let mut all = if known.is_empty() {
        Currency::all()
    } else {
        known
    };
    all.retain(|c| c.online_payment().is_ok());
    if own.online_payment().is_ok() && !all.contains(&own) {
        all.push(own);
    }
    all.sort_by(|a, b| a.code().cmp(b.code()));
    all
}

/// The addresses of this feature.
pub fn router() -> axum::Router<App> {
    axum::Router::new()
        .route("/settings/billing", get(show::get))
        .route(
            "/settings/billing/online-payment/{mode}",
            get(edit::get).post(edit::post),
        )
}

/// Shared by the pages of this feature: the app's handle is cheap, its origins are shared.
pub(crate) fn public_client(app: &App, key: stripe::PublishableKey) -> stripe::PublicClient {
    stripe::PublicClient::new(app.transport().clone(), Arc::clone(app.origins()), key)
}
