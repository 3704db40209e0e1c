//! What a payment does to the invoices it pays, whoever brought the news: claims locked in one order, the amount
//! spread over them, allocations and customer credit written.

use billing::id::InvoiceId;
use billing::ledger::documents::{ClaimPart, Division};
use billing::money::Money;
use billing::payment::spread::{Owed, Spread, spread};
use jiff::civil::Date;
use kit::db::{Error, Tx};

use super::store;
use crate::app::App;
use crate::customers;
use crate::invoices::claim::{self, Claim, Source};
use crate::settings;
use crate::who::Scope;

/// Where a payment went: the claims that took something, and what each took.
pub(super) struct Went {
    /// The payment.
    pub(super) whole: Money,
    /// Ids of the invoices that took something.
    pub(super) claims: Vec<String>,
    /// What each of them took.
    pub(super) shares: Vec<Money>,
    /// Their sum.
    pub(super) applied: Money,
    /// Customer credit.
    pub(super) credited: Money,
}

impl Went {
    /// As the ledger's entries want it.
    pub(super) fn division(&self) -> Result<Division, Error> {
        let part = |(id, share): (&String, &Money)| {
            Ok(ClaimPart {
                invoice_id: InvoiceId::parse(id.as_str())
                    .map_err(|_| Error::Shape("an invoice with a bad id".into()))?,
                amount: *share,
            })
        };
        let claims = self.claims.iter().zip(&self.shares).map(part);
        Division::new(self.whole, claims.collect::<Result<_, Error>>()?)
            .map_err(|e| Error::Shape(e.to_string()))
    }
}

/// Takes the invoices' rows in the order of their ids (two payments over the same invoices never wait for each other)
/// and brings back what had been given up.
pub(super) fn lock<'a>(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    invoice_ids: impl Iterator<Item = &'a String>,
) -> Result<Vec<Claim>, Error> {
    let mut ids: Vec<&String> = invoice_ids.collect();
    ids.sort();
    ids.dedup();
    let today = today(tx, app, scope)?;
    let mut claims = Vec::new();
    for id in ids {
        let claim = claim::lock(tx, scope, id)?;
        claims.push(claim::recover(tx, app, &claim, today)?);
    }
    claims.sort_by_key(|claim| claim.due_date);
    Ok(claims)
}

/// The seller's day.
pub(super) fn today(tx: &mut Tx<'_>, app: &App, scope: &Scope) -> Result<Date, Error> {
    let business = settings::business(tx, &scope.business_id)?;
    Ok(app.clock().today_in(&business.zone()))
}

/// Spreads a payment over locked claims, what is due first first.
pub(super) fn spread_over(amount: Money, claims: &[Claim]) -> Result<Went, Error> {
    let shape = |e: billing::money::MoneyError| Error::Shape(e.to_string());
    let owed: Vec<Owed> = claims.iter().map(owed).collect();
    let Spread { shares, credited } = spread(amount, &owed).map_err(shape)?;
    let took: Vec<(String, Money)> = claims
        .iter()
        .map(|claim| claim.invoice_id.clone())
        .zip(shares)
        .filter(|(_, share)| share.is_positive())
        .collect();
    let (claims, shares): (Vec<String>, Vec<Money>) = took.into_iter().unzip();
    Ok(Went {
        whole: amount,
        applied: Money::sum(amount.currency(), shares.iter().copied()).map_err(shape)?,
        claims,
        shares,
        credited,
    })
}

fn owed(claim: &Claim) -> Owed {
    Owed {
        due_date: claim.due_date,
        due: if claim.state.takes_payment() {
            claim.amount_due()
        } else {
            Money::zero(claim.total.currency())
        },
    }
}

/// Writes the allocations. The entry is the caller's; what it leaves for the customer is the customer's credit.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    app: &App,
    claims: &[Claim],
    payment_id: &str,
    went: &Went,
) -> Result<(), Error> {
    let source = Source::payment(payment_id);
    for (id, share) in went.claims.iter().zip(&went.shares) {
        if let Some(claim) = claims.iter().find(|c| c.invoice_id == *id) {
            claim::apply(tx, app, claim, &source, *share)?;
        }
    }
    Ok(())
}

/// The next receipt number of a drawer, as printed.
pub(super) fn receipt_number(tx: &mut Tx<'_>, scope: &Scope) -> Result<String, Error> {
    let number = store::take_receipt_number(tx, scope)?;
    let test = if scope.mode.is_live() { "" } else { "TEST-" };
    Ok(format!("{test}R-{number:05}"))
}

/// What the list of payments finds it by: the customer's name, the invoices' numbers, and `more`.
pub(super) fn search_text(
    tx: &mut Tx<'_>,
    first: &Claim,
    claims: &[Claim],
    more: &[&str],
) -> Result<String, Error> {
    let customer = customers::find(tx, &first.scope.business_id, &first.customer_id)?;
    let mut words = vec![customer.map(|c| c.name).unwrap_or_default()];
    words.extend(claims.iter().map(|claim| claim.number.clone()));
    words.extend(more.iter().map(|word| (*word).to_owned()));
    words.retain(|word| !word.is_empty());
    Ok(words.join("\n").to_lowercase())
}
