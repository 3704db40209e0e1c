//! The bank's side: a statement is uploaded, its lines find payouts and invoices, and a press books them, once.

use std::time::Duration;

use app::payouts;
use axum::body::Body;
use fake_stripe::{Fault, Mode, Trouble};
use http::{Request, header};
use kit::db::Error;
use kit::{args, sql};

use crate::kit::Answer;
use crate::pay::shop::{Issued, Shop, value};
use crate::with_stripe::StripeApp;

const FORM: [(&str, &str); 2] = [("account", ""), ("currency", "CAD")];
const LINES: &kit::db::Statement = sql!("select count(*) from bank_lines");
const PAYMENTS: &kit::db::Statement = sql!("select count(*) from payments");

/// Uploads a file; answers the page one lands on.
async fn upload(shop: &mut Shop, content: &[u8]) -> Answer {
    let owner = &mut shop.owner;
    owner
        .upload("/bank/import", &FORM, &[("file", "releve.csv", content)])
        .await
}

/// Uploads a file and imports it as it is read.
async fn import(shop: &mut Shop, content: &str) -> Answer {
    let page = upload(shop, content.as_bytes()).await.expect(200);
    assert!(page.path.starts_with("/bank/import/"), "{}", page.path);
    shop.owner.post(&page.path, &[]).await.expect(200)
}

/// The bank's own line for a transfer that names an invoice.
fn naming(invoice: &Issued, amount: &str) -> String {
    format!("2026-11-23,VIREMENT {},{amount}\n", invoice.number)
}

const HEAD: &str = "Date,Description,Amount\n";

/// Presses what the first proposal on the list offers.
async fn press_first(shop: &mut Shop) -> Answer {
    let page = shop.owner.get("/bank").await.expect(200);
    let named = "/confirm\"><input type=\"hidden\" name=\"target\"";
    let at = page.body.find(named).expect("a proposal");
    let action = page.body[..at].rfind("action=\"").unwrap() + "action=\"".len();
    let path = page.body[action..at + "/confirm".len()].to_owned();
    let form = &page.body[at..];
    let (target, rest) = (value(form, "target"), value(form, "rest"));
    let fields = [
        ("target", target.as_str()),
        ("rest", rest.as_str()),
        ("from", "list"),
    ];
    shop.owner.post(&path, &fields).await
}

/// Presses what confirms everything that is certain.
async fn press_certain(shop: &mut Shop) -> Answer {
    let page = shop.owner.get("/bank").await.expect(200);
    let pairs: Vec<String> = page
        .body
        .split("name=\"certain\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    let fields: Vec<(&str, &str)> = pairs.iter().map(|p| ("certain", p.as_str())).collect();
    shop.owner.post("/bank/confirm", &fields).await.expect(200)
}

async fn balance(shop: &Shop, account: &'static str) -> i64 {
    let sum = move |tx: &mut kit::db::Tx<'_>| {
        tx.get(
            sql!("select cast(coalesce(sum(amount_minor), 0) as bigint) from ledger_postings where account = $1"),
            args![account],
            |r| r.int(0),
        )
    };
    let db = shop.test.app.db();
    db.read::<_, Error, _>(sum).await.unwrap()
}

