//! A customer's credit used on an invoice.

use crate::money::Money;

/// Why credit cannot be used as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditRefusal {
    /// Nothing, or less.
    #[error("an amount above nothing")]
    NotPositive,
    /// Credit of another currency.
    #[error("another currency")]
    OtherCurrency,
    /// More than the customer has.
    #[error("there is {credit}, no more")]
    MoreThanCredit {
        /// What there is.
        credit: Money,
    },
    /// More than is due.
    #[error("{due} is due, no more")]
    MoreThanDue {
        /// What is due.
        due: Money,
    },
}

/// Whether so much of a customer's credit may be used on what is due.
///
/// # Errors
/// [`CreditRefusal`].
pub fn may_use(amount: Money, due: Money, credit: Money) -> Result<(), CreditRefusal> {
    let same = amount.currency() == due.currency() && amount.currency() == credit.currency();
    if !same {
        return Err(CreditRefusal::OtherCurrency);
    }
    if !amount.is_positive() {
        return Err(CreditRefusal::NotPositive);
    }
    if amount.minor() > due.minor() {
        return Err(CreditRefusal::MoreThanDue { due });
    }
    if amount.minor() > credit.minor() {
        return Err(CreditRefusal::MoreThanCredit { credit });
    }
    Ok(())
}

/// What is offered: as much as there is and as is due; none when there is nothing to offer.
pub fn most(due: Money, credit: Money) -> Option<Money> {
    due.at_most(credit).ok().filter(|most| most.is_positive())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use proptest::prelude::*;

    fn cad(minor: i64) -> Money {
        Money::from_minor(minor, Currency::CAD).unwrap()
    }

    #[test]
    fn credit_is_used_up_to_what_there_is_and_what_is_due() {
        assert_eq!(may_use(cad(5), cad(10), cad(5)), Ok(()));
        let credit = cad(5);
        assert_eq!(
            may_use(cad(6), cad(10), credit),
            Err(CreditRefusal::MoreThanCredit { credit })
        );
        let due = cad(10);
        assert_eq!(
            may_use(cad(11), due, cad(50)),
            Err(CreditRefusal::MoreThanDue { due })
        );
        assert_eq!(
            may_use(cad(0), due, cad(50)),
            Err(CreditRefusal::NotPositive)
        );
        let euro = Money::from_minor(1, Currency::parse("EUR").unwrap()).unwrap();
        assert_eq!(
            may_use(euro, due, cad(50)),
            Err(CreditRefusal::OtherCurrency)
        );
        assert_eq!(most(cad(10), cad(-2)), None);
    }

    proptest! {
        #[test]
        fn what_is_offered_may_be_used_and_a_cent_more_may_not(due in 0..1000_i64, credit in -50..1000_i64) {
            let offered = most(cad(due), cad(credit));
            let best = offered.map_or(0, |m| m.minor());
            prop_assert!(may_use(cad(best + 1), cad(due), cad(credit)).is_err());
            if let Some(most) = offered {
                prop_assert_eq!(may_use(most, cad(due), cad(credit)), Ok(()));
            }
        }
    }
}
