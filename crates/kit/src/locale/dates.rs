//! Days, instants, and distances in days.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::data::{Cldr, Part};
use super::{Locale, Plural};

impl Locale {
    /// `January 5, 2026`, `5 janvier 2026`.
    pub fn date_long(self, day: Date) -> String {
        let cldr = self.cldr();
        write(
            cldr,
            cldr.date_long,
            &cldr.months,
            day.to_datetime(jiff::civil::Time::midnight()),
        )
    }

    /// `Jan 5, 2026`, `5 janv. 2026`.
    pub fn date_medium(self, day: Date) -> String {
        let cldr = self.cldr();
        write(
            cldr,
            cldr.date_medium,
            &cldr.months_medium,
            day.to_datetime(jiff::civil::Time::midnight()),
        )
    }

    /// `2026-01-05` in Canada, `1/5/26` in the United States. Ambiguous across borders: for narrow
    /// columns only.
    pub fn date_short(self, day: Date) -> String {
        let cldr = self.cldr();
        write(
            cldr,
            cldr.date_short,
            &cldr.months_medium,
            day.to_datetime(jiff::civil::Time::midnight()),
        )
    }

    /// The month a day lies in, with its year: `January 2026`, `janvier 2026`.
    pub fn month_long(self, day: Date) -> String {
        let cldr = self.cldr();
        write(
            cldr,
            cldr.month_long,
            &cldr.months,
            day.to_datetime(jiff::civil::Time::midnight()),
        )
    }

    /// The month a day lies in, as short as people write it: `Jan`, `janv.`. For narrow places such as below a bar.
    pub fn month_short(self, day: Date) -> &'static str {
        self.cldr().months_alone[usize::from(day.month().unsigned_abs()) - 1]
    }

    /// An instant as a long date and a time in the given zone: `January 5, 2026 at 3:04 p.m.`,
    /// `5 janvier 2026 à 15 h 04`. The zone is not named.
    pub fn date_time(self, instant: Timestamp, zone: &TimeZone) -> String {
        let cldr = self.cldr();
        let local = zone.to_datetime(instant);
        let date = write(cldr, cldr.date_long, &cldr.months, local);
        [
            &date,
            cldr.joint,
            &unbroken(write(cldr, cldr.time, &cldr.months, local)),
        ]
        .concat()
    }

    /// The time of day of an instant in the given zone: `3:04 p.m.`, `15 h 04`.
    pub fn time(self, instant: Timestamp, zone: &TimeZone) -> String {
        let cldr = self.cldr();
        unbroken(write(
            cldr,
            cldr.time,
            &cldr.months,
            zone.to_datetime(instant),
        ))
    }

    /// A distance in whole days from today: `in 9 days`, `tomorrow`, `today`, `3 days ago`. Which day is
    /// today (the seller's) is the caller's business.
    pub fn relative_days(self, days: i64) -> String {
        let cldr = self.cldr();
        if let Some(name) = usize::try_from(days.saturating_add(2))
            .ok()
            .and_then(|at| cldr.days_named.get(at))
            && !name.is_empty()
        {
            return (*name).to_owned();
        }
        let count = days.unsigned_abs().to_string();
        let forms = if days < 0 {
            &cldr.days_past
        } else {
            &cldr.days_future
        };
        let (before, after) = forms[usize::from(self.plural(&count) != Plural::One)];
        [before, &self.decimal(&count), after].concat()
    }
}

fn write(cldr: &Cldr, parts: &[Part], months: &[&str; 12], at: DateTime) -> String {
    let mut text = String::with_capacity(32);
    let halves = parts.contains(&Part::HalfOfDay);
    let hour = match at.hour() % 12 {
        _ if !halves => at.hour(),
        0 => 12,
        hour => hour,
    };
    for part in parts {
        match *part {
            Part::Day => number(&mut text, at.day().into(), 1),
            Part::Day2 => number(&mut text, at.day().into(), 2),
            Part::Month => number(&mut text, at.month().into(), 1),
            Part::Month2 => number(&mut text, at.month().into(), 2),
            Part::MonthName => text.push_str(months[usize::from(at.month().unsigned_abs()) - 1]),
            Part::Year => number(&mut text, at.year(), 1),
            Part::Year2 => number(&mut text, at.year().rem_euclid(100), 2),
            Part::Hour => number(&mut text, hour.into(), 1),
            Part::Hour2 => number(&mut text, hour.into(), 2),
            Part::Minute => number(&mut text, at.minute().into(), 2),
            Part::HalfOfDay => text.push_str(cldr.halves[usize::from(at.hour() >= 12)]),
            Part::Lit(between) => text.push_str(between),
        }
    }
    text
}

fn number(text: &mut String, value: i16, width: usize) {
    use std::fmt::Write;
    // Writing into a String cannot fail.
    let _ = write!(text, "{value:0width$}");
}

/// A time of day stays on one line: CLDR joins the hours and the minutes of `15 h 04` with spaces at which a line may
/// break.
fn unbroken(time: String) -> String {
    time.replace(' ', "\u{a0}")
}
