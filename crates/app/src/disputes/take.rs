//! What a dispute does to the books: P09 when it is lost, and its way back when it is won after all. P06 to P08 are the
//! lines of Stripe's account.

use billing::allocation::SourceKind;
use billing::id::InvoiceId;
use billing::ledger::documents::{ClaimPart, Division, dispute_lost};
use billing::ledger::{Entry, LedgerError};
use billing::money::{Money, MoneyError};
use billing::refund::take_back;
use kit::db::{Error, Tx};
use stripe::Dispute;

use super::{DisputeRow, store};
use crate::app::App;
use crate::invoices::claim::{self, Source};
use crate::ledger::{self, About, of_customer};
use crate::payments;
use crate::payments::booked::Booked;
use crate::payments::line;
use crate::settings;

/// P09: the claims the payment had settled are open again, the last applied first, after what no invoice used. Nothing
/// is expensed silently.
pub(super) fn reopen(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    row: &DisputeRow,
    amount: Money,
    held: Option<Money>,
) -> Result<(), Error> {
    let shares = claim::list_shares(tx, &Source::payment(payment.id.as_str()))?;
    let mut applied = Vec::new();
    let mut used = Money::zero(amount.currency());
    for share in &shares {
        let claim = claim::lock(tx, &payment.scope, &share.invoice_id)?;
        let taken = store::get_taken(tx, &payment.id, &share.invoice_id)?;
        let left = (share.amount.minor() - taken)
            .min(claim.applied.minor())
            .max(0);
        applied.push(Money::from_minor(left, amount.currency()).map_err(shape)?);
        used = used.checked_add(share.amount).map_err(shape)?;
    }
    let unused = payment.amount.checked_sub(used).map_err(shape)?;
    let pool = of_customer::credit(tx, &payment.scope, &payment.customer_id, amount.currency())?;
    let credit = unused.at_most(pool).map_err(shape)?;
    let taken = take_back(amount, credit, &applied).map_err(shape)?;
    let mut claims = Vec::new();
    for (share, part) in shares.iter().zip(&taken.from_invoices) {
        if !part.is_positive() {
            continue;
        }
        store::insert_share(tx, &row.id, &share.invoice_id, *part)?;
        let claim = claim::lock(tx, &payment.scope, &share.invoice_id)?;
        let source = Source::new(SourceKind::Dispute, row.id.as_str());
        claim::take_back(tx, app, &claim, &source, *part)?;
        claims.push(part_of(&share.invoice_id, *part)?);
    }
    store::update_reopened(tx, &row.id, taken.from_credit, app.now_ms())?;
    let division = Division::new(amount, claims).map_err(unbalanced)?;
    let entry = dispute_lost(held.unwrap_or(amount), &division).map_err(unbalanced)?;
    post(tx, app, payment, row, "dispute_lost", &entry)
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
    let mut claims = Vec::new();
    for (invoice_id, part) in store::list_shares(tx, row)? {
        let claim = claim::lock(tx, &payment.scope, &invoice_id)?;
        let usable = if claim.state.takes_payment() {
            part.at_most(claim.amount_due()).map_err(shape)?
        } else {
            Money::zero(part.currency())
        };
        if usable.is_positive() {
            let source = Source::new(SourceKind::Dispute, format!("{}-won", row.id));
            claim::apply(tx, app, &claim, &source, usable)?;
            claims.push(part_of(&invoice_id, usable)?);
        }
    }
    let division = Division::new(row.amount, claims).map_err(unbalanced)?;
    let entry = dispute_lost(row.held.unwrap_or(row.amount), &division)
        .map_err(unbalanced)?
        .reversed();
    post(tx, app, payment, row, "dispute_won_after_all", &entry)
}

/// The lines of the dispute in Stripe's account book what happens to the money (P06 to P08), each once by its id, with
/// the fee of asking and that of answering. What is held is held in the currency of the balance.
pub(super) fn lines(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    row: &DisputeRow,
    dispute: &Dispute,
) -> Result<(), Error> {
    for one in &dispute.balance_transactions {
        let about = about(tx, app, payment, row, ledger::BALANCE_TRANSACTION)?;
        line::post(tx, app, &payment.scope, one, None, about)?;
    }
    Ok(())
}

/// What open disputes hold of each invoice of the payment, and the first deadline: standings are told from it.
pub(super) fn bring_in_step(tx: &mut Tx<'_>, payment: &Booked) -> Result<(), Error> {
    for share in claim::list_shares(tx, &Source::payment(payment.id.as_str()))? {
        let (mut sum, mut first) = (0, None);
        for paid in payments::list_by_invoice(tx, &share.invoice_id)? {
            let (open, due) = store::get_open(tx, &paid.id)?;
            sum += open;
            first = match (first, due) {
                (Some(a), Some(b)) => Some(std::cmp::min::<i64>(a, b)),
                (a, b) => a.or(b),
            };
        }
        let held = store::money(sum, share.amount.currency().code())?;
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
    for share in claim::list_shares(tx, &Source::payment(payment.id.as_str()))? {
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
    note(tx, app, payment, kind_note(kind), &row.id)?;
    let about = about(tx, app, payment, row, kind)?;
    ledger::post(tx, app, &payment.scope, &about, entry).map(drop)
}

fn about(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    row: &DisputeRow,
    kind: &'static str,
) -> Result<About, Error> {
    let zone = settings::business(tx, &payment.scope.business_id)?.zone();
    Ok(About {
        kind,
        subject: row.id.clone(),
        date: app.clock().today_in(&zone),
        memo: row.stripe_id.clone(),
        invoice_id: None,
        customer_id: Some(payment.customer_id.clone()),
    })
}

fn kind_note(kind: &str) -> &'static str {
    match kind {
        "dispute_lost" => "dispute-lost",
        _ => "dispute-claim-settled",
    }
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
