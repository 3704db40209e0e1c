//! Taking a card off at Stripe, for good. Here it is of no use from the moment it was removed; this is for the other side.

use kit::db::{Error, Tx};
use kit::jobs::Outcome;
use stripe::IdempotencyKey;

use super::DETACH;
use crate::app::App;
use crate::online_payment;
use crate::who::Scope;

/// Promises it.
pub(super) fn promise(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    method_id: &str,
) -> Result<(), Error> {
    let payload = format!("{} {method_id}", scope.to_payload());
    kit::jobs::enqueue(tx, app.hands(), DETACH, method_id, &payload)
}

/// Does the job [`DETACH`].
pub async fn detach_job(app: &App, payload: &str) -> Outcome {
    let parsed = payload
        .rsplit_once(' ')
        .and_then(|(scope, method_id)| Some((Scope::parse(scope)?, method_id)));
    let Some((scope, method_id)) = parsed else {
        return Outcome::Dead("a bad payload".into());
    };
    let s = scope.clone();
    let drawer = match app
        .db()
        .read(move |tx| online_payment::drawer(tx, &s))
        .await
    {
        Ok(drawer) => drawer.filter(|d| !d.secret_sealed.is_empty()),
        Err(error) => return Outcome::Retry(error.to_string()),
    };
    let Some(drawer) = drawer else {
        return Outcome::Later("there are no keys to ask with".into());
    };
    let client = match online_payment::client(app, &drawer) {
        Ok(client) => client,
        Err(problem) => return Outcome::Later(problem.to_string()),
    };
    // A key of its own each time: taking off what is off is refused and harms nobody, while a key used before would
    // replay a failure of Stripe's own for a day.
    let Ok(key) = IdempotencyKey::new(app.chance().token()) else {
        return Outcome::Retry("a key could not be made".into());
    };
    match client.detach_payment_method(method_id, &key).await {
        Ok(_) => Outcome::Done,
        // On nobody any more, or at an account whose keys are not here: nothing is left to take off.
        Err(error) if error.is_missing() => Outcome::Done,
        Err(stripe::Error::InvalidRequest { .. }) => {
            match client.retrieve_payment_method(method_id).await {
                Ok(answer) if answer.object.customer.is_some() => {
                    Outcome::Retry("Stripe did not take the card off".into())
                }
                Ok(_) => Outcome::Done,
                Err(error) if error.is_missing() => Outcome::Done,
                Err(error) => Outcome::Later(error.to_string()),
            }
        }
        Err(error) => Outcome::Later(error.to_string()),
    }
}
