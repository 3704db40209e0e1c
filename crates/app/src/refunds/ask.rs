//! Asking Stripe about refunds: an event, "Ask Stripe now" and the sweep all fetch and end in [`settle::hear`].

use kit::db::Tx;
use stripe::shape::Cursor;
use stripe::{Client, Refund, RefundQuery, Refunded};

use super::make::{Made, make};
use super::settle::{self, Heard};
use super::{RefundRow, store};
use crate::app::App;
use crate::online_payment;
use crate::payments;
use crate::payments::booked::{self, Booked};
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

/// Fetches one refund that an event named.
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub async fn ask_about_refund(app: &App, scope: &Scope, stripe_id: &str) -> Result<Asked, Problem> {
    let Some(client) = client(app, scope).await? else {
        return Ok(Asked::NoKeys);
    };
    match client.retrieve_refund(stripe_id).await {
        Ok(answer) => hear_all(app, scope, vec![answer.object]).await,
        Err(error) => Ok(unanswered(stripe_id, &error)),
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
    let Some(client) = client(app, scope).await? else {
        return Ok(Asked::NoKeys);
    };
    let of = if intent_id.is_empty() {
        Refunded::Charge(charge_id.to_owned())
    } else {
        Refunded::PaymentIntent(intent_id.to_owned())
    };
    match list(&client, of).await {
        Ok(refunds) => hear_all(app, scope, refunds).await,
        Err(error) => Ok(unanswered(charge_id, &error)),
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

async fn client(app: &App, scope: &Scope) -> Result<Option<Client>, Problem> {
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

/// Oldest first, so that the books tell the story in its order.
async fn hear_all(app: &App, scope: &Scope, mut told: Vec<Refund>) -> Result<Asked, Problem> {
    told.sort_by_key(|refund| refund.created);
    let (mut news, mut ours) = (0, 0);
    for refund in &told {
        know_payment(app, scope, refund).await?;
        match settle::hear(app, scope, refund).await? {
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

/// The news of a refund may come before that of its payment: then the payment is asked about first.
async fn know_payment(app: &App, scope: &Scope, refund: &Refund) -> Result<(), Problem> {
    let Some(intent_id) = refund.payment_intent.clone() else {
        return Ok(());
    };
    let (s, intent, charge) = (scope.clone(), intent_id.clone(), refund.charge.clone());
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
    tracing::warn!(id, %error, "Stripe did not tell about a refund");
    Asked::Unreachable
}
