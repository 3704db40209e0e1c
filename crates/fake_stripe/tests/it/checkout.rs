//! Checkout sessions: one payment on a page of the rehearsal's own.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Reply, Stage, text};

const SUCCESS: &str = "https%3A%2F%2Fshop.example%2Fdone%3Fs%3D%7BCHECKOUT_SESSION_ID%7D";

fn key(stage: &Stage, account: usize) -> String {
    stage.keys(account).live.secret
}

fn asking(currency: &str, more: &str) -> String {
    format!(
        "mode=payment&line_items[0][price_data][currency]={currency}&line_items[0][price_data][unit_amount]=2500\
         &line_items[0][price_data][product_data][name]=Facture+7&line_items[0][quantity]=4\
         &success_url={SUCCESS}&cancel_url=https%3A%2F%2Fshop.example%2Fback&metadata[invoice]=i1\
         &payment_intent_data[metadata][invoice]=i1&client_reference_id=a1{more}"
    )
}

async fn create(stage: &Stage, account: usize, currency: &str, more: &str) -> Reply {
    let form = asking(currency, more);
    stage
        .post(&key(stage, account), "/v1/checkout/sessions", &form)
        .await
}

async fn read(stage: &Stage, account: usize, session: &Value) -> Value {
    let path = format!(
        "/v1/checkout/sessions/{}?expand[]=payment_intent.latest_charge",
        text(&session["id"])
    );
    stage.get(&key(stage, account), &path).await.body
}

async fn told(stage: &Stage, account: usize) -> Vec<String> {
    let listed = stage
        .get(&key(stage, account), "/v1/events?limit=100")
        .await
        .body;
    let events = listed["data"].as_array().unwrap().iter().rev();
    events
        .map(|event| text(&event["type"]).to_owned())
        .filter(|kind| kind.starts_with("checkout."))
        .collect()
}

/// Presses "Pay" on the page with this card.
async fn press(stage: &Stage, session: &Value, number: &str) -> Reply {
    let typed = json!({
        "session": session["id"], "email": "p@example.test", "name": "P. Ayer",
        "data": { "type": "card", "card": { "number": number, "exp_month": 12, "exp_year": 34, "cvc": "123" } },
    });
    let url = format!("{}/rehearsal/checkout/pay", stage.running.base_url());
    stage
        .send(stage.http.post(url).body(typed.to_string()))
        .await
}

#[tokio::test]
async fn a_card_pays_on_the_page_and_the_payer_goes_back() {
    let stage = Stage::new().await;
    let made = create(&stage, 0, "cad", "").await.body;
    assert_eq!(
        (
            &made["status"],
            &made["amount_total"],
            &made["payment_intent"]
        ),
        (&json!("open"), &json!(10_000), &Value::Null)
    );
    assert!(text(&made["url"]).starts_with(stage.running.base_url().as_str()));
    let declined = press(&stage, &made, "4000000000000002").await;
    assert_eq!(declined.body["error"]["code"], "card_declined");
    assert_eq!(read(&stage, 0, &made).await["status"], "open");
    let paid = press(&stage, &made, "4242424242424242").await;
    let back = format!("https://shop.example/done?s={}", text(&made["id"]));
    assert_eq!(paid.body["next"], back);
    let after = read(&stage, 0, &made).await;
    assert_eq!(
        (&after["status"], &after["payment_status"], &after["url"]),
        (&json!("complete"), &json!("paid"), &Value::Null)
    );
    assert_eq!(after["customer_details"]["email"], "p@example.test");
    assert_eq!(after["payment_intent"]["metadata"]["invoice"], "i1");
    assert_eq!(after["payment_intent"]["latest_charge"]["amount"], 10_000);
    assert_eq!(told(&stage, 0).await, ["checkout.session.completed"]);
    assert_eq!(press(&stage, &made, "4242424242424242").await.status, 402);
    assert_eq!(stage.control().charges().len(), 1, "one page, one payment");
}

#[tokio::test]
async fn a_card_that_asks_for_authentication_pays_after_it() {
    let stage = Stage::new().await;
    let made = create(&stage, 0, "cad", "").await.body;
    let asked = press(&stage, &made, "4000000000003220").await.body;
    let (page, secret) = text(&asked["next"]).split_once('#').unwrap();
    assert!(page.ends_with("/rehearsal/challenge"));
    let url = format!("{}/rehearsal/challenge/finish", stage.running.base_url());
    let ticket = json!({ "client_secret": secret, "passed": true });
    stage
        .send(stage.http.post(url).body(ticket.to_string()))
        .await;
    assert_eq!(read(&stage, 0, &made).await["payment_status"], "paid");
}

