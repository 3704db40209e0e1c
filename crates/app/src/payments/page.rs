//! The page that Stripe hosts: one live session per amount due, as `open.rs` keeps one live intent.
//!
//! A session cannot be changed, and the intent in it can only be ended with it. So whenever something else is asked for
//! (another amount, other invoices, another way back, the form), the session is expired at Stripe first, and another
//! attempt begins. Nobody is given the address of a session whose attempt is over.

use billing::money::Money;
use billing::payment::session::{Prospect, Session};
use kit::db::{Error, Tx};
use stripe::checkout::CheckoutLine;
use stripe::{CheckoutSession, Client, NewCheckoutSession};

use super::attempts::{self, AttemptRow, ComesBackTo, Vehicle, WayBack};
use super::close::Closed;
use super::open::{
    Ask, CannotOpen, Part, Ready, intention, metadata, numbers, ready, refused, still_live,
};
use super::settle::{session_facts, settle_session};
use crate::app::App;
use crate::invoices::link;
use crate::online_payment::{self, NoOffer};
use crate::problem::Problem;
use crate::who::Scope;

/// Where to send the payer.
#[derive(Clone, Debug)]
pub struct Onward {
    /// The page's address at Stripe; whoever has it may pay.
    pub url: String,
    /// What is asked there.
    pub amount: Money,
    /// Our attempt.
    pub attempt_id: String,
}

/// Opens one payment for all these invoices on the page that Stripe hosts, or finds the one that is open for exactly
/// them.
///
/// # Errors
/// [`CannotOpen`].
pub async fn open_page(
    app: &App,
    scope: &Scope,
    asks: &[Ask],
    back: WayBack,
) -> Result<Onward, CannotOpen> {
    // As in `open_for`: each round either ends or closes what was out of step.
    for _ in 0..4 {
        let Some(ready) = ready(app, scope, asks, Vehicle::Page(back)).await? else {
            continue;
        };
        let client = online_payment::client(app, &ready.drawer)?;
        let session = match &ready.attempt.session_id {
            Some(id) => {
                client
                    .retrieve_checkout_session(id)
                    .await
                    .map_err(refused)?
                    .object
            }
            None => match make(app, &client, &ready).await? {
                Some(session) => session,
                None => continue,
            },
        };
        if let Some(onward) = lead(app, &client, &ready, session).await? {
            return Ok(onward);
        }
    }
    Err(CannotOpen::Unreachable)
}

/// The attempt's session; nothing when the attempt is given up instead. A session that was made all the same (its answer
/// was lost, or came as a failure that Stripe replays) harms nobody: nobody was given its address, and it expires.
async fn make(
    app: &App,
    client: &Client,
    ready: &Ready,
) -> Result<Option<CheckoutSession>, CannotOpen> {
    let attempt = &ready.attempt;
    let is_trusted = app.now_ms() - attempt.created_at <= stripe::KEY_TRUSTED_MS;
    let new = match wanted(app, ready).await? {
        Some(new) if is_trusted => new,
        _ => return give_up(app, attempt).await.map(|()| None),
    };
    let key = intention(&attempt.idempotency_key);
    match client.create_checkout_session(&new, &key).await {
        Ok(answer) => remember(app, attempt, answer).await,
        // What the key stands for is not what we would ask for now, or it failed for good under this key.
        Err(
            stripe::Error::Server { .. }
            | stripe::Error::IdempotencyConflict {
                in_flight: false, ..
            },
        ) => give_up(app, attempt).await.map(|()| None),
        Err(error) => Err(refused(error)),
    }
}

async fn give_up(app: &App, attempt: &AttemptRow) -> Result<(), CannotOpen> {
    let (id, now) = (attempt.id.clone(), app.now_ms());
    app.db()
        .write(move |tx| attempts::update_attempt_given_up(tx, &id, now))
        .await?;
    Ok(())
}

/// Writes the session down as the attempt's own; nothing when it is not, and nobody may be sent there.
async fn remember(
    app: &App,
    attempt: &AttemptRow,
    answer: stripe::Answer<CheckoutSession>,
) -> Result<Option<CheckoutSession>, CannotOpen> {
    let (id, session_id, now) = (attempt.id.clone(), answer.object.id.clone(), app.now_ms());
    let request_id = answer.request_id.unwrap_or_default();
    let written = app
        .db()
        .write(move |tx| attempts::update_attempt_session(tx, &id, &session_id, &request_id, now))
        .await?;
    Ok(written.then_some(answer.object))
}

/// What Stripe is asked for: told by the attempt's row alone, so that it is the same under the same key. Nothing when
/// there is no address to come back to.
async fn wanted(app: &App, ready: &Ready) -> Result<Option<NewCheckoutSession>, CannotOpen> {
    let Vehicle::Page(back) = ready.attempt.vehicle else {
        return Ok(None);
    };
    let Some(base) = base_url(app, ready, back).await? else {
        return Err(CannotOpen::NoOffer(NoOffer::NotSetUp));
    };
    let lines: Result<Vec<CheckoutLine>, _> = ready.parts.iter().map(|p| line(p, back)).collect();
    let return_url = format!("{base}/return");
    Ok(Some(NewCheckoutSession {
        currency: ready.attempt.amount.currency().stripe_code(),
        lines: lines.map_err(|_| CannotOpen::NoOffer(NoOffer::BelowMinimum))?,
        client_reference_id: ready.attempt.id.clone(),
        metadata: metadata(ready),
        description: Some(numbers(ready)),
        // Both lead to the page that asks Stripe: what happened there is never taken from an address.
        success_url: return_url.clone(),
        cancel_url: return_url,
        expires_at: None,
        customer: None,
        setup_future_usage: None,
        locale: Some(language(back).to_owned()),
    }))
}

