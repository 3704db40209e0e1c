//! Papers: made once, the same bytes for ever, found when they were changed.

use ::kit::sql;
use app::papers::chain;
use billing::Mode;

use crate::invoices::{customer, draft, issued, scope};
use crate::kit::TestApp;

/// The path of an invoice's public page, as its own page tells it.
fn public_path(body: &str) -> String {
    let (_, rest) = body.split_once("/i/").expect("a link stands on the page");
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    format!("/i/{}", &rest[..end.unwrap_or(rest.len())])
}

#[tokio::test(flavor = "multi_thread")]
async fn il_03_a_paper_is_made_once_and_stays_the_same_whatever_changes_afterwards() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Café Olimpico").await;
    let id = draft(&app, &scope, &who, 100_00).await;
    issued(&app, &scope, &id).await;
    let page = browser.get(&format!("/invoices/{id}")).await.expect(200);
    let public = public_path(&page.body);
    let path = format!("/invoices/{id}/pdf");
    let first = browser.get(&path).await.expect(200);
    assert_eq!(first.headers["content-type"], "application/pdf");
    assert_eq!(
        first.headers["content-disposition"],
        "inline; filename=\"2026-0001.pdf\""
    );
    assert!(first.body.starts_with("%PDF-1.7"));
    app.execute(sql!("update customers set name = 'Another name'"))
        .await;
    app.execute(sql!("update businesses set name = 'Another seller'"))
        .await;
    browser
        .post(&format!("/invoices/{id}/link"), &[])
        .await
        .expect(200);
    assert!(browser.get(&path).await.body == first.body);
    let mut payer = app.browser();
    payer
        .get(&format!("{public}/invoice.pdf"))
        .await
        .expect(404);
    let renewed = public_path(&browser.get(&format!("/invoices/{id}")).await.body);
    let theirs = payer
        .get(&format!("{renewed}/invoice.pdf"))
        .await
        .expect(200);
    assert!(
        theirs.body == first.body,
        "payer and seller have the same paper"
    );
    assert_eq!(theirs.headers["referrer-policy"], "no-referrer");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_french_version_is_always_there_and_is_another_paper() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Café Olimpico").await;
    let id = draft(&app, &scope, &who, 100_00).await;
    issued(&app, &scope, &id).await;
    let page = browser.get(&format!("/invoices/{id}")).await.expect(200);
    let public = public_path(&page.body);
    let mut payer = app.browser();
    payer
        .get(&public)
        .await
        .expect(200)
        .shows("invoice.pdf?in=en")
        .shows("invoice.pdf?in=fr");
    let english = payer
        .get(&format!("{public}/invoice.pdf"))
        .await
        .expect(200);
    let french = payer
        .get(&format!("{public}/invoice.pdf?in=fr"))
        .await
        .expect(200);
    assert!(english.body != french.body);
    assert!(
        french.set_cookies.is_empty(),
        "a download chooses no language for the pages"
    );
    assert_eq!(
        app.count(sql!("select count(*) from papers")).await,
        2,
        "one in each language"
    );
    let draft = draft(&app, &scope, &who, 1_00).await;
    browser
        .get(&format!("/invoices/{draft}/pdf"))
        .await
        .expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn il_04_a_paper_that_was_changed_or_taken_out_is_named() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Café Olimpico").await;
    for price in [100, 200, 300] {
        let id = draft(&app, &scope, &who, price).await;
        issued(&app, &scope, &id).await;
        browser
            .get(&format!("/invoices/{id}/pdf"))
            .await
            .expect(200);
    }
    let verified = chain::verify(app.app.db()).await.unwrap();
    assert_eq!((verified.papers, verified.faults.len()), (3, 0));
    assert_eq!(verified.heads.len(), 1);
    for statement in [
        sql!("update papers set number = '2026-0009' where seq = 2"),
        sql!("delete from papers where seq = 2"),
    ] {
        assert!(app.refuses(statement).await, "the database itself refuses");
    }
    // Somebody with the file in hand can go further; the chain tells.
    app.unguard_papers().await;
    app.execute(sql!("update papers set number = '2026-0009' where seq = 2"))
        .await;
    let found = chain::verify(app.app.db()).await.unwrap().faults;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("what is written about it was changed"));
    app.execute(sql!("update papers set number = '2026-0002', bytes = (select p.bytes from papers p where p.seq = 1) where seq = 2"))
        .await;
    let found = chain::verify(app.app.db()).await.unwrap().faults;
    assert!(
        found.len() == 1 && found[0].contains("its bytes were changed"),
        "{found:?}"
    );
    app.execute(sql!("delete from papers where seq = 2")).await;
    let found = chain::verify(app.app.db()).await.unwrap().faults;
    assert!(
        found.len() == 1 && found[0].contains("a paper was taken out"),
        "{found:?}"
    );
}
