//! Refunds: never more than the rest, and what becomes of them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Reply, Stage, text};

const MINUTE: Duration = Duration::from_secs(61);

/// A charge of 100.00 cad by a named card.
async fn charge(stage: &Stage, method: &str) -> Value {
    let form = format!(
        "amount=10000&currency=cad&payment_method={method}&confirm=true&expand[]=latest_charge"
    );
    let paid = stage.post(&key(stage), "/v1/payment_intents", &form).await;
    assert_eq!(paid.status, 200, "{}", paid.body);
    paid.body["latest_charge"].clone()
}

fn key(stage: &Stage) -> String {
    stage.keys(0).live.secret
}

async fn refund(stage: &Stage, charge: &Value, amount: i64) -> Reply {
    let form = format!(
        "charge={}&amount={amount}&expand[]=balance_transaction",
        text(&charge["id"])
    );
    stage.post(&key(stage), "/v1/refunds", &form).await
}

async fn read(stage: &Stage, noun: &str, id: &Value) -> Value {
    let path = format!("/v1/{noun}/{}", text(id));
    stage.get(&key(stage), &path).await.body
}

/// The types of the events that name this object, oldest first.
async fn told(stage: &Stage, id: &Value) -> Vec<String> {
    let listed = stage.get(&key(stage), "/v1/events?limit=100").await.body;
    let events = listed["data"].as_array().unwrap().iter().rev();
    events
        .filter(|event| event["data"]["object"]["id"] == *id)
        .map(|event| text(&event["type"]).to_owned())
        .collect()
}

async fn net(stage: &Stage) -> i64 {
    let balance = stage.get(&key(stage), "/v1/balance").await.body;
    let of = |name: &str| balance[name][0]["amount"].as_i64().unwrap();
    of("available") + of("pending")
}

#[tokio::test]
async fn part_of_a_charge_is_given_back_and_stripe_keeps_its_fee() {
    let stage = Stage::new().await;
    let charge = charge(&stage, "pm_card_visa").await;
    let before = net(&stage).await;
    let made = refund(&stage, &charge, 2_500).await.body;
    assert_eq!(made["status"], "succeeded");
    let line = &made["balance_transaction"];
    let found = (&line["amount"], &line["fee"], &line["net"], &line["type"]);
    assert_eq!(
        found,
        (&json!(-2500), &json!(0), &json!(-2500), &json!("refund"))
    );
    assert_eq!(line["reporting_category"], "refund");
    assert_eq!(line["source"], made["id"]);
    assert_eq!(net(&stage).await, before - 2_500);
    let charge = read(&stage, "charges", &charge["id"]).await;
    assert_eq!(
        (&charge["amount_refunded"], &charge["refunded"]),
        (&json!(2500), &json!(false))
    );
    assert_eq!(told(&stage, &made["id"]).await, ["refund.created"]);
    assert!(
        told(&stage, &charge["id"])
            .await
            .contains(&"charge.refunded".to_owned())
    );
}

#[tokio::test]
async fn never_more_than_the_rest_is_given_back() {
    let stage = Stage::new().await;
    let charge = charge(&stage, "pm_card_visa").await;
    let much = refund(&stage, &charge, 10_001).await;
    let words = "Refund amount ($100.01) is greater than charge amount ($100.00)";
    assert_eq!(
        (much.status, &much.body["error"]["message"]),
        (400, &json!(words))
    );
    assert_eq!(much.body["error"]["param"], "amount");
    assert_eq!(refund(&stage, &charge, 6_000).await.status, 200);
    let rest = refund(&stage, &charge, 4_001).await;
    let words = "Refund amount ($40.01) is greater than unrefunded amount on charge ($40.00)";
    assert_eq!(rest.body["error"]["message"], words);
    assert_eq!(refund(&stage, &charge, 4_000).await.status, 200);
    let again = refund(&stage, &charge, 1).await;
    assert_eq!(again.body["error"]["code"], "charge_already_refunded");
    let charge = read(&stage, "charges", &charge["id"]).await;
    assert_eq!(charge["refunded"], true);
    for amount in [0, -1] {
        let none = refund(&stage, &charge, amount).await;
        assert_eq!(none.status, 400, "{amount}");
    }
}

#[tokio::test]
async fn without_an_amount_all_that_is_left_of_an_intent_is_given_back() {
    let stage = Stage::new().await;
    let charge = charge(&stage, "pm_card_visa").await;
    refund(&stage, &charge, 1_000).await;
    let form = format!(
        "payment_intent={}&reason=duplicate&metadata[note]=n1",
        text(&charge["payment_intent"])
    );
    let made = stage.post(&key(&stage), "/v1/refunds", &form).await.body;
    assert_eq!(
        (&made["amount"], &made["reason"], &made["metadata"]["note"]),
        (&json!(9000), &json!("duplicate"), &json!("n1"))
    );
    let path = format!("/v1/refunds?charge={}", text(&charge["id"]));
    let listed = stage.get(&key(&stage), &path).await.body;
    assert_eq!(listed["data"][0]["id"], made["id"]);
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    let none = stage.post(&key(&stage), "/v1/refunds", "amount=1").await;
    assert_eq!(none.body["error"]["code"], "parameter_missing");
}

