//! A journal for hledger (`check -s`: every account and commodity is declared), which ends with a balance assertion for
//! each account.

use super::{Book, Entry, accounts, currencies, figure, narration, one_line};
use billing::{Currency, Money};

pub(super) fn head(book: &Book) -> String {
    let mut out = format!(
        "; {}\n; {} entries; the newest has the hash {}\ndecimal-mark .\n\n",
        one_line(&book.title),
        book.head.seq,
        book.head.hash,
    );
    for currency in currencies(book) {
        out.push_str(&format!("commodity {}\n", sample(currency)));
    }
    for account in accounts(book).keys() {
        out.push_str(&format!("account {account}  ; type:{}\n", kind(account)));
    }
    out.push('\n');
    if !book.opening.is_empty() {
        out.push_str(&format!("{} * Brought forward\n", book.opened));
        for balance in &book.opening {
            out.push_str(&line(&balance.account, balance.amount, ""));
        }
        out.push('\n');
    }
    out
}

pub(super) fn entry(entry: &Entry<'_>) -> String {
    let payee = description(entry.customer);
    let payee = if payee.is_empty() {
        String::new()
    } else {
        format!("{payee} | ")
    };
    let mut out = format!(
        "{} * ({}) {payee}{}  ; entry:{}, subject:{}\n",
        entry.row.date,
        entry.row.seq,
        description(&narration(entry)),
        tag(&entry.row.id),
        tag(&entry.row.subject),
    );
    for posting in &entry.postings {
        let invoice = posting.line.invoice.as_deref();
        let comment = invoice.map_or_else(String::new, |n| format!("  ; invoice:{}", tag(n)));
        out.push_str(&line(&posting.account, posting.amount, &comment));
    }
    out.push('\n');
    out
}

pub(super) fn foot(book: &Book) -> String {
    let mut out = format!("{} * Balances\n", book.closed);
    for balance in &book.closing {
        let currency = balance.amount.currency();
        let code = currency.code();
        out.push_str(&format!(
            "    {}  0 {code} = {} {code}\n",
            balance.account,
            figure(balance.amount)
        ));
    }
    out
}

fn line(account: &str, amount: Money, comment: &str) -> String {
    let currency = amount.currency();
    format!(
        "    {account}  {} {}{comment}\n",
        figure(amount),
        currency.code()
    )
}

/// How amounts of a currency look; the mark must be there even when no decimals follow it.
fn sample(currency: Currency) -> String {
    let decimals = "0".repeat(currency.exponent() as usize);
    format!("1000.{decimals} {}", currency.code())
}

/// hledger's letter for the page an account stands on, from the first part of its name.
fn kind(account: &str) -> &'static str {
    match account.split(':').next() {
        Some("Assets") => "A",
        Some("Liabilities") => "L",
        Some("Income") => "R",
        Some("Expenses") => "X",
        _ => "E",
    }
}

/// Free text of an entry's first line: what begins a comment, or divides payee from note, is another sign.
fn description(text: &str) -> String {
    one_line(text).replace(';', ",").replace('|', "/")
}

/// The value of a tag, which a comma ends; a bracket could be read as a date.
fn tag(text: &str) -> String {
    one_line(text)
        .chars()
        .map(|c| {
            if matches!(c, ',' | '[' | ']' | ':') {
                '_'
            } else {
                c
            }
        })
        .collect()
}
