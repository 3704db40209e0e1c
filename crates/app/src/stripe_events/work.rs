//! Working on a kept event: which feature it concerns, one line a kind.

use billing::payment::settle::Settlement;
use kit::jobs::Outcome;

use super::store;
use crate::app::App;
use crate::cards::{self, setup};
use crate::disputes;
use crate::payments::{self, after, ask::Asked};
use crate::payouts;
use crate::problem::Problem;
use crate::refunds;
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
    let told = if let Some(reason) = foreign(&event.scope, &event.body) {
        Told::SetAside(reason.to_owned())
    } else {
        tell(app, &event).await?
    };
    let (state, result) = match told {
        Told::Worked(result) => ("worked", result),
        Told::SetAside(why) => ("set aside", why),
        Told::Unreachable => return Ok(Outcome::Later("Stripe could not be reached".into())),
    };
    let (id, now) = (event.id.clone(), app.now_ms());
    app.db()
        .write(move |tx| store::update_event_worked(tx, &id, state, &result, now))
        .await?;
    Ok(Outcome::Done)
}

/// What came of telling a feature.
enum Told {
    /// It was its business; in words.
    Worked(String),
    /// It was nobody's, or contradicts what is written down; in words, for the list.
    SetAside(String),
    /// Nobody knows yet.
    Unreachable,
}

/// Which feature an event concerns. An event is a hint: each fetches the object again and books from that.
async fn tell(app: &App, event: &store::Kept) -> Result<Told, Problem> {
    let (scope, object) = (&event.scope, event.object_id.as_str());
    let asked = match event.kind.as_str() {
        kind if kind.starts_with("refund.") || kind == "charge.refund.updated" => {
            said_after(refunds::ask_about_refund(app, scope, object).await?)
        }
        "charge.refunded" => {
            let intent = intent_named(event).unwrap_or_default();
            said_after(refunds::ask_about_charge(app, scope, object, &intent).await?)
        }
        kind if kind.starts_with("payout.") => {
            payout_said(payouts::ask_about(app, scope, object).await?)
        }
        kind if kind.starts_with("payment_method.") => {
            card_said(cards::ask_about(app, scope, object).await?)
        }
        kind if kind.starts_with("setup_intent.") => {
            setup_said(setup::ask_about(app, scope, object).await?)
        }
        kind if kind.starts_with("charge.dispute.") => {
            said_after(disputes::ask_about_dispute(app, scope, object).await?)
        }
        kind if kind.starts_with("checkout.session.") => {
            payment_said(payments::ask_about_session(app, scope, object).await?)
        }
        _ => match intent_of(event) {
            // Both say that it succeeded: once it is booked with its fee, there is nothing more to ask.
            Some(intent_id)
                if matches!(
                    event.kind.as_str(),
                    "payment_intent.succeeded" | "charge.succeeded"
                ) && payments::is_settled(app, &intent_id).await? =>
            {
                Told::Worked(news_words(0))
            }
            Some(intent_id) => {
                payment_said(payments::ask_about_intent(app, scope, &intent_id).await?)
            }
            // What we do not know yet: kept, acknowledged, listed.
            None => Told::SetAside("kept for later".to_owned()),
        },
    };
    Ok(asked)
}

fn payment_said(asked: Asked) -> Told {
    match asked {
        Asked::Settled(Settlement::Mismatch(mismatch)) => Told::SetAside(mismatch.to_string()),
        Asked::Settled(settlement) => Told::Worked(said(settlement).to_owned()),
        Asked::Unallocated => Told::Worked("in the tray".to_owned()),
        Asked::NotOurs => Told::SetAside(NOT_OURS.to_owned()),
        Asked::NoKeys => Told::SetAside(NO_KEYS.to_owned()),
        Asked::Unreachable => Told::Unreachable,
    }
}

/// Of a refund or a dispute.
fn said_after(asked: after::Asked) -> Told {
    match asked {
        after::Asked::Settled(news) => Told::Worked(news_words(news)),
        after::Asked::Contradicts(why) => Told::SetAside(why),
        after::Asked::NotOurs => Told::SetAside(NOT_OURS.to_owned()),
        after::Asked::NoKeys => Told::SetAside(NO_KEYS.to_owned()),
        after::Asked::Unreachable => Told::Unreachable,
    }
}

fn payout_said(asked: payouts::Asked) -> Told {
    match asked {
        payouts::Asked::Unreachable => Told::Unreachable,
        payouts::Asked::Kept => Told::Worked(payouts::tell(asked).to_owned()),
        payouts::Asked::NotOurs | payouts::Asked::NoKeys => {
            Told::SetAside(payouts::tell(asked).to_owned())
        }
    }
}

fn card_said(asked: cards::Asked) -> Told {
    match asked {
        cards::Asked::Known => Told::Worked("known already".to_owned()),
        cards::Asked::Gone => Told::Worked("gone".to_owned()),
        cards::Asked::NotOurs => Told::SetAside("not one of our cards".to_owned()),
        cards::Asked::NoKeys => Told::SetAside(NO_KEYS.to_owned()),
        cards::Asked::Unreachable => Told::Unreachable,
    }
}

fn setup_said(told: setup::Told) -> Told {
    match told {
        setup::Told::Kept => Told::Worked("kept".to_owned()),
        setup::Told::NotYet(_) => Told::Worked("known already".to_owned()),
        setup::Told::NotOurs => Told::SetAside("not one of our cards".to_owned()),
        setup::Told::Unreachable => Told::Unreachable,
    }
}

const NOT_OURS: &str = "not one of our payments";
const NO_KEYS: &str = "there are no keys to ask with";

fn news_words(news: usize) -> String {
    let words = if news == 0 { "known already" } else { "booked" };
    words.to_owned()
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
        return intent_named(event);
    }
    None
}

/// The intent that the event's object names.
fn intent_named(event: &store::Kept) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(&event.body).ok()?;
    body["data"]["object"]["payment_intent"]
        .as_str()
        .map(str::to_owned)
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
