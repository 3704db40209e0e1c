//! Accidents of ours, and what answers that should not.

use kit::{args, sql};

use crate::kit::TestApp;
use crate::with_stripe::StripeApp;

#[tokio::test(flavor = "multi_thread")]
async fn dat_03_an_accident_is_told_with_a_reference_and_nothing_of_its_inside() {
    for mut t in StripeApp::on_every_engine().await {
        t.app
            .db()
            .write::<_, kit::db::Error, _>(|tx| {
                tx.execute(sql!("alter table customers rename to away"), args![])
                    .map(drop)
            })
            .await
            .unwrap();
        let page = t.owner.get("/customers").await;
        assert_eq!(page.status, 500);
        for inside in [
            "away",
            "no such table",
            "does not exist",
            "sql",
            "SQL",
            "select",
        ] {
            assert!(!page.says(inside), "{inside}: {}", page.text());
        }
        assert!(page.says("If you write to us, quote"), "{}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dat_10_nothing_but_the_product_answers() {
    for mut t in StripeApp::on_every_engine().await {
        for path in [
            "/_control/keys",
            "/v1/account",
            "/debug",
            "/metrics",
            "/assets/",
            "/assets/..%2f..%2fCargo.toml",
            "/.git/HEAD",
            "/.env",
            "/master.key",
            "/quittance.sqlite",
        ] {
            assert_eq!(t.owner.get(path).await.status, 404, "{path}");
        }
        let page = t.stranger().get("/sign-in").await;
        assert!(
            !page.says(env!("CARGO_PKG_VERSION")),
            "a page tells strangers no version"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_page_of_ours_sends_is_answered_with_a_page_in_words() {
    let (_app, mut browser) = TestApp::with_seller().await;
    let refused = [
        browser
            .post_text("/customers/new", &"x".repeat(3_000_000))
            .await
            .expect(413),
        browser.post("/", &[]).await.expect(405),
        browser.get("/i/%ff").await.expect(404),
        browser.get("/invoices/%ff").await.expect(404),
    ];
    browser.headers = vec![("content-type", "text/plain".to_owned())];
    let other_kind = browser
        .post_text("/customers/new", "hello")
        .await
        .expect(422);
    for answer in refused.iter().chain([&other_kind]) {
        answer.shows("<h1>");
        assert!(
            answer.headers.contains_key("content-security-policy"),
            "{}",
            answer.path
        );
        assert_eq!(
            answer.headers["cache-control"], "no-store",
            "{}",
            answer.path
        );
    }
    refused[0].shows("This is more than we can take");
    let unknown = browser
        .get("/i/AAAAAAAAAAAAAAAAAAAAAAAAAAA")
        .await
        .expect(404);
    assert_eq!(
        refused[2].body.replace("/i/%ff", ""),
        unknown.body.replace("/i/AAAAAAAAAAAAAAAAAAAAAAAAAAA", ""),
        "no link is told from another (LNK-03)"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lnk_04_a_redirect_is_no_looser_than_a_page() {
    let (_app, mut browser) = TestApp::with_seller().await;
    let answer = browser.post_once("/sign-out", &[]).await.expect(303);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    let answer = browser
        .post_once("/i/AAAAAAAAAAAAAAAAAAAAAAAAAAA/pay", &[])
        .await;
    assert_eq!(answer.headers["referrer-policy"], "no-referrer");
}
