//! One payment over several invoices, and a part of one: what goes where, and what a payer may choose.

use jiff::civil::Date;

use crate::money::{Money, MoneyError};

/// An invoice a payment may settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owed {
    /// The last day to pay; what is due first is settled first.
    pub due_date: Option<Date>,
    /// What is due; zero for one that takes no payment any more.
    pub due: Money,
}

/// Where a payment went. The shares and `credited` are the payment, always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// What settles each invoice, in the order they were given; never more than is due, never below zero.
    pub shares: Vec<Money>,
    /// What no invoice could use: customer credit.
    pub credited: Money,
}

/// Spreads a payment: the invoice that is due first takes first (of the same day, the one named first), and what is
/// left over becomes customer credit.
///
/// # Errors
/// `CurrencyMismatch`; `TooLarge` never for amounts above zero.
pub fn spread(payment: Money, invoices: &[Owed]) -> Result<Spread, MoneyError> {
    let zero = Money::zero(payment.currency());
    let mut order: Vec<usize> = (0..invoices.len()).collect();
    // A stable sort: of the same day, the one named first.
    order.sort_by_key(|at| invoices[*at].due_date.unwrap_or(Date::MAX));
    let mut shares = vec![zero; invoices.len()];
    let mut left = payment;
    for at in order {
        let share = left.at_most(invoices[at].due)?;
        if share.is_positive() {
            left = left.checked_sub(share)?;
            shares[at] = share;
        }
    }
    Ok(Spread {
        shares,
        credited: left,
    })
}

/// What a seller lets a payer choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartRules {
    /// Whether an amount below what is due may be paid online at all.
    pub allowed: bool,
    /// The smallest part.
    pub smallest: Money,
}

/// Why an amount cannot be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartRefusal {
    /// Nothing is due any more.
    #[error("nothing is due")]
    NothingDue,
    /// Only the whole.
    #[error("only the whole amount can be paid")]
    OnlyTheWhole,
    /// More than is due.
    #[error("{due} is due, no more")]
    MoreThanDue {
        /// What is due.
        due: Money,
    },
    /// Less than the smallest part.
    #[error("a part is at least {smallest}")]
    TooSmall {
        /// The smallest part: the seller's, or the smallest charge.
        smallest: Money,
    },
    /// What would be left could not be charged any more (compliance.md §6.1).
    #[error("what would be left is below the smallest charge: pay {most} or the whole")]
    RestTooSmall {
        /// The largest part that leaves enough.
        most: Money,
    },
    /// Another currency.
    #[error("another currency")]
    OtherCurrency,
}

impl From<MoneyError> for PartRefusal {
    fn from(_: MoneyError) -> Self {
        PartRefusal::OtherCurrency
    }
}

/// The smallest and the largest part a payer may choose, when there is any choice below the whole.
pub fn parts_between(due: Money, rules: PartRules) -> Option<(Money, Money)> {
    let least = smallest_charge(due);
    let smallest = if rules.smallest.compare(least).ok()?.is_gt() {
        rules.smallest
    } else {
        least
    };
    let most = due.checked_sub(least).ok()?;
    let choice = rules.allowed && !most.compare(smallest).ok()?.is_lt();
    choice.then_some((smallest, most))
}

/// Whether a payer may pay this much of what is due. The whole may always be paid.
///
/// # Errors
/// [`PartRefusal`].
pub fn choose(amount: Money, due: Money, rules: PartRules) -> Result<Money, PartRefusal> {
    let order = amount.compare(due)?;
    if !due.is_positive() {
        return Err(PartRefusal::NothingDue);
    }
    if order.is_eq() {
        return Ok(amount);
    }
    if !rules.allowed {
        return Err(PartRefusal::OnlyTheWhole);
    }
    if order.is_gt() {
        return Err(PartRefusal::MoreThanDue { due });
    }
    let least = smallest_charge(due);
    let smallest = if rules.smallest.compare(least)?.is_gt() {
        rules.smallest
    } else {
        least
    };
    if amount.compare(smallest)?.is_lt() {
        return Err(PartRefusal::TooSmall { smallest });
    }
    let rest = due.checked_sub(amount)?;
    if rest.compare(least)?.is_lt() {
        let most = due.checked_sub(least)?;
        return Err(if most.compare(smallest)?.is_lt() {
            PartRefusal::OnlyTheWhole
        } else {
            PartRefusal::RestTooSmall { most }
        });
    }
    Ok(amount)
}

/// The smallest amount that can be charged online in this currency; one unit where no minimum is known.
pub fn smallest_charge(like: Money) -> Money {
    let currency = like.currency();
    let minor = currency.minimum_charge_minor().unwrap_or(1);
    Money::from_minor(minor, currency).unwrap_or(Money::zero(currency))
}
