//! Disputes: the money goes at once, and comes back when they are won; inquiries take nothing.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Reply, Stage, text};

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(61);

fn key(stage: &Stage) -> String {
    stage.keys(0).live.secret
}

/// Charges 100.00 cad; gives the charge.
async fn charge(stage: &Stage, method: &str) -> Value {
    let form = format!(
        "amount=10000&currency=cad&payment_method={method}&confirm=true&expand[]=latest_charge"
    );
    let paid = stage.post(&key(stage), "/v1/payment_intents", &form).await;
    assert_eq!(paid.status, 200, "{}", paid.body);
    paid.body["latest_charge"].clone()
}

async fn disputes(stage: &Stage, charge: &Value) -> Vec<Value> {
    let path = format!("/v1/disputes?charge={}", text(&charge["id"]));
    let listed = stage.get(&key(stage), &path).await.body;
    listed["data"].as_array().unwrap().clone()
}

async fn answer(stage: &Stage, dispute: &Value, form: &str) -> Reply {
    let path = format!("/v1/disputes/{}", text(&dispute["id"]));
    stage.post(&key(stage), &path, form).await
}

async fn read(stage: &Stage, dispute: &Value) -> Value {
    let path = format!("/v1/disputes/{}", text(&dispute["id"]));
    stage.get(&key(stage), &path).await.body
}

async fn net(stage: &Stage) -> i64 {
    let balance = stage.get(&key(stage), "/v1/balance").await.body;
    let of = |name: &str| balance[name][0]["amount"].as_i64().unwrap();
    of("available") + of("pending")
}

/// The types of the events of disputes, oldest first.
async fn told(stage: &Stage) -> Vec<String> {
    let listed = stage.get(&key(stage), "/v1/events?limit=100").await.body;
    let events = listed["data"].as_array().unwrap().iter().rev();
    events
        .map(|event| text(&event["type"]).to_owned())
        .filter(|kind| kind.starts_with("charge.dispute."))
        .collect()
}

#[tokio::test]
async fn the_published_card_is_disputed_at_once_and_winning_words_win_the_money_back() {
    let stage = Stage::new().await;
    let charge = charge(&stage, "pm_card_createDispute").await;
    let fee = 320;
    let [dispute] = disputes(&stage, &charge).await.try_into().unwrap();
    assert_eq!(
        (&dispute["status"], &dispute["reason"], &dispute["amount"]),
        (
            &json!("needs_response"),
            &json!("fraudulent"),
            &json!(10_000)
        )
    );
    let line = &dispute["balance_transactions"][0];
    assert_eq!(
        (&line["type"], &line["reporting_category"]),
        (&json!("adjustment"), &json!("dispute"))
    );
    assert_eq!(
        (&line["fee"], &line["net"]),
        (&json!(1500), &json!(-11_500))
    );
    assert_eq!(net(&stage).await, -fee - 1_500);
    let answered = answer(
        &stage,
        &dispute,
        "evidence[uncategorized_text]=winning_evidence&submit=true",
    )
    .await;
    assert_eq!(answered.body["status"], "under_review");
    assert_eq!(answered.body["evidence_details"]["submission_count"], 1);
    let late = answer(&stage, &dispute, "evidence[customer_name]=x").await;
    assert_eq!(late.status, 400, "what was submitted stays");
    stage.control().advance(MINUTE);
    let won = read(&stage, &dispute).await;
    assert_eq!(won["status"], "won");
    assert_eq!(won["balance_transactions"][1]["net"], 10_000);
    assert_eq!(net(&stage).await, 10_000 - fee - 1_500, "the fee is gone");
    assert_eq!(
        told(&stage).await,
        [
            "charge.dispute.created",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.updated",
            "charge.dispute.closed",
            "charge.dispute.funds_reinstated"
        ]
    );
}

#[tokio::test]
async fn losing_words_silence_and_giving_in_lose() {
    let stage = Stage::new().await;
    let card = "pm_card_createDisputeProductNotReceived";
    let mut all = Vec::new();
    for _ in 0..3 {
        let charge = charge(&stage, card).await;
        all.extend(disputes(&stage, &charge).await);
    }
    let words = "evidence[uncategorized_text]=losing_evidence";
    assert_eq!(answer(&stage, &all[0], words).await.status, 200);
    let path = format!("/v1/disputes/{}/close", text(&all[1]["id"]));
    let closed = stage.post(&key(&stage), &path, "").await.body;
    assert_eq!(closed["status"], "lost");
    stage.control().advance(MINUTE);
    assert_eq!(read(&stage, &all[0]).await["status"], "lost");
    assert_eq!(read(&stage, &all[2]).await["status"], "needs_response");
    stage.control().advance(DAY * 9);
    let silent = read(&stage, &all[2]).await;
    assert_eq!(silent["status"], "lost");
    assert_eq!(silent["evidence_details"]["past_due"], true);
    let form = format!("charge={}", text(&silent["charge"]));
    let refund = stage.post(&key(&stage), "/v1/refunds", &form).await;
    assert_eq!(refund.body["error"]["code"], "charge_disputed");
    let decided = stage
        .control()
        .decide_dispute(text(&silent["id"]), "won")
        .unwrap();
    assert_eq!(decided["status"], "lost", "what is closed stays so");
}

