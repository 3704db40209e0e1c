//! Working on kept events: which feature a question concerns, one line a question.

use billing::payment::settle::Settlement;
use kit::db::{Error, Tx};
use kit::jobs::{LastWord, Outcome};

use super::question::Question;
use super::store;
use crate::app::App;
use crate::cards::{self, setup};
use crate::disputes;
use crate::payments::{self, after, ask::Asked};
use crate::payouts;
use crate::problem::Problem;
use crate::refunds;
use crate::who::Scope;

/// Works a kept event, and with it every other that hints at the same object. Doing it again does nothing: every booking
/// is idempotent by itself.
pub async fn work(app: &App, event_id: &str) -> Outcome {
    match try_work(app, event_id).await {
        Ok(outcome) => outcome,
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

async fn try_work(app: &App, event_id: &str) -> Result<Outcome, Problem> {
    let id = event_id.to_owned();
    // Before Stripe is asked: what is kept from now on may know more than the answer does.
    let Some(asking) = app.db().read(move |tx| asking(tx, &id)).await? else {
        return Ok(Outcome::Done);
    };
    let told = tell(app, &asking).await?;
    if matches!(told, Told::Unreachable) {
        return Ok(Outcome::Later("Stripe could not be reached".into()));
    }
    let now = app.now_ms();
    Ok(Outcome::DoneWith(LastWord::new(move |tx| {
        let (state, result) = told.words();
        for event in &asking.events {
            store::update_event_worked(tx, &event.id, state, result, now)?;
        }
        Ok(())
    })))
}

/// What is to be asked.
struct Asking {
    scope: Scope,
    question: Question,
    /// The events that hint at it and on which nobody has worked yet, in the order they came.
    events: Vec<store::Kept>,
}

fn asking(tx: &mut Tx<'_>, event_id: &str) -> Result<Option<Asking>, Error> {
    let Some((scope, event)) = store::find_event(tx, event_id)? else {
        return Ok(None);
    };
    let Some(question) = event.question() else {
        return Ok(None);
    };
    let mut events = store::list_kept(tx, &scope, question.object_id())?;
    events.retain(|other| other.question().as_ref() == Some(&question));
    Ok((!events.is_empty()).then_some(Asking {
        scope,
        question,
        events,
    }))
}

impl Asking {
    /// Whether the events say no more than that a payment succeeded, or what its fee is: once it is booked with its fee,
    /// there is nothing more to ask.
    fn says_paid(&self) -> bool {
        const PAID: [&str; 3] = [
            "payment_intent.succeeded",
            "charge.succeeded",
            "charge.updated",
        ];
        self.events
            .iter()
            .all(|event| PAID.contains(&event.kind.as_str()))
    }
}

impl store::Kept {
    fn question(&self) -> Option<Question> {
        Question::of(&self.kind, &self.object_id, &self.intent_id)
    }
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

impl Told {
    /// How the events of the question end: state and result.
    fn words(&self) -> (&'static str, &str) {
        match self {
            Told::Worked(result) => ("worked", result),
            Told::SetAside(why) => ("set aside", why),
            Told::Unreachable => ("kept", ""),
        }
    }
}

/// Which feature a question concerns. Each fetches the object and books from that.
async fn tell(app: &App, asking: &Asking) -> Result<Told, Problem> {
    let scope = &asking.scope;
    Ok(match &asking.question {
        Question::Payment(id) if asking.says_paid() && payments::is_settled(app, id).await? => {
            Told::Worked(KNOWN.to_owned())
        }
        Question::Payment(id) => payment_said(payments::ask_about_intent(app, scope, id).await?),
        Question::Session(id) => payment_said(payments::ask_about_session(app, scope, id).await?),
        Question::Refund(id) => said_after(refunds::ask_about_refund(app, scope, id).await?),
        Question::RefundsOf {
            charge_id,
            intent_id,
        } => said_after(refunds::ask_about_charge(app, scope, charge_id, intent_id).await?),
        Question::Dispute(id) => said_after(disputes::ask_about_dispute(app, scope, id).await?),
        Question::Payout(id) => payout_said(payouts::ask_about(app, scope, id).await?),
        Question::Card(id) => card_said(cards::ask_about(app, scope, id).await?),
        Question::Setup(id) => setup_said(setup::ask_about(app, scope, id).await?),
    })
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
        cards::Asked::Known => Told::Worked(KNOWN.to_owned()),
        cards::Asked::Gone => Told::Worked("gone".to_owned()),
        cards::Asked::NotOurs => Told::SetAside("not one of our cards".to_owned()),
        cards::Asked::NoKeys => Told::SetAside(NO_KEYS.to_owned()),
        cards::Asked::Unreachable => Told::Unreachable,
    }
}

fn setup_said(told: setup::Told) -> Told {
    match told {
        setup::Told::Kept => Told::Worked("kept".to_owned()),
        setup::Told::NotYet(_) => Told::Worked(KNOWN.to_owned()),
        setup::Told::NotOurs => Told::SetAside("not one of our cards".to_owned()),
        setup::Told::Unreachable => Told::Unreachable,
    }
}

const NOT_OURS: &str = "not one of our payments";
const NO_KEYS: &str = "there are no keys to ask with";

/// Nothing new.
const KNOWN: &str = "known already";

fn news_words(news: usize) -> String {
    let words = if news == 0 { KNOWN } else { "booked" };
    words.to_owned()
}

fn said(settlement: Settlement) -> &'static str {
    match settlement {
        Settlement::Nothing | Settlement::Mismatch(_) => KNOWN,
        Settlement::Book { .. } => "booked",
        Settlement::MarkProcessing => "processing",
        Settlement::MarkDeclined { .. } => "declined",
        Settlement::MarkCanceled => "canceled",
    }
}
