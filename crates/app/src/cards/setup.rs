//! A card kept without a payment: a setup intent, by which its owner leaves it with Stripe. Nothing is charged.

use billing::payment::decline::DeclineGroup;
use kit::db::{Error, Tx};
use stripe::{ClientSecret, IdempotencyKey, SetupIntent, SetupIntentStatus};

use super::consent::{self, Giver, Source, Wish};
use super::customer::{self, NoCustomer};
use super::{keep, store};
use crate::app::App;
use crate::online_payment::{self, Drawer};
use crate::problem::Problem;
use crate::who::Scope;

/// A setup as it is kept.
#[derive(Clone, Debug)]
pub(super) struct SetupRow {
    pub(super) id: String,
    pub(super) scope: Scope,
    pub(super) customer_id: String,
    pub(super) account_id: String,
    pub(super) idempotency_key: String,
    pub(super) setup_intent: Option<String>,
    pub(super) created_at: i64,
}

/// The name in a setup's metadata under which ours stands.
const SETUP: &str = "quittance_setup";
/// So long a setup is gone on with; also how long its idempotency key is trusted (Stripe forgets it after 24 hours).
const OPEN_MS: i64 = 23 * 3_600_000;

/// What the page with the card form needs.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Lets this one browser confirm; never stored, logged or put into an address by us.
    pub client_secret: ClientSecret,
    /// For the provider's script.
    pub public_key: String,
}

/// Opens the way for a card to be kept, or finds the one that is open; what the boxes say is written down first.
/// `wish` is nothing while the form is only being shown.
///
/// # Errors
/// [`NoCustomer`].
pub async fn open(
    app: &App,
    drawer: &Drawer,
    customer_id: &str,
    wish: Option<(Wish, Giver)>,
) -> Result<Opened, NoCustomer> {
    let client = online_payment::client(app, drawer)?;
    let stripe_customer = customer::at_stripe(app, &client, drawer, customer_id).await?;
    // A second round when the first setup has come to its end meanwhile.
    for _ in 0..2 {
        let setup = written_down(app, drawer, customer_id, wish.clone()).await?;
        let intent = match &setup.setup_intent {
            Some(id) => client.retrieve_setup_intent(id).await,
            None => {
                let metadata = [(SETUP.to_owned(), setup.id.clone())].into();
                let key = IdempotencyKey::new(setup.idempotency_key.clone())
                    .map_err(Problem::internal)?;
                client
                    .create_card_setup(&stripe_customer, &metadata, &key)
                    .await
            }
        };
        let intent = match intent {
            Ok(answer) => answer.object,
            Err(error) if error.is_missing() => {
                customer::forget(app, &stripe_customer).await?;
                end(app, &setup, "over").await?;
                return Err(NoCustomer::Unreachable);
            }
            Err(error @ stripe::Error::Server { .. }) => {
                // Stripe replays its own failure for as long as it knows the key: the next press begins anew.
                end(app, &setup, "over").await?;
                tracing::warn!(%error, "a setup could not be opened");
                return Err(NoCustomer::Unreachable);
            }
            Err(error) if error.is_passing() || error.outcome_unknown() => {
                return Err(NoCustomer::Unreachable);
            }
            Err(error) => return Err(NoCustomer::Refused(error)),
        };
        let (id, intent_id) = (setup.id.clone(), intent.id.clone());
        let ours = app
            .db()
            .write(move |tx| store::update_setup_intent(tx, &id, &intent_id))
            .await?;
        hear(app, &setup, &intent).await?;
        let open = !matches!(
            intent.status,
            SetupIntentStatus::Succeeded | SetupIntentStatus::Canceled
        );
        if let (true, true, Some(client_secret)) = (ours, open, intent.client_secret) {
            return Ok(Opened {
                client_secret,
                public_key: drawer.public_key.clone(),
            });
        }
    }
    Err(NoCustomer::Unreachable)
}

async fn written_down(
    app: &App,
    drawer: &Drawer,
    customer_id: &str,
    wish: Option<(Wish, Giver)>,
) -> Result<SetupRow, NoCustomer> {
    let (hands, d, customer_id) = (app.clone(), drawer.clone(), customer_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let now = hands.now_ms();
        let setup = match store::find_open_setup(tx, &d, &customer_id, now - OPEN_MS)? {
            Some(setup) => setup,
            None => {
                let setup = SetupRow {
                    id: hands.new_id(),
                    scope: d.scope.clone(),
                    customer_id: customer_id.clone(),
                    account_id: d.account_id.clone(),
                    idempotency_key: hands.chance().token(),
                    setup_intent: None,
                    created_at: now,
                };
                store::insert_setup(tx, &setup)?;
                setup
            }
        };
        if let Some((wish, giver)) = &wish {
            let source = Source::Setup(&setup.id);
            consent::ask(tx, &hands, &d.scope, &customer_id, source, *wish, giver)?;
        }
        Ok::<_, Error>(setup)
    };
    Ok(app.db().write(write).await?)
}

async fn end(app: &App, setup: &SetupRow, state: &'static str) -> Result<(), Problem> {
    let (id, now) = (setup.id.clone(), app.now_ms());
    let write = move |tx: &mut Tx<'_>| {
        if store::update_setup_ended(tx, &id, state, now)? {
            store::lapse_asked(tx, Source::Setup(&id), now)?;
        }
        Ok::<_, Error>(())
    };
    Ok(app.db().write(write).await?)
}

