//! The numbers, each with the door to its list.

use billing::ageing::{Age, usual_days};
use billing::currency::Currency;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::locale::{self, Locale};

use super::months;
use super::show::Facts;
use crate::invoices::listing::{Asked, Due, Owed, View};
use crate::payments::received::Sum;

/// One number; the list behind it adds up to it.
pub(super) struct Figure {
    pub(super) name: String,
    pub(super) sum: String,
    pub(super) note: String,
    pub(super) href: String,
}

/// One class of an ageing table.
pub(super) struct Aged {
    pub(super) name: &'static str,
    pub(super) count: String,
    pub(super) sum: String,
    pub(super) href: String,
    /// Length in hundredths of the longest.
    pub(super) length: i64,
}

/// What is owed in one currency, by age.
pub(super) struct Ageing {
    pub(super) name: String,
    pub(super) rows: Vec<Aged>,
}

fn money(minor: i64, currency: Currency, l: Locale) -> String {
    l.money(minor, currency.code(), currency.exponent())
}

/// The list of a view; in one currency only where there are several.
fn asked(view: View, currency: Currency, facts: &Facts) -> Asked {
    Asked {
        currency: (facts.owed.len() > 1).then_some(currency),
        ..Asked::of(view)
    }
}

/// Overdue, a figure a currency: sum, count, the oldest.
pub(super) fn overdue(facts: &Facts, today: Date, l: Locale) -> Vec<Figure> {
    let figure = |o: &Owed| {
        let days = o
            .oldest_due
            .map_or(0, |due| i64::from((today - due).get_days()));
        Figure {
            name: l.t("figure-overdue").into_owned(),
            sum: money(o.overdue.minor, o.currency, l),
            note: l
                .t2(
                    "figure-overdue-note",
                    "count",
                    o.overdue.count,
                    "days",
                    days,
                )
                .into_owned(),
            href: asked(View::Overdue, o.currency, facts).href(),
        }
    };
    let any = |o: &&Owed| o.overdue.count > 0;
    facts.owed.iter().filter(any).map(figure).collect()
}

/// Expected and being confirmed, a figure a currency.
pub(super) fn expected(facts: &Facts, l: Locale) -> Vec<Figure> {
    let mut out = Vec::new();
    for o in &facts.owed {
        out.push(Figure {
            name: l.t("figure-expected").into_owned(),
            sum: money(o.expected().minor, o.currency, l),
            note: l
                .t2(
                    "figure-expected-note",
                    "week",
                    money(o.this_week.minor, o.currency, l),
                    "later",
                    money(o.later.minor, o.currency, l),
                )
                .into_owned(),
            href: asked(View::Expected, o.currency, facts).href(),
        });
        if o.processing.count > 0 {
            out.push(Figure {
                name: l.t("figure-processing").into_owned(),
                sum: money(o.processing.minor, o.currency, l),
                note: l
                    .t1("figure-processing-note", "count", o.processing.count)
                    .into_owned(),
                href: asked(View::Processing, o.currency, facts).href(),
            });
        }
    }
    out
}

/// What came in this month, a figure a currency of this month or the one before; the business's own when there is none.
pub(super) fn received(facts: &Facts, l: Locale) -> Vec<Figure> {
    let [(first, now), (before_first, before)] = &facts.months[..2] else {
        return Vec::new();
    };
    let mut currencies: Vec<Currency> = now.iter().map(|sum| sum.currency).collect();
    let gone = before.iter().map(|sum| sum.currency);
    for currency in gone.chain([facts.business.currency]) {
        let first_of_all = currencies.is_empty();
        let came_before = before.iter().any(|sum| sum.currency == currency);
        if !currencies.contains(&currency) && (first_of_all || came_before) {
            currencies.push(currency);
        }
    }
    let of = |sums: &[Sum], currency| sums.iter().find(|sum| sum.currency == currency).copied();
    let figure = |currency| {
        let before = of(before, currency).map_or(0, |sum| sum.net_minor());
        let scale = l
            .t2(
                "figure-received-before",
                "amount",
                money(before, currency, l),
                "month",
                l.month_long(*before_first),
            )
            .into_owned();
        let now = of(now, currency);
        Figure {
            name: l.t("figure-received").into_owned(),
            sum: money(now.map_or(0, |sum| sum.net_minor()), currency, l),
            note: match now {
                Some(sum) => format!("{} {scale}", parts(&sum, l)),
                None => scale,
            },
            href: months::href(*first, currency),
        }
    };
    currencies.into_iter().map(figure).collect()
}

