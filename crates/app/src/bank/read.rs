//! Reading a bank's CSV file: bytes to lines, or one sentence that says why not. All or nothing.
//!
//! Banks agree on nothing: encoding, separator, column names, decimal mark, order of day and month. What the file
//! itself decides is taken from it; what it leaves open is asked, never guessed.

mod amounts;
mod columns;
mod dates;
mod text;

use billing::Currency;
use billing::statement::Line;
use csv::StringRecord;

use columns::Columns;

/// The largest file that is read. Ten years of a busy account are far below.
pub const BYTES_MAX: usize = 5 * 1024 * 1024;
/// The most lines of one file.
pub const LINES_MAX: usize = 20_000;

/// A bank statement, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// How its letters were written.
    pub encoding: &'static str,
    /// Its lines, in its order.
    pub lines: Vec<Line>,
}

/// In which order days and months stand, where a person had to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOrder {
    /// 5 March is `05/03`.
    DayFirst,
    /// 5 March is `03/05`.
    MonthFirst,
}

/// Why a file is not read. Nothing of it is kept.
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
    /// A web page, an image, a program.
    #[error("not text")]
    NotText,
    /// Letters were lost before the file came here: it holds replacement signs.
    #[error("lost letters in line {line}")]
    LostLetters {
        /// Counted from one.
        line: usize,
    },
    /// No line names a date and an amount.
    #[error("no headings")]
    NoHeadings,
    /// One of the columns needed is not there.
    #[error("no column {column}")]
    NoColumn {
        /// `date`, `amount` or `description`.
        column: &'static str,
    },
    /// A cell holds a formula.
    #[error("a formula in line {line}")]
    Formula {
        /// Counted from one.
        line: usize,
        /// The heading of its column.
        column: String,
    },
    /// A line with fewer cells than there are headings.
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
    /// Headings and nothing below.
    #[error("no lines")]
    NoLines,
}

/// Reads a statement. `currency` is the account's, for files that do not name one; `order` is what a person said.
///
/// # Errors
/// [`Refusal`].
pub fn read(
    bytes: &[u8],
    currency: Currency,
    order: Option<DayOrder>,
) -> Result<Statement, Refusal> {
    let (content, encoding) = text::decode(bytes)?;
    let records = records(&content)?;
    let (head, columns) = columns::find(&records)?;
    let body: Vec<(usize, &StringRecord)> = records
        .iter()
        .skip(head + 1)
        .map(|(line, record)| (*line, record))
        .filter(|(_, record)| record.iter().any(|cell| !cell.trim().is_empty()))
        .collect();
    if body.len() > LINES_MAX {
        return Err(Refusal::TooManyLines);
    }
    for (line, record) in &body {
        check_cells(*line, record, &columns)?;
    }
    let dates = dates::read(&body, columns.date, order)?;
    let amounts = amounts::read(&body, &columns, currency)?;
    let lines = body.iter().zip(dates).zip(amounts);
    let lines: Vec<Line> = lines
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(((_, record), date), amount)| Line {
            date,
            amount,
            text: columns.describe(record),
        })
        .collect();
    if lines.is_empty() {
        return Err(Refusal::NoLines);
    }
    Ok(Statement { encoding, lines })
}

/// Splits into cells, with the number of the line each record begins on.
fn records(content: &str) -> Result<Vec<(usize, StringRecord)>, Refusal> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(text::separator(content))
        .from_reader(content.as_bytes());
    let mut out = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| Refusal::NotText)?;
        let line = record.position().map_or(0, |p| p.line()) as usize;
        out.push((line, record));
        if out.len() > LINES_MAX + 100 {
            return Err(Refusal::TooManyLines);
        }
    }
    Ok(out)
}

/// A line must reach as far as the columns that are read, and hold no formula: neither would a spreadsheet that opens
/// our export run it, nor do we keep what somebody hid in a statement.
fn check_cells(line: usize, record: &StringRecord, columns: &Columns) -> Result<(), Refusal> {
    for (at, cell) in record.iter().enumerate() {
        if text::is_formula(cell) {
            let column = columns.heading(at);
            return Err(Refusal::Formula { line, column });
        }
    }
    if record.len() <= columns.furthest() {
        return Err(Refusal::CutShort { line });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
