//! The inventory of scripts says what the payment page really loads, and tells of every change.

use app::script_inventory;
use kit::db::Error;
use kit::{args, sql};

use crate::pay::shop::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn pay_19_every_script_and_rule_of_the_card_form_stands_in_the_inventory_and_nothing_else() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let form = shop
        .payer()
        .get(&format!("{}/pay", invoice.path))
        .await
        .expect(200);
    let list = shop
        .owner
        .get("/settings/billing/scripts")
        .await
        .expect(200);
    let scripts: Vec<&str> = form
        .body
        .split("<script ")
        .skip(1)
        .filter_map(|rest| rest.split("src=\"").nth(1)?.split('"').next())
        .collect();
    assert_eq!(scripts.len(), 3, "{scripts:?}");
    for script in &scripts {
        // Ours carry their hash in their name: `/assets/pay.0123456789abcdef.js`.
        let plain = script
            .strip_prefix("/assets/")
            .and_then(|file| file.split_once('.'))
            .map_or((*script).to_owned(), |(name, _)| format!("{name}.js"));
        list.shows(&format!("<code>{plain}</code>"));
    }
    let policy = form.headers["content-security-policy"].to_str().unwrap();
    for rule in policy.split("; ") {
        list.shows(&format!(
            "<li><code>{}</code></li>",
            rule.replace('\'', "&#39;")
        ));
    }
    list.hides("has changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_19_a_change_is_told_until_an_owner_takes_note_of_it() {
    let mut shop = Shop::active().await;
    let before = |tx: &mut kit::db::Tx<'_>| {
        tx.execute(
            sql!("insert into script_inventories (digest, inventory, seen_at, acknowledged_at, acknowledged_by) values ('as it was', 'x', 1, 1, '')"),
            args![],
        )
    };
    shop.test
        .app
        .db()
        .write::<_, Error, _>(before)
        .await
        .unwrap();
    script_inventory::keep_inventory_at_start(&shop.test.app)
        .await
        .unwrap();
    script_inventory::keep_inventory_at_start(&shop.test.app)
        .await
        .unwrap();
    let page = "/settings/billing/scripts";
    shop.owner.get(page).await.expect(200).shows("has changed");
    shop.owner
        .post(&format!("{page}/seen"), &[])
        .await
        .expect(200);
    shop.owner
        .get(page)
        .await
        .expect(200)
        .hides("has changed")
        .shows("noted by Ana Roy");
}

#[tokio::test(flavor = "multi_thread")]
async fn web_02_what_a_browser_refused_is_counted_and_shown_without_the_address_of_the_page() {
    let mut shop = Shop::active().await;
    let report = r#"{"csp-report":{"document-uri":"https://x.example/i/SECRET/pay","effective-directive":"script-src-elem","blocked-uri":"https://evil.example/x.js"}}"#;
    for _ in 0..2 {
        let answer = shop.payer().post_text("/csp-report", report).await;
        answer.expect(204);
    }
    shop.owner
        .get("/settings/billing/scripts")
        .await
        .expect(200)
        .shows("script-src-elem")
        .shows("https://evil.example")
        .shows("2 times")
        .hides("SECRET");
}
