//! Payment on the page that Stripe hosts: the same three paths to one booking, and what can go wrong on each.

mod accidents;
mod pages;
mod paths;
mod switching;

use app::payments::{self, Ask, CannotOpen, ComesBackTo, Onward, WayBack};
use kit::locale::Locale;
use serde_json::Value;

use crate::with_stripe::{Answer, StripeApp};

/// An app whose customers pay on the page that Stripe hosts, on every engine.
async fn hosted() -> Vec<StripeApp> {
    let mut all = StripeApp::on_every_engine().await;
    for t in &mut all {
        t.activate().await;
        let saved = choose(t, "page").await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        t.run_jobs().await;
    }
    all
}

/// Saves the settings form as it stands, with another choice of where customers pay.
async fn choose(t: &mut StripeApp, way: &str) -> Answer {
    let keys = t.keys(0).live;
    let path = "/settings/billing/online-payment/live";
    let version = t.owner.get(path).await.value("version");
    let form = [
        ("version", version.as_str()),
        ("enabled", "on"),
        ("public_key", keys.publishable.as_str()),
        ("secret_key", ""),
        ("currency", "CAD"),
        ("way", way),
    ];
    t.owner.post(path, &form).await
}

fn back() -> WayBack {
    WayBack {
        to: ComesBackTo::Link,
        locale: Locale::EN_CA,
    }
}

/// Opens the page for these, as a press on the button does.
async fn try_open(t: &StripeApp, asks: &[Ask]) -> Result<Onward, CannotOpen> {
    payments::open_page(&t.app, &t.scope, asks, back()).await
}

async fn open(t: &StripeApp, invoice_id: &str) -> Onward {
    try_open(t, &[Ask::whole(invoice_id)]).await.unwrap()
}

/// The session behind an address of the rehearsal's page.
fn session_of(there: &Onward) -> &str {
    there
        .url
        .split_once('#')
        .expect("a page of the rehearsal")
        .1
}

/// The payer pays there, by card or from a bank; the session as it is then.
fn pays(t: &StripeApp, there: &Onward, method: &str) -> Value {
    let control = t.stripe.control();
    control.pay_checkout(session_of(there), method).unwrap()
}

/// The payer finds that the page is over.
fn finds_it_over(t: &StripeApp, there: &Onward) {
    let control = t.stripe.control();
    let paid = control.pay_checkout(session_of(there), VISA);
    assert!(paid.is_err(), "nobody can pay there any more: {paid:?}");
}

/// Every session at Stripe, newest first.
async fn sessions(t: &StripeApp) -> Vec<Value> {
    let url = format!("{}/v1/checkout/sessions?limit=100", t.stripe.base_url());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = http.get(url).bearer_auth(t.keys(0).live.secret);
    let told = asked.send().await.unwrap().text().await.unwrap();
    let told: Value = serde_json::from_str(&told).unwrap();
    told["data"].as_array().unwrap().clone()
}

async fn count_open(t: &StripeApp) -> usize {
    let all = sessions(t).await;
    all.iter().filter(|s| s["status"] == "open").count()
}

async fn ask_stripe(t: &StripeApp) {
    app::stripe_events::ask_stripe_now(&t.app, &t.scope)
        .await
        .unwrap();
    t.run_jobs().await;
}

const VISA: &str = "pm_card_visa";
const DECLINED: &str = "pm_card_visa_chargeDeclinedInsufficientFunds";
