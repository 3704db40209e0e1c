//! Numbers of a series: gapless and chronological, taken inside the issuing transaction by whoever
//! holds the counter. Here is only what a number looks like and which one comes next.

use crate::mode::Mode;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The number of an issued document: `INV-2026-0042`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvoiceNumber(String);

/// The look of a series' numbers: text with `{year}`, `{month}` and one `{number}` or
/// `{number:04}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPattern {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Year,
    Month,
    Number { width: usize },
}

/// A series of numbers, each with its own counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The look of its numbers.
    pub pattern: NumberPattern,
    /// When it starts at 1 again.
    pub restart: Restart,
}

/// When a series starts at 1 again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Restart {
    /// Never.
    Never,
    /// With each calendar year of the issue date. Needs `{year}` in the pattern.
    EachYear,
}

/// Why a pattern or a number is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// The pattern has no `{number}`, or several.
    #[error("the pattern needs {{number}} exactly once")]
    NumberOnce,
    /// A brace that is neither `{year}`, `{month}`, `{number}` nor `{number:04}`.
    #[error("only {{year}}, {{month}}, {{number}} and {{number:04}} may stand in braces")]
    UnknownField,
    /// A series that restarts each year would repeat itself without `{year}`.
    #[error("a series that restarts each year needs {{year}}")]
    YearNeeded,
    /// Two digit fields touch, so that two different counts could print alike.
    #[error("put a hyphen between {{year}}, {{month}} and {{number}}")]
    FieldsTouch,
    /// Beginning with `TEST-` is reserved for test mode.
    #[error("numbers of real invoices may not begin with TEST-")]
    TestPrefix,
    /// Other than letters, digits, space, `-`, `_`, `/`, `.`, `#`; or empty; or too long.
    #[error("a number is 1 to 40 letters, digits or - _ / . #")]
    Characters,
}

const LENGTH_MAX: usize = 40;
const WIDTH_MAX: usize = 10;
/// What numbers of the test drawer begin with; live ones never do.
pub const TEST_PREFIX: &str = "TEST-";

impl InvoiceNumber {
    /// Takes a number stored before.
    ///
    /// # Errors
    /// `Characters`.
    pub fn parse(text: impl Into<String>) -> Result<InvoiceNumber, NumberError> {
        let text = text.into();
        let count = text.chars().count();
        let plain = text
            .chars()
            .all(|c| c.is_alphanumeric() || "-_/.# ".contains(c));
        let fits = (1..=LENGTH_MAX + TEST_PREFIX.len()).contains(&count);
        if fits && plain && text.trim() == text {
            Ok(InvoiceNumber(text))
        } else {
            Err(NumberError::Characters)
        }
    }

