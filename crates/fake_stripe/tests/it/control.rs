//! The control, by handle and over HTTP.

use std::time::Duration;

use fake_stripe::{Fault, Trouble};
use serde_json::{Value, json};

use crate::kit::{Stage, text};

async fn control(stage: &Stage, path: &str, body: Value) -> u16 {
    let url = format!("{}/_control/{path}", stage.running.base_url());
    stage
        .http
        .post(url)
        .body(body.to_string())
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

#[tokio::test]
async fn the_next_charge_is_declined_as_told() {
    let stage = Stage::new().await;
    let keys = stage.keys(0).live;
    assert_eq!(
        control(&stage, "decline_next", json!({ "code": "stolen_card" })).await,
        200
    );
    let intent = stage.intent(&keys.secret).await;
    let declined = stage
        .pay(&keys.publishable, &intent, "4242424242424242")
        .await;
    assert_eq!(declined.body["error"]["decline_code"], "stolen_card");
    assert_eq!(
        stage
            .pay(&keys.publishable, &intent, "4242424242424242")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_time_out_before_charging_charges_nothing_and_one_after_charges() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    for (before, charges) in [(true, 0), (false, 1)] {
        let intent = stage.intent(&secret).await;
        let silence = Duration::from_millis(20);
        if before {
            stage.control().time_out_before_charging(silence);
        } else {
            stage.control().time_out_after_charging(silence);
        }
        let path = format!("/v1/payment_intents/{}/confirm", text(&intent["id"]));
        let cut = stage
            .request(&secret, &path, "payment_method=pm_card_visa")
            .send()
            .await;
        assert!(cut.is_err(), "no answer comes");
        assert_eq!(stage.control().charges().len(), charges);
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_undo_its_charge() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    let intent = stage.intent(&secret).await;
    stage
        .control()
        .fault(Fault::new(Trouble::Delay { ms: 150 }));
    let path = format!("/v1/payment_intents/{}/confirm", text(&intent["id"]));
    let request = stage
        .request(&secret, &path, "payment_method=pm_card_visa")
        .timeout(Duration::from_millis(40));
    assert!(request.send().await.is_err());
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(
        stage.control().charges()[0]["metadata"],
        json!({ "invoice": "i1" })
    );
}

#[tokio::test]
async fn faults_wait_for_the_requests_they_are_meant_for() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    let fault = json!({ "what": "error_before", "status": 429, "method": "GET", "path": "/v1/payment_intents/*", "times": 2 });
    assert_eq!(control(&stage, "fault", fault).await, 200);
    assert_eq!(
        control(&stage, "fault", json!({ "what": "nonsense" })).await,
        422
    );
    let intent = stage.intent(&secret).await;
    let path = format!("/v1/payment_intents/{}", text(&intent["id"]));
    for status in [429, 429, 200] {
        assert_eq!(stage.get(&secret, &path).await.status, status);
    }
}

#[tokio::test]
async fn balance_transactions_can_come_late() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    stage.control().book_late(Duration::from_secs(60));
    let form =
        "amount=1000&currency=cad&payment_method=pm_card_visa&confirm=true&expand[]=latest_charge";
    let paid = stage.post(&secret, "/v1/payment_intents", form).await.body;
    assert_eq!(paid["latest_charge"]["balance_transaction"], Value::Null);
    stage.control().advance(Duration::from_secs(61));
    let listed = stage.get(&secret, "/v1/balance_transactions").await.body;
    assert_eq!(listed["data"][0]["net"], 941);
    let balance = stage.get(&secret, "/v1/balance").await.body;
    assert_eq!(balance["pending"][0]["amount"], 941);
    stage.control().advance(Duration::from_secs(3 * 86_400));
    assert_eq!(
        stage.get(&secret, "/v1/balance").await.body["available"][0]["amount"],
        941
    );
}

#[tokio::test]
async fn everything_is_recorded_and_reset_forgets_it() {
    let stage = Stage::new().await;
    let keys = stage.keys(0).live;
    stage.intent(&keys.secret).await;
    let url = format!("{}/_control/recorded", stage.running.base_url());
    let recorded: Value = serde_json::from_slice(
        &stage
            .http
            .get(&url)
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap(),
    )
    .unwrap();
    let entry = &recorded[0];
    assert_eq!(
        (text(&entry["method"]), text(&entry["path"])),
        ("POST", "/v1/payment_intents")
    );
    assert_eq!(
        entry["body"],
        "amount=114975&currency=cad&metadata[invoice]=i1"
    );
    assert_eq!(
        (text(&entry["answer"]["object"]), text(&entry["key"])),
        ("payment_intent", "secret")
    );
    assert!(!recorded.to_string().contains(&keys.secret));
    let url = format!(
        "{}/_control/objects/payment_intent",
        stage.running.base_url()
    );
    let objects = stage.send(stage.http.get(url)).await.body;
    assert_eq!(objects[0]["amount"], 114_975);
    assert_eq!(stage.control().objects("payment_intent").len(), 1);
    assert_eq!(control(&stage, "reset", json!({})).await, 200);
    assert!(stage.control().recorded().is_empty());
    assert!(
        stage.get(&keys.secret, "/v1/payment_intents").await.body["data"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}