fn line(
    part: &Part,
    back: WayBack,
) -> Result<CheckoutLine, billing::stripe_amount::StripeAmountError> {
    let number = part.claim.number.as_str();
    Ok(CheckoutLine {
        name: back.locale.t1("pay-heading", "number", number).into_owned(),
        description: None,
        unit_amount_minor: part.amount.to_stripe_amount()?,
        quantity: 1,
    })
}

/// Of the languages that Stripe's page speaks, the reader's.
fn language(back: WayBack) -> &'static str {
    match back.locale.tag() {
        tag @ ("fr-CA" | "en-GB") => tag,
        _ => back.locale.lang().as_str(),
    }
}

/// Where the payer comes back to, without the last step of the way.
async fn base_url(app: &App, ready: &Ready, back: WayBack) -> Result<Option<String>, CannotOpen> {
    match back.to {
        ComesBackTo::Area => {
            let ids: Vec<&str> = ready
                .parts
                .iter()
                .map(|p| p.claim.invoice_id.as_str())
                .collect();
            let base = app.public_url();
            Ok(Some(format!("{base}/area/several/{}", ids.join("."))))
        }
        ComesBackTo::Link => {
            let (hands, id) = (app.clone(), ready.attempt.invoice_id.clone());
            let read = move |tx: &mut Tx<'_>| link::for_invoice(tx, &hands, &id);
            let found = app.db().read::<_, Error, _>(read).await?;
            Ok(found.map(|(_, url)| url))
        }
    }
}

/// Settles what the session already says, and answers where to send the payer. `None`: begin again.
async fn lead(
    app: &App,
    client: &Client,
    ready: &Ready,
    session: CheckoutSession,
) -> Result<Option<Onward>, CannotOpen> {
    let attempt = &ready.attempt;
    settle_session(app, &attempt.id, &session).await?;
    let facts = facts(&session)?;
    match facts.prospect() {
        Prospect::Paid => return Err(CannotOpen::Paid),
        Prospect::UnderWay => return Err(CannotOpen::Processing),
        Prospect::Over => {
            over(app, attempt).await?;
            return Ok(None);
        }
        Prospect::Payable => {}
    }
    // The attempt may have been closed while Stripe was being asked, when its session was not known yet.
    if !facts.serves(ready.total) || !still_live(app, attempt).await? {
        return match close_session(app, client, &attempt.id, &session.id).await? {
            Closed::Over => Ok(None),
            Closed::Processing => Err(CannotOpen::Processing),
            Closed::Unreachable => Err(CannotOpen::Unreachable),
        };
    }
    let url = session
        .url
        .ok_or_else(|| Problem::internal("an open session came without its address"))?;
    Ok(Some(Onward {
        url,
        amount: ready.total,
        attempt_id: attempt.id.clone(),
    }))
}

fn facts(session: &CheckoutSession) -> Result<Session, Problem> {
    session_facts(session).map_err(Problem::internal)
}

async fn over(app: &App, attempt: &AttemptRow) -> Result<(), Error> {
    let (id, now) = (attempt.id.clone(), app.now_ms());
    app.db()
        .write(move |tx| attempts::update_attempt_over(tx, &id, now))
        .await
}

/// Expires a session as far as Stripe lets us, and settles what it says then. Expiring twice is harmless, so each try
/// has a key of its own.
///
/// # Errors
/// Of the database, or when Stripe says something we do not know.
pub(super) async fn close_session(
    app: &App,
    client: &Client,
    attempt_id: &str,
    session_id: &str,
) -> Result<Closed, Problem> {
    let Ok(answer) = client.retrieve_checkout_session(session_id).await else {
        return Ok(Closed::Unreachable);
    };
    let mut session = answer.object;
    if facts(&session)?.prospect() == Prospect::Payable {
        let key = intention(&app.chance().token());
        // Whatever came of it, look again: it may have been paid meanwhile, and the answer comes without its intent.
        let ended = client.expire_checkout_session(session_id, &key).await;
        if let Err(error) = &ended {
            tracing::info!(session_id, %error, "a session was not expired");
        }
        match client.retrieve_checkout_session(session_id).await {
            Ok(answer) => session = answer.object,
            Err(_) => return Ok(Closed::Unreachable),
        }
    }
    settle_session(app, attempt_id, &session).await?;
    Ok(match facts(&session)?.prospect() {
        Prospect::Paid => Closed::Over,
        Prospect::UnderWay => Closed::Processing,
        Prospect::Payable => Closed::Unreachable,
        Prospect::Over => {
            let (id, now) = (attempt_id.to_owned(), app.now_ms());
            app.db()
                .write(move |tx| attempts::update_attempt_over(tx, &id, now))
                .await?;
            Closed::Over
        }
    })
}
