//! Reading a bank's CSV file: bytes to rows, rows to lines, or one sentence that says why not. All or nothing.
//!
//! Banks agree on nothing: encoding, separator, headings or none, decimal mark, order of day and month. What the file
//! itself decides is taken from it; what it leaves open is asked, never guessed silently.

mod amounts;
mod columns;
mod dates;
mod guess;
mod text;

use billing::Currency;
use billing::statement::Line;
use jiff::civil::Date;

pub use columns::{Layout, MoneyColumns};
pub use text::{decode, split};

/// The largest file that is read. A year of a busy account is far below.
pub const BYTES_MAX: usize = 2 * 1024 * 1024;
/// The most lines of one file.
pub const LINES_MAX: usize = 10_000;
/// As much of what the bank says is kept of one line.
const TEXT_MAX: usize = 500;

/// A row of the file: its cells, and the line it begins on, counted from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Counted from one.
    pub line: usize,
    /// Without spaces at their ends.
    pub cells: Vec<String>,
}

impl Row {
    fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", String::as_str)
    }
}

/// In which order days and months stand, where a person had to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOrder {
    /// 5 March is `05/03`.
    DayFirst,
    /// 5 March is `03/05`.
    MonthFirst,
}

impl DayOrder {
    /// The word in forms and rows.
    pub fn as_str(self) -> &'static str {
        match self {
            DayOrder::DayFirst => "day",
            DayOrder::MonthFirst => "month",
        }
    }

    /// Reads [`DayOrder::as_str`].
    pub fn parse(text: &str) -> Option<DayOrder> {
        [DayOrder::DayFirst, DayOrder::MonthFirst]
            .into_iter()
            .find(|order| order.as_str() == text)
    }
}

/// Why a file, or a reading of it, is refused. Nothing of it is booked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No bytes.
    #[error("empty")]
    Empty,
    /// More than [`BYTES_MAX`].
    #[error("too large")]
    TooLarge,
    /// More than [`LINES_MAX`].
    #[error("too many lines")]
    TooManyLines,
    /// A workbook of a spreadsheet program.
    #[error("a workbook")]
    Workbook,
    /// A PDF.
    #[error("a PDF")]
    Pdf,
    /// A web page: mostly the bank's sign-in page, saved in place of the file.
    #[error("a web page")]
    WebPage,
    /// An image, a program, an encoding that is not known.
    #[error("not text")]
    NotText,
    /// Letters were lost before the file came here: it holds replacement signs.
    #[error("lost letters in line {line}")]
    LostLetters {
        /// Counted from one.
        line: usize,
    },
    /// A quotation mark opens and never closes: what follows would be swallowed.
    #[error("an open quotation mark in line {line}")]
    OpenQuote {
        /// Counted from one.
        line: usize,
    },
    /// Nothing in it looks like dates and amounts.
    #[error("no statement")]
    NoStatement,
    /// A line that does not reach the columns that are read.
    #[error("line {line} is cut short")]
    CutShort {
        /// Counted from one.
        line: usize,
    },
    /// Not a date.
    #[error("no date in line {line}")]
    BadDate {
        /// Counted from one.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// Every date could be day first or month first.
    #[error("day or month first")]
    DatesAmbiguous {
        /// One of them.
        text: String,
    },
    /// Not an amount.
    #[error("no amount in line {line}")]
    BadAmount {
        /// Counted from one.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// `1,250` and nothing that says which mark is which.
    #[error("amounts ambiguous")]
    AmountsAmbiguous {
        /// One of them.
        text: String,
    },
    /// Not a currency.
    #[error("no currency in line {line}")]
    BadCurrency {
        /// Counted from one.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// No line with an amount.
    #[error("no lines")]
    NoLines,
}

/// How the rows are most likely meant. The headings decide where there are some; the content otherwise.
///
/// # Errors
/// [`Refusal::NoStatement`].
pub fn propose(rows: &[Row], currency: Currency) -> Result<Layout, Refusal> {
    columns::by_headings(rows)
        .or_else(|| guess::by_content(rows, currency))
        .ok_or(Refusal::NoStatement)
}

/// Reads the lines under a layout. `currency` is the account's, for files that do not name one. A line is never booked
/// after `today`: that may decide what is the day and what the month.
///
/// # Errors
/// [`Refusal`].
pub fn lines(
    rows: &[Row],
    layout: &Layout,
    currency: Currency,
    today: Date,
) -> Result<Vec<Line>, Refusal> {
    let body: Vec<&Row> = rows.iter().skip(layout.first).collect();
    if body.len() > LINES_MAX {
        return Err(Refusal::TooManyLines);
    }
    if let Some(short) = body.iter().find(|r| r.cells.len() <= layout.furthest()) {
        return Err(Refusal::CutShort { line: short.line });
    }
    let dates = dates::read(&body, layout.date, layout.order, today)?;
    let amounts = amounts::read(&body, layout, currency)?;
    let lines: Vec<Line> = body
        .iter()
        .zip(dates)
        .zip(amounts)
        .filter(|(_, amount)| !amount.is_zero())
        .map(|((row, date), amount)| Line {
            date,
            amount,
            text: layout.describe(row),
        })
        .collect();
    if lines.is_empty() {
        return Err(Refusal::NoLines);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests;
