//! Disputes in words and chips.

use billing::dispute::{DisputeStatus, days_left};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kit::locale::{self, Locale};

use super::DisputeRow;
use crate::amount;
pub(super) use crate::amount::in_words as money;
use crate::page::Chip;

/// The chip of a dispute.
pub fn chip(status: DisputeStatus) -> Chip {
    match status {
        DisputeStatus::WarningNeedsResponse => {
            Chip::new("warn", "exclamation", locale::key("dispute-inquiry"))
        }
        DisputeStatus::WarningUnderReview => {
            Chip::new("info", "clock", locale::key("dispute-inquiry-answered"))
        }
        DisputeStatus::WarningClosed => {
            Chip::new("neutral", "tick", locale::key("dispute-inquiry-closed"))
        }
        DisputeStatus::NeedsResponse => Chip::new(
            "negative",
            "exclamation",
            locale::key("dispute-needs-answer"),
        ),
        DisputeStatus::UnderReview => {
            Chip::new("info", "clock", locale::key("dispute-under-review"))
        }
        DisputeStatus::Won => Chip::new("positive", "tick", locale::key("dispute-won")),
        DisputeStatus::Lost => Chip::new("negative", "cross", locale::key("dispute-lost")),
        DisputeStatus::Prevented => Chip::new("neutral", "dash", locale::key("dispute-prevented")),
    }
}

/// What a state means for the money, in a sentence.
pub(super) fn meaning(l: Locale, status: DisputeStatus) -> String {
    let key = match status {
        DisputeStatus::WarningNeedsResponse => locale::key("dispute-means-inquiry"),
        DisputeStatus::WarningUnderReview => locale::key("dispute-means-inquiry-answered"),
        DisputeStatus::WarningClosed => locale::key("dispute-means-inquiry-closed"),
        DisputeStatus::NeedsResponse => locale::key("dispute-means-needs-answer"),
        DisputeStatus::UnderReview => locale::key("dispute-means-under-review"),
        DisputeStatus::Won => locale::key("dispute-means-won"),
        DisputeStatus::Lost => locale::key("dispute-means-lost"),
        DisputeStatus::Prevented => locale::key("dispute-means-prevented"),
    };
    l.t(key).into_owned()
}

/// What the payer told the bank, in a sentence; Stripe's own word where we have none.
pub(super) fn reason(l: Locale, reason: &str) -> String {
    let key = match reason {
        "fraudulent" => locale::key("dispute-because-fraudulent"),
        "product_not_received" => locale::key("dispute-because-not-received"),
        "product_unacceptable" => locale::key("dispute-because-unacceptable"),
        "duplicate" => locale::key("dispute-because-duplicate"),
        "credit_not_processed" => locale::key("dispute-because-no-credit"),
        "subscription_canceled" => locale::key("dispute-because-canceled"),
        "unrecognized" => locale::key("dispute-because-unrecognized"),
        "debit_not_authorized" => locale::key("dispute-because-not-authorized"),
        "insufficient_funds" => locale::key("dispute-because-no-funds"),
        "incorrect_account_details" | "bank_cannot_process" => locale::key("dispute-because-bank"),
        "general" | "" => locale::key("dispute-because-general"),
        other => return other.replace('_', " "),
    };
    l.t(key).into_owned()
}

/// What to do with this reason, in a sentence or two.
pub(super) fn advice(l: Locale, reason: &str) -> String {
    let key = match reason {
        "fraudulent" | "unrecognized" | "debit_not_authorized" => {
            locale::key("dispute-advice-fraudulent")
        }
        "product_not_received" => locale::key("dispute-advice-not-received"),
        "product_unacceptable" => locale::key("dispute-advice-unacceptable"),
        "duplicate" => locale::key("dispute-advice-duplicate"),
        "credit_not_processed" => locale::key("dispute-advice-no-credit"),
        "subscription_canceled" => locale::key("dispute-advice-canceled"),
        _ => locale::key("dispute-advice-general"),
    };
    l.t(key).into_owned()
}

/// Why Stripe refused an answer or an acceptance.
pub(super) fn refusal(l: Locale, code: &str) -> String {
    let key = match code {
        "" => return String::new(),
        "dispute_evidence_page_limit_exceeded" => locale::key("dispute-refused-pages"),
        "key_refused" => locale::key("refund-refused-key"),
        "key_lacks_permission" => locale::key("dispute-refused-permission"),
        _ => return l.t1("dispute-refused-other", "code", code).into_owned(),
    };
    l.t(key).into_owned()
}

/// The deadline: a date and a distance; empty when there is none.
pub fn deadline(l: Locale, row: &DisputeRow, now: Timestamp, zone: &TimeZone) -> String {
    let Some(due) = row.due() else {
        return String::new();
    };
    let at = l.date_time(due, zone);
    if now >= due {
        return l
            .t1("dispute-deadline-passed", "when", at.as_str())
            .into_owned();
    }
    let distance = l.relative_days(days_left(due, now, zone));
    l.t2(
        "dispute-deadline",
        "when",
        at.as_str(),
        "distance",
        distance.as_str(),
    )
    .into_owned()
}

/// The day of the deadline and its distance, under a heading that says what it is; empty when there is none.
pub(super) fn deadline_short(
    l: Locale,
    row: &DisputeRow,
    now: Timestamp,
    zone: &TimeZone,
) -> String {
    let Some(due) = row.due() else {
        return String::new();
    };
    let day = l.date_long(zone.to_datetime(due).date());
    format!("{day}, {}", l.relative_days(days_left(due, now, zone)))
}

/// All fees of it in one sentence's part, a sum a currency; empty when there are none yet.
pub(super) fn fees(l: Locale, row: &DisputeRow) -> String {
    let mut sums: Vec<(String, i64)> = Vec::new();
    for fee in &row.fees {
        match sums.iter_mut().find(|(code, _)| *code == fee.currency) {
            Some((_, sum)) => *sum += fee.minor,
            None => sums.push((fee.currency.clone(), fee.minor)),
        }
    }
    let words: Vec<String> = sums
        .iter()
        .filter_map(|(code, minor)| amount::from_row(*minor, code).ok())
        .map(|sum| money(l, sum))
        .collect();
    words.join(" + ")
}