    /// The number as printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it comes from the test drawer.
    pub fn is_test(&self) -> bool {
        self.0.starts_with(TEST_PREFIX)
    }
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl NumberPattern {
    /// Reads a pattern: `INV-{year}-{number:04}`.
    ///
    /// # Errors
    /// `NumberOnce`, `UnknownField`, `FieldsTouch`, `TestPrefix`, `Characters`.
    pub fn parse(text: &str) -> Result<NumberPattern, NumberError> {
        let parts = read_parts(text.trim())?;
        let numbers = parts
            .iter()
            .filter(|part| matches!(part, Part::Number { .. }))
            .count();
        if numbers != 1 {
            return Err(NumberError::NumberOnce);
        }
        let pattern = NumberPattern { parts };
        let widest = pattern.print(Date::MAX, u64::from(u32::MAX));
        InvoiceNumber::parse(widest.as_str())?;
        if widest.chars().count() > LENGTH_MAX {
            return Err(NumberError::Characters);
        }
        if widest.to_uppercase().starts_with(TEST_PREFIX) {
            return Err(NumberError::TestPrefix);
        }
        if pattern.digits_touch_number() {
            return Err(NumberError::FieldsTouch);
        }
        Ok(pattern)
    }

    /// The count that a number printed by this pattern carries, and its year where the pattern names it; nothing
    /// for a number of another look. Live numbers only: take `TEST-` away before.
    pub fn read(&self, number: &str) -> Option<(u64, Option<i16>)> {
        let (mut rest, mut count, mut year) = (number, None, None);
        for part in &self.parts {
            let digits = match part {
                Part::Text(text) => {
                    rest = rest.strip_prefix(text.as_str())?;
                    continue;
                }
                Part::Year => take_digits(&mut rest, 4, 4)?,
                Part::Month => take_digits(&mut rest, 2, 2)?,
                Part::Number { width } => take_digits(&mut rest, (*width).max(1), usize::MAX)?,
            };
            match part {
                Part::Year => year = digits.parse().ok(),
                Part::Number { .. } => count = digits.parse().ok(),
                Part::Text(_) | Part::Month => {}
            }
        }
        rest.is_empty().then_some((count?, year))
    }

    fn print(&self, on: Date, count: u64) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Year => format!("{:04}", on.year()),
                Part::Month => format!("{:02}", on.month()),
                Part::Number { width } => format!("{count:0width$}"),
            })
            .collect()
    }

    fn has_year(&self) -> bool {
        self.parts.contains(&Part::Year)
    }

    /// `{year}{number}` would print year 2026, count 12 and year 202, count 612 alike.
    fn digits_touch_number(&self) -> bool {
        self.parts.windows(2).any(|pair| {
            let ends_in_digit = |part: &Part| match part {
                Part::Text(text) => text.ends_with(|c: char| c.is_ascii_digit()),
                _ => true,
            };
            let starts_with_digit = |part: &Part| match part {
                Part::Text(text) => text.starts_with(|c: char| c.is_ascii_digit()),
                _ => true,
            };
            let about_number = pair.iter().any(|part| matches!(part, Part::Number { .. }));
            about_number && ends_in_digit(&pair[0]) && starts_with_digit(&pair[1])
        })
    }
}

impl fmt::Display for NumberPattern {
    /// The pattern as typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Year => f.write_str("{year}"),
            Part::Month => f.write_str("{month}"),
            Part::Number { width: 0 } => f.write_str("{number}"),
            Part::Number { width } => write!(f, "{{number:0{width}}}"),
        })
    }
}

impl Series {
    /// A series.
    ///
    /// # Errors
    /// `YearNeeded` when it restarts each year without naming it.
    pub fn new(pattern: NumberPattern, restart: Restart) -> Result<Series, NumberError> {
        if restart == Restart::EachYear && !pattern.has_year() {
            return Err(NumberError::YearNeeded);
        }
        Ok(Series { pattern, restart })
    }

    /// Which counter an issue date draws from: the year, or 0 for the one that never restarts.
    pub fn counter_key(&self, issue_date: Date) -> i64 {
        match self.restart {
            Restart::Never => 0,
            Restart::EachYear => i64::from(issue_date.year()),
        }
    }

    /// The number that prints for a count. Test numbers begin with `TEST-`.
    ///
    /// # Errors
    /// `Characters` when the count has grown past what a number may hold.
    pub fn number(&self, mode: Mode, on: Date, count: u64) -> Result<InvoiceNumber, NumberError> {
        let prefix = if mode.is_live() { "" } else { TEST_PREFIX };
        InvoiceNumber::parse(format!("{prefix}{}", self.pattern.print(on, count)))
    }
}

/// The count after the last one taken; 1 for a series not used yet.
pub fn next_count(last: Option<u64>) -> u64 {
    last.map_or(1, |last| last + 1)
}

/// The numbers of one look that were taken, in one counter: the report an auditor asks for (IL-01).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The year, where the look names it.
    pub year: Option<i16>,
    /// The lowest count.
    pub first: u64,
    /// The highest count.
    pub last: u64,
    /// How many were taken.
    pub taken: u64,
    /// The counts between them that were not taken, at most a hundred of them.
    pub missing: Vec<u64>,
}

