//! What people see in an invoice's history: each act in words.

use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::store;

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

/// The history of an invoice, newest first.
///
/// # Errors
/// Of the database.
pub fn list(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<Past>, Error> {
    store::list_history(tx, invoice_id)
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
        "link-renewed" => l
            .t1("invoices-history-link-renewed", "actor", actor)
            .into_owned(),
        "link-ended" => l
            .t1("invoices-history-link-ended", "actor", actor)
            .into_owned(),
        "receipt-sent" => l
            .t1("invoices-history-receipt", "address", detail)
            .into_owned(),
        "payment-credited" => l.t("invoices-history-credited").into_owned(),
        other => [other, actor, detail]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
    }
}
