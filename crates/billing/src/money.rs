//! Amounts: an integer of minor units and its currency. No binary fraction anywhere.

use crate::currency::Currency;
use crate::rate::Rate;
use crate::typed::{TypedError, parse_decimal};
use rust_decimal::{Decimal, RoundingStrategy};
use std::cmp::Ordering;
use std::fmt;

/// An amount of one currency, in its ISO 4217 minor units (`114975` of CAD is 1149.75).
///
/// Two currencies never add, and never compare: there is deliberately no `<` and no `+`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why an amount cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Beyond [`Money::MINOR_MAX`].
    #[error("the amount is too large")]
    TooLarge,
    /// Two currencies met.
    #[error("{left} and {right} do not add up")]
    CurrencyMismatch {
        /// The one on the left.
        left: Currency,
        /// The one on the right.
        right: Currency,
    },
    /// A whole cannot be split over weights that are negative or all zero.
    #[error("nothing to split over")]
    NoWeights,
}

impl Money {
    /// The largest amount, in minor units of any currency. Far above any invoice, and low enough
    /// that nine thousand of them still add up within 64 bits.
    pub const MINOR_MAX: i64 = 999_999_999_999_999;

    /// An amount in minor units.
    ///
    /// # Errors
    /// `TooLarge` beyond [`Money::MINOR_MAX`], either way.
    pub fn from_minor(minor: i64, currency: Currency) -> Result<Money, MoneyError> {
        if (-Money::MINOR_MAX..=Money::MINOR_MAX).contains(&minor) {
            Ok(Money { minor, currency })
        } else {
            Err(MoneyError::TooLarge)
        }
    }

    /// Nothing, of a currency.
    pub fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }

    /// Rounds to the minor unit, half away from zero (TX-02, TX-12).
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn rounded(value: Decimal, currency: Currency) -> Result<Money, MoneyError> {
        let rounded = value
            .round_dp_with_strategy(currency.exponent(), RoundingStrategy::MidpointAwayFromZero);
        let scaled = rounded
            .checked_mul(Decimal::from(10_i64.pow(currency.exponent())))
            .ok_or(MoneyError::TooLarge)?;
        let minor = i64::try_from(scaled).map_err(|_| MoneyError::TooLarge)?;
        Money::from_minor(minor, currency)
    }

    /// Reads what a person typed: `1250`, `1,250.00`, `1.250,00`, `€1250`, `1 250,00 $`, `CAD 5`.
    ///
    /// # Errors
    /// [`TypedError`] naming what is wrong: `Ambiguous` with both readings for `1,250`,
    /// `TooManyDecimals`, `OtherCurrency` when another currency's sign stands beside it.
    pub fn parse_typed(text: &str, currency: Currency) -> Result<Money, TypedError> {
        let number = strip_currency(text, currency)?;
        let value = parse_decimal(&number, currency.exponent())?;
        Money::rounded(value, currency).map_err(|_| TypedError::TooLarge)
    }

    /// Minor units (ISO 4217), as stored.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The amount in major units with all its decimals: `1149.75`.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent())
    }

    /// True for nothing.
    pub fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// True below nothing.
    pub fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// True above nothing.
    pub fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// The sum.
    ///
    /// # Errors
    /// `CurrencyMismatch`, `TooLarge`.
    pub fn checked_add(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        Money::from_minor(self.minor + other.minor, self.currency)
    }

    /// The difference.
    ///
    /// # Errors
    /// `CurrencyMismatch`, `TooLarge`.
    pub fn checked_sub(self, other: Money) -> Result<Money, MoneyError> {
        self.checked_add(-other)
    }

    /// The sum of many amounts of one currency; nothing for none.
    ///
    /// # Errors
    /// `CurrencyMismatch`, `TooLarge`.
    pub fn sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Money>,
    ) -> Result<Money, MoneyError> {
        amounts
            .into_iter()
            .try_fold(Money::zero(currency), Money::checked_add)
    }

    /// Which is more.
    ///
    /// # Errors
    /// `CurrencyMismatch`: amounts of two currencies have no order.
    pub fn compare(self, other: Money) -> Result<Ordering, MoneyError> {
        self.same_currency(other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    /// The smaller of two amounts of one currency.
    ///
    /// # Errors
    /// `CurrencyMismatch`.
    pub fn at_most(self, other: Money) -> Result<Money, MoneyError> {
        Ok(if self.compare(other)?.is_gt() {
            other
        } else {
            self
        })
    }

    /// The amount without its sign.
    pub fn abs(self) -> Money {
        Money {
            minor: self.minor.abs(),
            currency: self.currency,
        }
    }

    /// A percentage of the amount, rounded half away from zero.
    pub fn percent(self, rate: Rate) -> Money {
        // No rate exceeds 100 %, so the part cannot exceed the whole and the shares fit 128 bits.
        let exact = i128::from(self.minor) * i128::from(rate.ppm());
        let half = 500_000 * exact.signum();
        let minor = i64::try_from((exact + half) / 1_000_000).unwrap_or(self.minor);
        Money {
            minor,
            currency: self.currency,
        }
    }

    /// Splits the amount in proportion to `weights` so that the parts add up to it exactly:
    /// largest remainder, ties to the earlier part (TX-13). Signs mirror.
    ///
    /// # Errors
    /// `NoWeights` when a weight is negative or all are zero.
    pub fn split(self, weights: &[i64]) -> Result<Vec<Money>, MoneyError> {
        let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        if total <= 0 || weights.iter().any(|w| *w < 0) {
            return Err(MoneyError::NoWeights);
        }
        let whole = i128::from(self.minor.abs());
        // Divided first, so that no product of two large numbers is ever needed.
        let exact = |w: i64| {
            let product = whole * i128::from(w);
            (product / total, product % total)
        };
        let mut parts: Vec<i128> = weights.iter().map(|w| exact(*w).0).collect();
        let missing = whole - parts.iter().sum::<i128>();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        // The sort is stable: equal remainders stay in the order of the lines.
        order.sort_by_key(|at| std::cmp::Reverse(exact(weights[*at]).1));
        for at in order
            .into_iter()
            .take(usize::try_from(missing).unwrap_or(0))
        {
            parts[at] += 1;
        }
        let sign = self.minor.signum();
        parts
            .into_iter()
            .map(|part| {
                let minor = i64::try_from(part).map_err(|_| MoneyError::TooLarge)?;
                Money::from_minor(sign * minor, self.currency)
            })
            .collect()
    }

    fn same_currency(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch {
                left: self.currency,
                right: other.currency,
            })
        }
    }
}

