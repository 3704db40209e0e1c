//! Money that customers have paid and the bank does not have yet: in the balance at Stripe, or in a payout on its way.
//! The number of the first page and the list behind it are one computation.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::Money;
use billing::currency::Currency;
use billing::ledger::Account;
use billing::money::MoneyError;
use http::Uri;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::figures::Figure;
use crate::amount::in_words;
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::{Scope, Who};
use crate::{balance, ledger, payouts};

/// Where a part of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// A payout that arrives on a day.
    Payout { id: String, arrival: Date },
    /// In the balance; may be paid out from a day on.
    Pending(Date),
    /// In the balance; may be paid out.
    Available,
    /// Paid, or given back; its line in the balance has not been seen.
    Clearing,
}

/// What is on its way in one currency, the soonest to arrive first.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) currency: Currency,
    pub(super) parts: Vec<(Where, Money)>,
}

impl Way {
    /// The whole.
    pub(super) fn sum(&self) -> Result<Money, MoneyError> {
        Money::sum(self.currency, self.parts.iter().map(|(_, amount)| *amount))
    }
}

/// What is on its way, a currency each.
pub(super) fn ways(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (today, zone, now_ms): (Date, &TimeZone, i64),
) -> Result<Vec<Way>, Error> {
    let mut ways: Vec<Way> = Vec::new();
    let mut put = |place: Where, amount: Money| {
        let currency = amount.currency();
        let at = ways.iter().position(|way| way.currency == currency);
        let at = at.unwrap_or_else(|| {
            ways.push(Way {
                currency,
                parts: Vec::new(),
            });
            ways.len() - 1
        });
        ways[at].parts.push((place, amount));
    };
    for payout in payouts::list_on_their_way(tx, scope, today)? {
        let place = Where::Payout {
            id: payout.id,
            arrival: payout.arrival,
        };
        put(place, payout.amount);
    }
    let pending = balance::list_pending(tx, scope, now_ms)?;
    for (day, amount) in by_day(&pending, zone).map_err(shape)? {
        put(Where::Pending(day), amount);
    }
    let mut in_balance = ledger::balances(tx, scope, &Account::StripeBalance)?;
    // An account that stands at nothing has no line in the ledger's sums; what may not be paid out yet is still taken off.
    for (amount, _) in &pending {
        let known = in_balance
            .iter()
            .any(|sum| sum.currency() == amount.currency());
        if !known {
            in_balance.push(Money::zero(amount.currency()));
        }
    }
    for whole in in_balance {
        let later = pending.iter().map(|(amount, _)| *amount);
        let later = later.filter(|amount| amount.currency() == whole.currency());
        let later = Money::sum(whole.currency(), later).map_err(shape)?;
        let now = whole.checked_sub(later).map_err(shape)?;
        if !now.is_zero() {
            put(Where::Available, now);
        }
    }
    for amount in ledger::balances(tx, scope, &Account::StripeClearing)? {
        put(Where::Clearing, amount);
    }
    Ok(ways)
}

fn shape(error: MoneyError) -> Error {
    Error::Shape(error.to_string())
}

/// The seller's days from which on amounts may be paid out.
fn by_day(pending: &[(Money, i64)], zone: &TimeZone) -> Result<Vec<(Date, Money)>, MoneyError> {
    let mut days: Vec<(Date, Money)> = Vec::new();
    for (amount, at) in pending {
        let at = Timestamp::from_millisecond(*at).unwrap_or_default();
        let day = at.to_zoned(zone.clone()).date();
        let same = |(d, m): &&mut (Date, Money)| *d == day && m.currency() == amount.currency();
        match days.iter_mut().find(same) {
            Some((_, sum)) => *sum = sum.checked_add(*amount)?,
            None => days.push((day, *amount)),
        }
    }
    Ok(days)
}

/// The figures of the first page: the whole, and what arrives first.
pub(super) fn figures(ways: &[Way], l: Locale) -> Vec<Figure> {
    let figure = |way: &Way| {
        let sum = way.sum().ok()?;
        Some(Figure {
            name: l.t("figure-on-its-way").into_owned(),
            sum: in_words(l, sum),
            note: note(way, l),
            href: format!("/on-its-way?currency={}", way.currency.code()),
        })
    };
    ways.iter().filter_map(figure).collect()
}

