//! Amounts between a row, the rules and a reader: read in one place, written in one place.

use billing::Currency;
use billing::money::Money;
use kit::db::Error;
use kit::locale::Locale;

/// The currency that a column holds by its code of ISO 4217.
///
/// # Errors
/// [`Error::Shape`] for a code that is none.
pub fn currency(code: &str) -> Result<Currency, Error> {
    Currency::parse(code).map_err(|_| Error::Shape(format!("“{code}” is no currency")))
}

/// The amount that two columns hold: minor units by the exponents of ISO 4217, and the code.
///
/// # Errors
/// [`Error::Shape`] for a code that is none, or more than an amount can be.
pub fn from_row(minor: i64, code: &str) -> Result<Money, Error> {
    Money::from_minor(minor, currency(code)?).map_err(|e| Error::Shape(e.to_string()))
}

/// As the reader's language writes it, with the currency's sign.
pub fn in_words(l: Locale, amount: Money) -> String {
    let currency = amount.currency();
    l.money(amount.minor(), currency.code(), currency.exponent())
}
