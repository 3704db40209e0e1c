//! How an amount that goes back would divide, without changing anything.

use billing::money::Money;
use billing::refund::take_back;
use kit::db::{Error, Tx};

use super::{Share, shape, store};
use crate::invoices::claim;
use crate::ledger::of_customer;
use crate::payments::booked::Booked;

/// How it divides: what each invoice gives, and what comes from the customer's credit.
#[derive(Clone, Debug)]
pub struct Plan {
    /// All of it that is credit, freed by credit notes or never used.
    pub from_credit: Money,
    /// Per invoice; those that give nothing are left out.
    pub shares: Vec<Share>,
}

/// First from the customer's credit that this payment made (overpaid, or freed by a credit note), then from the claims
/// it had settled, then from other credit, then from claims that credit has settled meanwhile: credit below zero would be
/// money that no page asks for.
///
/// # Errors
/// Of the database.
pub fn foresee(tx: &mut Tx<'_>, payment: &Booked, amount: Money) -> Result<Plan, Error> {
    let currency = amount.currency();
    let standings = standings(tx, payment)?;
    let pool = of_customer::credit(tx, &payment.scope, &payment.customer_id, currency)?;
    let freed = standings.iter().map(|standing| standing.freed);
    let made = freed.chain([own_credit(tx, payment, &standings)?]);
    let made = Money::sum(currency, made).map_err(shape)?;
    let credit = not_below(made.at_most(pool).map_err(shape)?);
    let own: Vec<Money> = standings.iter().map(|standing| standing.applied).collect();
    let taken = take_back(amount, credit, &own).map_err(shape)?;

    // What neither explains: other credit of the customer, as long as there is any; then what credit has settled.
    let ours = amount.at_most(credit).map_err(shape)?;
    let unexplained = taken.from_credit.checked_sub(ours).map_err(shape)?;
    let other = not_below(pool.checked_sub(ours).map_err(shape)?);
    let spent = not_below(unexplained.checked_sub(other).map_err(shape)?);
    let used = used_elsewhere(tx, payment, &standings, spent)?;
    let amounts: Vec<Money> = used.iter().map(|share| share.amount).collect();
    let nothing = Money::zero(currency);
    let elsewhere = take_back(spent, nothing, &amounts).map_err(shape)?;
    let given = spent.checked_sub(elsewhere.from_credit).map_err(shape)?;
    let from_credit = taken.from_credit.checked_sub(given).map_err(shape)?;

    let mut credit_left = from_credit;
    let mut shares = Vec::new();
    for (standing, part) in standings.into_iter().zip(taken.from_invoices) {
        let freed = standing.freed.at_most(credit_left).map_err(shape)?;
        credit_left = credit_left.checked_sub(freed).map_err(shape)?;
        let amount = part.checked_add(freed).map_err(shape)?;
        if amount.is_positive() {
            shares.push(Share {
                invoice_id: standing.invoice_id,
                number: standing.number,
                amount,
                claim: part,
            });
        }
    }
    for (share, part) in used.into_iter().zip(elsewhere.from_invoices) {
        give_more(&mut shares, share, part)?;
    }
    Ok(Plan {
        from_credit,
        shares,
    })
}

/// Adds what an invoice gives to what it gives already.
fn give_more(shares: &mut Vec<Share>, of: claim::Share, part: Money) -> Result<(), Error> {
    if !part.is_positive() {
        return Ok(());
    }
    if let Some(share) = shares.iter_mut().find(|s| s.invoice_id == of.invoice_id) {
        share.amount = share.amount.checked_add(part).map_err(shape)?;
        share.claim = share.claim.checked_add(part).map_err(shape)?;
        return Ok(());
    }
    shares.push(Share {
        invoice_id: of.invoice_id,
        number: of.number,
        amount: part,
        claim: part,
    });
    Ok(())
}

/// What the customer's credit has settled and is settled by it still, beside what this payment settled itself and what
/// a credit note has freed; nothing when nothing is to be taken from it.
fn used_elsewhere(
    tx: &mut Tx<'_>,
    payment: &Booked,
    own: &[Standing],
    spent: Money,
) -> Result<Vec<claim::Share>, Error> {
    if !spent.is_positive() {
        return Ok(Vec::new());
    }
    let (scope, customer) = (&payment.scope, &payment.customer_id);
    let mut used = claim::list_credit_used(tx, scope, customer, spent.currency())?;
    for share in &mut used {
        let claim = claim::get(tx, scope, &share.invoice_id)?;
        let of_it = own.iter().find(|s| s.invoice_id == share.invoice_id);
        let by_us = of_it.map_or(Money::zero(spent.currency()), |standing| standing.applied);
        let others = claim.applied.checked_sub(by_us).map_err(shape)?;
        let freed = claim::freed(tx, &claim)?;
        let still = share.amount.checked_sub(freed).map_err(shape)?;
        share.amount = not_below(still).at_most(not_below(others)).map_err(shape)?;
    }
    Ok(used)
}

/// One invoice this payment settled, and what of it can still be taken back.
struct Standing {
    invoice_id: String,
    number: String,
    applied: Money,
    freed: Money,
    /// What of its credit was taken before.
    freed_taken: i64,
    /// What the payment settled of it at first.
    whole: Money,
}

fn standings(tx: &mut Tx<'_>, payment: &Booked) -> Result<Vec<Standing>, Error> {
    let mut out = Vec::new();
    for share in claim::list_shares(tx, &payment.source())? {
        let claim = claim::get(tx, &payment.scope, &share.invoice_id)?;
        let (from_claim, in_all) = store::get_taken(tx, &payment.id, &share.invoice_id)?;
        let freed_taken = in_all - from_claim;
        let freed_in_all = claim::freed(tx, &claim)?
            .at_most(share.amount)
            .map_err(shape)?;
        let minor = |m: i64| Money::from_minor(m.max(0), share.amount.currency()).map_err(shape);
        let freed = minor(freed_in_all.minor() - freed_taken)?;
        let applied = minor(share.amount.minor() - freed_in_all.minor() - from_claim)?;
        out.push(Standing {
            invoice_id: share.invoice_id,
            number: share.number,
            applied: applied.at_most(not_below(claim.applied)).map_err(shape)?,
            freed,
            freed_taken,
            whole: share.amount,
        });
    }
    Ok(out)
}

/// What of the payment no invoice ever used, and what came back as credit, less what was taken of it.
fn own_credit(tx: &mut Tx<'_>, payment: &Booked, standings: &[Standing]) -> Result<Money, Error> {
    let used: i64 = standings.iter().map(|s| s.whole.minor()).sum();
    let freed_taken: i64 = standings.iter().map(|s| s.freed_taken).sum();
    let (taken, returned) = store::get_credit_moved(tx, &payment.id)?;
    let left = payment.amount.minor() - used + returned - (taken - freed_taken);
    Money::from_minor(left.max(0), payment.amount.currency()).map_err(shape)
}

fn not_below(amount: Money) -> Money {
    if amount.is_negative() {
        Money::zero(amount.currency())
    } else {
        amount
    }
}
