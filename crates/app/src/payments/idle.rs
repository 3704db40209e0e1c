//! Closing intents that nobody is paying: when online payment is switched off, or the keys change accounts (AC-13).

use stripe::{CancellationReason, IdempotencyKey};

use super::attempts;
use super::settle::settle;
use crate::app::App;
use crate::online_payment;
use crate::problem::Problem;
use crate::who::Scope;

/// Cancels every open intent of a drawer that Stripe lets us cancel. What is being confirmed or processed stays, and
/// is booked when it succeeds. Answers how many could not be closed because Stripe did not answer.
///
/// # Errors
/// Of the database.
pub async fn cancel_idle(app: &App, scope: &Scope) -> Result<usize, Problem> {
    let (s, now) = (scope.clone(), app.now_ms());
    let read = move |tx: &mut kit::db::Tx<'_>| {
        Ok::<_, kit::db::Error>((
            online_payment::drawer(tx, &s)?,
            attempts::list_open_attempts(tx, &s, now + 1)?,
        ))
    };
    let (Some(drawer), open) = app.db().read(read).await? else {
        return Ok(0);
    };
    let client = online_payment::client(app, &drawer)?;
    let mut left = 0;
    for attempt in open {
        let Some(intent_id) = &attempt.intent_id else {
            continue;
        };
        let intent = match client.retrieve_payment_intent(intent_id).await {
            Ok(answer) => answer.object,
            Err(_) => {
                left += 1;
                continue;
            }
        };
        let key = IdempotencyKey::new(app.chance().token()).expect("a token is short");
        let being_paid = matches!(intent.status, stripe::PaymentIntentStatus::RequiresAction);
        let last = if intent.status.is_cancelable() && !being_paid {
            match client
                .cancel_payment_intent(intent_id, &CancellationReason::Abandoned, &key)
                .await
            {
                Ok(answer) => answer.object,
                // It moved meanwhile: look again instead of guessing.
                Err(_) => match client.retrieve_payment_intent(intent_id).await {
                    Ok(answer) => answer.object,
                    Err(_) => {
                        left += 1;
                        continue;
                    }
                },
            }
        } else {
            intent
        };
        settle(app, &attempt.id, &last).await?;
    }
    Ok(left)
}
