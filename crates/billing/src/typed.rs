//! Numbers as people type them: `1250`, `1,250.00`, `1.250,00`, `1 250,00`, `1'250.00`.
//!
//! Where a text has two honest readings it is said, never guessed: `1,250` is either one thousand
//! two hundred and fifty or one and a quarter, and a factor of a thousand is worth a question.

use rust_decimal::Decimal;

/// What is wrong with a typed number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypedError {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// It does not read as a number.
    #[error("not a number")]
    NotANumber,
    /// The separator may group thousands or mark decimals.
    #[error("could mean {grouped} or {decimal}")]
    Ambiguous {
        /// The separator taken as grouping thousands.
        grouped: Decimal,
        /// The separator taken as the decimal mark.
        decimal: Decimal,
    },
    /// More decimals than the thing can have.
    #[error("at most {max} decimals")]
    TooManyDecimals {
        /// How many there may be.
        max: u32,
    },
    /// Larger than we accept.
    #[error("too large")]
    TooLarge,
    /// Below zero where that makes no sense.
    #[error("may not be below zero")]
    Negative,
    /// A sign or code of another currency stands beside the number.
    #[error("`{typed}` is another currency")]
    OtherCurrency {
        /// What stood beside the number.
        typed: String,
    },
}

/// The honest readings of a typed number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// One reading only.
    One(Decimal),
    /// One separator followed by exactly three digits: two readings.
    Two {
        /// The separator groups thousands.
        grouped: Decimal,
        /// The separator marks decimals.
        decimal: Decimal,
    },
}

const DIGITS_MAX: usize = 20;

/// Reads a number in any of the usual spellings. Spaces of every width and apostrophes group;
/// of point and comma the last one marks decimals when both occur.
///
/// # Errors
/// `Empty`, `NotANumber`, or `TooLarge` beyond twenty digits.
pub fn read_number(text: &str) -> Result<Reading, TypedError> {
    let text = text.trim_matches(is_space);
    if text.is_empty() {
        return Err(TypedError::Empty);
    }
    let (negative, body) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start_matches(is_space)),
        None => (false, text),
    };
    if body.chars().filter(char::is_ascii_digit).count() > DIGITS_MAX {
        return Err(TypedError::TooLarge);
    }
    let signed = |value: Decimal| if negative { -value } else { value };
    Ok(match read_unsigned(body)? {
        Reading::One(value) => Reading::One(signed(value)),
        Reading::Two { grouped, decimal } => Reading::Two {
            grouped: signed(grouped),
            decimal: signed(decimal),
        },
    })
}

/// Reads a number that may have at most `decimals_max` decimals.
///
/// # Errors
/// As [`read_number`], and `Ambiguous`, `TooManyDecimals`.
pub fn parse_decimal(text: &str, decimals_max: u32) -> Result<Decimal, TypedError> {
    let value = match read_number(text)? {
        Reading::One(value) => value,
        // Where there are no decimals at all, the separator can only group.
        Reading::Two { grouped, .. } if decimals_max == 0 => grouped,
        Reading::Two { grouped, decimal } => {
            return Err(TypedError::Ambiguous { grouped, decimal });
        }
    };
    if value.normalize().scale() > decimals_max {
        return Err(TypedError::TooManyDecimals { max: decimals_max });
    }
    Ok(value)
}

fn read_unsigned(body: &str) -> Result<Reading, TypedError> {
    let marks: Vec<(usize, char)> = body
        .char_indices()
        .filter(|(_, c)| matches!(c, '.' | ','))
        .collect();
    let spaced = body.chars().any(is_grouping_only);
    let Some(&(last_at, last)) = marks.last() else {
        return Ok(Reading::One(number(&ungroup(body, None)?, "")?));
    };
    let (head, tail) = (&body[..last_at], &body[last_at + 1..]);
    let other = if last == '.' { ',' } else { '.' };
    let last_count = marks.iter().filter(|(_, c)| *c == last).count();
    if last_count > 1 {
        // Said twice, it can only group: 1.250.000
        if last_count < marks.len() || spaced {
            return Err(TypedError::NotANumber);
        }
        return Ok(Reading::One(number(&ungroup(body, Some(last))?, "")?));
    }
    let grouped_by_other = marks.len() > 1;
    if grouped_by_other && spaced {
        return Err(TypedError::NotANumber);
    }
    let whole = ungroup(head, grouped_by_other.then_some(other))?;
    let decimal = number(&whole, tail)?;
    let may_group = tail.len() == 3
        && !grouped_by_other
        && !spaced
        && (1..=3).contains(&whole.len())
        && !whole.starts_with('0');
    Ok(if may_group {
        Reading::Two {
            grouped: number(&format!("{whole}{tail}"), "")?,
            decimal,
        }
    } else {
        Reading::One(decimal)
    })
}

