//! Asking Stripe about refunds: an event, "Ask Stripe now" and the sweep all fetch and end in [`settle::hear`].

use stripe::shape::Cursor;
use stripe::{Client, Refund, RefundQuery, Refunded};

use super::make::{Made, make};
use super::{RefundRow, settle, store};
use crate::app::App;
use crate::payments::after::{self, Asked, Heard};
use crate::payments::booked::Booked;
use crate::problem::Problem;
use crate::who::Scope;

/// Fetches one refund that an event named.
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub async fn ask_about_refund(app: &App, scope: &Scope, stripe_id: &str) -> Result<Asked, Problem> {
    let Some(client) = after::client(app, scope).await? else {
        return Ok(Asked::NoKeys);
    };
    match client.retrieve_refund(stripe_id).await {
        Ok(answer) => hear_all(app, scope, vec![answer.object]).await,
        Err(error) => Ok(Asked::unanswered(stripe_id, &error)),
    }
}

/// Fetches every refund of a charge that an event named.
///
/// # Errors
/// As [`ask_about_refund`].
pub async fn ask_about_charge(
    app: &App,
    scope: &Scope,
    charge_id: &str,
    intent_id: &str,
) -> Result<Asked, Problem> {
    let Some(client) = after::client(app, scope).await? else {
        return Ok(Asked::NoKeys);
    };
    let of = if intent_id.is_empty() {
        Refunded::Charge(charge_id.to_owned())
    } else {
        Refunded::PaymentIntent(intent_id.to_owned())
    };
    match list(&client, of).await {
        Ok(refunds) => hear_all(app, scope, refunds).await,
        Err(error) => Ok(Asked::unanswered(charge_id, &error)),
    }
}

/// Asks about every refund of a drawer whose end is not known and that was not asked about lately. Answers how many.
///
/// # Errors
/// Of the database.
pub async fn sweep(app: &App, scope: &Scope, not_since_ms: i64) -> Result<usize, Problem> {
    let (s, before) = (scope.clone(), app.now_ms() - not_since_ms + 1);
    let open = app
        .db()
        .read(move |tx| store::list_open(tx, &s, before))
        .await?;
    for refund in &open {
        if matches!(ask_about(app, refund).await?, Asked::Unreachable) {
            break;
        }
    }
    Ok(open.len())
}

/// Asks about one refund, whatever is known of it.
///
/// # Errors
/// As [`ask_about_refund`].
pub async fn ask_about(app: &App, refund: &RefundRow) -> Result<Asked, Problem> {
    if let Some(stripe_id) = &refund.stripe_id {
        return ask_about_refund(app, &refund.scope, stripe_id).await;
    }
    Ok(match make(app, &refund.id).await? {
        Made::Known => Asked::Settled(1),
        Made::Unknown => Asked::Unreachable,
        Made::NoKeys => Asked::NoKeys,
    })
}

/// All refunds of a payment at Stripe, newest first.
///
/// # Errors
/// Of Stripe.
pub(super) async fn list_of_payment(
    client: &Client,
    payment: &Booked,
) -> Result<Vec<Refund>, stripe::Error> {
    list(client, Refunded::PaymentIntent(payment.intent_id.clone())).await
}

async fn list(client: &Client, of: Refunded) -> Result<Vec<Refund>, stripe::Error> {
    let mut query = RefundQuery {
        of: Some(of),
        ..RefundQuery::default()
    };
    let mut all = Vec::new();
    loop {
        let page = client.list_refunds(&query).await?.object;
        let next: Option<Cursor> = query.cursor.following(&page);
        all.extend(page.data);
        match next {
            Some(cursor) => query.cursor = cursor,
            None => return Ok(all),
        }
    }
}

/// Oldest first, so that the books tell the story in its order.
async fn hear_all(app: &App, scope: &Scope, mut told: Vec<Refund>) -> Result<Asked, Problem> {
    told.sort_by_key(|refund| refund.created);
    let mut ours = Vec::new();
    for refund in &told {
        let (charge, intent) = (refund.charge.as_deref(), refund.payment_intent.as_deref());
        after::know_payment(app, scope, charge, intent).await?;
        match settle::hear(app, scope, refund).await? {
            Heard::Settled(steps) => ours.push(!steps.is_nothing()),
            Heard::NotOurs => {}
            Heard::Contradicts(mismatch) => return Ok(Asked::Contradicts(mismatch.to_string())),
        }
    }
    Ok(Asked::answered(told.len(), &ours))
}