impl std::ops::Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money {
            minor: -self.minor,
            currency: self.currency,
        }
    }
}

impl fmt::Display for Money {
    /// Plain, for logs and machines: `1149.75 CAD`. People get CLDR formatting elsewhere.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Takes the currency's own sign or code off either end, keeping the number and its sign.
/// Only a mark standing alone before the digits is a decimal point: the one of `Fr.` is not.
pub(crate) fn strip_currency(text: &str, currency: Currency) -> Result<String, TypedError> {
    let is_digit = |c: char| c.is_ascii_digit();
    let (Some(first), Some(last)) = (text.find(is_digit), text.rfind(is_digit)) else {
        let empty = text.trim().is_empty();
        return Err(if empty {
            TypedError::Empty
        } else {
            TypedError::NotANumber
        });
    };
    let (before, digits, after) = (&text[..first], &text[first..=last], text[last + 1..].trim());
    let unsigned = before.replacen(['-', '\u{2212}'], "", 1);
    let sign = if unsigned.len() < before.len() {
        "-"
    } else {
        ""
    };
    let bare_mark = |text: &str| matches!(text, "." | ",");
    let point = if bare_mark(unsigned.trim()) {
        unsigned.trim()
    } else {
        ""
    };
    if point.is_empty() {
        check_sign(unsigned.trim(), currency)?;
    }
    if !bare_mark(after) {
        check_sign(after, currency)?;
    }
    Ok(format!("{sign}{point}{digits}"))
}

fn check_sign(sign: &str, currency: Currency) -> Result<(), TypedError> {
    if sign.is_empty() || sign.eq_ignore_ascii_case(currency.code()) {
        return Ok(());
    }
    let compact: String = sign.chars().filter(|c| !c.is_whitespace()).collect();
    let of_sign = |(symbol, _): &&(&str, &str)| symbol.eq_ignore_ascii_case(&compact);
    match SIGNS.iter().find(of_sign) {
        Some((_, codes)) if codes.split_whitespace().any(|code| code == currency.code()) => Ok(()),
        Some(_) => Err(TypedError::OtherCurrency {
            typed: sign.to_owned(),
        }),
        None if Currency::parse(sign).is_ok() => Err(TypedError::OtherCurrency {
            typed: sign.to_owned(),
        }),
        None => Err(TypedError::NotANumber),
    }
}

/// Signs people type, and the currencies each may stand for.
const SIGNS: &[(&str, &str)] = &[
    (
        "$",
        "CAD USD AUD NZD SGD HKD MXN TWD ARS CLP COP BBD BMD BSD BZD DOP FJD GYD JMD KYD LRD NAD SRD TTD UYU XCD",
    ),
    ("CA$", "CAD"),
    ("$CA", "CAD"),
    ("C$", "CAD"),
    ("CAD$", "CAD"),
    ("US$", "USD"),
    ("$US", "USD"),
    ("A$", "AUD"),
    ("AU$", "AUD"),
    ("$AU", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("€", "EUR"),
    ("£", "GBP EGP FKP GIP SHP"),
    ("¥", "JPY CNY"),
    ("円", "JPY"),
    ("₩", "KRW KPW"),
    ("₹", "INR"),
    ("₪", "ILS"),
    ("₫", "VND"),
    ("₱", "PHP"),
    ("zł", "PLN"),
    ("kr", "SEK NOK DKK ISK"),
    ("kr.", "SEK NOK DKK ISK"),
    ("Kč", "CZK"),
    ("Ft", "HUF"),
    ("lei", "RON MDL"),
    ("Fr", "CHF"),
    ("Fr.", "CHF"),
    ("SFr.", "CHF"),
    ("fr", "CHF"),
    ("F", "XPF XOF XAF"),
    ("F CFA", "XOF XAF"),
];
