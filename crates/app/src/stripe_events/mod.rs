//! Events from Stripe: kept first, worked later, whichever way they come.
//!
//! An event is a hint: its body is rendered at the account's API version, not ours, and may be late, doubled or out of
//! order. So we take its type and its object's id, fetch the object, and book from that.

mod ask_now;
mod pull;
mod question;
mod receive;
mod store;
mod work;

use axum::Router;
use axum::routing::post;
use kit::db::Tx;

use crate::app::App;
use crate::online_payment::{self, Heard};
use crate::who::Scope;

use question::Question;
use store::Fate;

pub use pull::{ask_stripe_now, pull, pull_forever, round};
pub use work::work;

/// The job that works kept events: one a question, its payload is the row's id of the newest event that raised it.
pub const PROCESS: &str = "ProcessStripeEvent";

/// The addresses of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/stripe/webhook/{secret}", post(receive::post))
        .route("/settings/billing/ask/{mode}", post(ask_now::post))
}

/// A kept event as a payment's record tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// `evt_…`.
    pub stripe_id: String,
    /// `payment_intent.succeeded` …
    pub kind: String,
    /// The object it is about.
    pub object_id: String,
    /// `webhook` or `pull`.
    pub came_by: String,
    /// When Stripe made it, Unix milliseconds.
    pub created_at: i64,
    /// When it reached us.
    pub received_at: i64,
    /// `kept`, `worked` or `set aside`.
    pub state: String,
    /// What working on it came to, in a few words.
    pub result: String,
}

/// The events about these objects of Stripe's (intents with all that hangs on them, charges, refunds), oldest first.
///
/// # Errors
/// Of the database.
pub fn list_about(
    tx: &mut Tx<'_>,
    scope: &Scope,
    object_ids: &[String],
) -> Result<Vec<Kept>, kit::db::Error> {
    let mut all: Vec<Kept> = Vec::new();
    for id in object_ids {
        for event in store::list_about(tx, scope, id)? {
            if !all.iter().any(|known| known.stripe_id == event.stripe_id) {
                all.push(event);
            }
        }
    }
    all.sort_by_key(|event| event.received_at);
    Ok(all)
}

/// Keeps an event unless it is kept already, and promises the work, in one transaction. Answers whether it was new.
fn keep(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    event: &stripe::Event,
    came_by: &'static str,
) -> Result<bool, kit::db::Error> {
    let (id, now) = (app.new_id(), app.now_ms());
    let question = question(scope, event);
    let fate = match &question {
        Ok(_) => Fate::Kept,
        Err(reason) => Fate::SetAside(reason),
    };
    if !store::insert_event(tx, &id, scope, event, (came_by, fate), now)? {
        return Ok(false);
    }
    let made_at = event.created.map_or(now, |s| s * 1000);
    online_payment::note_heard(
        tx,
        scope,
        &Heard {
            at: now,
            by: came_by,
            lag_ms: (now - made_at).max(0),
        },
    )?;
    if let Ok(question) = question {
        kit::jobs::enqueue(tx, app.hands(), PROCESS, &question.key(scope), &id)?;
    }
    Ok(true)
}

/// What an event makes us ask; else why nothing.
fn question(scope: &Scope, event: &stripe::Event) -> Result<Question, &'static str> {
    // PAY-13, PAY-15: of the other mode, or of an account connected to ours, it changes nothing here.
    if event
        .livemode
        .is_some_and(|live| live != scope.mode.is_live())
    {
        return Err("of the other mode");
    }
    if event.account.is_some() {
        return Err("of another account");
    }
    let object_id = event.object_id.as_deref().unwrap_or_default();
    let asked = Question::of(&event.kind, object_id, &store::intent_of(event));
    // What we do not know yet: kept, acknowledged, listed.
    asked.ok_or("kept for later")
}
