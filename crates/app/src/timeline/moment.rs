//! One thing that happened, and each kind of source turned into such a thing.

use kit::locale::{self, Locale};

use crate::amount::in_words;
use crate::invoices::history::{self, Past};
use crate::mail::{Mailed, State};
use crate::payments::trace::Attempted;
use crate::recorder::Recorded;
use crate::stripe_events::Kept;

/// Where the news of it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A person here, the customer, or the books.
    History,
    /// A letter.
    Mail,
    /// We wrote down that somebody wants to pay.
    Attempt,
    /// We asked Stripe.
    Call,
    /// Stripe told us.
    Event,
}

impl Source {
    /// The key of its name.
    pub(super) fn word(self) -> &'static str {
        match self {
            Source::History => locale::key("record-source-history"),
            Source::Mail => locale::key("record-source-mail"),
            Source::Attempt => locale::key("record-source-attempt"),
            Source::Call => locale::key("record-source-call"),
            Source::Event => locale::key("record-source-event"),
        }
    }
}

/// One line of the record.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    /// Unix milliseconds.
    pub(super) at: i64,
    pub(super) source: Source,
    /// A sentence.
    pub(super) text: String,
    /// Ids, codes and addresses, as they are.
    pub(super) facts: Vec<String>,
    /// Something went wrong here: marked in words and shape.
    pub(super) trouble: bool,
}

impl Moment {
    pub(super) fn of_history(past: &Past, l: Locale) -> Moment {
        Moment {
            at: past.at,
            source: Source::History,
            text: history::words(past, l),
            facts: match past.act.as_str() {
                // An address or a number already stands in the sentence.
                "issued"
                | "sent"
                | "receipt-sent"
                | "credit-note"
                | "credit-note-sent"
                | "voided"
                | "written-off"
                | "autopay-notice"
                | "autopay-card-ends"
                | "autopay-confirm"
                | "autopay-declined"
                | "autopay-tries-again" => Vec::new(),
                _ => some([past.detail.as_str()]),
            },
            trouble: past.act == "payment-declined",
        }
    }

    /// A mail is two moments: written, and taken by the server.
    pub(super) fn of_mail(mail: &Mailed, l: Locale) -> Vec<Moment> {
        let moment = |at, key: &str, trouble| Moment {
            at,
            source: Source::Mail,
            text: l
                .t2(
                    key,
                    "subject",
                    mail.subject.as_str(),
                    "address",
                    mail.to_address.as_str(),
                )
                .into_owned(),
            facts: some([mail.last_answer.as_str()]),
            trouble,
        };
        let mut moments = Vec::new();
        if mail.state != State::Sent {
            let (key, trouble) = match mail.state {
                State::Failed => (locale::key("record-mail-failed"), true),
                State::Deferred => (locale::key("record-mail-deferred"), true),
                State::Kept => (locale::key("record-mail-kept"), false),
                State::Queued | State::Sent => (locale::key("record-mail-queued"), false),
            };
            moments.push(moment(mail.created_at, key, trouble));
        }
        if let Some(at) = mail.sent_at {
            moments.push(moment(at, locale::key("record-mail-sent"), false));
        }
        moments
    }

    pub(super) fn of_attempt(attempt: &Attempted, l: Locale) -> Moment {
        Moment {
            at: attempt.created_at,
            source: Source::Attempt,
            text: l
                .t1("record-attempt", "amount", in_words(l, attempt.amount))
                .into_owned(),
            facts: some([
                attempt.session_id.as_str(),
                attempt.intent_id.as_str(),
                attempt.idempotency_key.as_str(),
            ]),
            trouble: false,
        }
    }

    pub(super) fn of_call(call: &Recorded, l: Locale) -> Moment {
        let what = if call.method == "GET" {
            l.t1("record-call-asked", "object", call.object_id.as_str())
        } else if call.path.ends_with("/cancel") || call.path.ends_with("/expire") {
            l.t1("record-call-closed", "object", call.object_id.as_str())
        } else {
            l.t1("record-call-told", "path", call.path.as_str())
        };
        let became = match call.status {
            None if call.outcome_unknown => l.t("record-answer-unknown"),
            None => l.t("record-answer-none"),
            Some(_) if !call.error.is_empty() => {
                l.t1("record-answer-refused", "code", call.error.as_str())
            }
            Some(_) if call.method == "GET" => l.t("record-answer-told"),
            Some(_) => l.t("record-answer-done"),
        };
        let often = match call.times {
            1 => String::new(),
            times => l.t1("record-times", "count", times).into_owned(),
        };
        let status = call.status.map(|s| format!("HTTP {s}")).unwrap_or_default();
        let replayed = if call.replayed {
            "Idempotent-Replayed"
        } else {
            ""
        };
        Moment {
            at: call.first_at,
            source: Source::Call,
            text: [what.as_ref(), became.as_ref(), often.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
            facts: some([
                status.as_str(),
                call.request_id.as_str(),
                call.idempotency_key.as_str(),
                replayed,
            ]),
            trouble: call.status.is_none_or(|s| s >= 400),
        }
    }

    pub(super) fn of_event(event: &Kept, l: Locale) -> Moment {
        let how = if event.came_by == "webhook" {
            l.t("record-event-webhook")
        } else {
            l.t("record-event-pull")
        };
        let late_s = (event.received_at - event.created_at).max(0) / 1000;
        let late = match late_s {
            0..60 => String::new(),
            _ => l
                .t1("record-event-late", "minutes", late_s / 60)
                .into_owned(),
        };
        Moment {
            at: event.received_at,
            source: Source::Event,
            text: [how.as_ref(), late.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
            facts: some([
                event.kind.as_str(),
                event.object_id.as_str(),
                event.stripe_id.as_str(),
                &result(&event.result, l),
            ]),
            trouble: event.state == "set aside",
        }
    }
}

/// What became of an event, in the reader's words; a reason that came from elsewhere stays as it is.
fn result(kept: &str, l: Locale) -> String {
    let key = match kept {
        "known already" => locale::key("record-result-known"),
        "booked" => locale::key("record-result-booked"),
        "processing" => locale::key("record-result-processing"),
        "declined" => locale::key("record-result-declined"),
        "canceled" => locale::key("record-result-canceled"),
        "not one of our payments" => locale::key("record-result-not-ours"),
        "kept for later" => locale::key("record-result-later"),
        other => return other.to_owned(),
    };
    l.t(key).into_owned()
}

fn some<const N: usize>(parts: [&str; N]) -> Vec<String> {
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
