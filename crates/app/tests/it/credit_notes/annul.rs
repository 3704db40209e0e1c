//! The press "Delete" on an issued invoice.

use billing::Mode;
use kit::sql;

use super::{balance, credit, door, notes, press, taxes};
use crate::invoices::{customer, draft, issued, scope};
use crate::kit::{PASSWORD, TestApp};
use crate::pay::shop::{GOOD, Shop, value};

#[tokio::test(flavor = "multi_thread")]
async fn p03_delete_of_an_unpaid_invoice_is_a_full_credit_note_from_the_page_to_the_ledger_and_the_lists()
 {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    assert_eq!(balance(&shop, "receivable").await, 1149_75);
    // What the draft's address does with an issued invoice.
    let page = shop
        .owner
        .get(&format!("/invoices/{}/delete", invoice.id))
        .await
        .expect(200);
    assert_eq!(page.path, door(&invoice));
    page.shows("Delete invoice 2026-0001")
        .shows("never removed or changed")
        .shows("by credit notes only")
        .shows("Issue credit note of $1,149.75");
    let done = press(&mut shop, &invoice, &[("send", "on")])
        .await
        .expect(200);
    assert!(done.path.starts_with("/credit-notes/"), "{}", done.path);
    done.shows("Credit note CN-2026-0001 over $1,149.75 is issued.")
        .shows("$1,149.75 less is owed on the invoice.")
        .shows("Billed twice")
        .shows("Total");
    assert_eq!(
        notes(&shop).await,
        [("CN-2026-0001".into(), 1149_75, 149_75)]
    );
    for account in ["receivable", "income", "customer_credit"] {
        assert_eq!(balance(&shop, account).await, 0, "{account}");
    }
    assert_eq!(taxes(&shop).await, 0);
    // Out of the lists and totals, and found by whoever looks for it.
    let list = shop.owner.get("/invoices").await.expect(200);
    list.hides("2026-0001").shows("Cancelled");
    for found in ["/invoices?view=cancelled", "/invoices?q=2026-0001"] {
        shop.owner
            .get(found)
            .await
            .expect(200)
            .shows("2026-0001")
            .shows("Credited");
    }
    shop.owner
        .get("/credit-notes")
        .await
        .expect(200)
        .shows("CN-2026-0001")
        .shows("Café Zoé");
    let page = shop
        .owner
        .get(&format!("/invoices/{}", invoice.id))
        .await
        .expect(200);
    page.shows("See credit note")
        .shows("issued credit note CN-2026-0001");
    let never = sql!("select count(*) from invoices where paid_at is not null");
    assert_eq!(shop.count(never).await, 0, "nobody paid it");
    let audited = sql!(
        "select count(*) from audit_entries where act = 'credit_note.issued' and subject = 'CN-2026-0001' and detail like '%2026-0001%Billed twice'"
    );
    assert_eq!(shop.count(audited).await, 1);
    shop.test.run_jobs().await;
    let mailed = sql!(
        "select count(*) from mails where kind = 'credit_note' and to_address = 'zoe@example.org' and subject like '%CN-2026-0001%'"
    );
    assert_eq!(shop.count(mailed).await, 1);
    let with_paper = sql!(
        "select count(*) from mail_attachments a join papers p on p.bytes = a.bytes where a.name = 'CN-2026-0001.pdf' and p.kind = 'credit-note'"
    );
    assert_eq!(shop.count(with_paper).await, 1, "the paper that stands");
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_07_without_the_right_password_and_a_reason_nothing_is_taken_back_and_guessing_is_limited()
 {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    press(&mut shop, &invoice, &[("reason", "")])
        .await
        .expect(422)
        .shows("Enter a reason.");
    let mut last = 0;
    for _ in 0..12 {
        let answer = press(&mut shop, &invoice, &[("password", "guessed")]).await;
        last = answer.status.as_u16();
        if last == 422 {
            answer
                .shows("This is not your password. Nothing was done.")
                .shows("Billed twice")
                .hides("guessed");
        }
    }
    assert_eq!(last, 429, "guessing ends");
    assert_eq!(notes(&shop).await, []);
    assert_eq!(shop.standing(&invoice.id).await.0, "open");
    assert_eq!(balance(&shop, "receivable").await, 1149_75);
}

#[tokio::test(flavor = "multi_thread")]
async fn il_01_the_same_form_twice_and_two_forms_at_once_are_one_note_and_one_number() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let path = door(&invoice);
    let mut forms = Vec::new();
    for _ in 0..4 {
        let page = shop.owner.get(&path).await.expect(200);
        forms.push((value(&page.body, "once"), value(&page.body, "seen")));
    }
    let mut racing = Vec::new();
    for (once, seen) in forms.iter().chain(&forms[..1]) {
        let (mut browser, path) = (shop.owner.clone(), path.clone());
        let (once, seen) = (once.clone(), seen.clone());
        racing.push(tokio::spawn(async move {
            let form = [
                ("once", once.as_str()),
                ("seen", seen.as_str()),
                ("does", "note"),
                ("reason", "Twice"),
                ("password", PASSWORD),
            ];
            browser.post(&path, &form).await.status.as_u16()
        }));
    }
    let mut good = 0;
    for one in racing {
        match one.await.unwrap() {
            200 => good += 1,
            // Somebody was faster; what is left now is said.
            409 | 422 => {}
            other => panic!("{other}"),
        }
    }
    assert!(good >= 1);
    assert_eq!(notes(&shop).await.len(), 1);
    assert_eq!(balance(&shop, "receivable").await, 0);
    // No number was lost on those that came too late.
    let next = shop.invoice().await;
    press(&mut shop, &next, &[]).await.expect(200);
    assert_eq!(notes(&shop).await[1].0, "CN-2026-0002");
    let series = "/settings/numbers/credit-notes";
    shop.owner
        .get(series)
        .await
        .expect(200)
        .shows("2026: 1 to 2, none is missing")
        .shows("CN-{year}-{number:04}");
    // The series goes on where it stands; another look may begin anywhere.
    let jump = [("pattern", "CN-{year}-{number:04}"), ("next", "9")];
    shop.owner.post(series, &jump).await.expect(422);
    let look = [("pattern", "AV-{number:05}"), ("next", "41")];
    shop.owner.post(series, &look).await.expect(200);
    let third = shop.invoice().await;
    press(&mut shop, &third, &[]).await.expect(200);
    assert_eq!(notes(&shop).await[0].0, "AV-00041");
    assert_eq!(third.number, "2026-0003", "the other series is its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn il_02_the_database_refuses_to_change_a_credit_note_or_to_credit_more_than_the_invoice() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    credit(&mut shop, &invoice, &["400"], "").await.expect(200);
    for attempt in [
        sql!("update credit_notes set total_minor = 1"),
        sql!("update credit_notes set frozen = '{}'"),
        sql!("update credit_notes set number = 'CN-9'"),
        sql!("delete from credit_notes"),
        sql!(
            "insert into credit_notes (id, business_id, mode, invoice_id, customer_id, number, issue_date, currency, language, credited, net_minor, tax_minor, total_minor, settles_minor, frees_minor, reason, frozen, search, issued_by, created_at) select 'more', business_id, mode, invoice_id, customer_id, 'CN-8', issue_date, currency, language, credited, 90000, 0, 90000, 90000, 0, reason, frozen, search, issued_by, created_at from credit_notes"
        ),
    ] {
        assert!(shop.test.refuses(attempt).await, "{}", attempt.text);
    }
    assert_eq!(notes(&shop).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disputed_invoice_and_one_a_bank_works_on_are_refused_until_that_is_over() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    for (on, off, said) in [
        (
            sql!("update invoices set disputed_minor = 1"),
            sql!("update invoices set disputed_minor = 0"),
            "bank asks about a payment",
        ),
        (
            sql!("update invoices set processing_minor = 1"),
            sql!("update invoices set processing_minor = 0"),
            "still working on a payment",
        ),
    ] {
        let page = shop.owner.get(&door(&invoice)).await.expect(200);
        let form = [
            ("once", value(&page.body, "once")),
            ("seen", value(&page.body, "seen")),
            ("does", value(&page.body, "does")),
            ("reason", "x".to_owned()),
            ("password", PASSWORD.to_owned()),
        ];
        let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
        shop.test.execute(on).await;
        shop.owner
            .get(&door(&invoice))
            .await
            .expect(409)
            .shows(said);
        shop.owner
            .post(&door(&invoice), &form)
            .await
            .expect(409)
            .shows(said);
        shop.test.execute(off).await;
    }
    assert_eq!(notes(&shop).await, []);
    press(&mut shop, &invoice, &[]).await.expect(200);
    shop.owner
        .get(&door(&invoice))
        .await
        .expect(409)
        .shows("Nothing of this invoice is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_seller_is_not_strict_an_invoice_nobody_has_seen_is_voided_and_stays_so() {
    let mut shop = Shop::active().await;
    let (invoice, seen) = (shop.invoice().await, shop.invoice().await);
    shop.owner
        .get(&door(&invoice))
        .await
        .expect(200)
        .shows("by credit notes only");
    shop.owner
        .post("/settings/documents", &[])
        .await
        .expect(200);
    shop.owner
        .get(&door(&invoice))
        .await
        .expect(200)
        .shows("Void invoice 2026-0001")
        .hides("Issue credit note");
    // The customer has opened the other one.
    shop.payer().get(&seen.path).await.expect(200);
    shop.owner
        .get(&door(&seen))
        .await
        .expect(200)
        .shows("Your customer has opened it")
        .shows("Issue credit note of $1,149.75");
    press(&mut shop, &invoice, &[])
        .await
        .expect(200)
        .shows("The invoice is annulled.")
        .shows("Void");
    assert_eq!(shop.standing(&invoice.id).await.0, "void");
    assert_eq!(balance(&shop, "receivable").await, 1149_75, "the other's");
    shop.payer()
        .get(&invoice.path)
        .await
        .expect(200)
        .shows("This invoice was annulled")
        .hides("Pay $");
    assert!(
        shop.test
            .refuses(sql!(
                "update invoices set state = 'open' where state = 'void'"
            ))
            .await
    );
    // Its number stays used.
    assert_eq!(shop.invoice().await.number, "2026-0003");
    let audited = sql!("select count(*) from audit_entries where act = 'invoice.voided'");
    assert_eq!(shop.count(audited).await, 1);
    assert_eq!(notes(&shop).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_european_union_it_is_always_strict() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    shop.test
        .execute(sql!(
            "update businesses set country = 'BE', strict_documents = 0"
        ))
        .await;
    shop.owner
        .get("/settings/documents")
        .await
        .expect(200)
        .shows("this is always so");
    shop.owner
        .get(&door(&invoice))
        .await
        .expect(200)
        .shows("by credit notes only")
        .hides("Void invoice");
}

#[tokio::test(flavor = "multi_thread")]
async fn void_is_not_done_when_the_customer_opens_the_invoice_while_the_page_is_open() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    shop.owner
        .post("/settings/documents", &[])
        .await
        .expect(200);
    let page = shop.owner.get(&door(&invoice)).await.expect(200);
    page.shows("Void invoice");
    shop.payer().get(&invoice.path).await.expect(200);
    let form = [
        ("once", value(&page.body, "once")),
        ("seen", value(&page.body, "seen")),
        ("does", value(&page.body, "does")),
        ("reason", "x".to_owned()),
        ("password", PASSWORD.to_owned()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
    // What it does now is another act, and is shown before anything is done.
    shop.owner
        .post(&door(&invoice), &form)
        .await
        .expect(422)
        .shows("Something changed while the page was open")
        .shows("Issue credit note of $1,149.75");
    assert_eq!(shop.standing(&invoice.id).await.0, "open");
    assert_eq!(notes(&shop).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_payer_has_open_is_closed_at_stripe_before_less_is_owed() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let body = "{\"amount_minor\":114975,\"currency\":\"CAD\"}";
    let opened = shop
        .payer()
        .post_text(&format!("{}/intent", invoice.path), body)
        .await
        .expect(200);
    let opened: serde_json::Value = serde_json::from_str(&opened.body).unwrap();
    let text = |name: &str| opened[name].as_str().unwrap().to_owned();
    credit(&mut shop, &invoice, &["200"], "").await.expect(200);
    let late = crate::with_stripe::Payer::new(&shop.stripe.base_url())
        .confirms(&text("client_secret"), &text("public_key"), GOOD)
        .await;
    assert_ne!(late["status"], "succeeded", "{late}");
    assert_eq!(shop.stripe.control().charges().len(), 0);
    // What is due now can be paid, and no more.
    shop.payer()
        .get(&invoice.path)
        .await
        .expect(200)
        .shows("Pay $919.80")
        .shows("Credited");
    let paid = shop.pays_with(&invoice.path, 919_80, false, GOOD).await;
    assert_eq!(paid["status"], "succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_invoice_goes_at_once_with_its_link_and_the_live_drawer_is_untouched() {
    let (mut app, mut browser) = TestApp::with_seller().await;
    app.may_leave_jobs();
    let test = scope(&app, Mode::Test).await;
    let who = customer(&app, &test, "Atelier Ana").await;
    let id = draft(&app, &test, &who, 100_00).await;
    issued(&app, &test, &id).await;
    browser.post("/mode", &[("mode", "test")]).await.expect(200);
    let path = format!("/invoices/{id}/annul");
    let page = browser.get(&path).await.expect(200);
    page.shows("This is test mode");
    let form = [
        ("once", value(&page.body, "once")),
        ("seen", value(&page.body, "seen")),
        ("does", value(&page.body, "does")),
        ("reason", "Only a try".to_owned()),
        ("password", PASSWORD.to_owned()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
    browser.post(&path, &form).await.expect(200).shows("Void");
    let live = sql!("select count(*) from invoice_links where revoked_at is null");
    assert_eq!(app.count(live).await, 0);
    assert_eq!(
        app.count(sql!("select count(*) from credit_notes")).await,
        0
    );
}
