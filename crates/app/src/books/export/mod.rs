//! The books as a file: beancount, hledger or CSV. What the pages show can then be proved by a program we did not write:
//! both journals end with what we say every account comes to, and the other program refuses the file if it comes to
//! something else (`docs/decisions/0010-exports-of-the-books.md`).
//!
//! A file is the same bytes for the same books: nothing in it is of the moment it was made.

mod beancount;
mod csv;
mod hledger;

use std::collections::{BTreeMap, BTreeSet};

use billing::{Currency, Money};
use jiff::civil::Date;
use kit::db::{Error, Tx};

use super::store::{self, Line, Sum};
use super::words::{self, Names};
use crate::ledger::chain::{EntryRow, Head};
use crate::settings;
use crate::who::Scope;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The plain-text program beancount, version 3.
    Beancount,
    /// The plain-text program hledger, and those that read its journals.
    Hledger,
    /// A spreadsheet: one line a posting.
    Csv,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 3] = [Format::Beancount, Format::Hledger, Format::Csv];

    /// The word for it in addresses and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Beancount => "beancount",
            Format::Hledger => "hledger",
            Format::Csv => "csv",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|each| each.as_str() == word)
    }

    /// How the file's name ends, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Beancount => "beancount",
            Format::Hledger => "journal",
            Format::Csv => "csv",
        }
    }

    /// What a browser is told it is.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::Beancount | Format::Hledger => "text/plain; charset=utf-8",
        }
    }
}

/// Which days; both ends included, none for everything on that side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

/// What stands above the entries of a journal.
struct Book {
    title: String,
    head: Head,
    /// The first day of anything in it: from when the accounts are open.
    opened: Date,
    /// What the accounts came to before the first day asked for.
    opening: Vec<Balance>,
    /// What they come to at the end.
    closing: Vec<Balance>,
    /// The morning after the last day.
    closed: Date,
}

/// What an account comes to in one currency.
struct Balance {
    account: String,
    amount: Money,
}

/// One entry, ready to be written.
struct Entry<'a> {
    row: &'a EntryRow,
    /// Who it concerns; empty for nobody.
    customer: &'a str,
    /// What it books, in words.
    title: String,
    postings: Vec<Posting<'a>>,
}

struct Posting<'a> {
    line: &'a Line,
    /// The account's name for other programs.
    account: String,
    amount: Money,
}

/// Entries read at once.
const BATCH: i64 = 500;

/// The books of one business and mode between two days, as the text of a file. Read in one transaction, so that what
/// stands at its end is what its entries come to.
///
/// # Errors
/// Of the database; [`Error::Shape`] when a row of the ledger has a currency that is none.
pub fn write(tx: &mut Tx<'_>, scope: &Scope, format: Format, days: Days) -> Result<String, Error> {
    let names = words::names(tx, scope)?;
    let mut out = String::new();
    let book = match format {
        Format::Csv => {
            out.push_str(&csv::head());
            None
        }
        _ => book(tx, scope, days, &names)?,
    };
    if let Some(book) = &book {
        out.push_str(&match format {
            Format::Beancount => beancount::head(book),
            _ => hledger::head(book),
        });
    }
    let mut after = 0;
    loop {
        let rows = store::list_entries_between(tx, scope, days, after, BATCH)?;
        let Some(last) = rows.last() else { break };
        let lines = store::list_lines_between(tx, scope, days, after, last.seq)?;
        after = last.seq;
        let mut lines = lines.iter().peekable();
        for row in &rows {
            let mut own = Vec::new();
            while let Some(line) = lines.next_if(|line| line.entry_id == row.id) {
                own.push(line);
            }
            let entry = ready(row, &own, &names)?;
            out.push_str(&match format {
                Format::Beancount => beancount::entry(&entry),
                Format::Hledger => hledger::entry(&entry),
                Format::Csv => csv::entry(&entry),
            });
        }
    }
    if let Some(book) = &book {
        out.push_str(&match format {
            Format::Beancount => beancount::foot(book),
            _ => hledger::foot(book),
        });
    }
    Ok(out)
}