/// Which counts were taken, counter by counter, and what is missing between the lowest and the highest of each.
pub fn runs(taken: impl IntoIterator<Item = (u64, Option<i16>)>) -> Vec<Run> {
    const MISSING_MAX: usize = 100;
    let mut by_year: BTreeMap<Option<i16>, BTreeSet<u64>> = BTreeMap::new();
    for (count, year) in taken {
        by_year.entry(year).or_default().insert(count);
    }
    let run = |(year, counts): (Option<i16>, BTreeSet<u64>)| {
        let (first, last) = (*counts.first()?, *counts.last()?);
        let missing = (first..=last).filter(|count| !counts.contains(count));
        Some(Run {
            year,
            first,
            last,
            taken: counts.len() as u64,
            missing: missing.take(MISSING_MAX).collect(),
        })
    };
    by_year.into_iter().filter_map(run).collect()
}

/// How a series is to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenumberRefusal {
    /// The series has printed numbers, and goes on without a gap: the next one is given.
    #[error("the series has begun; its next number is {next}")]
    HasBegun {
        /// The count that comes next.
        next: u64,
    },
    /// A number of this look was printed before, with this count or a later one.
    #[error("numbers of this look exist up to {highest}")]
    Taken {
        /// The highest count in use.
        highest: u64,
    },
    /// Below 1, or too large to print.
    #[error("the next number is between 1 and 999,999,999")]
    OutOfRange,
}

/// The highest count a seller may begin with.
pub const COUNT_MAX: u64 = 999_999_999;

/// Whether a series may go on with this look and count. `now` is how it stands: its look, its next count, and whether
/// it has printed a number; `highest` the highest count among numbers of the new look that exist already.
///
/// A series that has printed numbers cannot jump, which would leave a gap (IL-01). A new look may begin anywhere above
/// what was printed in that look before.
///
/// # Errors
/// [`RenumberRefusal`].
pub fn renumber(
    now: (&NumberPattern, u64, bool),
    wanted: (&NumberPattern, u64),
    highest: Option<u64>,
) -> Result<(), RenumberRefusal> {
    let ((pattern, next, has_begun), (new_pattern, new_next)) = (now, wanted);
    if !(1..=COUNT_MAX).contains(&new_next) {
        return Err(RenumberRefusal::OutOfRange);
    }
    if has_begun && pattern == new_pattern {
        return if new_next == next {
            Ok(())
        } else {
            Err(RenumberRefusal::HasBegun { next })
        };
    }
    match highest {
        Some(highest) if new_next <= highest => Err(RenumberRefusal::Taken { highest }),
        _ => Ok(()),
    }
}

/// Takes as many digits as there are, up to `most`; nothing when there are fewer than `least`.
fn take_digits<'a>(rest: &mut &'a str, least: usize, most: usize) -> Option<&'a str> {
    let there = rest
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count()
        .min(most);
    if there < least {
        return None;
    }
    let (digits, after) = rest.split_at(there);
    *rest = after;
    Some(digits)
}

fn read_parts(text: &str) -> Result<Vec<Part>, NumberError> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, from_brace) = rest.split_at(open);
        let close = from_brace.find('}').ok_or(NumberError::UnknownField)?;
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        parts.push(field(&from_brace[1..close])?);
        rest = &from_brace[close + 1..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(parts)
}

