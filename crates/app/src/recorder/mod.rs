//! The flight recorder: what we asked of Stripe, under which idempotency key, and what became of it.
//!
//! Nothing is decided from it: the rows that money depends on (attempts, refunds) stand before the call. It is for the
//! person who asks "what happened to this payment?", so a line that is lost with the power costs a line, never a cent.

mod store;

use std::sync::Arc;

use kit::db::{Error, Tx};

use crate::app::App;
use crate::who::Scope;

/// One question to Stripe and its answer, as often as it was asked and answered so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// What it was about: `pi_…`, `re_…`; empty for a list.
    pub object_id: String,
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// Without its query.
    pub path: String,
    /// Empty when it carried none.
    pub idempotency_key: String,
    /// The HTTP status; nothing when no answer came.
    pub status: Option<i64>,
    /// Stripe's code, or `no answer`; empty when it went well.
    pub error: String,
    /// A write that may have been carried out although no answer came.
    pub outcome_unknown: bool,
    /// Stripe replayed an earlier answer under the same key.
    pub replayed: bool,
    /// Of the last answer; empty when none came.
    pub request_id: String,
    /// How often.
    pub times: i64,
    /// Unix milliseconds.
    pub first_at: i64,
    /// Unix milliseconds.
    pub last_at: i64,
}

/// Writes down every attempt of a client. The call does not wait for it.
pub fn observer(app: &App, scope: &Scope) -> stripe::Observer {
    let (app, scope) = (app.clone(), scope.clone());
    Arc::new(move |seen| {
        let (app, scope) = (app.clone(), scope.clone());
        app.clone().aside(async move {
            let (id, now) = (app.new_id(), app.now_ms());
            let kept = app
                .db()
                .write::<_, Error, _>(move |tx| store::upsert_call(tx, &id, &scope, &seen, now))
                .await;
            if let Err(error) = kept {
                tracing::warn!(%error, "a call to Stripe could not be recorded");
            }
        });
    })
}

/// What was asked about these objects, oldest first.
///
/// # Errors
/// Of the database.
pub fn list_by_objects(
    tx: &mut Tx<'_>,
    scope: &Scope,
    object_ids: &[String],
) -> Result<Vec<Recorded>, Error> {
    let mut all = Vec::new();
    for id in object_ids {
        all.extend(store::list_by_object(tx, scope, id)?);
    }
    all.sort_by_key(|call| call.first_at);
    Ok(all)
}
