//! Months of the seller's calendar, and what came in during each of them.

use billing::currency::Currency;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Error, ToSpan};
use kit::locale::Locale;

use crate::payments::received::{Span, Sum};

/// How many months the bars show, this one included.
pub(super) const SHOWN: i64 = 12;

/// The instants of the month that begins on a day.
///
/// # Errors
/// When the calendar ends there.
pub(super) fn span(first: Date, zone: &TimeZone) -> Result<Span, Error> {
    let begins = |day: Date| {
        day.to_zoned(zone.clone())
            .map(|at| at.timestamp().as_millisecond())
    };
    Ok(Span {
        from: begins(first)?,
        until: begins(first.checked_add(1.month())?)?,
    })
}

/// The first days of the months shown, this month first.
pub(super) fn shown(today: Date) -> Vec<Date> {
    let first = today.first_of_month();
    (0..SHOWN)
        .map(|back| first.saturating_sub(back.months()))
        .collect()
}

/// A month as an address carries it: `2026-11`.
pub(super) fn written(first: Date) -> String {
    format!("{:04}-{:02}", first.year(), first.month())
}

/// Reads [`written`]; the first day of the month.
pub(super) fn read(text: &str) -> Option<Date> {
    format!("{text}-01").parse().ok()
}

/// The address of what came in during a month, in one currency.
pub(super) fn href(first: Date, currency: Currency) -> String {
    format!(
        "/received?month={}&currency={}",
        written(first),
        currency.code()
    )
}

/// The bars of one currency.
pub(super) struct Chart {
    pub(super) name: String,
    /// The amount of the highest bar.
    pub(super) top: String,
    /// The oldest month first.
    pub(super) bars: Vec<Bar>,
}

pub(super) struct Bar {
    pub(super) month: String,
    pub(super) short: &'static str,
    pub(super) amount: String,
    pub(super) count: i64,
    pub(super) href: String,
    /// Height in hundredths of the highest bar.
    pub(super) height: i64,
    /// What is left above it.
    pub(super) above: i64,
}

/// A chart for each currency in which anything came in, the most important first.
pub(super) fn charts(months: &[(Date, Vec<Sum>)], l: Locale) -> Vec<Chart> {
    let mut currencies: Vec<Currency> = Vec::new();
    for sum in months.iter().flat_map(|(_, sums)| sums) {
        if !currencies.contains(&sum.currency) {
            currencies.push(sum.currency);
        }
    }
    currencies
        .into_iter()
        .map(|currency| chart(months, currency, l))
        .collect()
}

fn chart(months: &[(Date, Vec<Sum>)], currency: Currency, l: Locale) -> Chart {
    let of = |sums: &[Sum]| {
        let sum = sums.iter().find(|sum| sum.currency == currency);
        sum.map_or((0, 0), |sum| (sum.net_minor(), sum.count))
    };
    let money = |minor| l.money(minor, currency.code(), currency.exponent());
    let top = months.iter().map(|(_, sums)| of(sums).0).max().unwrap_or(0);
    let bar = |(first, sums): &(Date, Vec<Sum>)| {
        let (net, count) = of(sums);
        let height = share(net, top);
        Bar {
            month: l.month_long(*first),
            short: l.month_short(*first),
            amount: money(net),
            count,
            href: href(*first, currency),
            height,
            above: 100 - height,
        }
    };
    Chart {
        name: l
            .t1("chart-received", "currency", currency.code())
            .into_owned(),
        top: money(top),
        bars: months.iter().rev().map(bar).collect(),
    }
}

/// A share of the most, in hundredths: 0 when there is nothing, and never below 2 when there is something, so that it is
/// seen.
pub(super) fn share(net: i64, top: i64) -> i64 {
    if net <= 0 || top <= 0 {
        return 0;
    }
    let share = i128::from(net) * 100 / i128::from(top);
    i64::try_from(share).unwrap_or(100).clamp(2, 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_month_ends_where_the_next_begins_on_the_sellers_calendar() {
        let zone = TimeZone::get("America/Montreal").unwrap();
        let march = span(date(2026, 3, 1), &zone).unwrap();
        let april = span(date(2026, 4, 1), &zone).unwrap();
        assert_eq!(march.until, april.from);
        // Summer time begins in March: an hour less.
        assert_eq!(march.until - march.from, (31 * 24 - 1) * 3_600_000);
    }

    #[test]
    fn a_month_reads_back_and_nonsense_is_no_month() {
        let first = date(2026, 11, 1);
        assert_eq!(read(&written(first)), Some(first));
        for nonsense in ["", "2026", "2026-13", "2026-11-01", "x"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_bar_is_seen_when_anything_came_and_is_never_higher_than_the_highest() {
        assert_eq!(
            [share(0, 9), share(-5, 9), share(1, 1_000_000), share(9, 9)],
            [0, 0, 2, 100]
        );
        assert_eq!(share(i64::MAX, i64::MAX), 100);
    }

    #[test]
    fn twelve_months_are_shown_across_the_turn_of_a_year() {
        let months = shown(date(2026, 2, 28));
        assert_eq!(months.len(), 12);
        assert_eq!(
            (months[0], months[11]),
            (date(2026, 2, 1), date(2025, 3, 1))
        );
    }
}
