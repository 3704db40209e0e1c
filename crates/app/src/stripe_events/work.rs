//! Working on a kept event: which feature it concerns, one line a kind.

use billing::payment::settle::Settlement;
use kit::jobs::Outcome;

use super::store;
use crate::app::App;
use crate::payments::{self, ask::Asked};
use crate::problem::Problem;
use crate::who::Scope;

/// Works one kept event. Doing it again does nothing: every booking is idempotent by itself.
pub async fn work(app: &App, event_id: &str) -> Outcome {
    match try_work(app, event_id).await {
        Ok(outcome) => outcome,
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

async fn try_work(app: &App, event_id: &str) -> Result<Outcome, Problem> {
    let id = event_id.to_owned();
    let Some(event) = app.db().read(move |tx| store::find_event(tx, &id)).await? else {
        return Ok(Outcome::Done);
    };
    if event.state != "kept" {
        return Ok(Outcome::Done);
    }
    let (state, result) = if let Some(reason) = foreign(&event.scope, &event.body) {
        ("set aside", reason.to_owned())
    } else if let Some(intent_id) = intent_of(&event) {
        match payments::ask_about_intent(app, &event.scope, &intent_id).await? {
            Asked::Settled(Settlement::Mismatch(mismatch)) => ("set aside", mismatch.to_string()),
            Asked::Settled(settlement) => ("worked", said(settlement).to_owned()),
            Asked::NotOurs => ("set aside", "not one of our payments".to_owned()),
            Asked::NoKeys => ("set aside", "there are no keys to ask with".to_owned()),
            Asked::Unreachable => return Ok(Outcome::Later("Stripe could not be reached".into())),
        }
    } else {
        // Refunds, disputes, payouts and what we do not know yet: kept, acknowledged, listed.
        ("set aside", "kept for later".to_owned())
    };
    let (id, now) = (event.id.clone(), app.now_ms());
    app.db()
        .write(move |tx| store::update_event_worked(tx, &id, state, &result, now))
        .await?;
    Ok(Outcome::Done)
}

/// PAY-13, PAY-15: an event of the other mode, or of an account connected to ours, changes nothing here.
fn foreign(scope: &Scope, body: &str) -> Option<&'static str> {
    let event = stripe::Event::parse(body.as_bytes()).ok()?;
    match event.livemode {
        Some(livemode) if livemode != scope.mode.is_live() => return Some("of the other mode"),
        _ => {}
    }
    event.account.is_some().then_some("of another account")
}

/// The payment intent an event is about: its own object, or the one its charge names.
fn intent_of(event: &store::Kept) -> Option<String> {
    if event.kind.starts_with("payment_intent.") {
        return Some(event.object_id.clone()).filter(|id| !id.is_empty());
    }
    if event.kind.starts_with("charge.")
        && !event.kind.starts_with("charge.dispute")
        && !event.kind.starts_with("charge.refund")
    {
        let body: serde_json::Value = serde_json::from_str(&event.body).ok()?;
        return body["data"]["object"]["payment_intent"]
            .as_str()
            .map(str::to_owned);
    }
    None
}

fn said(settlement: Settlement) -> &'static str {
    match settlement {
        Settlement::Nothing | Settlement::Mismatch(_) => "known already",
        Settlement::Book { .. } => "booked",
        Settlement::MarkProcessing => "processing",
        Settlement::MarkDeclined { .. } => "declined",
        Settlement::MarkCanceled => "canceled",
    }
}