#[tokio::test]
async fn a_bank_debit_completes_the_session_unpaid_and_the_bank_s_word_comes_later() {
    let stage = Stage::new().await;
    let control = stage.control();
    let made = create(&stage, 1, "eur", "").await.body;
    let failing = create(&stage, 1, "eur", "").await.body;
    let sent = control
        .pay_checkout(text(&made["id"]), "sepa_debit")
        .unwrap();
    assert_eq!(
        (&sent["status"], &sent["payment_status"]),
        (&json!("complete"), &json!("unpaid"))
    );
    control.decline_next("insufficient_funds");
    control
        .pay_checkout(text(&failing["id"]), "sepa_debit")
        .unwrap();
    control.advance(Duration::from_secs(4 * 86_400));
    assert_eq!(read(&stage, 1, &made).await["payment_status"], "paid");
    let failed = read(&stage, 1, &failing).await;
    assert_eq!(failed["payment_status"], "unpaid");
    let mut kinds = told(&stage, 1).await;
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            "checkout.session.async_payment_failed",
            "checkout.session.async_payment_succeeded",
            "checkout.session.completed",
            "checkout.session.completed"
        ]
    );
}

#[tokio::test]
async fn a_session_ends_by_hand_or_by_the_clock_and_is_not_paid_any_more() {
    let stage = Stage::new().await;
    let first = create(&stage, 0, "cad", "").await.body;
    let second = create(&stage, 0, "cad", "").await.body;
    let path = format!("/v1/checkout/sessions/{}/expire", text(&first["id"]));
    let ended = stage.post(&key(&stage, 0), &path, "").await.body;
    assert_eq!(
        (&ended["status"], &ended["url"]),
        (&json!("expired"), &Value::Null)
    );
    assert_eq!(stage.post(&key(&stage, 0), &path, "").await.status, 400);
    stage.control().advance(Duration::from_secs(24 * 3_600 + 1));
    assert_eq!(read(&stage, 0, &second).await["status"], "expired");
    for session in [&first, &second] {
        let id = text(&session["id"]);
        assert!(stage.control().pay_checkout(id, "pm_card_visa").is_err());
    }
    assert_eq!(
        told(&stage, 0).await,
        ["checkout.session.expired", "checkout.session.expired"]
    );
    let listed = "/v1/checkout/sessions?status=expired";
    let listed = stage.get(&key(&stage, 0), listed).await.body;
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_session_of_two_currencies_of_a_moment_or_of_no_address_is_refused() {
    let stage = Stage::new().await;
    let other = "&line_items[1][price_data][currency]=usd&line_items[1][price_data][unit_amount]=1\
                 &line_items[1][price_data][product_data][name]=x&line_items[1][quantity]=1";
    let refused = create(&stage, 0, "cad", other).await;
    assert_eq!(refused.body["error"]["param"], "line_items");
    let soon = format!("&expires_at={}", stage.control().now() + 60);
    let refused = create(&stage, 0, "cad", &soon).await;
    assert_eq!(refused.body["error"]["param"], "expires_at");
    let form = asking("cad", "").replace(SUCCESS, "nowhere");
    let refused = stage
        .post(&key(&stage, 0), "/v1/checkout/sessions", &form)
        .await;
    assert_eq!(refused.body["error"]["code"], "url_invalid");
    let huge = asking("cad", "").replace("unit_amount]=2500", "unit_amount]=9223372036854775807");
    let refused = stage
        .post(&key(&stage, 0), "/v1/checkout/sessions", &huge)
        .await;
    assert_eq!(refused.body["error"]["code"], "amount_too_large");
}

#[tokio::test]
async fn the_page_is_served_and_shows_what_is_due() {
    let stage = Stage::new().await;
    let made = create(&stage, 0, "cad", "&locale=fr").await.body;
    let url = format!("{}/rehearsal/checkout/look", stage.running.base_url());
    let body = json!({ "session": made["id"] }).to_string();
    let shown = stage.send(stage.http.post(url).body(body)).await.body;
    assert_eq!(shown["lines"][0]["name"], "Facture 7");
    assert_eq!(
        (&shown["amount"], &shown["locale"], &shown["name"]),
        (&json!(10_000), &json!("fr"), &json!("Studio Érable"))
    );
    for page in ["checkout", "checkout.js"] {
        let url = format!("{}/rehearsal/{page}", stage.running.base_url());
        let got = stage.http.get(url).send().await.unwrap();
        assert!(got.headers().contains_key("content-security-policy"));
    }
}
