//! The claim an issued invoice stands for, as payments see it: what is due, and what becomes of it.

mod store;

use billing::currency::Currency;
use billing::invoice::state::InvoiceState;
use billing::money::{Money, MoneyError};
use kit::db::{Error, Tx};

use crate::app::App;
use crate::who::Scope;

/// What is owed on one invoice.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The invoice.
    pub invoice_id: String,
    /// Whose, and in which drawer.
    pub scope: Scope,
    /// Who owes.
    pub customer_id: String,
    /// As printed; empty for a draft.
    pub number: String,
    /// Where it stands.
    pub state: InvoiceState,
    /// The whole.
    pub total: Money,
    /// What was applied so far.
    pub applied: Money,
    /// What a bank is still working on.
    pub processing: Money,
}

impl Claim {
    /// Total less what was applied, never below zero.
    pub fn amount_due(&self) -> Money {
        let due = self
            .total
            .checked_sub(self.applied)
            .unwrap_or(Money::zero(self.total.currency()));
        if due.is_negative() {
            Money::zero(due.currency())
        } else {
            due
        }
    }
}

/// Reads a claim.
///
/// # Errors
/// [`Error::NoRow`].
pub fn get(tx: &mut Tx<'_>, scope: &Scope, invoice_id: &str) -> Result<Claim, Error> {
    store::get_claim(tx, scope, invoice_id)
}

/// Takes the invoice's row, so that whoever else wants to change it waits; then reads the claim.
///
/// # Errors
/// [`Error::NoRow`].
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, invoice_id: &str) -> Result<Claim, Error> {
    store::lock_claim(tx, scope, invoice_id)
}

/// Applies a part of a payment to the locked claim, once per payment. The sum is recomputed from the allocations,
/// never added up in passing, so that a repeated booking is harmless.
///
/// # Errors
/// Of the database; `invoices_are_not_over_applied` when it is more than what is due.
pub fn apply(
    tx: &mut Tx<'_>,
    app: &App,
    claim: &Claim,
    payment_id: &str,
    amount: Money,
) -> Result<(), Error> {
    if amount.is_positive() {
        store::insert_allocation(tx, &app.new_id(), claim, payment_id, amount, app.now_ms())?;
    }
    store::update_applied(tx, &claim.invoice_id, app.now_ms())
}

/// Says how much of it a bank is working on (zero: nothing).
///
/// # Errors
/// Of the database.
pub fn set_processing(tx: &mut Tx<'_>, invoice_id: &str, amount: Money) -> Result<(), Error> {
    store::update_processing(tx, invoice_id, amount.minor())
}

/// Adds a line to the invoice's history.
///
/// # Errors
/// Of the database.
pub fn note(
    tx: &mut Tx<'_>,
    app: &App,
    invoice_id: &str,
    act: &str,
    actor: &str,
    detail: &str,
) -> Result<(), Error> {
    store::insert_history(
        tx,
        &app.new_id(),
        invoice_id,
        act,
        actor,
        detail,
        app.now_ms(),
    )
}

fn money(minor: i64, currency: &str) -> Result<Money, Error> {
    let currency = Currency::parse(currency)
        .map_err(|_| Error::Shape(format!("“{currency}” is no currency")))?;
    Money::from_minor(minor, currency).map_err(|e: MoneyError| Error::Shape(e.to_string()))
}
