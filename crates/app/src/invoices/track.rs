//! The track of an invoice: issued, seen, paid, available, in your bank. The one thread people open such a tool to follow.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kit::locale::{self, Locale};

use super::store::Kept;

/// One step as the page shows it.
pub(super) struct Step {
    /// `done`, `now` (how far it has come) or `later`.
    pub(super) state: &'static str,
    /// The key of its name.
    pub(super) name: &'static str,
    /// The day it was reached, or is expected; empty when neither is known.
    pub(super) when: String,
}

/// The five steps. A date that lies ahead is told as expected and counts as not yet reached.
pub(super) fn track(k: &Kept, now: i64, l: Locale, zone: &TimeZone) -> Vec<Step> {
    let steps = [
        (locale::key("invoices-step-issued"), k.issued_at),
        (locale::key("invoices-step-seen"), k.seen_at),
        (locale::key("invoices-step-paid"), k.paid_at),
        (locale::key("invoices-step-available"), k.available_at),
        (locale::key("invoices-step-banked"), k.banked_at),
    ];
    let reached = |at: &Option<i64>| at.is_some_and(|at| at <= now);
    let last = steps.iter().rposition(|(_, at)| reached(at)).unwrap_or(0);
    let step = |(n, (name, at)): (usize, &(&'static str, Option<i64>))| Step {
        state: match reached(at) {
            true if n == last && n + 1 < steps.len() => "now",
            true => "done",
            false => "later",
        },
        name,
        when: match at.map(|at| day(l, at, zone)) {
            None => String::new(),
            Some(day) if reached(at) => day,
            Some(day) => l.t1("invoices-step-expected", "day", day).into_owned(),
        },
    };
    steps.iter().enumerate().map(step).collect()
}

fn day(l: Locale, at: i64, zone: &TimeZone) -> String {
    l.date_medium(
        zone.to_datetime(Timestamp::from_millisecond(at).unwrap_or_default())
            .date(),
    )
}
