//! The tracks a payment leaves: its attempts, and every name under which Stripe knows it.

mod store;

use billing::money::Money;
use kit::db::{Error, Tx};

/// One attempt as its history tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempted {
    /// What was asked for.
    pub amount: Money,
    /// `pi_…`; empty while Stripe has not answered.
    pub intent_id: String,
    /// `cs_…` of the page that Stripe hosts; empty for the form in our page, and while Stripe has not answered.
    pub session_id: String,
    /// `started`, `processing`, `declined`, `canceled` or `succeeded`.
    pub state: String,
    /// Stripe's own word for the intent when it was last asked about; empty before.
    pub intent_status: String,
    /// Stripe's code of the last decline; for the seller, not the payer.
    pub failure_code: String,
    /// Bound to the intention (PAY-10).
    pub idempotency_key: String,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds.
    pub updated_at: i64,
    /// When Stripe was last asked about it.
    pub asked_at: Option<i64>,
}

/// Every attempt to pay an invoice, oldest first.
///
/// # Errors
/// Of the database.
pub fn list_attempts(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<Attempted>, Error> {
    store::list_attempts(tx, invoice_id)
}

/// The ids under which Stripe knows what was paid for an invoice: intents, sessions and charges, each once.
///
/// # Errors
/// Of the database.
pub fn provider_ids(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<String>, Error> {
    let mut ids = store::list_intent_ids(tx, invoice_id)?;
    ids.extend(store::list_session_ids(tx, invoice_id)?);
    ids.extend(store::list_charge_ids(tx, invoice_id)?);
    ids.sort();
    ids.dedup();
    Ok(ids)
}
