//! The pages of the books: what was booked is found again, with why; a changed byte is told to whoever looks.

use kit::db::{EngineKind, Error};
use kit::{args, sql};

use crate::with_stripe::StripeApp;

const GOOD: &str = "4242424242424242";

async fn paid(t: &mut StripeApp) -> String {
    t.activate().await;
    let invoice = t.issued(1149_75).await;
    let opened = t.open(&invoice).await;
    t.payer().pays(&opened, GOOD).await;
    app::payments::ask_about_invoice(&t.app, &t.scope, &invoice)
        .await
        .unwrap();
    t.run_jobs().await;
    invoice
}

/// The address of the entry of a kind.
async fn entry_of(t: &StripeApp, kind: &'static str) -> String {
    let find = move |tx: &mut kit::db::Tx<'_>| {
        tx.get(
            sql!("select id from ledger_entries where kind = $1"),
            args![kind],
            |r| r.text(0),
        )
    };
    let id = t.app.db().read::<_, Error, _>(find).await.unwrap();
    format!("/books/entries/{id}")
}

#[tokio::test(flavor = "multi_thread")]
async fn led_09_the_journal_shows_what_was_booked_and_each_entry_says_why() {
    for mut t in StripeApp::on_every_engine().await {
        let empty = t.owner.get("/books").await;
        assert!(empty.says("Nothing is booked yet"), "{}", empty.text());
        let invoice = paid(&mut t).await;
        let journal = t.owner.get("/books").await;
        assert_eq!(journal.status, 200);
        for words in ["Invoice issued", "Payment", "$1,149.75", "Receivable"] {
            assert!(journal.says(words), "{words}: {}", journal.text());
        }
        let entry = t.owner.get(&entry_of(&t, "card_payment").await).await;
        for words in [
            "Every byte is as it was written",
            &format!("/invoices/{invoice}"),
            "Café Zoé",
            "/customers/c",
            &format!("/invoices/{invoice}/record"),
            "ch_",
        ] {
            assert!(entry.says(words), "{words}: {}", entry.text());
        }
        let nowhere = t.owner.get("/books/entries/none").await;
        assert_eq!(nowhere.status, 404);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_narrowed_by_account_day_and_words_and_walked_by_pages() {
    for mut t in StripeApp::on_every_engine().await {
        for n in 0..120 {
            t.issued(10_00 + n).await;
        }
        let first = t.owner.get("/books").await;
        assert_eq!(first.text().matches("/books/entries/").count(), 50);
        assert!(first.says("$11.19") && !first.says("$10.20"));
        assert!(first.text().contains("/books?after=71"), "{}", first.text());
        let second = t.owner.get("/books?after=71").await;
        assert!(second.says("$10.69") && second.says("/books?before=70"));
        let back = t.owner.get("/books?before=70").await;
        assert!(back.says("$11.19"));
        let income = t.owner.get("/books?account=income").await;
        assert!(income.says("-$11.19"), "seen from income it is a credit");
        assert!(income.says("-$1,271.40"), "and the sum of all stands above");
        let none = t.owner.get("/books?until=2026-10-31").await;
        assert!(none.says("No entry fits."), "{}", none.text());
        let odd = t
            .owner
            .get("/books?account=%27%3B&from=yesterday&after=x&q=%25")
            .await;
        assert_eq!(odd.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_01_the_accounts_are_equal_on_both_sides_and_a_door_to_their_entries() {
    for mut t in StripeApp::on_every_engine().await {
        paid(&mut t).await;
        let accounts = t.owner.get("/books/accounts").await;
        for words in [
            "/books?account=receivable",
            "Stripe balance",
            "$1,116.11",
            "Stripe fees",
            "$33.64",
        ] {
            assert!(accounts.says(words), "{words}: {}", accounts.text());
        }
        let before = t.owner.get("/books/accounts?until=2020-01-01").await;
        assert!(before.says("No entry fits."));
        let french = t.owner.get("/books/accounts?lang=fr").await;
        assert!(french.says("Comptes clients"), "{}", french.text());
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_02_who_looks_at_the_chain_is_told_which_entry_was_changed() {
    for mut t in StripeApp::on_every_engine().await {
        assert!(t.owner.get("/books/check").await.says("no entries yet"));
        t.issued(100_00).await;
        t.issued(200_00).await;
        let good = t.owner.get("/books/check").await;
        assert!(good.says("Each of the 2 entries"), "{}", good.text());
        let unguard = match t.app.db().kind() {
            EngineKind::Sqlite => sql!("drop trigger ledger_entries_stay"),
            EngineKind::Postgres => sql!("drop trigger ledger_entries_stay on ledger_entries"),
        };
        let forge = sql!("update ledger_entries set memo = 'x' where seq = 2");
        for statement in [unguard, forge] {
            let run = move |tx: &mut kit::db::Tx<'_>| tx.execute(statement, args![]).map(drop);
            t.app.db().write::<_, Error, _>(run).await.unwrap();
        }
        let bad = t.owner.get("/books/check").await;
        assert!(bad.says("not as they were written"), "{}", bad.text());
        assert!(bad.says("Entry 2 (invoice_issued x"), "{}", bad.text());
        let at = bad.text().find("/books/entries/").unwrap();
        let href = bad.text()[at..].split('"').next().unwrap().to_owned();
        let entry = t.owner.get(&href).await;
        assert!(entry.says("was changed after it was written"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_books_are_downloaded_in_three_formats_and_wrong_days_are_refused() {
    for mut t in StripeApp::on_every_engine().await {
        paid(&mut t).await;
        let page = t.owner.get("/books/export").await;
        assert!(page.says("bean-check"), "{}", page.text());
        for (format, words) in [
            ("beancount", "balance Expenses:Stripe-Fees  33.64 ~ 0 CAD"),
            ("hledger", "Assets:Stripe-Balance  0 CAD = 1116.11 CAD"),
            ("csv", "\u{feff}entry,date,kind"),
        ] {
            let file = t
                .owner
                .get(&format!("/books/export/file?format={format}&from=&until="))
                .await;
            assert_eq!(file.status, 200);
            assert!(file.text().contains(words), "{}", file.text());
        }
        for (query, words) in [
            ("from=2026-13-01&until=", "Enter a day such as"),
            ("from=2026-02-01&until=2026-01-01", "before the first"),
        ] {
            let refused = t
                .owner
                .get(&format!("/books/export/file?format=csv&{query}"))
                .await;
            assert_eq!(refused.status, 422);
            assert!(refused.says(words), "{}", refused.text());
        }
        let unknown = t.owner.get("/books/export/file?format=xls").await;
        assert_eq!(unknown.status, 404);
        let out = t.stranger().get("/books/export/file?format=csv").await;
        assert_ne!(out.status, 200, "the books are for who is signed in");
    }
}