/// Drops the grouping marks, insisting on groups of three after the first.
fn ungroup(text: &str, mark: Option<char>) -> Result<String, TypedError> {
    let is_mark = |c: char| is_grouping_only(c) || Some(c) == mark;
    if !text.contains(is_mark) {
        return Ok(text.to_owned());
    }
    let groups: Vec<&str> = text.split(is_mark).collect();
    let first_fits = (1..=3).contains(&groups[0].len());
    if !first_fits || groups[1..].iter().any(|group| group.len() != 3) {
        return Err(TypedError::NotANumber);
    }
    Ok(groups.concat())
}

fn number(whole: &str, decimals: &str) -> Result<Decimal, TypedError> {
    let all_digits = whole
        .bytes()
        .chain(decimals.bytes())
        .all(|b| b.is_ascii_digit());
    if !all_digits || (whole.is_empty() && decimals.is_empty()) {
        return Err(TypedError::NotANumber);
    }
    let digits: i128 = format!("{whole}{decimals}")
        .parse()
        .map_err(|_| TypedError::TooLarge)?;
    let scale = u32::try_from(decimals.len()).map_err(|_| TypedError::TooLarge)?;
    Decimal::try_from_i128_with_scale(digits, scale).map_err(|_| TypedError::TooLarge)
}

/// Spaces people and locales put between thousands: U+0020, no-break, narrow, thin, figure.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}')
}

fn is_grouping_only(c: char) -> bool {
    is_space(c) || matches!(c, '\'' | '\u{2019}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spellings_read_alike() {
        for text in [
            "1250.5",
            "1,250.5",
            "1.250,5",
            "1 250,5",
            "1\u{a0}250,5",
            "1\u{202f}250,50",
            "1'250.5",
            "1\u{2019}250,50",
            " 1250,5 ",
        ] {
            assert_eq!(
                read_number(text).unwrap(),
                Reading::One(Decimal::new(12505, 1)),
                "{text}"
            );
        }
        assert_eq!(
            parse_decimal("1.250.000", 2).unwrap(),
            Decimal::from(1_250_000)
        );
        assert_eq!(parse_decimal("-12,5", 2).unwrap(), Decimal::new(-125, 1));
        assert_eq!(
            parse_decimal("\u{2212}12,5", 2).unwrap(),
            Decimal::new(-125, 1)
        );
        assert_eq!(parse_decimal(".5", 2).unwrap(), Decimal::new(5, 1));
    }

    #[test]
    fn two_honest_readings_are_said_not_guessed() {
        let (grouped, decimal) = (Decimal::from(1250), Decimal::new(1250, 3));
        for text in ["1,250", "1.250"] {
            assert_eq!(
                parse_decimal(text, 2),
                Err(TypedError::Ambiguous { grouped, decimal })
            );
        }
        assert_eq!(parse_decimal("1,250", 0).unwrap(), grouped);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "abc",
            "1..2",
            "1,25.0,0",
            "12 34",
            "1,2,3",
            "--1",
            "1e5",
            "٣",
            "1 250.000,00",
            "1,0000,000.00",
            ".",
        ] {
            assert_eq!(read_number(text), Err(TypedError::NotANumber), "{text}");
        }
        assert_eq!(read_number("  "), Err(TypedError::Empty));
        assert_eq!(
            read_number("123456789012345678901"),
            Err(TypedError::TooLarge)
        );
        assert_eq!(
            parse_decimal("0.125", 2),
            Err(TypedError::TooManyDecimals { max: 2 })
        );
    }
}
