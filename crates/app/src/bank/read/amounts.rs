//! Amounts as banks write them. The decimal mark is decided by the file as a whole.

use billing::typed::{Reading, read_number};
use billing::{Currency, Money};
use rust_decimal::Decimal;

use super::columns::{Layout, MoneyColumns};
use super::{Refusal, Row};

pub(super) fn read(
    body: &[&Row],
    layout: &Layout,
    account: Currency,
) -> Result<Vec<Money>, Refusal> {
    let mut cells = Vec::with_capacity(body.len());
    for row in body {
        cells.push(cell(row, layout, account)?);
    }
    let mark = match layout.mark {
        Some(said) => Some(said),
        None => mark(&cells)?,
    };
    cells.iter().map(|cell| cell.money(mark)).collect()
}

/// One amount as it stands, with what its column says of its sign.
struct Cell<'a> {
    line: usize,
    text: &'a str,
    negative: bool,
    currency: Currency,
}

fn cell<'a>(row: &'a Row, layout: &Layout, account: Currency) -> Result<Cell<'a>, Refusal> {
    let line = row.line;
    let of = |at: usize| row.cell(at);
    let currency = match layout.currency.map(of).filter(|code| !code.is_empty()) {
        None => account,
        Some(code) => Currency::parse(&code.to_uppercase()).map_err(|_| Refusal::BadCurrency {
            line,
            text: code.to_owned(),
        })?,
    };
    let (text, negative, currency) = match &layout.money {
        MoneyColumns::Signed(at) => (of(*at), false, currency),
        // Some banks write a minus in the column of what went out as well: out is out.
        MoneyColumns::OutIn { out, into } if is_something(of(*out)) => {
            if is_something(of(*into)) {
                return Err(bad(line, of(*into)));
            }
            (of(*out).trim_start_matches('-'), true, currency)
        }
        // A line that says something and moves nothing.
        MoneyColumns::OutIn { into, .. } if of(*into).is_empty() => ("0", false, currency),
        MoneyColumns::OutIn { into, .. } => (of(*into), false, currency),
        MoneyColumns::ByCurrency(all) => {
            let filled: Vec<_> = all.iter().filter(|(at, _)| is_something(of(*at))).collect();
            match filled.as_slice() {
                [(at, currency)] => (of(*at), false, *currency),
                _ => return Err(bad(line, "")),
            }
        }
    };
    if text.is_empty() {
        return Err(bad(line, ""));
    }
    Ok(Cell {
        line,
        text,
        negative,
        currency,
    })
}

/// An empty cell, a dash or a nought where the other column has the amount.
fn is_something(cell: &str) -> bool {
    cell.chars().any(|c| ('1'..='9').contains(&c))
}

fn bad(line: usize, text: &str) -> Refusal {
    Refusal::BadAmount {
        line,
        text: text.to_owned(),
    }
}

/// Which sign marks decimals: the one that some amount has before exactly one or two figures at its end.
fn mark(cells: &[Cell<'_>]) -> Result<Option<char>, Refusal> {
    let (mut found, mut open) = (None, None);
    for cell in cells {
        match (decimal_mark(cell.text), found) {
            (Some(mark), None) => found = Some(mark),
            (Some(mark), Some(other)) if mark != other => return Err(bad(cell.line, cell.text)),
            _ => {}
        }
        if cell.currency.exponent() > 0 && matches!(bare(cell.text), Some((Reading::Two { .. }, _)))
        {
            open.get_or_insert(cell.text);
        }
    }
    match (found, open) {
        (None, Some(text)) => Err(Refusal::AmountsAmbiguous {
            text: text.to_owned(),
        }),
        _ => Ok(found),
    }
}

fn decimal_mark(text: &str) -> Option<char> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let at = digits.rfind(['.', ','])?;
    let after = digits.len() - at - 1;
    let both = digits.contains('.') && digits.contains(',');
    let repeated = digits.matches(&digits[at..=at]).count() > 1;
    ((1..=2).contains(&after) || (both && !repeated)).then(|| digits[at..].chars().next())?
}

/// The number without what stands around it, and whether that makes it negative: `(12.00)`, `12.00-`, `$ 12.00`.
fn bare(text: &str) -> Option<(Reading, bool)> {
    let mut inner = text.trim();
    let mut negative = false;
    if let Some(within) = inner.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        (inner, negative) = (within, true);
    } else if let Some(before) = inner.strip_suffix(['-', '\u{2212}']) {
        (inner, negative) = (before, true);
    }
    let inner = inner.trim();
    let inner = inner.strip_prefix('+').unwrap_or(inner);
    let kept: String = inner
        .chars()
        .filter(|c| !matches!(c, '$' | '€' | '£' | '"'))
        .collect();
    Some((read_number(&kept).ok()?, negative))
}

/// A cell as a number, where its column is still to be found out; nothing for what is none.
pub(super) fn figure(text: &str, currency: Currency) -> Option<Decimal> {
    let (reading, negative) = bare(text)?;
    let value = match reading {
        Reading::One(value) => value,
        Reading::Two { decimal, .. } if currency.exponent() == 3 => decimal,
        Reading::Two { grouped, .. } => grouped,
    };
    Some(if negative { -value } else { value })
}

impl Cell<'_> {
    fn money(&self, mark: Option<char>) -> Result<Money, Refusal> {
        let refuse = || bad(self.line, self.text);
        let (reading, negative) = bare(self.text).ok_or_else(refuse)?;
        let value = match reading {
            Reading::One(value) => value,
            Reading::Two { grouped, decimal } => {
                let sign = self.text.chars().find(|c| matches!(c, '.' | ','));
                if sign == mark && self.currency.exponent() > 0 {
                    decimal
                } else {
                    grouped
                }
            }
        };
        let negative = negative != self.negative;
        exact(if negative { -value } else { value }, self.currency).ok_or_else(refuse)
    }
}

/// A bank does not book parts of a cent: such a file is misread.
fn exact(value: Decimal, currency: Currency) -> Option<Money> {
    let money = Money::rounded(value, currency).ok()?;
    (money.to_decimal() == value).then_some(money)
}
