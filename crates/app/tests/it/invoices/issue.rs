//! Issuing: numbers without holes, and what never changes afterwards.

use ::kit::db::{Error, Tx};
use ::kit::{args, sql};
use app::invoices::issue::{Actor, Outcome, issue};
use app::invoices::link;
use billing::Mode;

use super::{customer, draft, issued, scope};
use crate::kit::TestApp;

fn actor() -> Actor {
    Actor {
        name: "Ana".into(),
        ..Actor::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn il_01_a_hundred_concurrent_issues_leave_no_hole() {
    let (app, _browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let mut drafts = Vec::new();
    for n in 0..150 {
        drafts.push((n % 3 == 2, draft(&app, &scope, &who, 10_000 + n).await));
    }
    let tries = drafts.into_iter().map(|(fails, id)| {
        let (hands, scope) = (app.app.clone(), scope.clone());
        tokio::spawn(async move {
            let db = hands.db().clone();
            db.write::<_, Error, _>(move |tx| {
                let outcome = issue(tx, &hands, &scope, &id, None, &actor())?;
                // Midway: the number is taken, the entry is written, and then the transaction dies.
                if fails {
                    Err(Error::NoRow)
                } else {
                    Ok(outcome)
                }
            })
            .await
        })
    });
    let mut numbers = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        if let Ok(Outcome::Issued(issued)) = one.await.unwrap() {
            numbers.push(issued.number);
        }
    }
    numbers.sort();
    let wanted: Vec<String> = (1..=100).map(|n| format!("2026-{n:04}")).collect();
    assert_eq!(numbers, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn il_02_the_database_refuses_to_change_or_remove_what_was_issued() {
    let (app, _browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let id = draft(&app, &scope, &who, 100_000).await;
    issued(&app, &scope, &id).await;
    let attempts = [
        sql!("update invoices set total_minor = 1 where id = $1"),
        sql!("update invoices set frozen = '{}' where id = $1"),
        sql!("update invoices set number = '2026-9999' where id = $1"),
        sql!("update invoices set state = 'draft' where id = $1"),
        sql!("update invoice_lines set description = 'x' where invoice_id = $1"),
        sql!("delete from invoice_lines where invoice_id = $1"),
        sql!("delete from invoices where id = $1"),
    ];
    for attempt in attempts {
        let id = id.clone();
        let outcome = app
            .app
            .db()
            .write::<_, Error, _>(move |tx| tx.execute(attempt, args![&id]))
            .await;
        assert!(
            outcome
                .as_ref()
                .is_err_and(|e| e.breaks("invoices_issued_are_frozen", "")),
            "{}: {outcome:?}",
            attempt.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn il_05_dates_in_a_series_do_not_go_back() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let (first, second) = (
        draft(&app, &scope, &who, 100).await,
        draft(&app, &scope, &who, 200).await,
    );
    issued(&app, &scope, &first).await;
    let fields = form(
        &who,
        "200",
        &[
            ("issue_date", "2026-11-20"),
            ("version", "1"),
            ("act", "review"),
        ],
    );
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let page = browser
        .post(&format!("/invoices/{second}/edit"), &fields)
        .await
        .expect(200);
    page.shows("This draft cannot be issued yet")
        .shows("November 23, 2026")
        .hides("Issue invoice</button>");
    let refused = browser
        .post(&format!("/invoices/{second}/issue"), &[("version", "2")])
        .await
        .expect(409);
    refused.shows("Dates in a series do not go back");
    app.advance(24 * 3600);
    let third = draft(&app, &scope, &who, 300).await;
    assert_eq!(
        issued(&app, &scope, &third).await.number,
        "2026-0002",
        "the refused one used no number"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn il_06_changing_a_customer_does_not_change_an_issued_invoice() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let id = draft(&app, &scope, &who, 100_000).await;
    issued(&app, &scope, &id).await;
    let change = [
        ("name", "Somebody Else"),
        ("country", "CA"),
        ("province", "ON"),
        ("currency", "USD"),
        ("version", "1"),
    ];
    browser
        .post(&format!("/customers/{who}/edit"), &change)
        .await
        .expect(200)
        .shows("Somebody Else");
    let business = [
        ("name", "Other Studio"),
        ("street", "2 rue"),
        ("city", "Laval"),
        ("province", "QC"),
        ("postal_code", "h2y 1b6"),
        ("country", "CA"),
        ("email", "a@b.ca"),
        ("time_zone", "America/Toronto"),
        ("terms", "10"),
        ("language", "fr"),
        ("notes", ""),
    ];
    browser
        .post("/settings/business", &business)
        .await
        .expect(200);
    for path in [format!("/invoices/{id}"), format!("/invoices/{id}/print")] {
        let page = browser.get(&path).await.expect(200);
        page.shows("Atelier Ana")
            .shows("Studio Nord")
            .shows("$1,149.75")
            .hides("Somebody Else")
            .hides("Laval");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn il_07_a_number_is_never_shown_before_it_is_final() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let id = draft(&app, &scope, &who, 100_000).await;
    for path in [
        format!("/invoices/{id}/edit"),
        format!("/invoices/{id}/issue"),
        "/invoices".to_owned(),
    ] {
        browser.get(&path).await.expect(200).hides("2026-0001");
    }
    browser
        .get(&format!("/invoices/{id}/issue"))
        .await
        .shows("The next number in the series")
        .shows("$1,149.75")
        .shows("99.75");
    let page = browser
        .post(&format!("/invoices/{id}/issue"), &[("version", "1")])
        .await
        .expect(200);
    page.shows("Invoice 2026-0001 is issued.")
        .shows("<h1>Invoice 2026-0001</h1>")
        .shows("/i/");
}

#[tokio::test(flavor = "multi_thread")]
async fn pressing_issue_twice_issues_once() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let id = draft(&app, &scope, &who, 100_000).await;
    let path = format!("/invoices/{id}/issue");
    browser
        .post(&path, &[("version", "1")])
        .await
        .expect(200)
        .shows("Invoice 2026-0001 is issued.");
    browser
        .post(&path, &[("version", "1")])
        .await
        .expect(200)
        .shows("already issued")
        .shows("2026-0001");
    let next = draft(&app, &scope, &who, 100).await;
    assert_eq!(issued(&app, &scope, &next).await.number, "2026-0002");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_changed_after_the_check_page_is_not_issued_unseen() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let id = draft(&app, &scope, &who, 100_000).await;
    let fields = form(&who, "5", &[("version", "1"), ("act", "save")]);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    browser
        .post(&format!("/invoices/{id}/edit"), &fields)
        .await
        .expect(200);
    let page = browser
        .post(&format!("/invoices/{id}/issue"), &[("version", "1")])
        .await
        .expect(409);
    page.shows("Check before you issue")
        .shows("The draft was changed after this page was opened, so nothing was issued.")
        .shows("name=\"version\" value=\"2\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_14_each_drawer_has_its_own_series() {
    let (app, _browser) = TestApp::with_seller().await;
    let (live, test) = (scope(&app, Mode::Live).await, scope(&app, Mode::Test).await);
    let who = customer(&app, &live, "Atelier Ana").await;
    let mut numbers = Vec::new();
    for scope in [&live, &test, &live, &test] {
        let id = draft(&app, scope, &who, 100).await;
        numbers.push(issued(&app, scope, &id).await.number);
    }
    assert_eq!(
        numbers,
        ["2026-0001", "TEST-2026-0001", "2026-0002", "TEST-2026-0002"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_of_nothing_is_issued_as_paid() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let id = draft(&app, &scope, &who, 0).await;
    issued(&app, &scope, &id).await;
    browser
        .get("/invoices?view=paid")
        .await
        .expect(200)
        .shows("2026-0001")
        .shows("Paid");
    browser
        .get(&format!("/invoices/{id}"))
        .await
        .expect(200)
        .shows("$0.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn lnk_03_unknown_and_revoked_links_are_one_answer() {
    let (app, _browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let id = draft(&app, &scope, &who, 100).await;
    let made = issued(&app, &scope, &id).await;
    let (hands, invoice) = (app.app.clone(), id.clone());
    let url = app
        .app
        .db()
        .read::<_, Error, _>(move |tx| link::for_invoice(tx, &hands, &invoice))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(url.0, made.link_id);
    let token = url.1.rsplit('/').next().unwrap().to_owned();
    assert!(token.len() >= 22, "at least 128 bits: {token}");
    let kept: i64 = app.app.db().read::<_, Error, _>({
        let token = token.clone();
        move |tx: &mut Tx<'_>| tx.get(sql!("select count(*) from invoice_links where token_hash = $1 or token_sealed = $1"), args![&token], |r| r.int(0))
    }).await.unwrap();
    assert_eq!(kept, 0, "the token itself stands nowhere");
    let find = |token: String| {
        app.app.db().read::<_, Error, _>(move |tx| {
            Ok(link::find_by_link_token(tx, &token)?.map(|p| p.frozen.number))
        })
    };
    assert_eq!(
        find(token.clone()).await.unwrap().as_deref(),
        Some("2026-0001")
    );
    assert_eq!(find("x".repeat(5000)).await.unwrap(), None);
    let (hands, invoice) = (app.app.clone(), id.clone());
    app.app
        .db()
        .write::<_, Error, _>(move |tx| link::renew(tx, &hands, &invoice))
        .await
        .unwrap();
    assert_eq!(find(token).await.unwrap(), None);
}

/// A draft form of one line.
pub fn form(customer: &str, price: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let fields = [
        ("customer", customer),
        ("issue_date", ""),
        ("terms_days", "30"),
        ("currency", "CAD"),
        ("language", "en"),
        ("reference", ""),
        ("notes", ""),
        ("discount", ""),
        ("line-1-description", "Design work"),
        ("line-1-quantity", "1"),
        ("line-1-unit", ""),
        ("line-1-price", price),
        ("line-1-discount", ""),
    ];
    let kept = fields
        .iter()
        .filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.chain(more)
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_sent_when_it_is_issued_and_again_when_asked() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let id = draft(&app, &scope, &who, 100_000).await;
    browser
        .get(&format!("/invoices/{id}/issue"))
        .await
        .shows("Send it to pay@example.org at once");
    let page = browser
        .post(
            &format!("/invoices/{id}/issue"),
            &[("version", "1"), ("send", "on")],
        )
        .await
        .expect(200);
    page.shows("Ana Roy sent it to pay@example.org")
        .shows("Send again by email");
    app.run_jobs().await;
    let page = browser
        .post(&format!("/invoices/{id}/send"), &[])
        .await
        .expect(200);
    page.shows("The invoice is on its way to pay@example.org.");
    app.run_jobs().await;
    let mails: Vec<(String, String, i64)> = app
        .app
        .db()
        .read::<_, Error, _>(|tx| {
            let text = sql!("select subject, body_text, case when body_text like '%/i/%' then 1 else 0 end from mails order by id");
            tx.list(text, args![], |r| Ok((r.text(0)?, r.text(1)?, r.int(2)?)))
        })
        .await
        .unwrap();
    assert_eq!(mails.len(), 2);
    for (subject, text, holds_token) in mails {
        assert!(
            subject.contains("2026-0001")
                && subject.contains("Studio Nord")
                && subject.contains("1,149.75"),
            "{subject}"
        );
        assert!(
            text.contains(app::mail::LINK_HERE) && holds_token == 0,
            "the link stands sealed, not in the text: {text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_without_an_address_is_told_of_and_nothing_is_sent() {
    let (app, mut browser) = TestApp::with_seller().await;
    let fields = [
        ("name", "Bolt"),
        ("country", "CA"),
        ("province", "QC"),
        ("version", "0"),
    ];
    let who = browser
        .post("/customers/new", &fields)
        .await
        .expect(200)
        .path
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let scope = scope(&app, Mode::Live).await;
    let id = draft(&app, &scope, &who, 100_000).await;
    issued(&app, &scope, &id).await;
    let page = browser
        .post(&format!("/invoices/{id}/send"), &[])
        .await
        .expect(200);
    page.shows("Nothing was sent: this customer has no email address.")
        .hides("sent it to");
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_06_without_the_master_key_an_invoice_still_opens_and_says_how_to_make_a_new_link() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let id = draft(&app, &scope, &who, 100).await;
    issued(&app, &scope, &id).await;
    // Sealed under a key that nobody has any more.
    app.execute(sql!(
        "update invoice_links set token_sealed = 'v1.AAAA.AAAA'"
    ))
    .await;
    let page = browser.get(&format!("/invoices/{id}")).await.expect(200);
    page.shows("it can no longer be shown or sent")
        .shows(&format!("href=\"/invoices/{id}/link\""));
    browser
        .post(&format!("/invoices/{id}/send"), &[])
        .await
        .expect(200)
        .shows("Nothing was sent");
    browser
        .get(&format!("/invoices/{id}/link"))
        .await
        .expect(200);
    browser
        .post(&format!("/invoices/{id}/link"), &[])
        .await
        .expect(200)
        .hides("it can no longer be shown or sent")
        .shows("/i/");
}
