//! Asking Stripe: the payer's return, "Ask Stripe now", an event, and the sweep all fetch an intent, or the session that
//! carries one, and settle it.

use billing::payment::decline::DeclineGroup;
use billing::payment::settle::{AttemptStatus, Settlement};
use kit::db::Tx;

use super::attempts::{self, AttemptRow};
use super::settle::{settle, settle_session};
use super::store;
use super::tray::{self, Why};
use crate::app::App;
use crate::invoices::claim;
use crate::online_payment::{self, Drawer};
use crate::problem::Problem;
use crate::who::Scope;

/// What is known after asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing is due any more.
    Paid,
    /// A part came, as was asked for; the rest is still due.
    PartlyPaid,
    /// A bank is working on it.
    Processing,
    /// Not paid; with the reason of the last decline, if there was one.
    NotPaid {
        /// What to tell the payer.
        group: Option<DeclineGroup>,
    },
    /// Stripe could not be asked: the outcome is unknown, and will be found out.
    Unreachable,
    /// Nobody has tried to pay.
    NothingOpen,
}

/// Asks about every attempt to pay an invoice and settles what is new.
///
/// # Errors
/// [`Problem::NotFound`] for an invoice that is not in this drawer.
pub async fn ask_about_invoice(
    app: &App,
    scope: &Scope,
    invoice_id: &str,
) -> Result<Told, Problem> {
    let id = invoice_id.to_owned();
    let attempts = app
        .db()
        .read(move |tx| attempts::list_asked_attempts(tx, &id))
        .await?;
    let mut unreachable = false;
    for attempt in &attempts {
        unreachable |= matches!(ask_about_attempt(app, attempt).await?, Asked::Unreachable);
    }
    let (s, id) = (scope.clone(), invoice_id.to_owned());
    app.db()
        .read(move |tx| told(tx, &s, &id, unreachable))
        .await
        .map_err(Problem::from)
}

fn told(
    tx: &mut Tx<'_>,
    scope: &Scope,
    invoice_id: &str,
    unreachable: bool,
) -> Result<Told, kit::db::Error> {
    if claim::get(tx, scope, invoice_id)?.amount_due().is_zero() {
        return Ok(Told::Paid);
    }
    Ok(
        match attempts::find_latest_attempt(tx, invoice_id)?.map(|a| a.status) {
            None => Told::NothingOpen,
            Some(AttemptStatus::Processing) => Told::Processing,
            Some(AttemptStatus::Succeeded) => Told::PartlyPaid,
            Some(_) if unreachable => Told::Unreachable,
            Some(AttemptStatus::Declined(group)) => Told::NotPaid { group: Some(group) },
            Some(_) => Told::NotPaid { group: None },
        },
    )
}

/// How one question ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Answered, and settled.
    Settled(Settlement),
    /// The intent is not one of ours.
    NotOurs,
    /// It bears our reference and fits nowhere: its money is in the tray.
    Unallocated,
    /// There are no keys to ask with.
    NoKeys,
    /// No answer came.
    Unreachable,
}

/// Fetches the intent or the session of one attempt and settles it.
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub async fn ask_about_attempt(app: &App, attempt: &AttemptRow) -> Result<Asked, Problem> {
    let scope = attempt.scope.clone();
    let drawer = app
        .db()
        .read(move |tx| online_payment::drawer(tx, &scope))
        .await?;
    let Some(drawer) = drawer else {
        return Ok(Asked::NoKeys);
    };
    let known = Some(attempt.id.clone());
    match (&attempt.session_id, &attempt.intent_id) {
        (Some(session_id), _) => fetch_session(app, &drawer, session_id, known).await,
        (None, Some(intent_id)) => fetch_and_settle(app, &drawer, intent_id, known).await,
        (None, None) => Ok(Asked::NoKeys),
    }
}

/// Fetches a session that an event named and settles it, if it is one of ours.
///
/// # Errors
/// As [`ask_about_attempt`].
pub async fn ask_about_session(
    app: &App,
    scope: &Scope,
    session_id: &str,
) -> Result<Asked, Problem> {
    let (s, id) = (scope.clone(), session_id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        Ok::<_, kit::db::Error>((
            online_payment::drawer(tx, &s)?,
            attempts::find_attempt_by_session(tx, &s, &id)?,
        ))
    };
    let (drawer, attempt) = app.db().read(read).await?;
    match drawer {
        Some(drawer) => fetch_session(app, &drawer, session_id, attempt.map(|a| a.id)).await,
        None => Ok(Asked::NoKeys),
    }
}

async fn fetch_session(
    app: &App,
    drawer: &Drawer,
    session_id: &str,
    attempt_id: Option<String>,
) -> Result<Asked, Problem> {
    let client = online_payment::client(app, drawer)?;
    let session = match client.retrieve_checkout_session(session_id).await {
        Ok(answer) => answer.object,
        Err(stripe::Error::NotFound { .. }) => return Ok(Asked::NotOurs),
        Err(error) => {
            tracing::warn!(session_id, %error, "Stripe did not tell about a session");
            return Ok(Asked::Unreachable);
        }
    };
    let attempt_id = match (attempt_id, session.metadata.get(super::open::ATTEMPT)) {
        (Some(id), _) => Some(id),
        // The answer that made it was lost: the session itself says whose it is.
        (None, Some(id)) => {
            let (scope, id) = (drawer.scope.clone(), id.clone());
            let find = move |tx: &mut Tx<'_>| attempts::find_attempt(tx, &scope, &id);
            app.db().read(find).await?.map(|attempt| attempt.id)
        }
        (None, None) => None,
    };
    match (attempt_id, session.intent()) {
        (Some(id), _) => settle_session(app, &id, &session).await.map(Asked::Settled),
        (None, Some(intent)) => {
            let kept = tray::keep(app, &drawer.scope, intent, Why::UnknownAttempt).await?;
            Ok(if kept {
                Asked::Unallocated
            } else {
                Asked::NotOurs
            })
        }
        (None, None) => Ok(Asked::NotOurs),
    }
}

