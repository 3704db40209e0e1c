//! Attempts: each try to pay an amount due, the invoices it is over, and where it stands.

mod store;

use billing::money::Money;
use billing::payment::settle::{Attempt, AttemptStatus};
use kit::locale::Locale;

use crate::who::Scope;

pub(super) use store::{
    find_account_of_intent, find_attempt, find_attempt_by_intent, find_attempt_by_session,
    find_first_attempt_at, find_invoice_of_intent, find_latest_attempt, find_live_attempt,
    insert_attempt, insert_items, is_live, list_asked_attempts, list_items, list_open_after,
    list_open_attempts, lock_attempt, lock_live_attempts, update_attempt_amount,
    update_attempt_asked, update_attempt_given_up, update_attempt_intent, update_attempt_key,
    update_attempt_over, update_attempt_session, update_attempt_status, update_failure_told,
    update_items,
};

/// What carries an attempt at Stripe. It is chosen before Stripe is asked and stays: whoever wants the other one closes
/// this attempt first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vehicle {
    /// An intent: the card form in our page.
    Form,
    /// A session: the page that Stripe hosts.
    Page(WayBack),
}

impl Vehicle {
    pub(super) fn is_page(self) -> bool {
        matches!(self, Vehicle::Page(_))
    }
}

/// How a payer comes back from the page that Stripe hosts, and what is read there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WayBack {
    /// Where to.
    pub to: ComesBackTo,
    /// In whose language that page speaks.
    pub locale: Locale,
}

/// Where a payer comes back to. A word and never an address: the token of a link stands nowhere in the clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComesBackTo {
    /// The invoice's own link.
    Link,
    /// The customer area.
    Area,
}

impl ComesBackTo {
    /// The stored word.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            ComesBackTo::Link => "link",
            ComesBackTo::Area => "area",
        }
    }

    /// Reads the stored word.
    pub(super) fn parse(text: &str) -> Option<ComesBackTo> {
        [ComesBackTo::Link, ComesBackTo::Area]
            .into_iter()
            .find(|to| to.as_str() == text)
    }
}

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
    /// `pi_…`, once known; behind a hosted page only once somebody pressed "Pay" there.
    pub intent_id: Option<String>,
    /// What carries it.
    pub vehicle: Vehicle,
    /// `cs_…`, once known.
    pub session_id: Option<String>,
    /// Where it stands.
    pub status: AttemptStatus,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds.
    pub updated_at: i64,
}

impl AttemptRow {
    /// Whether Stripe's answer to what was asked is known.
    pub fn is_known(&self) -> bool {
        self.intent_id.is_some() || self.session_id.is_some()
    }

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
    pub vehicle: Vehicle,
}
