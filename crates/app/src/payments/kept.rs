//! Paying an attempt with a kept card, while its owner is away or by one press of theirs. The attempt and its intent are
//! those of the pay page: however many ask at once, an intent takes money once.

use kit::db::{Error, Tx};
use stripe::{Client, Confirmation, IdempotencyKey, PaymentIntent, PaymentIntentStatus};

use super::attempts::{self, AttemptRow};
use super::settle::settle;
use crate::app::App;
use crate::online_payment;
use crate::problem::Problem;
use crate::who::Scope;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// Paid, and booked.
    Paid,
    /// A bank is working on it.
    Processing,
    /// The bank wants the payer to confirm, on this page of its own.
    Challenge(String),
    /// The bank said no.
    Declined(Codes),
    /// The intent was given up: whoever wants to pay begins anew.
    Over,
    /// Nothing has been asked of the bank yet.
    NotYet,
    /// Stripe failed, and would replay its failure: ask again under another key.
    AnotherKey,
    /// No answer that says anything: ask again under the same key.
    Unknown,
}

/// A decline, by Stripe's names. For the seller and for the rules, never for the payer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes {
    /// `card_declined`, `authentication_required`, …
    pub code: String,
    /// The bank's reason.
    pub decline_code: Option<String>,
    /// What to do about it.
    pub advice_code: Option<String>,
}

impl Codes {
    /// The one that says most.
    pub fn word(&self) -> &str {
        self.decline_code.as_deref().unwrap_or(&self.code)
    }
}

/// What is needed to speak to Stripe of an attempt; nothing without keys, or while its intent is not known.
pub(super) async fn find(
    app: &App,
    scope: &Scope,
    attempt_id: &str,
) -> Result<Option<(Client, AttemptRow, String)>, Problem> {
    let (s, id) = (scope.clone(), attempt_id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        Ok::<_, Error>((
            online_payment::drawer(tx, &s)?,
            attempts::find_attempt(tx, &s, &id)?,
        ))
    };
    let (Some(drawer), Some(attempt)) = app.db().read(read).await? else {
        return Ok(None);
    };
    if drawer.secret_sealed.is_empty() {
        return Ok(None);
    }
    let client = online_payment::client(app, &drawer)?;
    let intent_id = attempt.intent_id.clone();
    Ok(intent_id.map(|id| (client, attempt, id)))
}

/// Asks the bank. The scheduler stores its key before; a payer's press has a fresh one, which needs no row: it is the
/// attempt's one intent, an intent takes money once, and whoever lost the answer asks Stripe about the intent.
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub async fn confirm_kept(
    app: &App,
    scope: &Scope,
    attempt_id: &str,
    how: &Confirmation,
    key: &str,
) -> Result<Confirmed, Problem> {
    let Some((client, attempt, intent_id)) = find(app, scope, attempt_id).await? else {
        return Ok(Confirmed::Unknown);
    };
    let key = IdempotencyKey::new(key.to_owned()).map_err(Problem::internal)?;
    match client.confirm_payment_intent(&intent_id, how, &key).await {
        Ok(answer) => hear(app, &attempt, &answer.object).await,
        Err(stripe::Error::Declined {
            code,
            decline_code,
            advice_code,
            ..
        }) => {
            // So that every page knows. When Stripe does not tell just now, the sweep asks again.
            super::ask_about_attempt(app, &attempt).await?;
            Ok(Confirmed::Declined(Codes {
                code: code.as_str().to_owned(),
                decline_code,
                advice_code,
            }))
        }
        Err(stripe::Error::Server { .. }) => Ok(Confirmed::AnotherKey),
        Err(
            stripe::Error::InvalidRequest { .. }
            | stripe::Error::NotFound { .. }
            | stripe::Error::IdempotencyConflict {
                in_flight: false, ..
            },
        ) => refused(app, &client, &attempt, &intent_id).await,
        Err(error) => {
            tracing::warn!(attempt_id, %error, "whether a kept card has paid is not known yet");
            Ok(Confirmed::Unknown)
        }
    }
}

/// It has moved meanwhile, or the card is not there: Stripe says which.
async fn refused(
    app: &App,
    client: &Client,
    attempt: &AttemptRow,
    intent_id: &str,
) -> Result<Confirmed, Problem> {
    match client.retrieve_payment_intent(intent_id).await {
        Ok(answer) => Ok(match hear(app, attempt, &answer.object).await? {
            Confirmed::NotYet => Confirmed::Declined(Codes {
                code: "resource_missing".to_owned(),
                ..Codes::default()
            }),
            other => other,
        }),
        Err(_) => Ok(Confirmed::Unknown),
    }
}

/// How it stands, without asking the bank for anything.
///
/// # Errors
/// As [`confirm_kept`].
pub async fn look_at(app: &App, scope: &Scope, attempt_id: &str) -> Result<Confirmed, Problem> {
    let Some((client, attempt, intent_id)) = find(app, scope, attempt_id).await? else {
        return Ok(Confirmed::Unknown);
    };
    match client.retrieve_payment_intent(&intent_id).await {
        Ok(answer) => hear(app, &attempt, &answer.object).await,
        Err(_) => Ok(Confirmed::Unknown),
    }
}

async fn hear(
    app: &App,
    attempt: &AttemptRow,
    intent: &PaymentIntent,
) -> Result<Confirmed, Problem> {
    settle(app, &attempt.id, intent).await?;
    let page = intent
        .next_action
        .as_ref()
        .and_then(|action| action.redirect_to_url.as_ref()?.url.clone());
    Ok(match intent.status {
        PaymentIntentStatus::Succeeded => Confirmed::Paid,
        PaymentIntentStatus::Processing => Confirmed::Processing,
        PaymentIntentStatus::Canceled => Confirmed::Over,
        PaymentIntentStatus::RequiresAction => Confirmed::Challenge(page.unwrap_or_default()),
        _ => Confirmed::NotYet,
    })
}

/// Whether a payer has lately opened the payment of this invoice together with others: theirs is not closed under their
/// hands.
///
/// # Errors
/// Of the database.
pub fn is_busy(tx: &mut Tx<'_>, invoice_id: &str, since_ms: i64) -> Result<bool, Error> {
    let Some(live) = attempts::find_live_attempt(tx, invoice_id)? else {
        return Ok(false);
    };
    Ok(live.updated_at > since_ms && attempts::list_items(tx, &live.id)?.len() > 1)
}

/// Whether an attempt may still be paid.
///
/// # Errors
/// Of the database.
pub fn is_live(tx: &mut Tx<'_>, attempt_id: &str) -> Result<bool, Error> {
    attempts::is_live(tx, attempt_id)
}