/// A name for the file: `books-live-2026-01-01-2026-12-31.journal`.
pub fn file_name(scope: &Scope, format: Format, days: Days) -> String {
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| format!("-{day}"));
    format!(
        "books-{}{}{}.{}",
        scope.mode.as_str(),
        day(days.from),
        day(days.until),
        format.extension()
    )
}

fn ready<'a>(row: &'a EntryRow, lines: &[&'a Line], names: &Names) -> Result<Entry<'a>, Error> {
    let posting = |line: &&'a Line| {
        Ok(Posting {
            line,
            account: names.exported(&line.account),
            amount: money(line.amount_minor, &line.currency)?,
        })
    };
    let customer = lines.iter().find_map(|line| line.customer.as_deref());
    Ok(Entry {
        row,
        customer: customer.unwrap_or_default(),
        title: words::kind_in_english(&row.kind),
        postings: lines.iter().map(posting).collect::<Result<_, Error>>()?,
    })
}

fn book(tx: &mut Tx<'_>, scope: &Scope, days: Days, names: &Names) -> Result<Option<Book>, Error> {
    let Some((first, last)) = store::find_days(tx, scope, days.until)? else {
        return Ok(None);
    };
    let (first, last) = (day(&first)?, day(&last)?);
    let opened = days.from.unwrap_or(first);
    let before = match days.from {
        Some(from) => store::list_sums(tx, scope, yesterday(from))?,
        None => Vec::new(),
    };
    let closed = days.until.unwrap_or(last).max(opened);
    let closing = store::list_sums(tx, scope, days.until)?;
    let business = settings::business(tx, &scope.business_id)?;
    Ok(Some(Book {
        title: format!("{} ({})", business.name, scope.mode.as_str()),
        head: store::find_head(tx, scope)?,
        opened,
        opening: balances(before, names, false)?,
        closing: balances(closing, names, true)?,
        closed: closed.tomorrow().unwrap_or(closed),
    }))
}

fn balances(sums: Vec<Sum>, names: &Names, with_nothing: bool) -> Result<Vec<Balance>, Error> {
    sums.into_iter()
        .filter(|sum| with_nothing || sum.minor != 0)
        .map(|sum| {
            Ok(Balance {
                account: names.exported(&sum.account),
                amount: money(sum.minor, &sum.currency)?,
            })
        })
        .collect()
}

/// Every account with the currencies it is used in, in order.
fn accounts(book: &Book) -> BTreeMap<&str, BTreeSet<Currency>> {
    let mut all: BTreeMap<&str, BTreeSet<Currency>> = BTreeMap::new();
    for balance in &book.closing {
        all.entry(&balance.account)
            .or_default()
            .insert(balance.amount.currency());
    }
    all
}

fn currencies(book: &Book) -> BTreeSet<Currency> {
    let of = |balance: &Balance| balance.amount.currency();
    book.closing.iter().map(of).collect()
}

/// An amount as programs take it: a point, as many decimals as the currency has, no grouping.
fn figure(amount: Money) -> String {
    amount.to_decimal().to_string()
}

/// One line of text: what would end the line, or cannot be seen, is a space.
fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| {
            let ends_a_line = matches!(c, '\u{2028}' | '\u{2029}');
            if c.is_control() || ends_a_line {
                ' '
            } else {
                c
            }
        })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an entry says in one line: its title and its memo.
fn narration(entry: &Entry<'_>) -> String {
    one_line(&format!("{} {}", entry.title, entry.row.memo))
}

fn money(minor: i64, currency: &str) -> Result<Money, Error> {
    let currency = Currency::parse(currency)
        .map_err(|_| Error::Shape(format!("the ledger has the currency “{currency}”")))?;
    Money::from_minor(minor, currency).map_err(|e| Error::Shape(e.to_string()))
}

fn day(text: &str) -> Result<Date, Error> {
    text.parse()
        .map_err(|_| Error::Shape(format!("the ledger has the day “{text}”")))
}

fn yesterday(day: Date) -> Option<Date> {
    // Before the first day there is, nothing was booked.
    Some(day.yesterday().unwrap_or(Date::MIN))
}

#[cfg(test)]
mod tests;