/// "$3,410.20 arrives May 14."
fn note(way: &Way, l: Locale) -> String {
    let first = way.parts.iter().min_by_key(|(place, _)| match place {
        Where::Payout { arrival, .. } => (0, Some(*arrival)),
        Where::Pending(day) => (1, Some(*day)),
        Where::Available | Where::Clearing => (2, None),
    });
    let told = |key, amount: Money, day: Date| {
        l.t2(
            key,
            "amount",
            in_words(l, amount),
            "date",
            l.date_medium(day),
        )
        .into_owned()
    };
    match first {
        Some((Where::Payout { arrival, .. }, amount)) => {
            told(locale::key("on-its-way-arrives"), *amount, *arrival)
        }
        Some((Where::Pending(day), amount)) => {
            told(locale::key("on-its-way-available-on"), *amount, *day)
        }
        _ => l.t("on-its-way-in-balance").into_owned(),
    }
}

#[derive(Template)]
#[template(path = "dashboard/on_its_way.html")]
struct View {
    page: Page,
    sums: Vec<String>,
    rows: Vec<Row>,
    /// What should be in the bank and was not found there: the words, the sum. Not in the sums above.
    to_find: Vec<(String, String)>,
}

struct Row {
    what: String,
    href: String,
    note: String,
    amount: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = Currency::parse(&Fields::of_query(&uri).get("currency")).ok();
    let (scope, zone, now_ms) = (who.scope.clone(), who.zone(), app.now_ms());
    let today = app.clock().today_in(&zone);
    let read = move |tx: &mut Tx<'_>| {
        let ways = ways(tx, &scope, (today, &zone, now_ms))?;
        Ok::<_, Error>((ways, payouts::sums_to_find(tx, &scope, today)?))
    };
    let (mut ways, to_find) = app.db().read(read).await?;
    ways.retain(|way| asked.is_none_or(|asked| asked == way.currency));
    let page = visit.page(&who).within(Section::Dashboard);
    let l = page.l;
    let sums = ways.iter().map(|way| way.sum().map(|sum| in_words(l, sum)));
    let view = View {
        sums: sums.collect::<Result<_, _>>().map_err(Problem::internal)?,
        rows: ways
            .iter()
            .flat_map(|way| &way.parts)
            .map(|(place, amount)| row(place, *amount, l))
            .collect(),
        to_find: to_find
            .iter()
            .filter(|(sum, _)| asked.is_none_or(|asked| asked == sum.currency()))
            .map(|(sum, count)| {
                let words = l.t1("on-its-way-to-find", "count", *count);
                (words.into_owned(), in_words(l, *sum))
            })
            .collect(),
        page: page.titled(l.t("figure-on-its-way")),
    };
    Ok(view.page.ok(&view))
}

fn row(place: &Where, amount: Money, l: Locale) -> Row {
    let (what, note, href) = match place {
        Where::Payout { id, arrival } => (
            l.t("on-its-way-payout"),
            l.t1("on-its-way-payout-day", "date", l.date_medium(*arrival)),
            format!("/payouts/{id}"),
        ),
        Where::Pending(day) => (
            l.t("on-its-way-pending"),
            l.t1("on-its-way-pending-day", "date", l.date_medium(*day)),
            String::new(),
        ),
        Where::Available if amount.is_negative() => (
            l.t("on-its-way-taken-back"),
            l.t("on-its-way-taken-back-about"),
            "/books/accounts".to_owned(),
        ),
        Where::Available => (
            l.t("on-its-way-available"),
            l.t("on-its-way-available-about"),
            "/books/accounts".to_owned(),
        ),
        Where::Clearing => (
            l.t("on-its-way-clearing"),
            l.t("on-its-way-clearing-about"),
            "/books/accounts".to_owned(),
        ),
    };
    Row {
        what: what.into_owned(),
        href,
        note: note.into_owned(),
        amount: in_words(l, amount),
    }
}
