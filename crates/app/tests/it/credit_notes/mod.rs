//! What takes an issued invoice back: credit notes, a void, a write-off, and the press "Delete".

mod annul;
mod lines;
mod money;
mod papers;

use kit::{args, sql};

use crate::kit::{Answer, PASSWORD};
use crate::pay::shop::{Issued, Shop, value};

/// The page that "Delete" leads to.
pub fn door(invoice: &Issued) -> String {
    format!("/invoices/{}/annul", invoice.id)
}

/// Presses "Delete" and goes through with it, with what is said here beside what the page proposes.
pub async fn press(shop: &mut Shop, invoice: &Issued, fields: &[(&str, &str)]) -> Answer {
    let page = shop.owner.get(&door(invoice)).await.expect(200);
    let (once, seen) = (value(&page.body, "once"), value(&page.body, "seen"));
    let does = value(&page.body, "does");
    let mut form = vec![
        ("once", once.as_str()),
        ("seen", seen.as_str()),
        ("does", does.as_str()),
        ("reason", "Billed twice"),
        ("password", PASSWORD),
    ];
    form.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    form.extend(fields);
    shop.owner.post(&door(invoice), &form).await
}

/// Credits these amounts, a line each, through the form and its check page.
pub async fn credit(shop: &mut Shop, invoice: &Issued, amounts: &[&str], money: &str) -> Answer {
    let path = format!("/invoices/{}/credit-note", invoice.id);
    let mut query = format!("{path}/check?reason=Less+work");
    for (at, amount) in amounts.iter().enumerate() {
        query.push_str(&format!("&line-{at}={amount}"));
    }
    let page = shop.owner.get(&query).await;
    if page.status.as_u16() != 200 {
        return page;
    }
    let names: Vec<String> = (0..amounts.len()).map(|at| format!("line-{at}")).collect();
    let (once, seen) = (value(&page.body, "once"), value(&page.body, "seen"));
    let mut form = vec![
        ("once", once.as_str()),
        ("seen", seen.as_str()),
        ("reason", "Less work"),
        ("password", PASSWORD),
        ("money", money),
    ];
    for (name, amount) in names.iter().zip(amounts) {
        form.push((name, amount));
    }
    shop.owner.post(&path, &form).await
}

/// Number, total and tax of every credit note, in the order they were issued.
pub async fn notes(shop: &Shop) -> Vec<(String, i64, i64)> {
    let all = |tx: &mut kit::db::Tx<'_>| {
        tx.list(
            sql!("select number, total_minor, tax_minor from credit_notes order by number"),
            args![],
            |r| Ok((r.text(0)?, r.int(1)?, r.int(2)?)),
        )
    };
    let db = shop.test.app.db();
    db.read::<_, kit::db::Error, _>(all).await.unwrap()
}

/// The sum of an account by its stored word, debits positive.
pub async fn balance(shop: &Shop, account: &'static str) -> i64 {
    let sum = move |tx: &mut kit::db::Tx<'_>| {
        tx.get(
            sql!("select cast(coalesce(sum(amount_minor), 0) as bigint) from ledger_postings where account = $1"),
            args![account],
            |r| r.int(0),
        )
    };
    let db = shop.test.app.db();
    db.read::<_, kit::db::Error, _>(sum).await.unwrap()
}

/// What all accounts of taxes come to.
pub async fn taxes(shop: &Shop) -> i64 {
    shop.count(sql!("select cast(coalesce(sum(amount_minor), 0) as bigint) from ledger_postings where account like 'tax_payable:%'"))
        .await
}
