//! Money that came past the provider, recorded by a person: how, when, how much, and what becomes of it.

use jiff::civil::Date;

use crate::ledger::Account;
use crate::money::{Money, MoneyError};

/// How it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Interac e-Transfer.
    Interac,
    /// A bank transfer.
    Transfer,
    /// A cheque.
    Cheque,
    /// Notes and coins.
    Cash,
    /// Anything else.
    Other,
}

impl Method {
    /// Every method, the commonest first.
    pub const ALL: [Method; 5] = [
        Method::Interac,
        Method::Transfer,
        Method::Cheque,
        Method::Cash,
        Method::Other,
    ];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Interac => "interac_transfer",
            Method::Transfer => "transfer",
            Method::Cheque => "cheque",
            Method::Cash => "cash",
            Method::Other => "other",
        }
    }

    /// Reads the stored word; none for any other text.
    pub fn parse(text: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|m| m.as_str() == text)
    }

    /// Where the money itself is booked.
    pub fn account(self) -> Account {
        match self {
            Method::Cash => Account::Cash,
            _ => Account::Bank,
        }
    }
}

/// Why a payment cannot be recorded as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordRefusal {
    /// Nothing, or less.
    #[error("an amount above nothing")]
    NotPositive,
    /// Another currency than what is due.
    #[error("another currency")]
    OtherCurrency,
    /// It has not come yet.
    #[error("the day is still to come")]
    InFuture,
    /// More than is due, and nobody has said that the rest is to be kept as credit: it may be a slip of the pen.
    #[error("{rest} more than is due")]
    RestNotAgreed {
        /// What no invoice can use.
        rest: Money,
    },
}

/// Whether a payment may be recorded: `agreed_rest` is what somebody has agreed to keep as the customer's credit.
///
/// # Errors
/// [`RecordRefusal`].
pub fn may_record(
    amount: Money,
    due: Money,
    received_on: Date,
    today: Date,
    agreed_rest: Option<Money>,
) -> Result<(), RecordRefusal> {
    if amount.currency() != due.currency() {
        return Err(RecordRefusal::OtherCurrency);
    }
    if !amount.is_positive() {
        return Err(RecordRefusal::NotPositive);
    }
    if received_on > today {
        return Err(RecordRefusal::InFuture);
    }
    let over = amount
        .checked_sub(due)
        .map_err(|_| RecordRefusal::OtherCurrency)?;
    if over.is_positive() && agreed_rest != Some(over) {
        return Err(RecordRefusal::RestNotAgreed { rest: over });
    }
    Ok(())
}

/// What is missing in a customer's credit for a payment to be taken back whose rest became credit; none when it is all
/// still there. A part that was used on an invoice must be taken back there first.
///
/// # Errors
/// `CurrencyMismatch`.
pub fn missing_credit(credited: Money, pool: Money) -> Result<Option<Money>, MoneyError> {
    let missing = credited.checked_sub(pool)?;
    Ok((credited.is_positive() && missing.is_positive()).then_some(missing))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use jiff::civil::date;

    fn cad(minor: i64) -> Money {
        Money::from_minor(minor, Currency::CAD).unwrap()
    }

    #[test]
    fn a_payment_is_recorded_when_it_has_come_and_what_is_too_much_was_agreed() {
        let today = date(2026, 11, 25);
        let record = |minor, on, agreed| may_record(cad(minor), cad(100_00), on, today, agreed);
        assert_eq!(record(100_00, today, None), Ok(()));
        assert_eq!(record(1, date(2020, 1, 1), None), Ok(()));
        assert_eq!(record(0, today, None), Err(RecordRefusal::NotPositive));
        assert_eq!(
            record(1, date(2026, 11, 26), None),
            Err(RecordRefusal::InFuture)
        );
        let rest = cad(5_07);
        let refused = Err(RecordRefusal::RestNotAgreed { rest });
        assert_eq!(record(105_07, today, None), refused);
        assert_eq!(
            record(105_07, today, Some(cad(5_00))),
            refused,
            "agreed to another rest"
        );
        assert_eq!(record(105_07, today, Some(rest)), Ok(()));
        let euro = Money::from_minor(1, Currency::parse("EUR").unwrap()).unwrap();
        assert_eq!(
            may_record(euro, cad(1), today, today, None),
            Err(RecordRefusal::OtherCurrency)
        );
    }

    #[test]
    fn what_was_used_of_a_credit_is_missing_when_its_payment_is_taken_back() {
        assert_eq!(missing_credit(cad(5), cad(5)), Ok(None));
        assert_eq!(missing_credit(cad(0), cad(-3)), Ok(None));
        assert_eq!(missing_credit(cad(5), cad(2)), Ok(Some(cad(3))));
    }

    #[test]
    fn stored_words_read_back_and_only_cash_is_cash() {
        for method in Method::ALL {
            assert_eq!(Method::parse(method.as_str()), Some(method));
            assert_eq!(method.account() == Account::Cash, method == Method::Cash);
        }
        assert_eq!(Method::parse("card"), None);
    }
}
