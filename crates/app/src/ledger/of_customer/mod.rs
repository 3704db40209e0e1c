//! What the ledger holds of one customer.

mod store;

use billing::currency::Currency;
use billing::ledger::Account;
use billing::money::Money;
use jiff::civil::Date;
use kit::db::{Error, Tx};

use crate::who::Scope;

/// What the customer has as credit, a line a currency; those without any are left out.
///
/// # Errors
/// Of the database.
pub fn credits(tx: &mut Tx<'_>, scope: &Scope, customer_id: &str) -> Result<Vec<Money>, Error> {
    store::list_credits(tx, scope, &Account::CustomerCredit.code(), customer_id)
}

/// The customer's credit: money of theirs that no invoice has used. Below zero when more went back than there was.
///
/// # Errors
/// Of the database.
pub fn credit(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
    currency: Currency,
) -> Result<Money, Error> {
    let account = Account::CustomerCredit.code();
    let sum = store::get_balance(tx, scope, &account, customer_id, currency.code())?;
    // Credit is owed to the customer: it stands on the right side.
    Money::from_minor(-sum, currency).map_err(|e| Error::Shape(e.to_string()))
}

/// One movement of a customer's credit.
#[derive(Clone, Debug)]
pub struct Movement {
    /// The kind of its entry: `card_payment`, `recorded_payment`, `credit_used` …
    pub kind: String,
    /// What the entry books.
    pub subject: String,
    /// The seller's day.
    pub date: Date,
    /// As it stands in the journal.
    pub memo: String,
    /// The invoice the entry is about.
    pub invoice_id: Option<String>,
    /// Above zero: the credit grew.
    pub amount: Money,
}

/// The movements of a customer's credit, newest first, at most two hundred.
///
/// # Errors
/// Of the database.
pub fn movements(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
) -> Result<Vec<Movement>, Error> {
    store::list_movements(tx, scope, &Account::CustomerCredit.code(), customer_id)
}
