//! Closing a live attempt at Stripe, before the invoices under it change (product.md §2.5).

use billing::payment::settle::AttemptStatus;
use kit::db::{Error, Tx};
use kit::jobs::Outcome;
use stripe::{CancellationReason, Client, PaymentIntentStatus};

use super::attempts::{self, AttemptRow};
use super::open::intention;
use super::page::close_session;
use super::settle::settle;
use crate::app::App;
use crate::invoices::claim;
use crate::online_payment;
use crate::problem::Problem;
use crate::who::Scope;

/// How closing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Nobody can pay it any more; what was paid until then is booked.
    Over,
    /// A bank is working on it: it cannot be closed, and is booked when it succeeds.
    Processing,
    /// Stripe could not be asked.
    Unreachable,
}

/// Closes whatever payers have open on these invoices, as far as Stripe lets us. Money that comes all the same is
/// booked when it comes: first to what is still due, then as customer credit.
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub async fn close_open(
    app: &App,
    scope: &Scope,
    invoice_ids: &[String],
) -> Result<Closed, Problem> {
    let (s, ids) = (scope.clone(), invoice_ids.to_vec());
    let read = move |tx: &mut Tx<'_>| {
        let mut live: Vec<AttemptRow> = Vec::new();
        for id in &ids {
            live.extend(attempts::find_live_attempt(tx, id)?);
        }
        live.sort_by(|a, b| a.id.cmp(&b.id));
        live.dedup_by(|a, b| a.id == b.id);
        Ok::<_, Error>((online_payment::drawer(tx, &s)?, live))
    };
    let (drawer, live) = app.db().read(read).await?;
    let (Some(drawer), false) = (drawer, live.is_empty()) else {
        return Ok(Closed::Over);
    };
    let client = online_payment::client(app, &drawer)?;
    let mut ended = Closed::Over;
    for attempt in &live {
        match close(app, &client, attempt).await? {
            Closed::Over => {}
            other => ended = other,
        }
    }
    Ok(ended)
}

/// What became of a change under closed attempts.
#[derive(Debug)]
pub enum Changed<T> {
    /// It was made.
    Done(T),
    /// It was not: Stripe could not be asked to close what payers have open.
    Not(Closed),
}

/// Closes what payers have open on these invoices and then changes them, in one transaction that holds their rows: so
/// nobody can be asked for an amount that is no longer due. With `anyway` the change is made though Stripe cannot be
/// asked; a job closes later, and what comes twice becomes the customer's credit. What a bank is working on stays.
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub async fn change<T, F>(
    app: &App,
    scope: &Scope,
    invoice_ids: &[String],
    anyway: bool,
    change: F,
) -> Result<Changed<T>, Problem>
where
    T: Send + 'static,
    F: Fn(&mut Tx<'_>) -> Result<T, Error> + Clone + Send + Sync + 'static,
{
    let mut ids = invoice_ids.to_vec();
    ids.sort();
    ids.dedup();
    // Somebody may open another between the closing and the change; three are more than any story needs.
    for _ in 0..3 {
        let closed = close_open(app, scope, &ids).await?;
        if closed == Closed::Unreachable && !anyway {
            return Ok(Changed::Not(closed));
        }
        let (hands, s, ids, change) = (app.clone(), scope.clone(), ids.clone(), change.clone());
        let write = move |tx: &mut Tx<'_>| {
            let mut open = Vec::new();
            for id in &ids {
                claim::lock(tx, &s, id)?;
                let live = attempts::find_live_attempt(tx, id)?;
                open.extend(live.filter(|a| a.status != AttemptStatus::Processing));
            }
            if !open.is_empty() && !anyway {
                return Ok(None);
            }
            let done = change(tx)?;
            if !open.is_empty() {
                let payload = format!("{} {}", s.to_payload(), ids.join(","));
                kit::jobs::enqueue(tx, hands.hands(), CLOSE_LATER, &payload, &payload)?;
            }
            Ok::<_, Error>(Some(done))
        };
        if let Some(done) = app.db().write(write).await? {
            return Ok(Changed::Done(done));
        }
    }
    Ok(Changed::Not(Closed::Unreachable))
}

/// The job that closes at Stripe what could not be closed before a change; its payload is the scope and the invoices.
pub const CLOSE_LATER: &str = "CloseAttempts";

/// Does the job [`CLOSE_LATER`].
pub async fn close_later(app: &App, payload: &str) -> Outcome {
    let parsed = payload
        .rsplit_once(' ')
        .and_then(|(scope, ids)| Some((Scope::parse(scope)?, ids)));
    let Some((scope, ids)) = parsed else {
        return Outcome::Dead("a bad payload".into());
    };
    let ids: Vec<String> = ids.split(',').map(str::to_owned).collect();
    match close_open(app, &scope, &ids).await {
        Ok(Closed::Over | Closed::Processing) => Outcome::Done,
        Ok(Closed::Unreachable) => Outcome::Later("Stripe could not be reached".into()),
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

pub(super) async fn close(
    app: &App,
    client: &Client,
    attempt: &AttemptRow,
) -> Result<Closed, Problem> {
    if let Some(session_id) = &attempt.session_id {
        return close_session(app, client, &attempt.id, session_id).await;
    }
    let Some(intent_id) = &attempt.intent_id else {
        // Neither intent nor session is known, so nobody can pay; whoever is making one finds the attempt over.
        let (id, now) = (attempt.id.clone(), app.now_ms());
        app.db()
            .write(move |tx| attempts::update_attempt_given_up(tx, &id, now))
            .await?;
        return Ok(Closed::Over);
    };
    let mut intent = match client.retrieve_payment_intent(intent_id).await {
        Ok(answer) => answer.object,
        Err(_) => return Ok(Closed::Unreachable),
    };
    if intent.status.is_cancelable() {
        let key = intention(&app.chance().token());
        let reason = CancellationReason::Abandoned;
        let answer = match client.cancel_payment_intent(intent_id, &reason, &key).await {
            Ok(answer) => Ok(answer),
            // It moved meanwhile: look again instead of guessing.
            Err(_) => client.retrieve_payment_intent(intent_id).await,
        };
        match answer {
            Ok(answer) => intent = answer.object,
            Err(_) => return Ok(Closed::Unreachable),
        }
    }
    settle(app, &attempt.id, &intent).await?;
    Ok(match intent.status {
        PaymentIntentStatus::Succeeded | PaymentIntentStatus::Canceled => Closed::Over,
        PaymentIntentStatus::Processing => Closed::Processing,
        _ => Closed::Unreachable,
    })
}
