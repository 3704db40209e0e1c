//! The double-entry ledger: append-only, balanced by `billing` and weighed again by a trigger in the database, each
//! entry chained to the one before it ([`chain`]).
//!
//! Other features call [`post`], always with the open transaction.

pub mod chain;
pub mod of_customer;
mod store;

use billing::Money;
use billing::ledger::{Account, Entry};
use jiff::civil::Date;
use kit::db::{Error, Tx};

use crate::app::App;
use crate::who::Scope;
use chain::{EntryRow, PostingRow};

/// What an entry is about. The amounts are in the [`Entry`].
#[derive(Clone, Debug)]
pub struct About {
    /// `invoice_issued`, `card_payment` … (the P-ids of `compliance.md` §7 in words).
    pub kind: &'static str,
    /// What it books, once per kind: an invoice's id, a charge's id.
    pub subject: String,
    /// The seller's day.
    pub date: Date,
    /// For people reading the journal.
    pub memo: String,
    /// The invoice it is about, for every posting that does not name its own.
    pub invoice_id: Option<String>,
    /// The customer it concerns.
    pub customer_id: Option<String>,
}

/// Writes an entry once: a second time with the same kind and subject does nothing and answers `false`.
///
/// # Errors
/// Of the database.
pub fn post(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    about: &About,
    entry: &Entry,
) -> Result<bool, Error> {
    if store::entry_exists(tx, scope, about.kind, &about.subject)? {
        return Ok(false);
    }
    let id = app.new_id();
    let postings = posting_rows(&id, about, entry);
    let row = EntryRow {
        id,
        seq: 0,
        business_id: scope.business_id.as_str().to_owned(),
        mode: scope.mode.as_str().to_owned(),
        kind: about.kind.to_owned(),
        subject: about.subject.clone(),
        date: about.date.to_string(),
        memo: about.memo.clone(),
        created_at: app.now_ms(),
        previous_hash: String::new(),
        hash: String::new(),
    };
    let row = chain::link(tx, scope, row, &postings)?;
    // Postings first, their entry last: its trigger weighs what is there.
    for (position, posting) in (0..).zip(&postings) {
        store::insert_posting(tx, position, posting)?;
    }
    store::insert_entry(tx, &row)?;
    Ok(true)
}

fn posting_rows(entry_id: &str, about: &About, entry: &Entry) -> Vec<PostingRow> {
    let row = |p: &billing::ledger::Posting| PostingRow {
        entry_id: entry_id.to_owned(),
        account: p.account.code(),
        // Its own invoice, else the entry's: "the receivable of an invoice is the sum of its postings" (led_09).
        invoice_id: p
            .invoice_id
            .as_ref()
            .map(|id| id.as_str().to_owned())
            .or_else(|| about.invoice_id.clone()),
        customer_id: about.customer_id.clone(),
        currency: p.amount.currency().code().to_owned(),
        amount_minor: p.amount.minor(),
    };
    entry.postings().iter().map(row).collect()
}

/// Takes an earlier entry back by its mirror image (led_02: corrections are new entries), once. `kind` and `subject`
/// name the earlier one. Answers whether it was written now.
///
/// # Errors
/// [`Error::NoRow`] when there is no such entry; else of the database.
pub fn reverse(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    about: &About,
    kind: &str,
    subject: &str,
) -> Result<bool, Error> {
    let postings = store::list_postings_of(tx, scope, kind, subject)?;
    if postings.is_empty() {
        return Err(Error::NoRow);
    }
    let entry = Entry::new(postings).map_err(|e| Error::Shape(e.to_string()))?;
    post(tx, app, scope, about, &entry.reversed())
}

/// The kind of an entry that books a balance transaction; its subject is the transaction's id (`led_03`).
pub const BALANCE_TRANSACTION: &str = "balance_transaction";

/// The sum of one account in one currency (ISO minor units, debits positive).
///
/// # Errors
/// Of the database.
pub fn balance(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: &Account,
    currency: &str,
) -> Result<i64, Error> {
    store::get_balance(tx, scope, &account.code(), currency)
}

/// What one account comes to in every currency it holds anything of (debits positive), by the currency's code.
///
/// # Errors
/// Of the database.
pub fn balances(tx: &mut Tx<'_>, scope: &Scope, account: &Account) -> Result<Vec<Money>, Error> {
    let mut held = sums(tx, scope, account)?;
    held.retain(|sum| !sum.is_zero());
    Ok(held)
}

/// As [`balances`], with the currencies of which nothing is left: whoever compares wants to say that they agree.
///
/// # Errors
/// Of the database.
pub fn sums(tx: &mut Tx<'_>, scope: &Scope, account: &Account) -> Result<Vec<Money>, Error> {
    store::list_balances(tx, scope, &account.code())
}

/// What is wrong with the ledger, in words; empty when nothing is: entries that do not balance, issued invoices
/// whose receivable is not what is due (nothing, once void), or whose applied sum is not that of their allocations,
/// and links of the chain that do not hold.
///
/// # Errors
/// Of the database.
pub fn faults(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    let mut faults = store::list_unbalanced(tx)?;
    faults.extend(store::list_wrong_receivables(tx)?);
    faults.extend(store::list_wrong_sums(tx)?);
    let broken = chain::verify(tx)?
        .into_iter()
        .flat_map(|chain| chain.faults);
    let strays = chain::strays(tx)?;
    faults.extend(broken.chain(strays).map(|fault| fault.to_string()));
    Ok(faults)
}
