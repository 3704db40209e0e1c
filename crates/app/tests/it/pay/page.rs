//! The public page: what stands on it, in which words, under which headers.

use app::page::assets;
use http::HeaderMap;
use kit::sql;

use super::shop::{Shop, value};
use crate::kit::{Answer, PASSWORD};

#[tokio::test(flavor = "multi_thread")]
async fn pay_17_ugx_and_three_decimals_are_not_paid_online_and_the_seller_reads_why() {
    let mut shop = Shop::active().await;
    for code in ["UGX", "KWD", "TND"] {
        let invoice = shop.invoice_in(code).await;
        let mut payer = shop.payer();
        let page = payer.get(&invoice.path).await.expect(200);
        page.shows("Other ways to pay").hides(">Pay ");
        let form = payer.get_once(&format!("{}/pay", invoice.path)).await;
        assert_eq!(form.expect(303).headers["location"], invoice.path);
        // A page made by hand is told so too, and nothing was asked of Stripe.
        let body = format!("{{\"amount_minor\":114975,\"currency\":\"{code}\"}}");
        let path = format!("{}/intent", invoice.path);
        let opened = payer.post_text(&path, &body).await;
        opened.expect(409).shows("no-offer");
        let path = format!("/invoices/{}/record", invoice.id);
        let seen = shop.owner.get(&path).await.expect(200);
        seen.shows("payments in this currency are not taken online yet");
    }
    assert_eq!(
        shop.count(sql!("select count(*) from payment_attempts"))
            .await,
        0
    );
    let path = "/settings/billing/online-payment/live";
    let form = shop.owner.get(path).await.expect(200);
    let version = value(&form.body, "version");
    for code in ["UGX", "KWD"] {
        form.hides(&format!("value=\"{code}\""));
        let keys = shop.stripe.keys()[0].live.clone();
        let typed = [
            ("version", version.as_str()),
            ("public_key", keys.publishable.as_str()),
            ("secret_key", ""),
            ("password", PASSWORD),
            ("currency", code),
            ("enabled", "on"),
        ];
        let refused = shop.owner.post(path, &typed).await.expect(422);
        refused.shows(&format!("Payments in {code} are not taken online yet"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_11_the_pay_button_is_there_on_the_first_reload_after_save_and_ac_13_gone_after_unticking()
 {
    let mut shop = Shop::new().await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    payer
        .get(&invoice.path)
        .await
        .expect(200)
        .hides("Pay $1,149.75")
        .shows("Other ways to pay")
        .hides("keys");
    shop.switch(true).await;
    payer
        .get(&invoice.path)
        .await
        .expect(200)
        .shows("Pay $1,149.75")
        .hides("Other ways to pay");
    shop.intent(&invoice.path, 114_975).await.expect(200);
    shop.switch(false).await;
    payer
        .get(&invoice.path)
        .await
        .expect(200)
        .hides("Pay $1,149.75")
        .shows("Other ways to pay");
    assert_eq!(
        payer
            .get_once(&format!("{}/pay", invoice.path))
            .await
            .expect(303)
            .headers["location"],
        invoice.path
    );
    shop.intent(&invoice.path, 114_975)
        .await
        .expect(409)
        .shows("no-offer");
}

#[tokio::test(flavor = "multi_thread")]
async fn tx_03_the_page_shows_amount_lines_gst_and_qst_apart_and_the_registration_numbers() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let page = shop.payer().get(&invoice.path).await.expect(200);
    for words in [
        "Studio Nord",
        &invoice.number,
        "Brand design",
        "8 hours at $125.00",
        "Due December 23, 2026",
        "GST 5%",
        "$50.00",
        "QST 9.975%",
        "$99.75",
        "$1,149.75",
        "123456782",
        "1234567890",
        "PO 7",
        "Notes: merci!",
        "Café Zoé",
    ] {
        page.shows(words);
    }
    page.hides("14.975");
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_19_one_click_turns_page_card_form_and_amounts_into_french_and_back() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    payer
        .get(&invoice.path)
        .await
        .expect(200)
        .shows("?lang=fr")
        .shows("lang=\"en-CA\"");
    let french = payer
        .get(&format!("{}?lang=fr", invoice.path))
        .await
        .expect(200);
    french
        .shows("lang=\"fr-CA\"")
        .shows("Payer 1\u{a0}149,75\u{a0}$")
        .shows("TPS")
        .shows("TVQ")
        .shows("?lang=en");
    // The choice is kept for the card form, and asks nothing of an account.
    payer
        .get(&format!("{}/pay", invoice.path))
        .await
        .expect(200)
        .shows("Données de la carte")
        .shows("1\u{a0}149,75\u{a0}$");
    payer
        .get(&format!("{}?lang=en", invoice.path))
        .await
        .expect(200)
        .shows("Pay $1,149.75");
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_16_pay_02_and_pay_03_no_field_of_our_own_one_script_of_the_provider_and_the_payer_is_told()
 {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let page = shop
        .payer()
        .get(&format!("{}/pay", invoice.path))
        .await
        .expect(200);
    // Boxes to tick, and what the payer has seen, which goes along to Stripe's page: nothing of ours is typed into.
    let mut fields = page.body.split("<input").skip(1);
    let is_typed_into = |field: &str| {
        let kinds = [" type=\"hidden\"", " type=\"checkbox\""];
        !kinds.iter().any(|kind| field.starts_with(kind))
    };
    assert!(!fields.any(is_typed_into));
    page.hides("autocomplete=\"cc-")
        .shows("Card details go straight to Stripe")
        .shows("<noscript>");
    let scripts: Vec<&str> = page
        .body
        .split("<script src=\"")
        .skip(1)
        .map(|s| s.split('"').next().unwrap())
        .collect();
    let ours = [assets::asset("pay.js"), assets::asset("app.js")];
    let theirs: Vec<&&str> = scripts.iter().filter(|s| !ours.contains(s)).collect();
    assert_eq!(
        theirs,
        [&format!("{}/endive/stripe.js", shop.stripe.base_url()).as_str()]
    );
    let own = String::from_utf8(assets::find("pay.js").unwrap().plain.to_vec()).unwrap();
    assert!(
        !own.contains("http://") && !own.contains("https://"),
        "our script knows no other host"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn web_01_web_04_and_web_14_every_page_of_a_link_carries_its_headers() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    for path in [
        invoice.path.clone(),
        format!("{}/pay", invoice.path),
        "/i/unknown".into(),
        "/i/unknown/receipt".into(),
    ] {
        let page = payer.get(&path).await;
        link_headers(&page.headers);
    }
    let card_form = payer.get(&format!("{}/pay", invoice.path)).await;
    let policy = text(&card_form, "content-security-policy");
    let stripe = shop.stripe.base_url();
    for rule in [
        format!("script-src 'self' {stripe};"),
        format!("frame-src {stripe};"),
        format!("connect-src 'self' {stripe};"),
        "object-src 'none'".into(),
        "form-action 'self'".into(),
        "report-uri /csp-report".into(),
    ] {
        assert!(policy.contains(&rule), "{rule} in {policy}");
    }
    let intent = shop.intent(&invoice.path, 114_975).await.expect(200);
    assert_eq!(text(&intent, "cache-control"), "no-store");
    shop.payer()
        .post_text("/csp-report", "{}")
        .await
        .expect(204);
}

fn link_headers(headers: &HeaderMap) {
    let text = |name: &str| headers.get(name).map_or("", |v| v.to_str().unwrap());
    assert_eq!(text("cache-control"), "no-store");
    assert_eq!(text("referrer-policy"), "no-referrer");
    assert_eq!(text("x-content-type-options"), "nosniff");
    assert!(text("x-robots-tag").contains("noindex"));
    let policy = text("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(policy.contains("base-uri 'none'") && !policy.contains("unsafe"));
}

fn text(answer: &Answer, name: &str) -> String {
    answer
        .headers
        .get(name)
        .map_or(String::new(), |v| v.to_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn web_07_what_the_seller_wrote_is_text_wherever_it_stands() {
    let shop = Shop::active().await;
    let nasty = "<script>alert(1)</script>\"'&\u{202e}🎨";
    let invoice = shop.invoice_for(nasty, nasty).await;
    for path in [invoice.path.clone(), format!("{}/pay", invoice.path)] {
        let page = shop.payer().get(&path).await.expect(200);
        page.hides("<script>alert").shows("alert(1)").shows("🎨");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pay_page_weighs_less_than_40_kb_without_the_script_of_the_provider() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let page = shop
        .payer()
        .get(&format!("{}/pay", invoice.path))
        .await
        .expect(200);
    let parts = ["app.css", "app.js", "pay.js", "icon.svg"]
        .map(|name| assets::find(name).unwrap().gzip.len());
    let weight = page.body.len() + parts.iter().sum::<usize>();
    assert!(
        weight < 40_000,
        "{weight} bytes: page {}, {parts:?}",
        page.body.len()
    );
}
