//! Asking Stripe for a refund that was written down. Asked again as often as it takes to know the outcome, always under
//! the key that was stored before; and never under another, because a second refund would be a second payment.

use kit::db::{Error, Tx};
use kit::jobs::Outcome;
use stripe::{IdempotencyKey, NewRefund, RefundReason, Refunded};

use super::ask::{self, list_of_payment};
use super::{RefundRow, settle, store};
use crate::app::App;
use crate::disputes;
use crate::online_payment;
use crate::payments::booked::{self, Booked};
use crate::problem::Problem;

/// The name in a refund's metadata under which our row stands.
pub(super) const REFUND: &str = "quittance_refund";

/// A refund that Stripe answered 500 to and that its list does not show after this long was not made.
const LISTED_BY_NOW_MS: i64 = 10 * 60_000;

/// How one try ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// Stripe has told where it stands, or refused to begin.
    Known,
    /// The outcome is not known yet: the row holds its amount, and is asked about again.
    Unknown,
    /// There are no keys to ask with.
    NoKeys,
}

/// Does the job [`super::MAKE`].
pub async fn make_job(app: &App, refund_id: &str) -> Outcome {
    match make(app, refund_id).await {
        Ok(Made::Known) => Outcome::Done,
        // The sweep goes on asking for as long as it takes.
        Ok(Made::Unknown) => Outcome::Later("the outcome at Stripe is not known yet".into()),
        Ok(Made::NoKeys) => Outcome::Later("there are no keys to ask with".into()),
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

/// Asks Stripe, and writes down what it says. Does nothing for a refund whose beginning is known.
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub async fn make(app: &App, refund_id: &str) -> Result<Made, Problem> {
    let (id, now) = (refund_id.to_owned(), app.now_ms());
    let found = app.db().write(move |tx| about_to_ask(tx, &id, now)).await?;
    let Some((refund, payment, drawer)) = found else {
        return Ok(Made::Known);
    };
    let Some(drawer) = drawer else {
        return Ok(Made::NoKeys);
    };
    let client = online_payment::client(app, &drawer)?;
    // Looked at now and not when the row was read: whoever was held up in between for a day would make a second refund.
    let now = app.now_ms();
    if now - refund.created_at > stripe::KEY_TRUSTED_MS {
        return look(app, &client, &refund, &payment, true).await;
    }
    let key = IdempotencyKey::new(refund.idempotency_key.clone()).map_err(Problem::internal)?;
    match client.create_refund(&new(&refund, &payment), &key).await {
        Ok(answer) => {
            settle::hear(app, &refund.scope, &answer.object).await?;
            Ok(Made::Known)
        }
        // Stripe replays its own failure for as long as it knows the key: only its list tells what came of it.
        Err(stripe::Error::Server { .. }) => {
            let listed_by_now = now - refund.created_at > LISTED_BY_NOW_MS;
            look(app, &client, &refund, &payment, listed_by_now).await
        }
        Err(error) if error.outcome_unknown() || error.is_passing() => {
            tracing::warn!(refund_id, %error, "the outcome of a refund is not known yet");
            Ok(Made::Unknown)
        }
        // The key was taken away after a call that got no answer: that call may have been carried out.
        Err(stripe::Error::Authentication { .. } | stripe::Error::Permission { .. })
            if refund.told_at.is_some() =>
        {
            Ok(Made::Unknown)
        }
        Err(error) => {
            refused(app, &refund, &error).await?;
            // Something we did not know stands in the way: a refund made at Stripe, a dispute.
            ask::ask_about_charge(app, &refund.scope, &payment.charge_id, &payment.intent_id)
                .await?;
            disputes::ask_about_payment(app, &refund.scope, &payment.intent_id).await?;
            Ok(Made::Known)
        }
    }
}

type Ready = (RefundRow, Booked, Option<online_payment::Drawer>);

fn about_to_ask(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<Option<Ready>, Error> {
    let refund = store::get_refund(tx, id)?;
    if refund.status != billing::refund::RefundStatus::Asked || refund.stripe_id.is_some() {
        return Ok(None);
    }
    let payment = booked::find(tx, &refund.scope, &refund.payment_id)?.ok_or(Error::NoRow)?;
    let drawer = online_payment::drawer(tx, &refund.scope)?;
    store::update_told(tx, id, now_ms)?;
    Ok(Some((refund, payment, drawer)))
}

fn new(refund: &RefundRow, payment: &Booked) -> NewRefund {
    let of = if payment.charge_id.starts_with("pi_") || payment.charge_id.is_empty() {
        Refunded::PaymentIntent(payment.intent_id.clone())
    } else {
        Refunded::Charge(payment.charge_id.clone())
    };
    NewRefund {
        of,
        // Always said: what is left may have changed, and "all of it" would then be another amount.
        amount_minor: refund.amount.to_stripe_amount().ok(),
        reason: (!refund.reason.is_empty()).then(|| RefundReason::from(refund.reason.as_str())),
        metadata: [(REFUND.to_owned(), refund.id.clone())].into(),
    }
}

/// Looks for it in Stripe's list. `decides`: when it is not there, it was not made.
async fn look(
    app: &App,
    client: &stripe::Client,
    refund: &RefundRow,
    payment: &Booked,
    decides: bool,
) -> Result<Made, Problem> {
    let listed = match list_of_payment(client, payment).await {
        Ok(listed) => listed,
        Err(error) => {
            tracing::warn!(refund_id = refund.id, %error, "Stripe did not tell about a refund");
            return Ok(Made::Unknown);
        }
    };
    let ours = |told: &&stripe::Refund| told.metadata.get(REFUND) == Some(&refund.id);
    if let Some(told) = listed.iter().find(ours) {
        settle::hear(app, &refund.scope, told).await?;
        return Ok(Made::Known);
    }
    if !decides {
        return Ok(Made::Unknown);
    }
    let (id, now) = (refund.id.clone(), app.now_ms());
    app.db()
        .write(move |tx| store::update_refused(tx, &id, "never_made", now))
        .await?;
    Ok(Made::Known)
}

async fn refused(app: &App, refund: &RefundRow, error: &stripe::Error) -> Result<(), Problem> {
    tracing::warn!(refund_id = refund.id, %error, request_id = error.request_id(), "Stripe refused a refund");
    let code = match error {
        stripe::Error::Authentication { .. } => "key_refused".to_owned(),
        stripe::Error::Permission { .. } => "key_lacks_permission".to_owned(),
        other => other
            .code()
            .map_or_else(|| "refused".to_owned(), |code| code.as_str().to_owned()),
    };
    let (id, now) = (refund.id.clone(), app.now_ms());
    app.db()
        .write(move |tx| store::update_refused(tx, &id, &code, now))
        .await?;
    Ok(())
}
