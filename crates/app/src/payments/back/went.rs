//! What went back to payers between two instants, by refunds and by disputes that were lost: the sums, and what is behind
//! them, told by the same conditions.

use billing::currency::Currency;
use billing::money::Money;
use kit::db::{Error, Tx};

use super::store;
use crate::invoices::claim::Source;
use crate::payments::received::{self, Span, Sum};
use crate::who::Scope;

/// Money that went back, with who got it.
#[derive(Clone, Debug)]
pub struct WentBack {
    /// The refund or the dispute.
    pub source: Source,
    /// When it left, Unix milliseconds.
    pub at: i64,
    /// Who got it; empty for money that never had a place.
    pub customer: String,
    /// What went back.
    pub amount: Money,
}

/// What came in within a span less what went back in it, a line a currency, the largest first. Money that left and came
/// back again has not gone back.
///
/// # Errors
/// Of the database.
pub fn left_of(tx: &mut Tx<'_>, scope: &Scope, span: Span) -> Result<Vec<Sum>, Error> {
    let mut sums = received::sums(tx, scope, span)?;
    for back in store::list_sums_gone(tx, scope, span)? {
        let currency = back.currency();
        match sums.iter_mut().find(|sum| sum.currency == currency) {
            Some(sum) => sum.refunded_minor = back.minor(),
            None => sums.push(Sum {
                refunded_minor: back.minor(),
                ..Sum::nothing(currency)
            }),
        }
    }
    Ok(sums)
}

/// What went back within a span, newest first, at most five hundred; of every currency when none is named.
///
/// # Errors
/// Of the database.
pub fn list(
    tx: &mut Tx<'_>,
    scope: &Scope,
    span: Span,
    currency: Option<Currency>,
) -> Result<Vec<WentBack>, Error> {
    store::list_gone(tx, scope, span, currency.map(|c| c.code().to_owned()))
}
