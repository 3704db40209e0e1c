//! From the record to the facts that [`why_not_paid`] decides on.

use billing::currency::NoOnlinePayment;
use billing::diagnosis::{Attempted, Delivery, Facts, Online, Reason, why_not_paid};
use billing::payment::settle::{AttemptStatus, IntentStatus};

use super::gather::Gathered;
use crate::mail::State;
use crate::online_payment::NoOffer;

/// A call that got no answer is a question for this long; then the attempt without an intent is told as unknown.
const CALL_MAY_TAKE_MS: i64 = 120_000;

pub(super) fn diagnose(g: &Gathered, now_ms: i64) -> Reason {
    why_not_paid(&Facts {
        state: g.claim.state,
        owed: g.claim.amount_due().is_positive(),
        // What a credit note took back was not paid.
        partly_paid: g.claim.applied.minor() > g.claim.credited.minor(),
        disputed: g.claim.disputed.is_positive(),
        returned: g.claim.refunded.is_positive() || g.lost_to_bank,
        online: online(g),
        planned: g.planned,
        delivery: delivery(g),
        has_link: g.has_link,
        // Whoever opened the card form has seen the invoice, whatever the mark says.
        seen: !g.attempts.is_empty() || g.history.iter().any(|past| past.act == "seen"),
        attempted: attempted(g, now_ms),
    })
}

fn online(g: &Gathered) -> Online {
    match g.offer {
        Ok(()) | Err(NoOffer::NothingDue) => {
            let silent = g.drawer.as_ref().is_some_and(|d| !d.pull_error.is_empty());
            if silent {
                Online::Silent
            } else {
                Online::Ready
            }
        }
        Err(NoOffer::NotSetUp) => Online::NotSetUp,
        Err(NoOffer::SwitchedOff) => Online::SwitchedOff,
        Err(NoOffer::Currency | NoOffer::NotHere(NoOnlinePayment::NotOffered)) => Online::Currency,
        Err(NoOffer::NotHere(_)) => Online::NotHere,
        Err(NoOffer::BelowMinimum) => Online::Amount,
    }
}

/// The latest letter that asks for the money; a receipt, a refund and a credit note do not.
fn delivery(g: &Gathered) -> Delivery {
    let latest = g.mails.iter().rev().find(|mail| asks(&mail.kind));
    match latest.map(|mail| mail.state) {
        None => Delivery::Never,
        Some(State::Queued | State::Deferred) => Delivery::Waiting,
        Some(State::Sent) => Delivery::Accepted,
        Some(State::Failed) => Delivery::Failed,
        Some(State::Kept) if g.has_mail_server => Delivery::Waiting,
        Some(State::Kept) => Delivery::NoServer,
    }
}

fn asks(kind: &str) -> bool {
    kind == "invoice" || kind.starts_with("autopay-")
}

fn attempted(g: &Gathered, now_ms: i64) -> Attempted {
    let (Some(latest), Some(traced)) = (&g.latest, g.attempts.last()) else {
        return Attempted::Never;
    };
    match latest.status {
        AttemptStatus::Processing => Attempted::Processing,
        AttemptStatus::Declined(group) => Attempted::Declined(group),
        AttemptStatus::Canceled => Attempted::Closed,
        // Paid once, and owed again: what came after is what stands in the way.
        AttemptStatus::Succeeded => Attempted::Never,
        AttemptStatus::Started if !latest.is_known() => {
            if now_ms - latest.updated_at > CALL_MAY_TAKE_MS {
                Attempted::Unknown
            } else {
                Attempted::Opened
            }
        }
        AttemptStatus::Started => match IntentStatus::parse(&traced.intent_status) {
            Some(IntentStatus::RequiresAction) => Attempted::AwaitsPayer,
            Some(IntentStatus::Processing) => Attempted::Processing,
            _ => Attempted::Opened,
        },
    }
}
