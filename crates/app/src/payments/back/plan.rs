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
/// it had settled.
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
    let applied: Vec<Money> = standings.iter().map(|standing| standing.applied).collect();
    let credit = made.at_most(pool).map_err(shape)?;
    let taken = take_back(amount, credit, &applied).map_err(shape)?;

    let mut credit_left = taken.from_credit;
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
    Ok(Plan {
        from_credit: taken.from_credit,
        shares,
    })
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
