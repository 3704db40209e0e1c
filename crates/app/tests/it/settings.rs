//! The settings.

use crate::kit::{BUSINESS, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn ac_01_settings_hold_billing_settings() {
    let (_app, mut browser) = TestApp::with_seller().await;
    let page = browser.get("/settings").await.expect(200);
    page.shows("<h1>Settings</h1>")
        .shows("href=\"/settings/billing\">Billing Settings</a>");
    let page = browser.get("/settings?lang=fr").await.expect(200);
    page.shows("Paramètres").shows("Votre entreprise");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_for_parts_are_kept_and_a_wrong_amount_comes_back_as_typed() {
    let (_app, mut browser) = TestApp::with_seller().await;
    let path = "/settings/payments";
    browser.get("/settings").await.shows(path);
    let page = browser.get(path).await.expect(200);
    page.shows("Part payments").hides(" checked");
    let wrong = [("part_payments", "on"), ("smallest_part", "a few")];
    let page = browser.post(path, &wrong).await.expect(422);
    page.shows("value=\"a few\"").shows(" checked");
    browser.get(path).await.hides(" checked");
    let right = [("part_payments", "on"), ("smallest_part", "20")];
    let saved = browser.post(path, &right).await.expect(200);
    saved
        .shows("Your changes are saved.")
        .shows("20.00")
        .shows(" checked");
    browser
        .get("/settings/payments?lang=fr")
        .await
        .shows("Paiements partiels");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_business_is_kept_and_a_wrong_one_comes_back_as_typed() {
    let (_app, mut browser) = TestApp::with_seller().await;
    let rest = [
        ("time_zone", "America/Vancouver"),
        ("terms", "14"),
        ("language", "fr"),
        ("notes", "Merci !"),
    ];
    let mut fields = BUSINESS.to_vec();
    fields.extend(rest);
    let saved = browser
        .post("/settings/business", &fields)
        .await
        .expect(200);
    saved
        .shows("Your changes are saved.")
        .shows("America/Vancouver\" selected")
        .shows("Merci !")
        .shows("value=\"14\"");
    browser
        .get("/settings/business")
        .await
        .hides("Your changes are saved.");
    fields[3] = ("province", "Bavaria");
    fields[0] = ("name", "<b>Nord</b>");
    fields.retain(|(name, _)| *name != "terms");
    fields.push(("terms", "soon"));
    let wrong = browser
        .post("/settings/business", &fields)
        .await
        .expect(422);
    wrong
        .shows("value=\"Bavaria\"")
        .shows("Enter a province or territory of Canada")
        .shows("from 0 to 365")
        .hides("<b>Nord</b>");
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_numbers_are_checked_and_tx_15_a_small_supplier_shows_none() {
    let (_app, mut browser) = TestApp::with_seller().await;
    let wrong = [
        ("currency", "CAD"),
        ("preset", "ca-QC"),
        ("gst_hst", "123456789"),
        ("qst", "12"),
    ];
    let page = browser.post("/settings/taxes", &wrong).await.expect(422);
    page.shows("The check digit does not fit")
        .shows("Enter ten digits")
        .shows("value=\"123456789\"");
    let both = [
        ("currency", "CAD"),
        ("preset", "small"),
        ("gst_hst", "123456782"),
    ];
    browser
        .post("/settings/taxes", &both)
        .await
        .expect(422)
        .shows("shows no registration number");
    let small = browser
        .post(
            "/settings/taxes",
            &[("currency", "CAD"), ("preset", "small")],
        )
        .await
        .expect(200);
    small
        .hides("value=\"123456782 RT0001\"")
        .hides("On new lines");
}

#[tokio::test(flavor = "multi_thread")]
async fn tx_06_a_preset_puts_the_other_rates_away_and_never_changes_one() {
    let (app, mut browser) = TestApp::with_seller().await;
    let rates = || {
        let db = app.app.db().clone();
        async move {
            let rows: Vec<(String, String, i64)> = db
                .read::<_, ::kit::db::Error, _>(|tx| {
                    let text = ::kit::sql!("select preset, percent, case when archived_at is null then is_default else -1 end from tax_rates order by preset");
                    tx.list(text, ::kit::args![], |r| Ok((r.text(0)?, r.text(1)?, r.int(2)?)))
                })
                .await
                .unwrap();
            rows
        }
    };
    let quebec = rates().await;
    assert!(
        quebec.contains(&("ca-gst".into(), "5".into(), 1))
            && quebec.contains(&("ca-qst".into(), "9.975".into(), 1))
    );
    assert!(
        quebec.contains(&("ca-hst-ns".into(), "14".into(), 0)),
        "at hand for a customer in Nova Scotia: {quebec:?}"
    );
    browser
        .post(
            "/settings/taxes",
            &[
                ("currency", "EUR"),
                ("preset", "eu-BE"),
                ("eu_vat", "BE0403170701"),
            ],
        )
        .await
        .expect(200);
    let belgium = rates().await;
    assert!(
        belgium.contains(&("eu-vat-BE-21".into(), "21".into(), 1))
            && belgium.contains(&("eu-vat-BE-6".into(), "6".into(), 0))
    );
    assert!(
        belgium.contains(&("ca-gst".into(), "5".into(), -1)),
        "put away, not gone: {belgium:?}"
    );
    browser
        .post(
            "/settings/taxes",
            &[("currency", "CAD"), ("preset", "ca-BC")],
        )
        .await
        .expect(200);
    let british_columbia = rates().await;
    assert!(
        british_columbia.contains(&("ca-pst-bc".into(), "7".into(), 0)),
        "provincial tax is never applied by itself"
    );
    assert_eq!(
        british_columbia.iter().filter(|r| r.0 == "ca-gst").count(),
        1,
        "taken out again, not doubled"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tx_03_a_combined_quebec_rate_is_refused_and_another_rate_is_added() {
    let (_app, mut browser) = TestApp::with_seller().await;
    let combined = [("new_name", "Taxes"), ("new_percent", "14,975")];
    browser
        .post("/settings/taxes/rates", &combined)
        .await
        .expect(422)
        .shows("must stand apart")
        .shows("value=\"14,975\"");
    let own = [
        ("new_name", "Sales tax NY"),
        ("new_percent", "8.875"),
        ("new_from", "2026-01-01"),
    ];
    browser
        .post("/settings/taxes/rates", &own)
        .await
        .expect(200)
        .shows("Sales tax NY")
        .shows("8.875%");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_drawer_is_switched_and_the_band_says_so() {
    let (_app, mut browser) = TestApp::with_seller().await;
    browser.get("/").await.hides("class=\"band test\"");
    let page = browser
        .post("/mode", &[("mode", "test"), ("back", "/invoices/17?x=1")])
        .await;
    assert_eq!(page.path, "/invoices");
    browser
        .get("/")
        .await
        .expect(200)
        .shows("class=\"band test\"");
    let back = browser
        .post(
            "/mode",
            &[("mode", "live"), ("back", "https://evil.example/")],
        )
        .await;
    assert_eq!(back.path, "/");
    back.hides("class=\"band test\"");
}
