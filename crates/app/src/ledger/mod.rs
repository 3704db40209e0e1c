//! The double-entry ledger: append-only, balanced by code here and by a trigger in the database.

mod store;

use billing::money::Money;
use jiff::civil::Date;
use kit::db::{Error, Tx};

use crate::app::App;
use crate::who::Scope;

/// One balanced record to be written.
#[derive(Clone, Debug)]
pub struct NewPosting {
    /// `invoice_issued`, `card_payment` … (the P-ids of `compliance.md` §7 in words).
    pub kind: &'static str,
    /// What it books, once per kind: an invoice's id, a balance transaction's id.
    pub subject: String,
    /// The seller's day.
    pub date: Date,
    /// For people reading the journal.
    pub memo: String,
    /// At least two; debits positive, credits negative; zero per currency.
    pub entries: Vec<NewEntry>,
}

/// One line of a posting.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The account's name, as `billing::ledger` writes it.
    pub account: String,
    /// The invoice whose claim it changes.
    pub invoice_id: Option<String>,
    /// The customer it concerns.
    pub customer_id: Option<String>,
    /// Debit positive, credit negative; ISO minor units.
    pub amount: Money,
}

/// Writes a posting once: a second time with the same kind and subject does nothing and answers `false`.
///
/// # Errors
/// Of the database; an unbalanced posting is refused as `ledger_postings_balance` before anything is written.
pub fn post(tx: &mut Tx<'_>, app: &App, scope: &Scope, posting: &NewPosting) -> Result<bool, Error> {
    if !balances(&posting.entries) {
        return Err(Error::Constraint { name: "ledger_postings_balance".into() });
    }
    if store::posting_exists(tx, scope, posting.kind, &posting.subject)? {
        return Ok(false);
    }
    let id = app.new_id();
    // Entries first, the posting last: its trigger weighs what is there.
    for (position, entry) in posting.entries.iter().enumerate() {
        store::insert_entry(tx, &id, position as i64, entry)?;
    }
    store::insert_posting(tx, &id, scope, posting, app.now_ms())?;
    Ok(true)
}

/// The sum of one account in one currency (minor units, debits positive).
///
/// # Errors
/// Of the database.
pub fn balance(tx: &mut Tx<'_>, scope: &Scope, account: &str, currency: &str) -> Result<i64, Error> {
    store::get_balance(tx, scope, account, currency)
}

/// What is wrong with the ledger, in words; empty when nothing is. Entries without a posting, postings that do not
/// balance, issued invoices whose receivable is not what is due.
///
/// # Errors
/// Of the database.
pub fn faults(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    let mut faults = store::list_unbalanced(tx)?;
    faults.extend(store::list_wrong_receivables(tx)?);
    Ok(faults)
}

fn balances(entries: &[NewEntry]) -> bool {
    let mut sums: Vec<(String, i128)> = Vec::new();
    for entry in entries {
        let code = entry.amount.currency().code().to_owned();
        let minor = i128::from(entry.amount.minor());
        match sums.iter_mut().find(|(c, _)| *c == code) {
            Some((_, sum)) => *sum += minor,
            None => sums.push((code, minor)),
        }
    }
    entries.len() >= 2 && sums.iter().all(|(_, sum)| *sum == 0)
}
