//! Numbers of a series: gapless and chronological, taken inside the issuing transaction by whoever
//! holds the counter. Here is only what a number looks like and which one comes next.

use crate::mode::Mode;
use jiff::civil::Date;
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
}
