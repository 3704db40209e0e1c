//! Telling Stripe whether the card that pays is to be kept, and learning that it was.

use kit::db::{Error, Tx};
use stripe::{PaymentIntent, SetupFutureUsage};

use super::attempts::AttemptRow;
use super::kept;
use super::open::intention;
use crate::app::App;
use crate::cards::{self, Source};
use crate::problem::Problem;
use crate::who::Scope;

/// What came of telling Stripe.
#[derive(Debug)]
pub enum Kept {
    /// It is as wanted.
    Done,
    /// The customer is no more at Stripe.
    NoCustomer,
    /// Stripe could not be asked.
    Unreachable,
    /// Somebody is paying it, or has paid.
    Refused(stripe::Error),
}

/// Says whether the card that pays an attempt is kept on a customer at Stripe. Repeating it changes nothing, hence a key
/// of its own each time.
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub async fn keep_card(
    app: &App,
    scope: &Scope,
    attempt_id: &str,
    stripe_customer: &str,
    keep: bool,
) -> Result<Kept, Problem> {
    let Some((client, _, intent_id)) = kept::find(app, scope, attempt_id).await? else {
        return Ok(Kept::Unreachable);
    };
    let usage = keep.then_some(SetupFutureUsage::OffSession);
    let key = intention(&app.chance().token());
    let told = client
        .update_payment_intent_saving(&intent_id, stripe_customer, usage.as_ref(), &key)
        .await;
    Ok(match told {
        Ok(_) => Kept::Done,
        Err(error) if error.is_missing() => Kept::NoCustomer,
        Err(error) if error.is_passing() || error.outcome_unknown() => Kept::Unreachable,
        Err(error) => Kept::Refused(error),
    })
}

/// A payment that was booked has kept its card: into our rows with it, by a job.
pub(super) fn note_kept(
    tx: &mut Tx<'_>,
    app: &App,
    attempt: &AttemptRow,
    intent: &PaymentIntent,
) -> Result<(), Error> {
    match (
        &intent.customer,
        &intent.setup_future_usage,
        &intent.payment_method,
    ) {
        (Some(_), Some(_), Some(method)) => cards::enqueue_keep(
            tx,
            app,
            &attempt.scope,
            Source::Payment(&attempt.id),
            method,
        ),
        _ => Ok(()),
    }
}
