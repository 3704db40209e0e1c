//! What the mails of a dispute say, to the seller: the alarm, the reminder, the end.

use billing::dispute::DisputeStatus;
use kit::locale::{self, Locale};

use crate::mail::letters::Sender;
use crate::mail::news::News;

/// A dispute, in the seller's words.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub l: Locale,
    pub sender: Sender,
    pub status: DisputeStatus,
    pub customer: String,
    /// Numbers of the invoices, joined.
    pub invoices: String,
    pub amount: String,
    pub reason: String,
    /// Lost, and the claim is open again.
    pub reopened: bool,
    /// What Stripe charged for it; may be empty.
    pub fees: String,
    /// The day of the deadline; may be empty.
    pub day: String,
    /// The deadline with its distance; may be empty.
    pub deadline: String,
}

/// A new dispute or a new state of one. Nothing for a state in which there is nothing to say.
pub(super) fn alarm(f: &Facts) -> Option<News> {
    let (subject, first) = match f.status {
        DisputeStatus::NeedsResponse => (
            locale::key("dispute-letter-alarm-subject"),
            locale::key("dispute-letter-alarm-first"),
        ),
        DisputeStatus::WarningNeedsResponse => (
            locale::key("dispute-letter-inquiry-subject"),
            locale::key("dispute-letter-inquiry-first"),
        ),
        DisputeStatus::Won => (
            locale::key("dispute-letter-won-subject"),
            locale::key("dispute-letter-won-first"),
        ),
        DisputeStatus::Lost => (
            locale::key("dispute-letter-lost-subject"),
            locale::key("dispute-letter-lost-first"),
        ),
        DisputeStatus::WarningClosed | DisputeStatus::Prevented => (
            locale::key("dispute-letter-closed-subject"),
            locale::key("dispute-letter-closed-first"),
        ),
        DisputeStatus::UnderReview | DisputeStatus::WarningUnderReview => return None,
    };
    Some(news(f, subject, first))
}

/// The deadline comes near.
pub(super) fn reminder(f: &Facts) -> News {
    news(
        f,
        locale::key("dispute-letter-reminder-subject"),
        locale::key("dispute-letter-reminder-first"),
    )
}

fn news(f: &Facts, subject: &str, first: &str) -> News {
    let l = f.l;
    let args: &[(&str, locale::Value<'_>)] = &[
        ("customer", f.customer.as_str().into()),
        ("amount", f.amount.as_str().into()),
        ("day", f.day.as_str().into()),
    ];
    let mut facts = vec![
        (l.t("invoice").into_owned(), f.invoices.clone()),
        (l.t("dispute-because").into_owned(), f.reason.clone()),
    ];
    let mut text = Vec::new();
    if f.status.wants_answer() {
        facts.push((l.t("dispute-answer-by").into_owned(), f.deadline.clone()));
        text.push(l.t("dispute-letter-do").into_owned());
    }
    if !f.fees.is_empty() {
        facts.push((l.t("dispute-fees").into_owned(), f.fees.clone()));
    }
    if f.status == DisputeStatus::Lost && f.reopened {
        text.push(l.t("dispute-letter-claim").into_owned());
    }
    facts.retain(|(_, value)| !value.is_empty());
    News {
        l,
        sender: f.sender.clone(),
        subject: l.ta(subject, args).into_owned(),
        first: l.ta(first, args).into_owned(),
        amount: f.amount.clone(),
        facts,
        text,
        act: l.t("dispute-see").into_owned(),
    }
}
