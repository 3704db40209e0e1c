//! What stories about saved cards begin with: a payer who keeps one, and a visitor of the Customer Area.

use kit::db::Error;
use kit::{args, sql};
use serde_json::Value;

use crate::customer_area::mailed_links;
use crate::kit::Browser;
use crate::pay::shop::Shop;
use crate::with_stripe::Payer;

/// What the boxes say when the payer presses.
pub fn press(minor: i64, keep: bool, autopay: bool) -> String {
    format!(
        "{{\"amount_minor\":{minor},\"currency\":\"CAD\",\"keep\":{keep},\"autopay\":{autopay},\"language\":\"en\"}}"
    )
}

/// Pays an invoice of $1,149.75 with the boxes as they are said here; answers what Stripe says.
pub async fn pays(shop: &Shop, path: &str, number: &str, keep: bool, autopay: bool) -> Value {
    let body = press(114_975, keep, autopay);
    let mut payer = shop.payer();
    let opened = payer.post_text(&format!("{path}/intent"), &body).await;
    let opened: Value = serde_json::from_str(&opened.expect(200).body).unwrap();
    let text = |name: &str| opened[name].as_str().unwrap().to_owned();
    let paid = Payer::new(&shop.stripe.base_url())
        .confirms(&text("client_secret"), &text("public_key"), number)
        .await;
    payer.get(&format!("{path}/return")).await;
    paid
}

/// A browser that has opened the Customer Area of the one customer.
pub async fn visitor(shop: &Shop) -> Browser {
    let mut browser = shop.payer();
    browser
        .post("/area", &[("email", "zoe@example.org")])
        .await
        .expect(200);
    shop.test.run_jobs().await;
    let link = mailed_links(shop).await.pop().unwrap();
    browser.post(&link, &[]).await.expect(200);
    browser
}

/// Stripe is asked for everything that happened, and the work that follows is done.
pub async fn ask_stripe(shop: &Shop) {
    app::stripe_events::ask_stripe_now(&shop.test.app, &shop.scope)
        .await
        .unwrap();
    shop.test.run_jobs().await;
}

/// Our row and Stripe's id of the one card that is kept.
pub async fn kept(shop: &Shop) -> Option<(String, String)> {
    let read = |tx: &mut kit::db::Tx<'_>| {
        tx.find(
            sql!("select id, payment_method from saved_cards where state = 'kept'"),
            args![],
            |r| Ok((r.text(0)?, r.text(1)?)),
        )
    };
    shop.test.app.db().read::<_, Error, _>(read).await.unwrap()
}

/// What a customer at Stripe has, in words: whose it is, or nobody's.
pub async fn owner_at_stripe(shop: &Shop, method_id: &str) -> Value {
    at_stripe(shop, "GET", &format!("/v1/payment_methods/{method_id}")).await["customer"].clone()
}

/// A call with the seller's secret key, as the Dashboard makes it.
pub async fn at_stripe(shop: &Shop, method: &str, path: &str) -> Value {
    let url = format!("{}{path}", shop.stripe.base_url());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = http
        .request(method.parse().unwrap(), url)
        .bearer_auth(&shop.stripe.keys()[0].live.secret)
        .send()
        .await
        .unwrap();
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

/// What a payer agreed to, in order: purpose, state and words.
pub async fn consents(shop: &Shop) -> Vec<(String, String, String)> {
    let read = |tx: &mut kit::db::Tx<'_>| {
        tx.list(
            sql!("select purpose, state, words from consents order by given_at, id"),
            args![],
            |r| Ok((r.text(0)?, r.text(1)?, r.text(2)?)),
        )
    };
    shop.test.app.db().read::<_, Error, _>(read).await.unwrap()
}
