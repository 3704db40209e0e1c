//! A table: one line a posting, as RFC 4180 says. UTF-8 with a byte order mark, without which the spreadsheet most people
//! have reads "é" as two letters. A cell of text that a spreadsheet would take for a formula begins with an apostrophe.

use super::{Entry, figure};

const COLUMNS: [&str; 14] = [
    "entry",
    "date",
    "kind",
    "customer",
    "memo",
    "account_name",
    "account",
    "invoice",
    "currency",
    "debit",
    "credit",
    "subject",
    "entry_id",
    "hash",
];

pub(super) fn head() -> String {
    format!("\u{feff}{}\r\n", COLUMNS.join(","))
}

pub(super) fn entry(entry: &Entry<'_>) -> String {
    let mut out = String::new();
    for posting in &entry.postings {
        let amount = figure(posting.amount.abs());
        let (debit, credit) = if posting.amount.is_negative() {
            (String::new(), amount)
        } else {
            (amount, String::new())
        };
        let cells = [
            entry.row.seq.to_string(),
            entry.row.date.clone(),
            text(&entry.title),
            text(posting.line.customer.as_deref().unwrap_or_default()),
            text(&entry.row.memo),
            text(&posting.account),
            text(&posting.line.account),
            text(posting.line.invoice.as_deref().unwrap_or_default()),
            posting.line.currency.clone(),
            debit,
            credit,
            text(&entry.row.subject),
            text(&entry.row.id),
            entry.row.hash.clone(),
        ];
        out.push_str(&cells.map(|cell| quoted(&cell)).join(","));
        out.push_str("\r\n");
    }
    out
}

/// A cell of text. A spreadsheet that opens the file must not run what a customer was called: the first sign that is
/// seen decides, and the wide forms of the signs count too.
fn text(cell: &str) -> String {
    let first = cell
        .trim_start_matches([' ', '\u{a0}', '\u{feff}'])
        .chars()
        .next();
    let runs = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    );
    if runs {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n', ';', '\t']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for runs in ["=1+1", "+1", "-1", "@a", "\t=1", "\r1", "  =1", "＝1"] {
            assert!(text(runs).starts_with('\''), "{runs:?}");
        }
        for plain in ["", "a=1", "Ü", "1-2", "'=1"] {
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn a_cell_is_quoted_as_the_standard_says() {
        assert_eq!(quoted("a \"b\"\r\nc"), "\"a \"\"b\"\"\r\nc\"");
        assert_eq!(quoted("été"), "été");
        assert_eq!(quoted("a,b"), "\"a,b\"");
    }
}
