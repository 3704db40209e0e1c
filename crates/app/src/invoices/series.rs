//! The series that numbers are drawn from: one for invoices, one for credit notes, each in each drawer. A number is taken
//! under a lock on its series inside the transaction that uses it, so that one that fails gives it back (IL-01).

use billing::invoice::number::{InvoiceNumber, NumberPattern, Restart, Series as Look};
use jiff::civil::Date;
use kit::db::{Error, Tx};

use super::store::{self, Series};
use crate::who::Scope;

/// What a series numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Invoices.
    Invoice,
    /// Credit notes: a series of their own (compliance.md §5.3).
    CreditNote,
}

impl Kind {
    /// The stored word.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Kind::Invoice => "invoice",
            Kind::CreditNote => "credit_note",
        }
    }

    /// What new series print, until the seller chooses otherwise.
    pub(super) fn pattern(self) -> &'static str {
        match self {
            Kind::Invoice => "{year}-{number:04}",
            Kind::CreditNote => "CN-{year}-{number:04}",
        }
    }
}

/// Takes the next number for a credit note that is issued now. Its day is `on`, or the day of the last one where that is
/// later: dates of a series do not go back (IL-05).
///
/// # Errors
/// Of the database; [`Error::Shape`] when no number is left that can be printed.
pub fn take_for_credit_note(
    tx: &mut Tx<'_>,
    scope: &Scope,
    on: Date,
) -> Result<(InvoiceNumber, Date), Error> {
    let series = store::lock_series(tx, scope, Kind::CreditNote)?;
    let on = series.last_issue_date.map_or(on, |last| last.max(on));
    let look = look(&series.pattern)?;
    let count = next_count(&look, &series, on);
    let number = look
        .number(scope.mode, on, count.unsigned_abs())
        .map_err(shape)?;
    store::update_series(tx, scope, Kind::CreditNote, count + 1, on)?;
    Ok((number, on))
}

/// A pattern that names the year starts at 1 each year; it would otherwise only grow.
pub(super) fn look(pattern: &str) -> Result<Look, Error> {
    let pattern = NumberPattern::parse(pattern).map_err(shape)?;
    let yearly = Look::new(pattern.clone(), Restart::EachYear);
    yearly
        .or_else(|_| Look::new(pattern, Restart::Never))
        .map_err(shape)
}

/// The count that comes next on a day.
pub(super) fn next_count(look: &Look, series: &Series, on: Date) -> i64 {
    let key = look.counter_key(on);
    let restarted = series
        .last_issue_date
        .is_some_and(|last| look.counter_key(last) != key);
    if restarted && series.begun_key != Some(key) {
        1
    } else {
        series.next_number
    }
}

/// The count that a number issued on this day would carry.
pub(super) fn next_in(series: &Series, on: Date) -> Result<i64, Error> {
    Ok(next_count(&look(&series.pattern)?, series, on))
}

/// The counter that a day of this look is drawn from.
pub(super) fn counter_of(pattern: &str, on: Date) -> Result<i64, Error> {
    Ok(look(pattern)?.counter_key(on))
}

fn shape(error: impl std::fmt::Display) -> Error {
    Error::Shape(error.to_string())
}
