//! A file without headings that we know: what its columns hold says what they are. A balance that adds up proves it.

use std::ops::Range;

use billing::Currency;
use rust_decimal::Decimal;

use super::amounts::figure;
use super::columns::{Layout, MoneyColumns, SEARCHED};
use super::{Row, dates};

/// So many rows tell what a column holds.
const LOOKED_AT: usize = 200;

/// The most likely layout; nothing when no column holds dates, or none amounts.
pub(super) fn by_content(rows: &[Row], currency: Currency) -> Option<Layout> {
    let first = (0..rows.len().min(SEARCHED)).find(|at| has_date(&rows[*at]))?;
    let body = &rows[first..rows.len().min(first + LOOKED_AT)];
    let width = 0..body.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let date = width
        .clone()
        .find(|at| body.iter().all(|row| dates::is_date(row.cell(*at))))?;
    let amounts: Vec<Column> = width
        .clone()
        .filter(|at| *at != date)
        .filter_map(|at| Column::of(body, at, currency))
        .collect();
    let (money, sure) = match proved(&amounts) {
        Some(money) => (money, true),
        None => (likely(&amounts)?, false),
    };
    Some(Layout {
        head: None,
        first,
        date,
        text: texts(body, width, date, &amounts),
        money,
        currency: None,
        order: None,
        mark: None,
        sure,
    })
}

fn has_date(row: &Row) -> bool {
    row.cells.iter().any(|cell| dates::is_date(cell))
}

/// A column of amounts: some empty, all others numbers, at least one with decimals.
struct Column {
    at: usize,
    values: Vec<Option<Decimal>>,
}

impl Column {
    fn of(body: &[Row], at: usize, currency: Currency) -> Option<Column> {
        let mut values = Vec::with_capacity(body.len());
        let mut decimals = false;
        for row in body {
            let cell = row.cell(at);
            if cell.is_empty() {
                values.push(None);
                continue;
            }
            let value = figure(cell, currency)?;
            // Numbers of accounts and cheques are whole; sums of money seldom are, all of them.
            decimals |= cell.contains(['.', ',']);
            values.push(Some(value));
        }
        (decimals && values.iter().any(Option::is_some)).then_some(Column { at, values })
    }

    fn has_negative(&self) -> bool {
        self.values.iter().flatten().any(Decimal::is_sign_negative)
    }

    fn get(&self, row: usize) -> Decimal {
        self.values[row].unwrap_or_default()
    }

    /// Never both in one row, and never neither.
    fn takes_turns_with(&self, other: &Column) -> bool {
        let something = |v: &Option<Decimal>| v.is_some_and(|v| !v.is_zero());
        let mut both = self.values.iter().zip(&other.values);
        both.all(|(one, two)| something(one) != something(two))
    }
}

/// The columns by which a balance of each line follows from the one before, in either order of time.
fn proved(amounts: &[Column]) -> Option<MoneyColumns> {
    let rows = amounts.first()?.values.len();
    if rows < 3 {
        return None;
    }
    let full = |c: &&Column| c.values.iter().all(Option::is_some);
    for balance in amounts.iter().filter(full) {
        let others = || amounts.iter().filter(|c| c.at != balance.at);
        for one in others() {
            if full(&one) && adds_up(balance, rows, |row| one.get(row)) {
                return Some(MoneyColumns::Signed(one.at));
            }
            for two in others().filter(|two| two.at != one.at && one.takes_turns_with(two)) {
                if adds_up(balance, rows, |row| two.get(row) - one.get(row).abs()) {
                    return Some(MoneyColumns::OutIn {
                        out: one.at,
                        into: two.at,
                    });
                }
            }
        }
    }
    None
}

fn adds_up(balance: &Column, rows: usize, amount: impl Fn(usize) -> Decimal) -> bool {
    let steps = || 1..rows;
    let later = steps().all(|at| balance.get(at) - balance.get(at - 1) == amount(at));
    let earlier = steps().all(|at| balance.get(at - 1) - balance.get(at) == amount(at - 1));
    // Amounts of nought add up to anything.
    (later || earlier) && (0..rows).any(|at| !amount(at).is_zero())
}

/// What went out stands before what came in, at every bank that writes both.
fn likely(amounts: &[Column]) -> Option<MoneyColumns> {
    for (at, one) in amounts.iter().enumerate() {
        if let Some(two) = amounts[at + 1..]
            .iter()
            .find(|two| one.takes_turns_with(two))
        {
            return Some(MoneyColumns::OutIn {
                out: one.at,
                into: two.at,
            });
        }
    }
    let signed = amounts.iter().find(|c| c.has_negative());
    let signed = signed.or_else(|| amounts.first())?;
    Some(MoneyColumns::Signed(signed.at))
}

/// Columns of words: letters in some row, and not the same in all of them.
fn texts(body: &[Row], width: Range<usize>, date: usize, amounts: &[Column]) -> Vec<usize> {
    let words = |at: &usize| {
        let letters = |row: &Row| row.cell(*at).chars().any(char::is_alphabetic);
        let same = body.len() > 1 && body.iter().all(|row| row.cell(*at) == body[0].cell(*at));
        let is_date = body.iter().all(|row| dates::is_date(row.cell(*at)));
        body.iter().any(letters) && !same && !is_date
    };
    let is_amount = |at: &usize| amounts.iter().any(|c| c.at == *at);
    width
        .filter(|at| *at != date && !is_amount(at))
        .filter(words)
        .collect()
}
