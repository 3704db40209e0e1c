//! Payments in words: amounts, how they came, where they stand.

use billing::payment::manual::Method;
use kit::locale::{self, Locale};

use super::receipt::card_words;
use super::store::PaymentSummary;
pub(crate) use crate::amount::in_words as money;
use crate::page::Chip;

/// The key of a recorded method's name.
pub fn method_word(method: Method) -> &'static str {
    match method {
        Method::Interac => locale::key("payments-by-interac"),
        Method::Transfer => locale::key("payments-by-transfer"),
        Method::Cheque => locale::key("payments-by-cheque"),
        Method::Cash => locale::key("payments-by-cash"),
        Method::Other => locale::key("payments-by-other"),
    }
}

/// How a payment came: `Visa •••• 4242`, `Cheque`, `Bank debit`.
pub fn method_words(l: Locale, payment: &PaymentSummary) -> String {
    words_of(l, &payment.method, &payment.card_brand, &payment.card_last4)
}

/// [`method_words`] of the parts.
pub fn words_of(l: Locale, method: &str, brand: &str, last4: &str) -> String {
    if let Some(method) = Method::parse(method) {
        return l.t(method_word(method)).into_owned();
    }
    let card = card_words(brand, last4);
    if !card.is_empty() {
        return card;
    }
    match method {
        "card" => l.t("payments-by-card").into_owned(),
        _ => l.t("payments-by-debit").into_owned(),
    }
}

/// Where a payment stands.
pub(super) fn chip(payment: &PaymentSummary, waits: bool) -> Chip {
    match payment.reversed_at {
        None if waits => Chip::new("warn", "triangle", locale::key("tray-chip")),
        Some(_) => Chip::new(
            "neutral struck",
            "arrow-back",
            locale::key("payments-chip-taken-back"),
        ),
        None => Chip::new("positive", "tick", locale::key("payments-chip-received")),
    }
}