/// Fetches an intent that an event named and settles it, if it is one of ours.
///
/// # Errors
/// As [`ask_about_attempt`].
pub async fn ask_about_intent(app: &App, scope: &Scope, intent_id: &str) -> Result<Asked, Problem> {
    let (s, id) = (scope.clone(), intent_id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        Ok::<_, kit::db::Error>((
            online_payment::drawer(tx, &s)?,
            attempts::find_attempt_by_intent(tx, &s, &id)?,
        ))
    };
    let (drawer, attempt) = app.db().read(read).await?;
    match drawer {
        Some(drawer) => fetch_and_settle(app, &drawer, intent_id, attempt.map(|a| a.id)).await,
        None => Ok(Asked::NoKeys),
    }
}

async fn fetch_and_settle(
    app: &App,
    drawer: &Drawer,
    intent_id: &str,
    attempt_id: Option<String>,
) -> Result<Asked, Problem> {
    let client = online_payment::client(app, drawer)?;
    let intent = match client.retrieve_payment_intent(intent_id).await {
        Ok(answer) => answer.object,
        Err(stripe::Error::NotFound { .. }) => return Ok(Asked::NotOurs),
        Err(error) => {
            tracing::warn!(intent_id, %error, "Stripe did not tell about a payment");
            return Ok(Asked::Unreachable);
        }
    };
    let attempt_id = match attempt_id {
        Some(id) => id,
        // The power went after Stripe made the intent and before its id was written down: the intent itself says
        // whose it is.
        None => match adopt(app, &drawer.scope, &intent).await? {
            Some(id) => id,
            None if tray::keep(app, &drawer.scope, &intent, Why::UnknownAttempt).await? => {
                return Ok(Asked::Unallocated);
            }
            None => return Ok(Asked::NotOurs),
        },
    };
    settle(app, &attempt_id, &intent).await.map(Asked::Settled)
}

async fn adopt(
    app: &App,
    scope: &Scope,
    intent: &stripe::PaymentIntent,
) -> Result<Option<String>, Problem> {
    let Some(attempt_id) = intent.metadata.get(super::open::ATTEMPT).cloned() else {
        return Ok(None);
    };
    let (scope, intent_id, now) = (scope.clone(), intent.id.clone(), app.now_ms());
    let adopt = move |tx: &mut Tx<'_>| {
        let Some(attempt) = attempts::find_attempt(tx, &scope, &attempt_id)? else {
            return Ok(None);
        };
        if attempt.intent_id.is_none() {
            attempts::update_attempt_intent(tx, &attempt.id, &intent_id, "", now)?;
        }
        Ok::<_, kit::db::Error>(Some(attempt.id))
    };
    Ok(app.db().write(adopt).await?)
}

/// Asks about all open attempts of a drawer that were not asked about lately: the path that needs neither a payer
/// who comes back nor a webhook nor an event. Answers how many were asked about.
///
/// # Errors
/// Of the database.
pub async fn sweep(app: &App, scope: &Scope, not_since_ms: i64) -> Result<usize, Problem> {
    let (s, before) = (scope.clone(), app.now_ms() - not_since_ms);
    let open = app
        .db()
        .read(move |tx| attempts::list_open_attempts(tx, &s, before))
        .await?;
    for attempt in &open {
        if matches!(ask_about_attempt(app, attempt).await?, Asked::Unreachable) {
            break;
        }
    }
    Ok(open.len())
}

/// The job [`super::settle::FIND_FEE`]: asks again until the balance transaction is there.
pub async fn find_fee(app: &App, payload: &str) -> kit::jobs::Outcome {
    use kit::jobs::Outcome;
    let Some((scope, intent_id)) = payload
        .rsplit_once(' ')
        .and_then(|(s, id)| Some((Scope::parse(s)?, id)))
    else {
        return Outcome::Dead("a bad payload".into());
    };
    match ask_about_intent(app, &scope, intent_id).await {
        Ok(Asked::Settled(_) | Asked::Unallocated) => {}
        Ok(Asked::Unreachable) => return Outcome::Later("Stripe could not be reached".into()),
        Ok(Asked::NotOurs | Asked::NoKeys) => {
            return Outcome::Dead("the payment is not to be found at Stripe".into());
        }
        Err(problem) => return Outcome::Retry(problem.to_string()),
    }
    let id = intent_id.to_owned();
    match app.db().read(move |tx| store::fee_is_known(tx, &id)).await {
        Ok(true) => Outcome::Done,
        Ok(false) => Outcome::Later("the fee is not known yet".into()),
        Err(error) => Outcome::Retry(error.to_string()),
    }
}
