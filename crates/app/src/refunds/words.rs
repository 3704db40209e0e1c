//! Refunds in words and chips.

use billing::refund::{CannotRefund, RefundStatus};
use kit::locale::{self, Locale};

pub(super) use crate::amount::in_words as money;
use crate::page::Chip;

/// The chip of a refund.
pub fn chip(status: RefundStatus) -> Chip {
    match status {
        RefundStatus::Asked => Chip::new("warn", "clock", locale::key("refund-asked")),
        RefundStatus::Refused => {
            Chip::new("neutral struck", "cross", locale::key("refund-refused"))
        }
        RefundStatus::Pending => Chip::new("info", "clock", locale::key("refund-pending")),
        RefundStatus::RequiresAction => {
            Chip::new("warn", "clock", locale::key("refund-requires-action"))
        }
        RefundStatus::Succeeded => {
            Chip::new("neutral", "arrow-back", locale::key("refund-succeeded"))
        }
        RefundStatus::Failed => Chip::new("negative", "exclamation", locale::key("refund-failed")),
        RefundStatus::Canceled => {
            Chip::new("neutral struck", "cross", locale::key("refund-canceled"))
        }
    }
}

/// The page of the invoice a payment settled first; the list where it settled none.
pub(super) fn invoice_href(
    tx: &mut kit::db::Tx<'_>,
    payment_id: &str,
) -> Result<String, kit::db::Error> {
    let source = crate::invoices::claim::Source::payment(payment_id);
    let shares = crate::invoices::claim::list_shares(tx, &source)?;
    Ok(shares.first().map_or_else(
        || "/invoices".to_owned(),
        |share| format!("/invoices/{}", share.invoice_id),
    ))
}

/// Why the rules say no.
pub(super) fn cannot(l: Locale, why: CannotRefund) -> String {
    match why {
        CannotRefund::NothingLeft => l.t("refund-nothing-left").into_owned(),
        CannotRefund::Disputed => l.t("refund-is-disputed").into_owned(),
        CannotRefund::NotPositive => l.t("refund-not-positive").into_owned(),
        CannotRefund::ExceedsRest { rest } => l
            .t1("refund-exceeds", "amount", money(l, rest))
            .into_owned(),
        CannotRefund::Money(_) => l.t("figure-too-large").into_owned(),
    }
}

/// What a state means for the money, in a sentence.
pub fn meaning(l: Locale, status: RefundStatus) -> String {
    let key = match status {
        RefundStatus::Asked => locale::key("refund-means-asked"),
        RefundStatus::Refused => locale::key("refund-means-refused"),
        RefundStatus::Pending => locale::key("refund-means-pending"),
        RefundStatus::RequiresAction => locale::key("refund-means-requires-action"),
        RefundStatus::Succeeded => locale::key("refund-means-succeeded"),
        RefundStatus::Failed => locale::key("refund-means-failed"),
        RefundStatus::Canceled => locale::key("refund-means-canceled"),
    };
    l.t(key).into_owned()
}

/// Why a refund failed; Stripe's own word where we have no sentence.
pub(super) fn failure(l: Locale, reason: &str) -> String {
    let key = match reason {
        "lost_or_stolen_card" => locale::key("refund-failed-lost-card"),
        "expired_or_canceled_card" => locale::key("refund-failed-closed-card"),
        "charge_for_pending_refund_disputed" => locale::key("refund-failed-disputed"),
        "insufficient_funds" => locale::key("refund-failed-no-funds"),
        "declined" => locale::key("refund-failed-declined"),
        "merchant_request" => locale::key("refund-failed-your-request"),
        "" | "unknown" => locale::key("refund-failed-unknown"),
        other => return other.to_owned(),
    };
    l.t(key).into_owned()
}

/// Why Stripe refused to begin; its own code where we have no sentence.
pub(super) fn refusal(l: Locale, code: &str) -> String {
    let key = match code {
        "" => return String::new(),
        "charge_already_refunded" => locale::key("refund-refused-already"),
        "charge_disputed" => locale::key("refund-refused-disputed"),
        "charge_not_refundable" => locale::key("refund-refused-not-refundable"),
        "balance_insufficient" | "insufficient_funds" => locale::key("refund-refused-no-funds"),
        "key_refused" => locale::key("refund-refused-key"),
        "key_lacks_permission" => locale::key("refund-refused-permission"),
        "never_made" => locale::key("refund-refused-never-made"),
        _ => return l.t1("refund-refused-other", "code", code).into_owned(),
    };
    l.t(key).into_owned()
}

/// The reasons a person can choose, and their words.
pub(super) const REASONS: [(&str, &str); 3] = [
    ("requested_by_customer", locale::key("refund-reason-asked")),
    ("duplicate", locale::key("refund-reason-duplicate")),
    ("fraudulent", locale::key("refund-reason-fraudulent")),
];

/// A reason in words; empty for none.
pub(super) fn reason(l: Locale, reason: &str) -> String {
    REASONS
        .iter()
        .find(|(word, _)| *word == reason)
        .map(|(_, key)| l.t(key).into_owned())
        .unwrap_or_else(|| reason.to_owned())
}
