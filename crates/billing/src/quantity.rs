//! Quantities and unit prices: decimals with at most four places, kept as integers.

use crate::currency::Currency;
use crate::money::{Money, MoneyError};
use crate::typed::{TypedError, parse_decimal};
use rust_decimal::Decimal;
use std::fmt;

const DECIMALS: u32 = 4;
const ONE: i64 = 10_000;
const QUANTITY_MAX: i64 = 1_000_000_000 * ONE;
const PRICE_MAX: i64 = 10_000_000_000 * ONE;

/// How many or how much: up to four decimals, within a thousand million, either sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    ten_thousandths: i64,
}

/// The price of one, in major units with up to four decimals, of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnitPrice {
    ten_thousandths: i64,
    currency: Currency,
}

/// Outside what we accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too large")]
pub struct OutOfRange;

impl Quantity {
    /// One.
    pub const ONE: Quantity = Quantity {
        ten_thousandths: ONE,
    };

    /// From ten-thousandths, as stored: 7.5 is `75000`.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn from_ten_thousandths(ten_thousandths: i64) -> Result<Quantity, OutOfRange> {
        within(ten_thousandths, QUANTITY_MAX).map(|ten_thousandths| Quantity { ten_thousandths })
    }

    /// Reads what a person typed; at most four decimals.
    ///
    /// # Errors
    /// [`TypedError`].
    pub fn parse_typed(text: &str) -> Result<Quantity, TypedError> {
        let scaled = scaled(parse_decimal(text, DECIMALS)?)?;
        Quantity::from_ten_thousandths(scaled).map_err(|_| TypedError::TooLarge)
    }

    /// Ten-thousandths, as stored.
    pub fn ten_thousandths(self) -> i64 {
        self.ten_thousandths
    }

    /// The quantity without needless zeros.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.ten_thousandths, DECIMALS).normalize()
    }
}

impl UnitPrice {
    /// From ten-thousandths of the major unit, as stored: 12.3456 is `123456`.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn from_ten_thousandths(
        ten_thousandths: i64,
        currency: Currency,
    ) -> Result<UnitPrice, OutOfRange> {
        let ten_thousandths = within(ten_thousandths, PRICE_MAX)?;
        Ok(UnitPrice {
            ten_thousandths,
            currency,
        })
    }

    /// Reads what a person typed; at most four decimals, the currency's own sign allowed.
    ///
    /// # Errors
    /// [`TypedError`].
    pub fn parse_typed(text: &str, currency: Currency) -> Result<UnitPrice, TypedError> {
        let number = crate::money::strip_currency(text, currency)?;
        let scaled = scaled(parse_decimal(&number, DECIMALS)?)?;
        UnitPrice::from_ten_thousandths(scaled, currency).map_err(|_| TypedError::TooLarge)
    }

    /// Ten-thousandths of the major unit, as stored.
    pub fn ten_thousandths(self) -> i64 {
        self.ten_thousandths
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The price with at least the currency's own decimals: `12.50`, `12.3456`.
    pub fn to_decimal(self) -> Decimal {
        let mut value = Decimal::new(self.ten_thousandths, DECIMALS).normalize();
        if value.scale() < self.currency.exponent() {
            value.rescale(self.currency.exponent());
        }
        value
    }

    /// Quantity times price, rounded once to the minor unit, half away from zero.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn times(self, quantity: Quantity) -> Result<Money, MoneyError> {
        let product = i128::from(self.ten_thousandths) * i128::from(quantity.ten_thousandths);
        let exact = Decimal::try_from_i128_with_scale(product, 2 * DECIMALS)
            .map_err(|_| MoneyError::TooLarge)?;
        Money::rounded(exact, self.currency)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_decimal())
    }
}

impl fmt::Display for UnitPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

fn within(value: i64, max: i64) -> Result<i64, OutOfRange> {
    if (-max..=max).contains(&value) {
        Ok(value)
    } else {
        Err(OutOfRange)
    }
}

fn scaled(value: Decimal) -> Result<i64, TypedError> {
    value
        .checked_mul(Decimal::from(ONE))
        .and_then(|scaled| i64::try_from(scaled.normalize()).ok())
        .ok_or(TypedError::TooLarge)
}
