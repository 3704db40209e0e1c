//! Asking Stripe about disputes: an event, "Ask Stripe now" and the sweep all fetch and end in [`settle::hear`].

use stripe::{Dispute, DisputeQuery};

use super::{settle, store};
use crate::app::App;
use crate::payments::after::{self, Asked, Heard};
use crate::problem::Problem;
use crate::who::Scope;

/// Fetches one dispute that an event named.
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub async fn ask_about_dispute(
    app: &App,
    scope: &Scope,
    stripe_id: &str,
) -> Result<Asked, Problem> {
    let Some(client) = after::client(app, scope).await? else {
        return Ok(Asked::NoKeys);
    };
    match client.retrieve_dispute(stripe_id).await {
        Ok(answer) => hear_all(app, scope, vec![answer.object]).await,
        Err(error) => Ok(Asked::unanswered(stripe_id, &error)),
    }
}

/// Fetches every dispute of a payment: when Stripe refused something because of one we do not know.
///
/// # Errors
/// As [`ask_about_dispute`].
pub async fn ask_about_payment(
    app: &App,
    scope: &Scope,
    intent_id: &str,
) -> Result<Asked, Problem> {
    let Some(client) = after::client(app, scope).await? else {
        return Ok(Asked::NoKeys);
    };
    let query = DisputeQuery {
        payment_intent: Some(intent_id.to_owned()),
        ..DisputeQuery::default()
    };
    match client.list_disputes(&query).await {
        Ok(answer) => hear_all(app, scope, answer.object.data).await,
        Err(error) => Ok(Asked::unanswered(intent_id, &error)),
    }
}

/// Asks about every dispute of a drawer that is not over and was not heard of lately. Answers how many.
///
/// # Errors
/// Of the database.
pub async fn sweep(app: &App, scope: &Scope, not_since_ms: i64) -> Result<usize, Problem> {
    let (s, before) = (scope.clone(), app.now_ms() - not_since_ms + 1);
    let open = app
        .db()
        .read(move |tx| store::list_open(tx, &s, before))
        .await?;
    for dispute in &open {
        let asked = ask_about_dispute(app, scope, &dispute.stripe_id).await?;
        if matches!(asked, Asked::Unreachable | Asked::NoKeys) {
            break;
        }
    }
    Ok(open.len())
}

async fn hear_all(app: &App, scope: &Scope, mut told: Vec<Dispute>) -> Result<Asked, Problem> {
    told.sort_by_key(|dispute| dispute.created);
    let mut ours = Vec::new();
    for dispute in &told {
        let (charge, intent) = (dispute.charge.as_deref(), dispute.payment_intent.as_deref());
        after::know_payment(app, scope, charge, intent).await?;
        match settle::hear(app, scope, dispute).await? {
            Heard::Settled(steps) => ours.push(!steps.is_nothing()),
            Heard::NotOurs => {}
            Heard::Contradicts(mismatch) => return Ok(Asked::Contradicts(mismatch.to_string())),
        }
    }
    Ok(Asked::answered(told.len(), &ours))
}