fn field(name: &str) -> Result<Part, NumberError> {
    match name {
        "year" => Ok(Part::Year),
        "month" => Ok(Part::Month),
        "number" => Ok(Part::Number { width: 0 }),
        _ => name
            .strip_prefix("number:0")
            .and_then(|width| width.parse().ok())
            .filter(|width| (1..=WIDTH_MAX).contains(width))
            .map(|width| Part::Number { width })
            .ok_or(NumberError::UnknownField),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn series(pattern: &str, restart: Restart) -> Result<Series, NumberError> {
        Series::new(NumberPattern::parse(pattern)?, restart)
    }

    #[test]
    fn numbers_print_as_the_pattern_says_and_test_numbers_stand_apart() {
        let series = series("INV-{year}-{number:04}", Restart::EachYear).unwrap();
        let on = date(2026, 11, 23);
        let print = |mode, count| series.number(mode, on, count).unwrap().to_string();
        assert_eq!(print(Mode::Live, 42), "INV-2026-0042");
        assert_eq!(print(Mode::Live, 12_345), "INV-2026-12345");
        assert_eq!(print(Mode::Test, 42), "TEST-INV-2026-0042");
        assert!(series.number(Mode::Test, on, 1).unwrap().is_test());
        assert_eq!(series.pattern.to_string(), "INV-{year}-{number:04}");
        assert_eq!((next_count(None), next_count(Some(99))), (1, 100));
        assert_eq!(series.counter_key(on), 2026);
    }

    #[test]
    fn patterns_that_could_repeat_or_confuse_are_refused() {
        for (pattern, restart, refusal) in [
            ("INV-{year}", Restart::Never, NumberError::NumberOnce),
            ("{number}-{number}", Restart::Never, NumberError::NumberOnce),
            ("{number:4}", Restart::Never, NumberError::UnknownField),
            ("{day}-{number}", Restart::Never, NumberError::UnknownField),
            ("{number", Restart::Never, NumberError::UnknownField),
            ("INV-{number}", Restart::EachYear, NumberError::YearNeeded),
            ("{year}{number}", Restart::Never, NumberError::FieldsTouch),
            ("A1{number}", Restart::Never, NumberError::FieldsTouch),
            ("test-{number}", Restart::Never, NumberError::TestPrefix),
            ("<b>{number}", Restart::Never, NumberError::Characters),
            (
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-{number}",
                Restart::Never,
                NumberError::Characters,
            ),
        ] {
            assert_eq!(series(pattern, restart), Err(refusal), "{pattern}");
        }
    }

    #[test]
    fn a_number_is_read_back_by_its_own_pattern_alone() {
        let read =
            |pattern: &str, number: &str| NumberPattern::parse(pattern).unwrap().read(number);
        assert_eq!(
            read("{year}-{number:04}", "2026-0042"),
            Some((42, Some(2026)))
        );
        assert_eq!(
            read("{year}-{number:04}", "2026-12345"),
            Some((12_345, Some(2026)))
        );
        assert_eq!(read("INV/{number}", "INV/7"), Some((7, None)));
        assert_eq!(read("{number}.{month}", "7.11"), Some((7, None)));
        for other in ["2026-42", "INV-0042", "2026-0042-A", "20x6-0042", ""] {
            assert_eq!(read("{year}-{number:04}", other), None, "{other}");
        }
    }

    #[test]
    fn il_01_the_report_names_every_count_that_is_missing_year_by_year() {
        let taken = [
            (1, Some(2026)),
            (2, Some(2026)),
            (5, Some(2026)),
            (1, Some(2027)),
            (2, Some(2027)),
        ];
        let report = runs(taken);
        assert_eq!(report.len(), 2);
        assert_eq!(
            (report[0].first, report[0].last, report[0].taken),
            (1, 5, 3)
        );
        assert_eq!(report[0].missing, [3, 4]);
        assert_eq!((report[1].year, report[1].missing.len()), (Some(2027), 0));
        assert!(runs([]).is_empty());
    }

    #[test]
    fn il_01_a_series_that_has_begun_does_not_jump_and_a_new_look_repeats_nothing() {
        let look = |text: &str| NumberPattern::parse(text).unwrap();
        let (old, new) = (look("{year}-{number:04}"), look("INV-{number}"));
        let fresh = |next| renumber((&old, 1, false), (&old, next), None);
        assert_eq!((fresh(1), fresh(118)), (Ok(()), Ok(())));
        assert_eq!(fresh(0), Err(RenumberRefusal::OutOfRange));
        assert_eq!(fresh(COUNT_MAX + 1), Err(RenumberRefusal::OutOfRange));
        let begun = |next| renumber((&old, 43, true), (&old, next), Some(42));
        assert_eq!(begun(43), Ok(()));
        for gap in [42, 44] {
            assert_eq!(begun(gap), Err(RenumberRefusal::HasBegun { next: 43 }));
        }
        let other = |next, highest| renumber((&old, 43, true), (&new, next), highest);
        assert_eq!((other(1, None), other(8, Some(7))), (Ok(()), Ok(())));
        assert_eq!(
            other(7, Some(7)),
            Err(RenumberRefusal::Taken { highest: 7 })
        );
    }
}