/// How a setup stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The card is kept.
    Kept,
    /// Not yet; with the reason of the last try, if there was one.
    NotYet(Option<DeclineGroup>),
    /// Stripe could not be asked.
    Unreachable,
    /// None of ours.
    NotOurs,
}

/// Asks Stripe about every open setup of a customer: the return of the payer, and the page's own question.
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub async fn ask_about_customer(
    app: &App,
    scope: &Scope,
    customer_id: &str,
) -> Result<Told, Problem> {
    let (s, id) = (scope.clone(), customer_id.to_owned());
    let open = app
        .db()
        .read(move |tx| store::list_open_setups_of(tx, &s, &id))
        .await?;
    let mut told = Told::NotYet(None);
    for setup in &open {
        match (ask(app, setup).await?, told) {
            (Told::Kept, _) => return Ok(Told::Kept),
            // The newest says why.
            (Told::NotYet(group), Told::NotYet(None)) => told = Told::NotYet(group),
            (Told::Unreachable, _) => told = Told::Unreachable,
            _ => {}
        }
    }
    Ok(told)
}

/// An event named a setup intent.
///
/// # Errors
/// As [`ask_about_customer`].
pub async fn ask_about(app: &App, scope: &Scope, intent_id: &str) -> Result<Told, Problem> {
    let (s, id) = (scope.clone(), intent_id.to_owned());
    let found = app
        .db()
        .read(move |tx| store::find_setup_by_intent(tx, &s, &id))
        .await?;
    match found {
        Some(setup) => ask(app, &setup).await,
        None => Ok(Told::NotOurs),
    }
}

/// Asks about setups that nobody was asked about lately, and closes those that nobody goes on with.
///
/// # Errors
/// As [`ask_about_customer`].
pub async fn sweep(app: &App, scope: &Scope, not_since_ms: i64) -> Result<(), Problem> {
    let (s, before) = (scope.clone(), app.now_ms() - not_since_ms);
    let open = app
        .db()
        .read(move |tx| store::list_open_setups(tx, &s, before))
        .await?;
    for setup in &open {
        match ask(app, setup).await? {
            Told::Unreachable => break,
            Told::NotYet(_) if app.now_ms() - setup.created_at > OPEN_MS => {
                give_up(app, setup).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

async fn give_up(app: &App, setup: &SetupRow) -> Result<(), Problem> {
    let scope = setup.scope.clone();
    let drawer = app
        .db()
        .read(move |tx| online_payment::drawer(tx, &scope))
        .await?;
    if let (Some(drawer), Some(intent_id)) = (drawer, &setup.setup_intent) {
        let client = online_payment::client(app, &drawer)?;
        let key = IdempotencyKey::new(app.chance().token()).map_err(Problem::internal)?;
        match client.cancel_setup_intent(intent_id, &key).await {
            Ok(_) => {}
            Err(error) if error.is_missing() => {}
            // It moved meanwhile, or Stripe does not answer: asked again at the next round.
            Err(_) => return Ok(()),
        }
    }
    end(app, setup, "over").await
}

async fn ask(app: &App, setup: &SetupRow) -> Result<Told, Problem> {
    let scope = setup.scope.clone();
    let drawer = app
        .db()
        .read(move |tx| online_payment::drawer(tx, &scope))
        .await?;
    let Some(drawer) = drawer.filter(|d| !d.secret_sealed.is_empty()) else {
        return Ok(Told::Unreachable);
    };
    let Some(intent_id) = &setup.setup_intent else {
        return Ok(Told::NotYet(None));
    };
    let client = online_payment::client(app, &drawer)?;
    match client.retrieve_setup_intent(intent_id).await {
        Ok(answer) => hear(app, setup, &answer.object).await,
        // Of an account whose keys are not here any more.
        Err(error) if error.is_missing() => {
            end(app, setup, "over").await?;
            Ok(Told::NotYet(None))
        }
        Err(error) => {
            tracing::warn!(intent_id, %error, "Stripe did not tell about a setup");
            Ok(Told::Unreachable)
        }
    }
}

/// The one place where a setup ends. A repeated word changes nothing.
async fn hear(app: &App, setup: &SetupRow, intent: &SetupIntent) -> Result<Told, Problem> {
    let error = intent.last_setup_error.as_ref();
    let code = error.and_then(|e| e.code.as_ref()).map(|c| c.as_str());
    match (&intent.status, &intent.payment_method) {
        (SetupIntentStatus::Succeeded, Some(method)) => {
            let (hands, row, method_id) = (app.clone(), setup.clone(), method.clone());
            let write = move |tx: &mut Tx<'_>| {
                if store::update_setup_ended(tx, &row.id, "kept", hands.now_ms())? {
                    let source = Source::Setup(&row.id);
                    keep::enqueue_keep(tx, &hands, &row.scope, source, &method_id)?;
                }
                Ok::<_, Error>(())
            };
            app.db().write(write).await?;
            // At once, for whoever is looking; the job does nothing then.
            keep::keep(app, &setup.scope, Source::Setup(&setup.id), method).await?;
            Ok(Told::Kept)
        }
        (SetupIntentStatus::Canceled, _) => {
            end(app, setup, "over").await?;
            Ok(Told::NotYet(None))
        }
        _ => {
            let (id, now) = (setup.id.clone(), app.now_ms());
            let kept = code.unwrap_or_default().to_owned();
            app.db()
                .write(move |tx| store::update_setup_asked(tx, &id, &kept, now))
                .await?;
            let decline = error.and_then(|e| e.decline_code.as_deref());
            Ok(Told::NotYet(
                error.map(|_| DeclineGroup::from_codes(code, decline)),
            ))
        }
    }
}
