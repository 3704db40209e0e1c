//! Events from Stripe: kept first, worked later, whichever way they come.
//!
//! An event is a hint: its body is rendered at the account's API version, not ours, and may be late, doubled or out of
//! order. So we take its type and its object's id, fetch the object, and book from that.

mod ask_now;
mod pull;
mod receive;
mod store;
mod work;

use axum::Router;
use axum::routing::post;
use kit::db::Tx;

use crate::app::App;
use crate::online_payment::{self, Heard};
use crate::who::Scope;

pub use pull::{ask_stripe_now, pull, pull_forever, round};
pub use work::work;

/// The job that works one kept event; its payload is the row's id.
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
    let id = app.new_id();
    let now = app.now_ms();
    if !store::insert_event(tx, &id, scope, event, came_by, now)? {
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
    kit::jobs::enqueue(tx, app.hands(), PROCESS, &id, &id)?;
    Ok(true)
}
