//! What people see in an invoice's history: each act in words.

use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::store;
use crate::who::Scope;

/// One line of an invoice's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// `issued`, `sent`, `seen`, `payment-received` …
    pub act: String,
    /// Who did it; `stripe` for the provider, empty for the customer.
    pub actor: String,
    /// What it concerned: an address, a payment's id.
    pub detail: String,
    /// Unix milliseconds.
    pub at: i64,
}

/// Something that happened lately, with the invoice it happened to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lately {
    /// What.
    pub past: Past,
    /// The invoice.
    pub invoice_id: String,
    /// As printed.
    pub number: String,
    /// Who owes.
    pub customer: String,
}

/// The history of an invoice, newest first.
///
/// # Errors
/// Of the database.
pub fn list(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<Past>, Error> {
    store::list_history(tx, invoice_id)
}

/// What happened lately in a drawer, newest first, at most `most`.
///
/// # Errors
/// Of the database.
pub fn list_lately(tx: &mut Tx<'_>, scope: &Scope, most: i64) -> Result<Vec<Lately>, Error> {
    store::list_history_lately(tx, scope, most)
}

/// An act in words. One we have no sentence for is shown with its own name rather than dropped.
pub fn words(past: &Past, l: Locale) -> String {
    let (actor, detail) = (past.actor.as_str(), past.detail.as_str());
    match past.act.as_str() {
        "issued" => l
            .t2("invoices-history-issued", "actor", actor, "number", detail)
            .into_owned(),
        "sent" => l
            .t2("invoices-history-sent", "actor", actor, "address", detail)
            .into_owned(),
        "seen" => l.t("invoices-history-seen").into_owned(),
        "payment-received" => l.t("invoices-history-paid").into_owned(),
        "payment-processing" => l.t("invoices-history-processing").into_owned(),
        "payment-declined" => l.t("invoices-history-declined").into_owned(),
        "refunded" if actor == "stripe" => l.t("invoices-history-refunded-at-stripe").into_owned(),
        "refunded" => l
            .t1("invoices-history-refunded", "actor", actor)
            .into_owned(),
        "refund-failed" => l.t("invoices-history-refund-failed").into_owned(),
        "refund-mailed" => l
            .t1("invoices-history-refund-mailed", "address", detail)
            .into_owned(),
        "payment-failed-mailed" => l
            .t1("invoices-history-payment-failed-mailed", "address", detail)
            .into_owned(),
        "dispute-opened" => l.t("invoices-history-dispute-opened").into_owned(),
        "dispute-withdrawn" => l.t("invoices-history-dispute-withdrawn").into_owned(),
        "dispute-lost" => l.t("invoices-history-dispute-lost").into_owned(),
        "dispute-won" => l.t("invoices-history-dispute-won").into_owned(),
        "dispute-claim-settled" => l.t("invoices-history-dispute-claim-settled").into_owned(),
        "link-renewed" => l
            .t1("invoices-history-link-renewed", "actor", actor)
            .into_owned(),
        "link-ended" => l
            .t1("invoices-history-link-ended", "actor", actor)
            .into_owned(),
        "receipt-sent" => l
            .t1("invoices-history-receipt", "address", detail)
            .into_owned(),
        "payment-recorded" => l
            .t1("invoices-history-recorded", "actor", actor)
            .into_owned(),
        "payment-allocated" => l
            .t1("invoices-history-allocated", "actor", actor)
            .into_owned(),
        "payment-reversed" => l
            .t2(
                "invoices-history-reversed",
                "actor",
                actor,
                "reason",
                detail,
            )
            .into_owned(),
        "credit-used" => l
            .t1("invoices-history-credit-used", "actor", actor)
            .into_owned(),
        "credit-taken-back" => l
            .t1("invoices-history-credit-taken-back", "actor", actor)
            .into_owned(),
        "autopay-notice" => l
            .t1("invoices-history-autopay-notice", "address", detail)
            .into_owned(),
        "autopay-card-ends" => l
            .t1("invoices-history-autopay-card-ends", "address", detail)
            .into_owned(),
        "autopay-confirm" => l
            .t1("invoices-history-autopay-confirm", "address", detail)
            .into_owned(),
        "autopay-declined" => l
            .t1("invoices-history-autopay-declined", "address", detail)
            .into_owned(),
        "autopay-tries-again" => l
            .t1("invoices-history-autopay-tries-again", "address", detail)
            .into_owned(),
        "autopay-gave-up" => l.t("invoices-history-autopay-gave-up").into_owned(),
        "credit-note" => l
            .t2(
                "invoices-history-credit-note",
                "actor",
                actor,
                "number",
                detail,
            )
            .into_owned(),
        "credit-note-sent" => l
            .t1("invoices-history-credit-note-sent", "address", detail)
            .into_owned(),
        "voided" => l
            .t2("invoices-history-voided", "actor", actor, "reason", detail)
            .into_owned(),
        "written-off" => l
            .t2(
                "invoices-history-written-off",
                "actor",
                actor,
                "reason",
                detail,
            )
            .into_owned(),
        "recovered" => l.t("invoices-history-recovered").into_owned(),
        "payment-credited" => l.t("invoices-history-credited").into_owned(),
        other => [other, actor, detail]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
    }
}
