//! Asking Stripe about disputes: an event, "Ask Stripe now" and the sweep all fetch and end in [`settle::hear`].

use kit::db::Tx;
use stripe::{Client, Dispute, DisputeQuery};

use super::settle::{self, Heard};
use super::store;
use crate::app::App;
use crate::online_payment;
use crate::payments;
use crate::payments::booked;
use crate::problem::Problem;
use crate::who::Scope;

/// How one question ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Answered, and written down; with how many of the answers were news.
    Settled(usize),
    /// Nothing of it is ours.
    NotOurs,
    /// It contradicts what we have written down, in words.
    Contradicts(String),
    /// There are no keys to ask with.
    NoKeys,
    /// No answer came.
    Unreachable,
}

/// Fetches one dispute that an event named.
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub async fn ask_about_dispute(
    app: &App,
    scope: &Scope,
    stripe_id: &str,
) -> Result<Asked, Problem> {
    let Some(client) = client(app, scope).await? else {
        return Ok(Asked::NoKeys);
    };
    match client.retrieve_dispute(stripe_id).await {
        Ok(answer) => hear_all(app, scope, vec![answer.object]).await,
        Err(error) => Ok(unanswered(stripe_id, &error)),
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
    let Some(client) = client(app, scope).await? else {
        return Ok(Asked::NoKeys);
    };
    let query = DisputeQuery {
        payment_intent: Some(intent_id.to_owned()),
        ..DisputeQuery::default()
    };
    match client.list_disputes(&query).await {
        Ok(answer) => hear_all(app, scope, answer.object.data).await,
        Err(error) => Ok(unanswered(intent_id, &error)),
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

pub(super) async fn client(app: &App, scope: &Scope) -> Result<Option<Client>, Problem> {
    let s = scope.clone();
    let drawer = app
        .db()
        .read(move |tx| online_payment::drawer(tx, &s))
        .await?;
    let keyed = drawer.filter(|drawer| !drawer.secret_sealed.is_empty());
    keyed
        .map(|drawer| online_payment::client(app, &drawer))
        .transpose()
}

async fn hear_all(app: &App, scope: &Scope, mut told: Vec<Dispute>) -> Result<Asked, Problem> {
    told.sort_by_key(|dispute| dispute.created);
    let (mut news, mut ours) = (0, 0);
    for dispute in &told {
        know_payment(app, scope, dispute).await?;
        match settle::hear(app, scope, dispute).await? {
            Heard::Settled(steps) => {
                ours += 1;
                news += usize::from(!steps.is_nothing());
            }
            Heard::NotOurs => {}
            Heard::Contradicts(mismatch) => return Ok(Asked::Contradicts(mismatch.to_string())),
        }
    }
    Ok(if ours == 0 && !told.is_empty() {
        Asked::NotOurs
    } else {
        Asked::Settled(news)
    })
}

/// The news of a dispute may come before that of its payment: then the payment is asked about first.
async fn know_payment(app: &App, scope: &Scope, dispute: &Dispute) -> Result<(), Problem> {
    let Some(intent_id) = dispute.payment_intent.clone() else {
        return Ok(());
    };
    let (s, intent, charge) = (scope.clone(), intent_id.clone(), dispute.charge.clone());
    let known =
        move |tx: &mut Tx<'_>| booked::find_by_stripe(tx, &s, charge.as_deref(), Some(&intent));
    if app.db().read(known).await?.is_none() {
        payments::ask_about_intent(app, scope, &intent_id).await?;
    }
    Ok(())
}

fn unanswered(id: &str, error: &stripe::Error) -> Asked {
    if error.is_missing() {
        return Asked::NotOurs;
    }
    tracing::warn!(id, %error, "Stripe did not tell about a dispute");
    Asked::Unreachable
}
