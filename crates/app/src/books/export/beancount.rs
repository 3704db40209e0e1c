//! A journal for beancount 3. Every amount is exact (no tolerance), and the file ends with a balance for each account.

use super::{Book, Entry, accounts, figure, narration, one_line};
use billing::Currency;

pub(super) fn head(book: &Book) -> String {
    let mut out = format!(
        ";; {} entries; the newest has the hash {}\n\
         option \"title\" {}\n\
         option \"inferred_tolerance_default\" \"*:0\"\n\n",
        book.head.seq,
        book.head.hash,
        quoted(&book.title),
    );
    for (account, currencies) in accounts(book) {
        let codes: Vec<&str> = currencies.iter().map(Currency::code).collect();
        out.push_str(&format!(
            "{} open {account} {}\n",
            book.opened,
            codes.join(",")
        ));
    }
    out.push('\n');
    if !book.opening.is_empty() {
        out.push_str(&format!("{} * \"Brought forward\"\n", book.opened));
        for balance in &book.opening {
            out.push_str(&line(&balance.account, balance.amount));
        }
        out.push('\n');
    }
    out
}

pub(super) fn entry(entry: &Entry<'_>) -> String {
    let payee = one_line(entry.customer);
    let payee = if payee.is_empty() {
        String::new()
    } else {
        format!("{} ", quoted(&payee))
    };
    let mut out = format!(
        "{} * {payee}{}\n  entry: {}\n  seq: {}\n  subject: {}\n",
        entry.row.date,
        quoted(&narration(entry)),
        quoted(&entry.row.id),
        entry.row.seq,
        quoted(&one_line(&entry.row.subject)),
    );
    for posting in &entry.postings {
        out.push_str(&line(&posting.account, posting.amount));
        if let Some(number) = &posting.line.invoice {
            out.push_str(&format!("    invoice: {}\n", quoted(&one_line(number))));
        }
    }
    out.push('\n');
    out
}

pub(super) fn foot(book: &Book) -> String {
    let of = |b: &super::Balance| {
        format!(
            "{} balance {}  {} ~ 0 {}\n",
            book.closed,
            b.account,
            figure(b.amount),
            b.amount.currency().code()
        )
    };
    book.closing.iter().map(of).collect()
}

fn line(account: &str, amount: billing::Money) -> String {
    format!(
        "  {account}  {} {}\n",
        figure(amount),
        amount.currency().code()
    )
}

/// A string: quotes and backslashes get a backslash.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}
