//! What a dispute does to the books: P09 when it is lost, and its way back when it is won after all. P06 to P08 are the
//! lines of Stripe's account.

use billing::ledger::Entry;
use billing::ledger::documents::{Division, dispute_lost};
use billing::money::Money;
use kit::db::{Error, Tx};
use stripe::Dispute;

use super::{DisputeRow, store};
use crate::amount;
use crate::app::App;
use crate::balance::{self, Behind};
use crate::invoices::claim;
use crate::ledger::{self, About};
use crate::payments;
use crate::payments::back;
use crate::payments::booked::Booked;
use crate::payments::line;
use crate::settings;

/// P09: the claims the payment had settled are open again, after what no invoice used. Nothing is expensed silently.
pub(super) fn reopen(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    row: &DisputeRow,
    amount: Money,
    held: Money,
) -> Result<(), Error> {
    store::update_reopened(tx, &row.id, app.now_ms())?;
    let division = back::take(tx, app, payment, &row.source(), amount)?;
    let entry = lost(tx, payment, held, &division)?;
    note(tx, app, payment, "dispute-lost", &row.id)?;
    post(tx, app, payment, row, "dispute_lost", &entry)
}

/// What the account for disputed funds has of it, in the currency of the balance: as its lines say, whoever brought them.
/// Before any line is known, the payment tells, where it came in without an exchange; else nobody knows yet, and nothing
/// is booked in the wrong terms.
pub(super) fn held(
    tx: &mut Tx<'_>,
    payment: &Booked,
    row: &DisputeRow,
    told: Option<Money>,
) -> Result<Option<Money>, Error> {
    if told.is_some() {
        return Ok(told);
    }
    let lines = balance::of_source(tx, &payment.scope, &row.stripe_id)?;
    let taken: Vec<Money> = lines
        .iter()
        .filter(|line| line.amount.is_negative())
        .map(|line| -line.amount)
        .collect();
    if let Some(first) = taken.first() {
        return Money::sum(first.currency(), taken.iter().copied())
            .map(Some)
            .map_err(|e| Error::Shape(e.to_string()));
    }
    let came_in = balance::came_in_as(tx, &payment.scope, &payment.charge_id)?;
    Ok(came_in
        .filter(|currency| *currency == row.amount.currency())
        .map(|_| row.amount))
}

/// The money came back. Where the claim had been opened again, it settles it like a payment: what nobody owes any more
/// becomes credit of the customer.
pub(super) fn reinstate(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    row: &DisputeRow,
) -> Result<(), Error> {
    store::update_reinstated(tx, &row.id, app.now_ms())?;
    note(tx, app, payment, "dispute-won", &row.id)?;
    if row.reopened_at.is_none() {
        return Ok(());
    }
    let (lost_by, won_by) = (row.source(), row.source_won());
    let division = back::settle_again(tx, app, payment, &lost_by, &won_by, row.amount)?;
    // It was known when the claim was opened.
    let held = held(tx, payment, row, row.held)?.unwrap_or(row.amount);
    let entry = lost(tx, payment, held, &division)?.reversed();
    note(tx, app, payment, "dispute-claim-settled", &row.id)?;
    post(tx, app, payment, row, "dispute_won_after_all", &entry)
}

fn lost(
    tx: &mut Tx<'_>,
    payment: &Booked,
    held: Money,
    division: &Division,
) -> Result<Entry, Error> {
    let carried = balance::carried(tx, &payment.scope, &payment.charge_id, division.whole())?;
    dispute_lost(held, carried, division).map_err(|e| Error::Shape(e.to_string()))
}

/// The lines of the dispute in Stripe's account book what happens to the money (P06 to P08), with the fee of asking and
/// that of answering. What is held is held in the currency of the balance.
pub(super) fn lines(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    row: &DisputeRow,
    dispute: &Dispute,
) -> Result<(), Error> {
    let lines: Vec<_> = dispute.balance_transactions.iter().collect();
    let behind = Behind::paid(row.amount);
    line::take(tx, app, payment, &dispute.id, &lines, behind)
}

/// What open disputes hold of each invoice of the payment, and the first deadline: standings are told from it.
pub(super) fn bring_in_step(tx: &mut Tx<'_>, payment: &Booked) -> Result<(), Error> {
    for share in claim::list_shares(tx, &payment.source())? {
        let (mut sum, mut first) = (0, None);
        for paid in payments::list_by_invoice(tx, &share.invoice_id)? {
            let (open, due) = store::get_open(tx, &paid.id)?;
            sum += open;
            first = match (first, due) {
                (Some(a), Some(b)) => Some(std::cmp::min::<i64>(a, b)),
                (a, b) => a.or(b),
            };
        }
        let held = amount::from_row(sum, share.amount.currency().code())?;
        claim::set_disputed(tx, &share.invoice_id, held, first)?;
    }
    Ok(())
}

/// A line in the history of every invoice of the payment.
pub(super) fn note(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    act: &str,
    dispute_id: &str,
) -> Result<(), Error> {
    for share in claim::list_shares(tx, &payment.source())? {
        claim::note(tx, app, &share.invoice_id, act, "stripe", dispute_id)?;
    }
    Ok(())
}

fn post(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    row: &DisputeRow,
    kind: &'static str,
    entry: &Entry,
) -> Result<(), Error> {
    let zone = settings::business(tx, &payment.scope.business_id)?.zone();
    let about = About {
        kind,
        subject: row.id.clone(),
        date: app.clock().today_in(&zone),
        memo: row.stripe_id.clone(),
        invoice_id: None,
        customer_id: Some(payment.customer_id.clone()).filter(|id| !id.is_empty()),
    };
    ledger::post(tx, app, &payment.scope, &about, entry).map(drop)
}