async fn text(shop: &Shop, statement: &'static kit::db::Statement) -> String {
    let db = shop.test.app.db();
    let read = move |tx: &mut kit::db::Tx<'_>| tx.get(statement, args![], |r| r.text(0));
    db.read::<_, Error, _>(read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_that_names_its_invoice_is_booked_by_one_press_and_taken_back_by_the_reversal() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let file = format!(
        "{HEAD}{}2026-11-23,CAFE,-4.50\n",
        naming(&invoice, "1149.75")
    );
    let page = upload(&mut shop, file.as_bytes()).await.expect(200);
    page.shows("VIREMENT")
        .shows("2 new, 0 here already")
        .shows("Import 2 lines");
    assert_eq!(
        shop.count(LINES).await,
        0,
        "nothing is kept before the press"
    );
    let page = shop.owner.post(&page.path, &[]).await.expect(200);
    page.shows("2 lines were added.")
        .shows("Certain")
        .shows("the bank names the invoice");
    page.hides("CAFE").shows("Confirm the one that is certain");
    assert_eq!(
        shop.count(PAYMENTS).await,
        0,
        "nothing is booked before the press"
    );
    press_certain(&mut shop)
        .await
        .shows("One line is confirmed.");
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    assert_eq!(balance(&shop, "bank").await, 1149_75);
    let page = shop.owner.get("/bank?view=matched").await.expect(200);
    page.shows("Customer’s payment").shows("VIREMENT");
    // Again, by somebody who did not reload: nothing.
    let line = text(
        &shop,
        sql!("select id from bank_lines where state = 'matched'"),
    )
    .await;
    let pair = format!("{line} invoice:{}", invoice.id);
    let again = shop
        .owner
        .post("/bank/confirm", &[("certain", &pair)])
        .await;
    again.shows("No line was confirmed.").shows("waits");
    let target = format!("invoice:{}", invoice.id);
    let path = format!("/bank/lines/{line}/confirm");
    shop.owner
        .post(&path, &[("target", &target)])
        .await
        .expect(409);
    assert_eq!(shop.count(PAYMENTS).await, 1);
    // Taken back: the invoice is open, and the line waits again.
    let payment = text(
        &shop,
        sql!("select matched_id from bank_lines where state = 'matched'"),
    )
    .await;
    let path = format!("/payments/{payment}/reverse");
    shop.owner
        .post(&path, &[("reason", "A slip")])
        .await
        .expect(200);
    shop.test.run_jobs().await;
    assert_eq!(shop.standing(&invoice.id).await.0, "open");
    assert_eq!(balance(&shop, "bank").await, 0);
    press_certain(&mut shop)
        .await
        .shows("One line is confirmed.");
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    assert_eq!(balance(&shop, "bank").await, 1149_75);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_and_one_that_overlaps_add_nothing_twice() {
    let mut shop = Shop::new().await;
    let coffee = "2026-11-20,CAFE,-4.50\n";
    let first = format!("{HEAD}{coffee}{coffee}");
    import(&mut shop, &first).await.shows("2 lines were added.");
    upload(&mut shop, first.as_bytes())
        .await
        .expect(422)
        .shows("was imported on November 23, 2026");
    let overlapping = format!("{HEAD}{coffee}{coffee}{coffee}2026-11-21,CAFE,-4.50\n");
    let page = upload(&mut shop, overlapping.as_bytes()).await.expect(200);
    page.shows("2 new, 2 here already");
    shop.owner
        .post(&page.path, &[])
        .await
        .shows("2 lines were added.");
    assert_eq!(shop.count(LINES).await, 4);
    // Pressing again, or coming back to the page, adds nothing either.
    shop.owner.post(&page.path, &[]).await.expect(200);
    assert_eq!(shop.count(LINES).await, 4);
    assert_eq!(
        shop.count(sql!(
            "select count(*) from bank_statements where content <> ''"
        ))
        .await,
        0,
        "the file itself is not kept"
    );
    // The same lines under other columns would be here twice: it is said before.
    let worded = format!(
        "Date,Description,Memo,Amount\n{}",
        "2026-11-20,CAFE,Rue Rachel,-4.50\n"
    );
    let page = upload(&mut shop, worded.as_bytes()).await.expect(200);
    page.shows("One new line has the day and the amount of a line that is here");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_statement_is_refused_with_a_sentence_and_is_on_the_record() {
    let mut shop = Shop::new().await;
    let large = vec![b'a'; app::bank::read::BYTES_MAX + 1];
    let many = format!(
        "{HEAD}{}",
        "2026-11-20,CAFE,-4.50\n".repeat(app::bank::read::LINES_MAX + 101)
    );
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (large, "larger than 2 MB"),
        (
            vec![b'a'; 9 * app::bank::read::BYTES_MAX],
            "larger than 2 MB",
        ),
        (many.into_bytes(), "more than 10,000 lines"),
        (
            b"<!DOCTYPE html><title>Ouvrir une session</title>".to_vec(),
            "sign-in page",
        ),
        (b"PK\x03\x04\x14\x00\x06\x00".to_vec(), "a workbook"),
        (b"%PDF-1.7".to_vec(), "This is a PDF"),
        (b"\x7fELF\x02\x01\x01\x00".to_vec(), "not a text file"),
        (
            "Date,Description,Amount\n2026-11-20,Caf\u{fffd},1.00\n".into(),
            "In line 2 letters were lost",
        ),
        (b"hello,world\n".to_vec(), "no statement"),
    ];
    let count = cases.len() as i64;
    for (bytes, said) in cases {
        upload(&mut shop, &bytes)
            .await
            .expect(422)
            .shows(said)
            .shows("There is a problem");
    }
    upload(&mut shop, b"")
        .await
        .expect(422)
        .shows("The file is empty");
    let none = shop
        .owner
        .upload("/bank/import", &FORM, &[("file", "", b"")])
        .await;
    none.expect(422).shows("Choose the file of your bank");
    let refused = sql!("select count(*) from audit_entries where act = 'bank.refused'");
    assert_eq!(shop.count(refused).await, count + 1);
    assert_eq!(
        shop.count(sql!("select count(*) from bank_statements"))
            .await,
        0
    );
    assert_eq!(shop.count(LINES).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_formula_is_kept_as_text_and_never_leaves_as_a_formula() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let cell = format!(
        "\"=HYPERLINK(\"\"http://evil.test\"\",\"\"{}\"\")\"",
        invoice.number
    );
    let file = format!("{HEAD}2026-11-23,{cell},1149.75\n2026-11-23,<b>bold</b>,1.00\n");
    let page = import(&mut shop, &file).await;
    page.shows("=HYPERLINK(")
        .shows("&#60;b&#62;bold")
        .hides("<b>bold");
    press_certain(&mut shop)
        .await
        .shows("One line is confirmed.");
    let csv = shop
        .owner
        .get("/books/export/file?format=csv")
        .await
        .expect(200);
    assert!(csv.body.contains("1149.75"), "{}", csv.body);
    for cell in csv.body.split(['\n', ',']) {
        assert!(!cell.trim_matches('"').starts_with('='), "{cell}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_lines_that_want_one_invoice_are_not_certain_and_only_one_is_booked() {
    let mut shop = Shop::new().await;
    let invoice = shop.invoice().await;
    let line = naming(&invoice, "1149.75");
    let page = import(&mut shop, &format!("{HEAD}{line}{line}")).await;
    page.hides("Certain")
        .shows("Likely")
        .shows("another line fits as well");
    press_first(&mut shop)
        .await
        .expect(200)
        .shows("$1,149.75 is confirmed.");
    assert_eq!(
        shop.standing(&invoice.id).await,
        ("paid".into(), 1149_75, false)
    );
    // The other one has nothing left that it could be.
    let page = shop.owner.get("/bank").await.expect(200);
    page.shows("Nothing that is open fits.");
    let line = text(
        &shop,
        sql!("select id from bank_lines where state = 'open'"),
    )
    .await;
    let path = format!("/bank/lines/{line}/confirm");
    let target = format!("invoice:{}", invoice.id);
    shop.owner
        .post(&path, &[("target", &target)])
        .await
        .expect(409)
        .shows("Nothing was booked");
    shop.owner
        .post(&path, &[("target", "invoice:none")])
        .await
        .expect(409);
    shop.owner
        .post(&path, &[("target", "payout:po_none")])
        .await
        .expect(409);
    shop.owner
        .post(&path, &[("target", "cat:1")])
        .await
        .expect(200)
        .shows("Choose what the line is");
    shop.owner
        .post(&format!("/bank/lines/{line}/aside"), &[])
        .await
        .shows("was set aside");
    shop.owner
        .post(&path, &[("target", &target)])
        .await
        .expect(409);
    shop.owner
        .post(&format!("/bank/lines/{line}/open"), &[])
        .await
        .shows("waits to be confirmed again");
    assert_eq!(shop.count(PAYMENTS).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_transfer_pays_several_invoices_and_a_part_or_too_much_is_said() {
    let mut shop = Shop::new().await;
    let first = shop.invoice().await;
    let customer = shop.customer_of(&first.id).await;
    let second = shop.invoice_of(&customer).await;
    let file = format!(
        "{HEAD}2026-11-23,{} ET {},2299.50\n",
        first.number, second.number
    );
    import(&mut shop, &file)
        .await
        .shows("everal invoices of one customer come to it");
    press_certain(&mut shop)
        .await
        .shows("One line is confirmed.");
    for invoice in [&first, &second] {
        assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    }
    assert_eq!(shop.count(PAYMENTS).await, 1);
    // A part stays a part.
    let third = shop.invoice_of(&customer).await;
    import(&mut shop, &format!("{HEAD}{}", naming(&third, "149.75")))
        .await
        .shows("a part of what is due");
    press_first(&mut shop)
        .await
        .expect(200)
        .shows("$149.75 is confirmed.");
    assert_eq!(shop.standing(&third.id).await.1, 149_75);
    // More than is due becomes credit, as the page says; and not a cent otherwise.
    let page = import(&mut shop, &format!("{HEAD}{}", naming(&third, "1005.07"))).await;
    page.shows("$5.07 is kept as the customer’s credit.");
    let line = text(
        &shop,
        sql!("select id from bank_lines where state = 'open'"),
    )
    .await;
    let path = format!("/bank/lines/{line}/confirm");
    let target = format!("invoice:{}", third.id);
    let unsaid = shop
        .owner
        .post(&path, &[("target", &target), ("rest", "506")])
        .await;
    unsaid.expect(409).shows("More came than is due now");
    press_first(&mut shop).await.expect(200);
    assert_eq!(shop.standing(&third.id).await.0, "paid");
    assert_eq!(balance(&shop, "customer_credit").await, -5_07);
    assert_eq!(balance(&shop, "receivable").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_file_leaves_open_is_asked_and_the_answer_is_kept_for_the_next_file() {
    let mut shop = Shop::new().await;
    let file = "03/04/2026;VIREMENT;;10,00\n05/04/2026;LOYER;800,00;\n";
    let page = upload(&mut shop, file.as_bytes()).await.expect(200);
    page.shows("does not say what its columns are")
        .shows("may be day first or month first");
    let path = page.path.clone();
    let columns = [("date", "0"), ("out", "2"), ("into", "3"), ("text", "1")];
    shop.owner
        .post(&path, &columns)
        .await
        .expect(422)
        .shows("Choose the order");
    assert_eq!(shop.count(LINES).await, 0);
    let asked = format!("{path}?date=0&out=2&into=3&text=1&order=day");
    shop.owner
        .get(&asked)
        .await
        .expect(200)
        .shows("Apr 3, 2026")
        .shows("-$800.00");
    let bad = [
        ("date", "1"),
        ("out", "2"),
        ("into", "3"),
        ("text", "1"),
        ("order", "day"),
    ];
    shop.owner
        .post(&path, &bad)
        .await
        .expect(422)
        .shows("“VIREMENT” is not a date");
    let far = [("date", "0"), ("amount", "99"), ("order", "day")];
    shop.owner
        .post(&path, &far)
        .await
        .expect(422)
        .shows("shorter than the columns");
    let good = [
        ("date", "0"),
        ("out", "2"),
        ("into", "3"),
        ("text", "1"),
        ("order", "day"),
    ];
    shop.owner
        .post(&path, &good)
        .await
        .expect(200)
        .shows("2 lines were added.");
    assert_eq!(
        text(&shop, sql!("select max(booked_date) from bank_lines")).await,
        "2026-04-05"
    );
    let page = upload(
        &mut shop,
        b"06/04/2026;VIREMENT;;10,00\n07/04/2026;LOYER;800,00;\n",
    )
    .await;
    page.shows("Apr 6, 2026").shows("Import 2 lines");
    shop.owner
        .post(&format!("{}/forget", page.path), &[])
        .await
        .shows("Nothing of it is kept");
    assert_eq!(
        shop.count(sql!("select count(*) from bank_statements"))
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_payer_has_open_is_closed_at_stripe_before_a_transfer_is_booked() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    shop.intent(&invoice.path, 1149_75).await.expect(200);
    import(&mut shop, &format!("{HEAD}{}", naming(&invoice, "1149.75"))).await;
    let silent = Fault::new(Trouble::TimeOutBefore { hold_ms: 0 });
    shop.stripe
        .control()
        .fault(silent.on("GET", "/v1/payment_intents/*").times(9));
    press_first(&mut shop)
        .await
        .expect(200)
        .shows("Nothing was booked");
    assert_eq!(shop.count(PAYMENTS).await, 0);
    shop.stripe.control().speak();
    press_first(&mut shop)
        .await
        .expect(200)
        .shows("is confirmed");
    let live = sql!("select count(*) from payment_attempts where state not in ('canceled')");
    assert_eq!(shop.count(live).await, 0, "nobody can pay what has come");
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
}

/// Uploads a file in the owner's browser of the other kit and imports it.
async fn import_at(t: &mut StripeApp, content: &str) -> String {
    let part = "--xyz\r\nContent-Disposition: form-data; name=";
    let form = format!(
        "{part}\"account\"\r\n\r\n\r\n{part}\"currency\"\r\n\r\nCAD\r\n{part}\"file\"; filename=\"releve.csv\"\r\n\r\n"
    );
    let request = Request::post("/bank/import")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(format!("{form}{content}\r\n--xyz--\r\n")))
        .unwrap();
    let sent = t.owner.send(request).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let newest = |tx: &mut kit::db::Tx<'_>| {
        tx.get(
            sql!("select id from bank_statements where state = 'waiting'"),
            args![],
            |r| r.text(0),
        )
    };
    let id = t.app.db().read::<_, Error, _>(newest).await.unwrap();
    let done = t.owner.post(&format!("/bank/import/{id}"), &[]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    t.owner.get("/bank").await.text().to_owned()
}

async fn account(t: &StripeApp, code: &'static str) -> i64 {
    let read = move |tx: &mut kit::db::Tx<'_>| {
        tx.get(
            sql!("select cast(coalesce(sum(amount_minor), 0) as bigint) from ledger_postings where account = $1"),
            args![code],
            |r| r.int(0),
        )
    };
    t.app.db().read::<_, Error, _>(read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_a_payout_is_found_by_its_line_once_and_taken_back_from_either_page() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(500_00).await;
        let opened = t.open(&invoice).await;
        t.payer().pays(&opened, "4242424242424242").await;
        app::payments::ask_about_invoice(&t.app, &t.scope, &invoice)
            .await
            .unwrap();
        t.run_jobs().await;
        let days = Duration::from_secs(8 * 86_400);
        t.stripe.control().advance(days);
        t.advance(days);
        let sent = t
            .stripe
            .control()
            .run_payouts(&t.keys(0).account, Mode::Live)
            .unwrap();
        let (id, amount) = (
            sent[0]["id"].as_str().unwrap(),
            sent[0]["amount"].as_i64().unwrap(),
        );
        payouts::pull(&t.app, &t.scope, false).await.unwrap();
        t.stripe.control().arrive_payout(id).unwrap();
        let more = Duration::from_secs(3 * 86_400);
        t.stripe.control().advance(more);
        t.advance(more);
        let day = t
            .app
            .clock()
            .today_in(&jiff::tz::TimeZone::UTC)
            .yesterday()
            .unwrap();
        let figure = format!("{}.{:02}", amount / 100, amount % 100);
        let page = import_at(&mut t, &format!("{HEAD}{day},STRIPE TRANSFER,{figure}\n")).await;
        assert!(page.contains("the bank names Stripe"), "{page}");
        let line = |tx: &mut kit::db::Tx<'_>| {
            tx.get(sql!("select id from bank_lines"), args![], |r| r.text(0))
        };
        let line = t.app.db().read::<_, Error, _>(line).await.unwrap();
        let confirm = format!("/bank/lines/{line}/confirm");
        let target = format!("payout:{id}");
        let matched = sql!("select count(*) from bank_lines where state = 'matched'");
        for undo in [
            format!("/bank/lines/{line}/not-it"),
            format!("/payouts/{id}/not-found"),
        ] {
            let done = t.owner.post(&confirm, &[("target", &target)]).await;
            assert_eq!(done.status, 303, "{}", done.text());
            let again = t.owner.post(&confirm, &[("target", &target)]).await;
            assert_eq!(again.status, 409);
            assert_eq!(
                (account(&t, "bank").await, account(&t, "in_transit").await),
                (amount, 0)
            );
            assert_eq!(t.count(matched).await, 1);
            let undone = t.owner.post(&undo, &[]).await;
            assert_eq!(undone.status, 303, "{}", undone.text());
            t.run_jobs().await;
            assert_eq!(
                (account(&t, "bank").await, account(&t, "in_transit").await),
                (0, amount)
            );
            assert_eq!(t.count(matched).await, 0, "{undo}");
        }
        t.judge().await;
    }
}

const STATEMENTS: &kit::db::Statement =
    sql!("select count(*) from bank_statements where undone_at is null");

/// Where the import of the file with this name is undone.
async fn import_door(shop: &Shop, sha_order: i64) -> String {
    let all = move |tx: &mut kit::db::Tx<'_>| {
        tx.list(
            sql!(
                "select id from bank_statements where state = 'imported' order by imported_at, id"
            ),
            args![],
            |r| r.text(0),
        )
    };
    let db = shop.test.app.db();
    let ids: Vec<String> = db.read::<_, Error, _>(all).await.unwrap();
    format!("/bank/imports/{}", ids[usize::try_from(sha_order).unwrap()])
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_undone_as_a_whole_and_what_was_confirmed_is_listed_and_left() {
    let mut shop = Shop::new().await;
    let (paid, open) = (shop.invoice().await, shop.invoice().await);
    let file = format!(
        "{HEAD}{}{}2026-11-22,CAFE,-4.50\n",
        naming(&paid, "1149.75"),
        naming(&open, "20.00"),
    );
    import(&mut shop, &file).await;
    press_certain(&mut shop)
        .await
        .shows("One line is confirmed.");
    let door = import_door(&shop, 0).await;
    shop.owner
        .get("/bank")
        .await
        .expect(200)
        .shows("/bank/imports");
    shop.owner
        .get("/bank/imports")
        .await
        .expect(200)
        .shows("releve.csv")
        .shows(&door);
    let page = shop.owner.get(&door).await.expect(200);
    page.shows("Undo it: remove 2 lines")
        .shows("CAFE")
        .shows("Confirmed lines that stay")
        .shows("Customer’s payment");
    let french = shop.owner.get(&format!("{door}?lang=fr")).await;
    french.shows("Annuler : retirer 2 lignes");
    shop.owner.get(&format!("{door}?lang=en")).await.expect(200);
    let entries = sql!("select count(*) from ledger_entries");
    let before = shop.count(entries).await;
    let page = shop.owner.post(&door, &[]).await.expect(200);
    page.shows("2 lines were removed.")
        .shows("One line is confirmed and stays")
        .shows("Undone by");
    assert_eq!(shop.count(LINES).await, 1);
    assert_eq!(shop.count(entries).await, before, "no money moved");
    assert_eq!(shop.standing(&paid.id).await.0, "paid");
    for _ in 0..2 {
        shop.owner.post(&door, &[]).await.expect(200);
    }
    let audited = sql!(
        "select count(*) from audit_entries where act = 'bank.import_undone' and detail like '%2 lines removed, 1 confirmed ones left'"
    );
    assert_eq!(shop.count(audited).await, 1, "pressing again does nothing");
    // The confirmed one is undone by the reversal, waits again, and can then go too.
    let payment = text(
        &shop,
        sql!("select matched_id from bank_lines where state = 'matched'"),
    )
    .await;
    let path = format!("/payments/{payment}/reverse");
    let slip = [("reason", "A slip")];
    shop.owner.post(&path, &slip).await.expect(200);
    shop.test.run_jobs().await;
    assert_eq!(shop.standing(&paid.id).await.0, "open");
    shop.owner
        .get(&door)
        .await
        .expect(200)
        .shows("Undo it: remove one line");
    shop.owner
        .post(&door, &[])
        .await
        .expect(200)
        .shows("one line was removed");
    assert_eq!(shop.count(LINES).await, 0);
    // The very same file can be imported again.
    import(&mut shop, &file).await.shows("3 lines were added.");
    assert_eq!(shop.count(STATEMENTS).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_another_statement_says_too_outlives_the_import_that_brought_it() {
    let mut shop = Shop::new().await;
    let (one, two, three) = (
        "2026-11-20,CAFE,-4.50\n",
        "2026-11-21,VIREMENT X,10.00\n",
        "2026-11-22,CAFE,-5.00\n",
    );
    import(&mut shop, &format!("{HEAD}{one}{two}")).await;
    shop.test.advance(60);
    import(&mut shop, &format!("{HEAD}{two}{three}"))
        .await
        .shows("One line was added.");
    let first = import_door(&shop, 0).await;
    let second = import_door(&shop, 1).await;
    shop.owner
        .post(&first, &[])
        .await
        .expect(200)
        .shows("one line was removed");
    assert_eq!(shop.count(LINES).await, 2, "the second statement says both");
    shop.owner
        .get(&second)
        .await
        .expect(200)
        .shows("VIREMENT X")
        .shows("Undo it: remove 2 lines");
    shop.owner
        .post(&second, &[])
        .await
        .expect(200)
        .shows("2 lines were removed");
    assert_eq!(shop.count(LINES).await, 0);
    // Another business's import is nobody else's to undo.
    shop.owner
        .get("/bank/imports/of-somebody-else")
        .await
        .expect(404);
    shop.owner
        .post("/bank/imports/of-somebody-else", &[])
        .await
        .expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_finds_its_invoice_however_many_older_ones_are_owed() {
    let mut shop = Shop::new().await;
    let invoice = shop.invoice().await;
    shop.test.execute(sql!("insert into invoices (id, business_id, mode, customer_id, state, number, language, currency, issue_date, due_date, terms_days, reference, notes, discount, net_minor, tax_minor, total_minor, applied_minor, processing_minor, frozen, search, version, created_at, updated_at) with recursive t(n) as (select 1 union all select n + 1 from t where n < 5001) select 'old-' || cast(n as text), i.business_id, i.mode, i.customer_id, 'open', 'old-' || cast(n as text), 'fr', 'CAD', '2020-01-01', '2020-01-31', 30, '', '', '', 100, 0, 100, 0, 0, '{}', '', 1, 0, 0 from t, (select business_id, mode, customer_id from invoices order by id limit 1) i")).await;
    let line = naming(&invoice, "1149.75");
    let page = import(&mut shop, &format!("{HEAD}{line}")).await;
    page.shows("Certain").shows("the bank names the invoice");
    press_certain(&mut shop)
        .await
        .shows("One line is confirmed.");
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    // They have no entries, which the judge at the end would not like.
    let old = sql!("update invoices set state = 'void' where id like 'old-%'");
    shop.test.execute(old).await;
}