#[tokio::test]
async fn the_published_card_refunds_later() {
    let stage = Stage::new().await;
    let charge = charge(&stage, "pm_card_pendingRefund").await;
    let made = refund(&stage, &charge, 10_000).await.body;
    assert_eq!(
        (&made["status"], &made["pending_reason"]),
        (&json!("pending"), &json!("processing"))
    );
    stage.control().advance(MINUTE);
    let after = read(&stage, "refunds", &made["id"]).await;
    assert_eq!(after["status"], "succeeded");
    assert_eq!(
        after["balance_transaction"],
        made["balance_transaction"]["id"]
    );
    assert_eq!(after.get("pending_reason"), None);
    assert_eq!(
        told(&stage, &made["id"]).await,
        ["refund.created", "refund.updated", "charge.refund.updated"]
    );
}

#[tokio::test]
async fn the_published_card_that_fails_its_refund_gives_the_money_back() {
    let stage = Stage::new().await;
    let charge = charge(&stage, "pm_card_refundFail").await;
    let before = net(&stage).await;
    let made = refund(&stage, &charge, 10_000).await.body;
    assert_eq!(made["status"], "succeeded");
    assert_eq!(net(&stage).await, before - 10_000);
    stage.control().advance(MINUTE);
    let after = read(&stage, "refunds", &made["id"]).await;
    assert_eq!(
        (&after["status"], &after["failure_reason"]),
        (&json!("failed"), &json!("expired_or_canceled_card"))
    );
    let back = read(
        &stage,
        "balance_transactions",
        &after["failure_balance_transaction"],
    )
    .await;
    assert_eq!(
        (&back["type"], &back["net"], &back["source"]),
        (&json!("refund_failure"), &json!(10_000), &made["id"])
    );
    assert_eq!(net(&stage).await, before);
    let events = told(&stage, &made["id"]).await;
    assert_eq!(events.last().unwrap(), "refund.failed");
    // What came back can be given back again.
    let charge = read(&stage, "charges", &charge["id"]).await;
    assert_eq!(charge["amount_refunded"], 0);
    assert_eq!(refund(&stage, &charge, 10_000).await.status, 200);
}

#[tokio::test]
async fn the_control_decides_how_refunds_begin_and_end() {
    let stage = Stage::new().await;
    let control = stage.control();
    let charge = charge(&stage, "pm_card_visa").await;
    let before = net(&stage).await;

    control.refuse_next_refund("declined");
    let refused = refund(&stage, &charge, 1_000).await.body;
    assert_eq!(
        (&refused["status"], &refused["failure_reason"]),
        (&json!("failed"), &json!("declined"))
    );
    control.hold_next_refund("insufficient_funds");
    let held = refund(&stage, &charge, 1_000).await.body;
    assert_eq!(held["balance_transaction"], Value::Null);
    assert_eq!(net(&stage).await, before, "nothing has left");
    let settled = control.settle_refund(text(&held["id"])).unwrap();
    assert_eq!(settled["status"], "succeeded");
    assert_eq!(net(&stage).await, before - 1_000);
    let failed = control.fail_refund(text(&held["id"]), "unknown").unwrap();
    assert_eq!(failed["status"], "failed");
    assert_eq!(net(&stage).await, before);
    let again = control.fail_refund(text(&held["id"]), "unknown").unwrap();
    assert_eq!(again, failed, "what ended stays so");

    let by_hand = control.refund_charge(text(&charge["id"]), None).unwrap();
    assert_eq!(by_hand["amount"], 10_000);
    assert!(control.refund_charge(text(&charge["id"]), None).is_err());
}

#[tokio::test]
async fn only_a_refund_that_waits_for_the_payer_is_canceled() {
    let stage = Stage::new().await;
    let charge = charge(&stage, "pm_card_visa").await;
    let made = refund(&stage, &charge, 100).await.body;
    let path = |refund: &Value| format!("/v1/refunds/{}/cancel", text(&refund["id"]));
    let refused = stage.post(&key(&stage), &path(&made), "").await;
    assert_eq!(refused.status, 400);
    stage.control().ask_payer_of_next_refund();
    let waiting = refund(&stage, &charge, 200).await.body;
    assert_eq!(waiting["status"], "requires_action");
    let canceled = stage.post(&key(&stage), &path(&waiting), "").await.body;
    assert_eq!(canceled["status"], "canceled");
    let charge = read(&stage, "charges", &charge["id"]).await;
    assert_eq!(charge["amount_refunded"], 100);
}

#[tokio::test]
async fn the_same_key_refunds_once() {
    let stage = Stage::new().await;
    let charge = charge(&stage, "pm_card_visa").await;
    let form = format!("charge={}&amount=500", text(&charge["id"]));
    let key = key(&stage);
    let ask = || stage.post_once(&key, "/v1/refunds", &form, "r-1");
    let (first, second) = (ask().await, ask().await);
    assert_eq!(first.body["id"], second.body["id"]);
    assert!(second.replayed);
    let charge = read(&stage, "charges", &charge["id"]).await;
    assert_eq!(charge["amount_refunded"], 500);
}
