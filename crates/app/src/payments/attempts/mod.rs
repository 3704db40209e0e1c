//! Attempts: each try to pay an amount due, the invoices it is over, and where it stands.

mod store;

use billing::money::Money;
use billing::payment::settle::{Attempt, AttemptStatus};

use crate::who::Scope;

pub(super) use store::{
    find_account_of_intent, find_attempt, find_attempt_by_intent, find_first_attempt_at,
    find_invoice_of_intent, find_latest_attempt, find_live_attempt, insert_attempt, insert_items,
    is_live, list_asked_attempts, list_items, list_open_attempts, lock_attempt, lock_live_attempts,
    update_attempt_amount, update_attempt_asked, update_attempt_given_up, update_attempt_intent,
    update_attempt_key, update_attempt_status, update_items,
};

/// One try to pay an amount due: written down, with its idempotency key, before Stripe is asked.
#[derive(Clone, Debug)]
pub struct AttemptRow {
    /// The attempt.
    pub id: String,
    /// Whose, and in which drawer.
    pub scope: Scope,
    /// What it pays.
    pub invoice_id: String,
    /// Bound to the intention, not to the call (PAY-10).
    pub idempotency_key: String,
    /// What was asked for.
    pub amount: Money,
    /// `pi_…`, once known.
    pub intent_id: Option<String>,
    /// Where it stands.
    pub status: AttemptStatus,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds.
    pub updated_at: i64,
}

impl AttemptRow {
    /// As the rules see it.
    pub fn facts(&self, booked: Option<Money>) -> Attempt {
        Attempt {
            intent_id: self.intent_id.clone(),
            mode: self.scope.mode,
            status: self.status,
            amount: self.amount,
            booked,
        }
    }
}

/// A part of an attempt: what it pays of one invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The invoice.
    pub invoice_id: String,
    /// What is asked for it.
    pub amount: Money,
}

/// An attempt to be written down.
pub(super) struct NewAttempt<'a> {
    pub id: &'a str,
    pub scope: &'a Scope,
    pub invoice_id: &'a str,
    pub idempotency_key: &'a str,
    pub amount: Money,
    pub account_id: &'a str,
}