/// "Paid $100.00, less Stripe’s fees of $3.20." What is not known yet is said.
pub(super) fn parts(sum: &Sum, l: Locale) -> String {
    let text = l.t2(
        "figure-received-parts",
        "gross",
        money(sum.gross_minor, sum.currency, l),
        "fees",
        money(sum.fee_minor, sum.currency, l),
    );
    let mut text = text.into_owned();
    if sum.refunded_minor > 0 {
        let back = money(sum.refunded_minor, sum.currency, l);
        text = format!(
            "{text} {}",
            l.t1("figure-received-refunded", "amount", back)
        );
    }
    if sum.unknown > 0 {
        let unknown = l.t1("figure-received-unknown", "count", sum.unknown);
        text = format!("{text} {unknown}");
    }
    text
}

/// The usual time to be paid, once anything was.
pub(super) fn usual(facts: &Facts, zone: &TimeZone, l: Locale) -> Option<Figure> {
    let days = |(issued, paid_at): &(Date, i64)| {
        let paid = Timestamp::from_millisecond(*paid_at).ok()?;
        let paid = paid.to_zoned(zone.clone()).date();
        paid.since(*issued)
            .ok()
            .map(|span| i64::from(span.get_days()))
    };
    let days: Vec<i64> = facts.paid_last.iter().filter_map(days).collect();
    let count = days.len();
    let usual = usual_days(days)?;
    Some(Figure {
        name: l.t("figure-usual").into_owned(),
        sum: l.t1("figure-usual-days", "days", usual).into_owned(),
        note: l
            .t1(
                "figure-usual-note",
                "count",
                i64::try_from(count).unwrap_or(i64::MAX),
            )
            .into_owned(),
        href: Asked::of(View::Paid).href(),
    })
}

/// Who owes by age, a table a currency, once something is overdue.
pub(super) fn ageings(facts: &Facts, today: Date, l: Locale) -> Vec<Ageing> {
    let any = |o: &&Owed| o.overdue.count > 0;
    let table = |o: &Owed| {
        let most = Age::ALL.iter().map(|age| o.of_age(*age).minor).max();
        Ageing {
            name: l
                .t1("ageing-title", "currency", o.currency.code())
                .into_owned(),
            rows: Age::ALL
                .into_iter()
                .map(|age| aged(age, o, most.unwrap_or(0), facts, today, l))
                .collect(),
        }
    };
    facts.owed.iter().filter(any).map(table).collect()
}

fn aged(age: Age, o: &Owed, most: i64, facts: &Facts, today: Date, l: Locale) -> Aged {
    let Due { minor, count } = o.of_age(age);
    let list = if age == Age::NotYetDue {
        asked(View::Expected, o.currency, facts)
    } else {
        let (due_from, due_to) = age.due_dates(today);
        Asked {
            due_from,
            due_to,
            ..asked(View::Overdue, o.currency, facts)
        }
    };
    Aged {
        name: match age {
            Age::NotYetDue => locale::key("ageing-not-yet"),
            Age::To30 => locale::key("ageing-30"),
            Age::To60 => locale::key("ageing-60"),
            Age::To90 => locale::key("ageing-90"),
            Age::Over90 => locale::key("ageing-over-90"),
        },
        count: l.integer(count),
        sum: money(minor, o.currency, l),
        href: list.href(),
        length: months::share(minor, most),
    }
}
