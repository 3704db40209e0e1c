//! Dates as banks write them. The order of day and month is decided by the file as a whole.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{DayOrder, Refusal, Row};

/// What one date can mean.
enum Read {
    One(Date),
    /// Two numbers and a year: first, second, year.
    Open(i8, i8, i16),
}

pub(super) fn read(
    body: &[&Row],
    column: usize,
    order: Option<DayOrder>,
    today: Date,
) -> Result<Vec<Date>, Refusal> {
    let mut all = Vec::with_capacity(body.len());
    for row in body {
        let text = row.cell(column);
        let bad = || Refusal::BadDate {
            line: row.line,
            text: text.to_owned(),
        };
        all.push((row.line, text, one(text).ok_or_else(bad)?));
    }
    let order = match order {
        Some(order) => order,
        None => decide(&all, today)?,
    };
    all.iter()
        .map(|(line, text, read)| {
            let date = match read {
                Read::One(date) => Some(*date),
                Read::Open(first, second, year) => in_order(order, *first, *second, *year),
            };
            date.ok_or_else(|| Refusal::BadDate {
                line: *line,
                text: (*text).to_owned(),
            })
        })
        .collect()
}

/// Whether a cell holds a date, whatever the order.
pub(super) fn is_date(cell: &str) -> bool {
    one(cell).is_some()
}

/// How far ahead of today some banks date what is still pending.
const PENDING_DAYS: i32 = 7;

/// A thirteenth month does not exist, and nothing was booked in days to come: one such date decides for all of them.
fn decide(all: &[(usize, &str, Read)], today: Date) -> Result<DayOrder, Refusal> {
    let last = today.saturating_add(PENDING_DAYS.days());
    let fits = |date: Option<Date>| date.is_some_and(|date| date <= last);
    let (mut day, mut month, mut differs) = (true, true, None);
    for (_, text, read) in all {
        if let Read::Open(first, second, year) = read {
            let as_day = in_order(DayOrder::DayFirst, *first, *second, *year);
            let as_month = in_order(DayOrder::MonthFirst, *first, *second, *year);
            day &= fits(as_day);
            month &= fits(as_month);
            if as_day != as_month && differs.is_none() {
                differs = Some(*text);
            }
        }
    }
    match (day, month, differs) {
        (true, true, Some(text)) => Err(Refusal::DatesAmbiguous {
            text: text.to_owned(),
        }),
        (false, true, _) => Ok(DayOrder::MonthFirst),
        _ => Ok(DayOrder::DayFirst),
    }
}

fn in_order(order: DayOrder, first: i8, second: i8, year: i16) -> Option<Date> {
    let (day, month) = match order {
        DayOrder::DayFirst => (first, second),
        DayOrder::MonthFirst => (second, first),
    };
    Date::new(year, month, day).ok()
}

fn one(text: &str) -> Option<Read> {
    let day = without_time(text);
    let parts: Vec<&str> = day
        .split(|c: char| !c.is_alphanumeric())
        .filter(|p| !p.is_empty())
        .collect();
    match parts.as_slice() {
        [compact] if compact.len() == 8 && compact.bytes().all(|b| b.is_ascii_digit()) => {
            date(&compact[..4], &compact[4..6], &compact[6..]).map(Read::One)
        }
        [year, month, day] if year.len() == 4 && month_number(month).is_some() => {
            Date::new(year.parse().ok()?, month_number(month)?, day.parse().ok()?)
                .ok()
                .map(Read::One)
        }
        [first, second, year] => by_parts(day, first, second, full_year(year)?),
        _ => None,
    }
}

/// `2026-01-05 13:45` and `2026-01-05T13:45:00Z`: the time says nothing.
fn without_time(text: &str) -> &str {
    if let Some((day, time)) = text.split_once(['T', 't', ' ', '\u{a0}']) {
        let ends_in_figure = day.ends_with(|c: char| c.is_ascii_digit());
        if ends_in_figure && time.starts_with(|c: char| c.is_ascii_digit()) && time.contains(':') {
            return day;
        }
    }
    text
}

fn by_parts(whole: &str, first: &str, second: &str, year: i16) -> Option<Read> {
    let numbers = (first.parse::<i8>().ok(), second.parse::<i8>().ok());
    match numbers {
        // 05.03.2026 is written where the day comes first, and nowhere else.
        (Some(day), Some(month)) if whole.contains('.') => {
            Date::new(year, month, day).ok().map(Read::One)
        }
        (Some(first), Some(second)) => Some(Read::Open(first, second, year)),
        (Some(day), None) => Date::new(year, month_number(second)?, day)
            .ok()
            .map(Read::One),
        (None, Some(day)) => Date::new(year, month_number(first)?, day)
            .ok()
            .map(Read::One),
        (None, None) => None,
    }
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn full_year(text: &str) -> Option<i16> {
    let year: i16 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 => Some(2000 + year),
        _ => None,
    }
}

/// Months by number, or by their first letters in English and French.
fn month_number(text: &str) -> Option<i8> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let text = text
        .to_lowercase()
        .replace(['é', 'è'], "e")
        .replace('û', "u");
    const NAMES: [&[&str]; 12] = [
        &["jan"],
        &["feb", "fev"],
        &["mar"],
        &["apr", "avr"],
        &["may", "mai"],
        &["june", "juin", "jun"],
        &["july", "juil", "jul"],
        &["aug", "aou"],
        &["sep"],
        &["oct"],
        &["nov"],
        &["dec"],
    ];
    let at = NAMES
        .iter()
        .position(|names| names.iter().any(|name| text.starts_with(name)))?;
    i8::try_from(at + 1).ok()
}
