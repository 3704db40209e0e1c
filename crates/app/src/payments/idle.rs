//! Closing intents that nobody is paying: when online payment is switched off, or the keys change accounts (AC-13).

use stripe::{CancellationReason, IdempotencyKey};

use super::settle::settle;
use super::store;
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
        let mut open = Vec::new();
        for attempt in store::list_open_attempts(tx, &s, now + 1)? {
            let keyed = online_payment::keyed_for(tx, &s, &attempt.account_id)?;
            open.push((attempt, keyed));
        }
        Ok::<_, kit::db::Error>(open)
    };
    let mut left = 0;
    for (attempt, keyed) in app.db().read(read).await? {
        let (Some(intent_id), Some(keyed)) = (&attempt.intent_id, &keyed) else {
            continue;
        };
        let client = online_payment::client_of(app, keyed)?;
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
