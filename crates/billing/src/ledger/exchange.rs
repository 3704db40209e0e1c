//! Where money changes its currency: both sides go through [`Account::Conversion`], and what an exchange brought
//! beyond or below what had been booked is gain or loss.

use super::entry::positive;
use super::{Account, Entry, LedgerError, Posting};
use crate::money::Money;

/// The two lines that let `left` be given for `right`: conversion has `left` no more and `right` instead, seen from an
/// entry that debits `left` and credits `right`. With `right` below nothing (and `left` too) the other way round.
pub(super) fn conversion(left: Money, right: Money) -> Result<[Posting; 2], LedgerError> {
    let opposite = left.is_negative() != right.is_negative();
    if left.currency() == right.currency() || opposite {
        return Err(LedgerError::NotAnExchange);
    }
    Ok([
        Posting::credit(Account::Conversion, left),
        Posting::debit(Account::Conversion, right),
    ])
}

/// The lines that take the difference out of conversion: `brought` is what an exchange brought, `carried` what the
/// same money had been booked at before, both in the currency of the books, signed alike.
pub(super) fn realised(brought: Money, carried: Money) -> Result<[Posting; 2], LedgerError> {
    let gain = brought.checked_sub(carried)?;
    let account = if gain.is_negative() {
        Account::ExchangeLoss
    } else {
        Account::ExchangeGain
    };
    Ok([
        Posting::debit(Account::Conversion, gain),
        Posting::credit(account, gain),
    ])
}

/// The gain or loss of an exchange whose two sides are booked already (two balance transactions of category `fx`).
/// None when it brought just what it was booked at.
///
/// # Errors
/// `Money` when the two are not of one currency.
pub fn exchange_realised(brought: Money, carried: Money) -> Result<Option<Entry>, LedgerError> {
    Entry::unless_empty(realised(brought, carried)?.to_vec())
}

/// P20: a balance held in another currency leaves converted: `given` of it, `brought` on its way to the bank,
/// `carried` what `given` had been booked at, where that is known.
///
/// # Errors
/// `NotAnExchange`, `NotPositive`, [`LedgerError`].
pub fn payout_converted(
    given: Money,
    brought: Money,
    carried: Option<Money>,
) -> Result<Entry, LedgerError> {
    let (given, brought) = (positive(given)?, positive(brought)?);
    let mut postings = vec![
        Posting::debit(Account::InTransit, brought),
        Posting::credit(Account::StripeBalance, given),
    ];
    postings.extend(conversion(brought, given)?);
    if let Some(carried) = carried {
        postings.extend(realised(brought, carried)?);
    }
    Entry::new(postings)
}