#[tokio::test]
async fn an_inquiry_takes_nothing_and_a_whole_refund_ends_it() {
    let stage = Stage::new().await;
    let charge = charge(&stage, "pm_card_createDisputeInquiry").await;
    let [inquiry] = disputes(&stage, &charge).await.try_into().unwrap();
    assert_eq!(
        (&inquiry["status"], &inquiry["is_charge_refundable"]),
        (&json!("warning_needs_response"), &json!(true))
    );
    assert_eq!(inquiry["balance_transactions"], json!([]));
    assert_eq!(net(&stage).await, 9_680);
    stage
        .control()
        .refund_charge(text(&charge["id"]), None)
        .unwrap();
    assert_eq!(read(&stage, &inquiry).await["status"], "warning_closed");
}

#[tokio::test]
async fn an_inquiry_may_become_a_chargeback_or_end_in_silence() {
    let stage = Stage::new().await;
    let control = stage.control();
    let first = charge(&stage, "pm_card_visa").await;
    let second = charge(&stage, "pm_card_visa").await;
    let asked = control.open_inquiry(text(&first["id"]), "general").unwrap();
    let silent = control
        .open_inquiry(text(&second["id"]), "general")
        .unwrap();
    let before = net(&stage).await;
    let words = "evidence[uncategorized_text]=escalate_inquiry_evidence";
    answer(&stage, &asked, words).await;
    control.advance(MINUTE);
    let escalated = read(&stage, &asked).await;
    assert_eq!(escalated["status"], "needs_response");
    assert_eq!(net(&stage).await, before - 11_500);
    let won = control.decide_dispute(text(&asked["id"]), "won").unwrap();
    assert_eq!(won["balance_transactions"].as_array().unwrap().len(), 2);
    control.advance(DAY * 121);
    assert_eq!(read(&stage, &silent).await["status"], "warning_closed");
    assert_eq!(net(&stage).await, before - 1_500);
}

#[tokio::test]
async fn a_part_is_disputed_a_draft_is_no_submission_and_a_prevented_one_is_refunded() {
    let stage = Stage::new().await;
    let control = stage.control();
    let charge = charge(&stage, "pm_card_visa").await;
    let id = text(&charge["id"]);
    let part = control.open_dispute(id, "duplicate", Some(2_500)).unwrap();
    assert_eq!(part["balance_transactions"][0]["net"], -4_000);
    let draft = answer(&stage, &part, "evidence[customer_name]=P&submit=false")
        .await
        .body;
    assert_eq!(draft["status"], "needs_response");
    assert_eq!(draft["evidence_details"]["has_evidence"], true);
    assert_eq!(draft["evidence"]["customer_name"], "P");
    assert!(control.decide_dispute(text(&part["id"]), "maybe").is_err());
    control.decide_dispute(text(&part["id"]), "won").unwrap();
    let asked = control.open_inquiry(id, "fraudulent").unwrap();
    let prevented = control
        .decide_dispute(text(&asked["id"]), "prevented")
        .unwrap();
    assert_eq!(prevented["status"], "prevented");
    let path = format!("/v1/charges/{id}");
    let charge = stage.get(&key(&stage), &path).await.body;
    assert_eq!(
        (&charge["refunded"], &charge["disputed"]),
        (&json!(true), &json!(true))
    );
}

#[tokio::test]
async fn a_file_is_weighed_named_as_evidence_and_refused_when_it_is_none() {
    let stage = Stage::new().await;
    let charge = charge(&stage, "pm_card_createDispute").await;
    let [dispute] = disputes(&stage, &charge).await.try_into().unwrap();
    let made = upload(&stage, b"%PDF-1.7\r\n--x\r\n\xff\xfe", "f-1").await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(
        (
            &made.body["size"],
            &made.body["type"],
            &made.body["purpose"]
        ),
        (&json!(17), &json!("pdf"), &json!("dispute_evidence"))
    );
    let again = upload(&stage, b"%PDF-1.7\r\n--x\r\n\xff\xfe", "f-1").await;
    assert_eq!(again.body["id"], made.body["id"]);
    let other = upload(&stage, b"%PDF-1.7 another", "f-1").await;
    assert_eq!(other.body["error"]["type"], "idempotency_error");
    assert_eq!(upload(&stage, b"MZ a program", "f-2").await.status, 400);
    let form = format!("evidence[receipt]={}&submit=false", text(&made.body["id"]));
    let kept = answer(&stage, &dispute, &form).await.body;
    assert_eq!(kept["evidence"]["receipt"], made.body["id"]);
    let none = answer(&stage, &dispute, "evidence[receipt]=file_none").await;
    assert_eq!(none.body["error"]["param"], "evidence[receipt]");
    let path = format!("/v1/files/{}", text(&made.body["id"]));
    assert_eq!(stage.get(&key(&stage), &path).await.body, made.body);
}

async fn upload(stage: &Stage, content: &[u8], idempotency_key: &str) -> Reply {
    let mut body = b"--border\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\ndispute_evidence\r\n--border\r\nContent-Disposition: form-data; name=\"file\"; filename=\"receipt.pdf\"\r\nContent-Type: application/pdf\r\n\r\n".to_vec();
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--border--\r\n");
    stage
        .send(
            stage
                .http
                .post(format!("{}/v1/files", stage.running.base_url()))
                .bearer_auth(key(stage))
                .header("content-type", "multipart/form-data; boundary=border")
                .header("idempotency-key", idempotency_key)
                .body(body),
        )
        .await
}
