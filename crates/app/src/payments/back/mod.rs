//! What goes back of a payment, by a refund or by a lost dispute: which claims are open again, and what comes from the
//! customer's credit. Both stand in one record, so that neither takes what the other took before.

mod plan;
mod store;
pub mod went;

use std::collections::BTreeSet;

use billing::allocation::SourceKind;
use billing::id::InvoiceId;
use billing::ledger::LedgerError;
use billing::ledger::documents::{ClaimPart, Division};
use billing::money::{Money, MoneyError};
use kit::db::{Error, Tx};

use super::booked::Booked;
use super::tray;
use crate::app::App;
use crate::customers;
use crate::invoices::claim::{self, Source};

pub use plan::{Plan, foresee};

/// What went back for one invoice.
#[derive(Clone, Debug)]
pub struct Share {
    /// The invoice.
    pub invoice_id: String,
    /// Its number.
    pub number: String,
    /// All of it.
    pub amount: Money,
    /// The part that opened the claim again; the rest had been credited before.
    pub claim: Money,
}

/// What became of what went back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    /// It stayed away.
    Gone,
    /// It came back and is credit of the customer; the claims stayed open (P05).
    Credit,
    /// It came back and settled the claims again.
    Settled,
}

impl Became {
    fn as_str(self) -> &'static str {
        match self {
            Became::Gone => "",
            Became::Credit => "credit",
            Became::Settled => "settled",
        }
    }
}

/// Takes an amount out of what a locked payment had done, once per source: first from the customer's credit that it
/// made, then from the claims it had settled, then from those its credit has settled since; they are open again. Answers how it divides, for the entry, which is the
/// caller's.
///
/// # Errors
/// Of the database.
pub fn take(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    source: &Source,
    amount: Money,
) -> Result<Division, Error> {
    if payment.customer_id.is_empty() {
        // Money that fits nowhere: no claim and no customer gives it, the tray does.
        store::insert_taking(tx, payment, source, amount, amount, app.now_ms())?;
        tray::give_back(tx, &payment.id, amount)?;
        return Division::of_nobody(amount).map_err(unbalanced);
    }
    // Locked before they are read: a credit note on one of them comes before or after, never in between. Nor may the
    // customer's credit be used on an invoice in between.
    let (scope, customer, currency) = (&payment.scope, &payment.customer_id, amount.currency());
    let mut shares = claim::list_shares(tx, &payment.source())?;
    shares.extend(claim::list_credit_used(tx, scope, customer, currency)?);
    let ids: BTreeSet<String> = shares.into_iter().map(|share| share.invoice_id).collect();
    for id in &ids {
        claim::lock(tx, scope, id)?;
    }
    customers::lock(tx, customer)?;
    let plan = foresee(tx, payment, amount)?;
    store::insert_taking(tx, payment, source, amount, plan.from_credit, app.now_ms())?;
    let mut claims = Vec::new();
    for share in &plan.shares {
        store::insert_share(tx, source, share)?;
        let claim = claim::lock(tx, &payment.scope, &share.invoice_id)?;
        claim::take_back(tx, app, &claim, source, share.claim)?;
        if share.claim.is_positive() {
            claims.push(part_of(&share.invoice_id, share.claim)?);
        }
    }
    Division::new(amount, claims).map_err(unbalanced)
}

/// It came back, and belongs to the customer (P05): what was opened stays open, a person decides what becomes of the
/// credit. Money of the tray waits there again.
///
/// # Errors
/// Of the database.
pub fn came_back(
    tx: &mut Tx<'_>,
    payment: &Booked,
    source: &Source,
    amount: Money,
) -> Result<Division, Error> {
    store::update_became(tx, payment, source, Became::Credit)?;
    if payment.customer_id.is_empty() {
        tray::give_back(tx, &payment.id, -amount)?;
        return Division::of_nobody(amount).map_err(unbalanced);
    }
    // What left the tray before the rest of it had a place is of the customer a person named meanwhile.
    Division::new(amount, Vec::new()).map_err(unbalanced)
}

/// It came back, and settles what had been opened for it like a payment, under the name `again`: what nobody owes any
/// more becomes credit of the customer.
///
/// # Errors
/// Of the database.
pub fn settle_again(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    source: &Source,
    again: &Source,
    amount: Money,
) -> Result<Division, Error> {
    store::update_became(tx, payment, source, Became::Settled)?;
    if payment.customer_id.is_empty() {
        tray::give_back(tx, &payment.id, -amount)?;
        return Division::of_nobody(amount).map_err(unbalanced);
    }
    let mut claims = Vec::new();
    for share in list_shares(tx, source)? {
        let claim = claim::lock(tx, &payment.scope, &share.invoice_id)?;
        if !claim.state.takes_payment() {
            continue;
        }
        let usable = share.claim.at_most(claim.amount_due()).map_err(shape)?;
        if usable.is_positive() {
            claim::apply(tx, app, &claim, again, usable)?;
            claims.push(part_of(&share.invoice_id, usable)?);
        }
    }
    Division::new(amount, claims).map_err(unbalanced)
}

/// What a source took from each invoice.
///
/// # Errors
/// Of the database.
pub fn list_shares(tx: &mut Tx<'_>, source: &Source) -> Result<Vec<Share>, Error> {
    store::list_shares(tx, source)
}

/// What a source took from the customer's credit; nothing while it has taken nothing.
///
/// # Errors
/// Of the database.
pub fn find_from_credit(tx: &mut Tx<'_>, source: &Source) -> Result<Option<Money>, Error> {
    store::find_from_credit(tx, source)
}

/// What went back for an invoice and stayed away.
#[derive(Clone, Debug)]
pub struct OnInvoice {
    /// The refund or dispute.
    pub source_id: String,
    /// The part of this invoice.
    pub amount: Money,
    /// When, Unix milliseconds.
    pub at: i64,
}

/// What sources of a kind took back for an invoice and did not come back again, oldest first.
///
/// # Errors
/// Of the database.
pub fn list_on_invoice(
    tx: &mut Tx<'_>,
    kind: SourceKind,
    invoice_id: &str,
) -> Result<Vec<OnInvoice>, Error> {
    store::list_on_invoice(tx, kind, invoice_id)
}

fn part_of(invoice_id: &str, amount: Money) -> Result<ClaimPart, Error> {
    Ok(ClaimPart {
        invoice_id: InvoiceId::parse(invoice_id)
            .map_err(|_| Error::Shape("an allocation of no invoice".into()))?,
        amount,
    })
}

fn shape(error: MoneyError) -> Error {
    Error::Shape(error.to_string())
}

fn unbalanced(error: LedgerError) -> Error {
    Error::Shape(error.to_string())
}
