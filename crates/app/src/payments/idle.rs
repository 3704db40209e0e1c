//! Closing what nobody is paying: when online payment is switched off, the keys change accounts, or customers are to pay
//! elsewhere from now on (AC-13).

use kit::db::{Error, Tx};
use stripe::{CancellationReason, Client, PaymentIntentStatus};

use super::attempts::{self, AttemptRow};
use super::close::Closed;
use super::open::intention;
use super::page::close_session;
use super::settle::{settle, settle_session};
use crate::app::App;
use crate::online_payment::{self, Drawer};
use crate::problem::Problem;
use crate::who::Scope;

/// Closes every open attempt of a drawer that is not wanted any more and that Stripe lets us close. What is being
/// confirmed or processed stays, and is booked when it succeeds. Answers how many could not be closed because Stripe did
/// not answer.
///
/// # Errors
/// Of the database.
pub async fn cancel_idle(app: &App, scope: &Scope) -> Result<usize, Problem> {
    let (mut left, mut last) = (0, String::new());
    // Stretch by stretch in the order of their ids: what stays open because it is being paid never stands in the way of
    // what comes after it.
    loop {
        let (s, after) = (scope.clone(), last.clone());
        let read = move |tx: &mut Tx<'_>| {
            Ok::<_, Error>((
                online_payment::drawer(tx, &s)?,
                attempts::list_open_after(tx, &s, &after, STRETCH)?,
            ))
        };
        let (Some(drawer), open) = app.db().read(read).await? else {
            return Ok(left);
        };
        let Some(end) = open.last() else {
            return Ok(left);
        };
        last.clone_from(&end.id);
        let client = online_payment::client(app, &drawer)?;
        for attempt in open.iter().filter(|attempt| is_unwanted(&drawer, attempt)) {
            let is_closed = match (&attempt.session_id, &attempt.intent_id) {
                (Some(session_id), _) => idle_session(app, &client, attempt, session_id).await?,
                (None, Some(intent_id)) => idle_intent(app, &client, attempt, intent_id).await?,
                (None, None) => true,
            };
            left += usize::from(!is_closed);
        }
    }
}

/// So many are read at a time.
const STRETCH: i64 = 200;

/// Everything once it is switched off. Where only the way to pay has changed, what was begun the other way before: what
/// was begun since is somebody who is paying.
fn is_unwanted(drawer: &Drawer, attempt: &AttemptRow) -> bool {
    !drawer.enabled
        || (attempt.vehicle.is_page() != drawer.hosted && attempt.created_at <= drawer.saved_at)
}

/// Whether there is nothing left to do.
async fn idle_session(
    app: &App,
    client: &Client,
    attempt: &AttemptRow,
    session_id: &str,
) -> Result<bool, Problem> {
    let Ok(answer) = client.retrieve_checkout_session(session_id).await else {
        return Ok(false);
    };
    let session = answer.object;
    let at_the_bank = session
        .intent()
        .is_some_and(|intent| intent.status == PaymentIntentStatus::RequiresAction);
    if at_the_bank {
        settle_session(app, &attempt.id, &session).await?;
        return Ok(true);
    }
    let closed = close_session(app, client, &attempt.id, session_id).await?;
    Ok(closed != Closed::Unreachable)
}

async fn idle_intent(
    app: &App,
    client: &Client,
    attempt: &AttemptRow,
    intent_id: &str,
) -> Result<bool, Problem> {
    let Ok(answer) = client.retrieve_payment_intent(intent_id).await else {
        return Ok(false);
    };
    let mut intent = answer.object;
    let at_the_bank = intent.status == PaymentIntentStatus::RequiresAction;
    if intent.status.is_cancelable() && !at_the_bank {
        let key = intention(&app.chance().token());
        let reason = CancellationReason::Abandoned;
        let answer = match client.cancel_payment_intent(intent_id, &reason, &key).await {
            Ok(answer) => Ok(answer),
            // It moved meanwhile: look again instead of guessing.
            Err(_) => client.retrieve_payment_intent(intent_id).await,
        };
        let Ok(answer) = answer else {
            return Ok(false);
        };
        intent = answer.object;
    }
    settle(app, &attempt.id, &intent).await?;
    Ok(true)
}
