//! Accidents of ours, and what answers that should not.

use kit::{args, sql};

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
