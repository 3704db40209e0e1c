//! Payouts: gathered from what is available, sent, arrived, sent back; money of other currencies; tax on fees.

use std::time::Duration;

use fake_stripe::{AccountSpec, FakeStripe, Mode};
use serde_json::{Value, json};

use crate::kit::{Stage, text};

const DAY: Duration = Duration::from_secs(86_400);

fn key(stage: &Stage) -> String {
    stage.keys(0).live.secret
}

async fn pay(stage: &Stage, method: &str, currency: &str) -> Value {
    let form = format!(
        "amount=10000&currency={currency}&payment_method={method}&confirm=true&expand[]=latest_charge.balance_transaction"
    );
    let paid = stage.post(&key(stage), "/v1/payment_intents", &form).await;
    assert_eq!(paid.status, 200, "{}", paid.body);
    paid.body["latest_charge"]["balance_transaction"].clone()
}

async fn list(stage: &Stage, path: &str) -> Vec<Value> {
    let listed = stage.get(&key(stage), path).await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    listed.body["data"].as_array().unwrap().clone()
}

async fn available(stage: &Stage) -> i64 {
    let balance = stage.get(&key(stage), "/v1/balance").await.body;
    balance["available"][0]["amount"].as_i64().unwrap()
}

fn daily() -> FakeStripe {
    let account = AccountSpec::new("acct_1Daily", "Daily", "CA", "cad").paid_out_daily();
    FakeStripe::builder().accounts(vec![account])
}

#[tokio::test]
async fn the_schedule_pays_out_what_became_available_and_says_what_is_in_it() {
    let stage = Stage::with(daily()).await;
    let first = pay(&stage, "pm_card_visa", "cad").await;
    assert!(list(&stage, "/v1/payouts").await.is_empty());
    stage.control().advance(DAY * 3);
    let payouts = list(&stage, "/v1/payouts").await;
    assert_eq!(payouts.len(), 1);
    let payout = &payouts[0];
    assert_eq!(payout["amount"], first["net"]);
    assert_eq!(
        (&payout["automatic"], &payout["reconciliation_status"]),
        (&json!(true), &json!("completed"))
    );
    let path = format!("/v1/balance_transactions?payout={}", text(&payout["id"]));
    let lines = list(&stage, &path).await;
    let of: Vec<&str> = lines.iter().map(|line| text(&line["type"])).collect();
    assert_eq!(of, ["payout", "charge"]);
    let sum: i64 = lines.iter().map(|line| line["net"].as_i64().unwrap()).sum();
    assert_eq!(sum, 0, "a payout takes out what is in it");
    assert_eq!(available(&stage).await, 0);
    stage.control().advance(DAY * 3);
    let payout = &list(&stage, "/v1/payouts").await[0];
    assert_eq!(payout["status"], "paid");
    let path = "/v1/events?limit=100&types[]=payout.created&types[]=payout.paid&types[]=payout.reconciliation_completed";
    let events = list(&stage, path).await;
    let kinds: Vec<&str> = events.iter().rev().map(|e| text(&e["type"])).collect();
    assert_eq!(
        kinds,
        [
            "payout.created",
            "payout.reconciliation_completed",
            "payout.paid"
        ]
    );
    let created: Vec<i64> = events
        .iter()
        .map(|e| e["created"].as_i64().unwrap())
        .collect();
    assert!(
        created[0] > created[1],
        "what the clock brought happened at its own hour"
    );
}

#[tokio::test]
async fn a_payout_that_comes_back_is_paid_out_again_the_next_day() {
    let stage = Stage::with(daily()).await;
    pay(&stage, "pm_card_bypassPending", "cad").await;
    let made = stage
        .control()
        .run_payouts("acct_1Daily", Mode::Live)
        .unwrap();
    let [payout] = made.as_slice() else {
        panic!("one payout, not {made:?}")
    };
    let id = text(&payout["id"]);
    assert_eq!(stage.control().arrive_payout(id).unwrap()["status"], "paid");
    let failed = stage.control().fail_payout(id, "account_closed").unwrap();
    assert_eq!(
        (&failed["status"], &failed["failure_code"]),
        (&json!("failed"), &json!("account_closed"))
    );
    let line = text(&failed["failure_balance_transaction"]);
    let path = format!("/v1/balance_transactions/{line}");
    let line = stage.get(&key(&stage), &path).await.body;
    assert_eq!(
        (&line["type"], &line["amount"]),
        (&json!("payout_failure"), &payout["amount"])
    );
    stage.control().advance(DAY);
    let again = &list(&stage, "/v1/payouts").await[0];
    assert_eq!(again["amount"], payout["amount"]);
}

#[tokio::test]
async fn a_payout_by_hand_takes_no_more_than_is_available_and_does_not_say_what_is_in_it() {
    let stage = Stage::new().await;
    let line = pay(&stage, "pm_card_bypassPending", "cad").await;
    let net = line["net"].as_i64().unwrap();
    let ask = |amount: i64| format!("amount={amount}&currency=cad");
    let key = key(&stage);
    let much = stage.post(&key, "/v1/payouts", &ask(net + 1)).await;
    assert_eq!(much.body["error"]["code"], "balance_insufficient");
    let made = stage.post(&key, "/v1/payouts", &ask(net - 1)).await.body;
    assert_eq!(
        (&made["status"], &made["automatic"]),
        (&json!("pending"), &json!(false))
    );
    assert_eq!(available(&stage).await, 1);
    let path = format!("/v1/balance_transactions?payout={}", text(&made["id"]));
    assert_eq!(stage.get(&key, &path).await.status, 400);
    let cancel = format!("/v1/payouts/{}/cancel", text(&made["id"]));
    assert_eq!(
        stage.post(&key, &cancel, "").await.body["status"],
        "canceled"
    );
    assert_eq!(available(&stage).await, net);
    assert_eq!(stage.post(&key, &cancel, "").await.status, 400);
}

#[tokio::test]
async fn what_is_in_a_payout_may_be_said_late() {
    let stage = Stage::with(daily()).await;
    stage.control().reconcile_late(Duration::from_secs(3_600));
    pay(&stage, "pm_card_bypassPending", "cad").await;
    let made = stage
        .control()
        .run_payouts("acct_1Daily", Mode::Live)
        .unwrap();
    let path = format!("/v1/balance_transactions?payout={}", text(&made[0]["id"]));
    let early = stage.get(&key(&stage), &path).await;
    assert_eq!(
        early.body["error"]["code"],
        "payout_reconciliation_not_ready"
    );
    stage.control().advance(Duration::from_secs(3_601));
    assert_eq!(list(&stage, &path).await.len(), 2);
}

#[tokio::test]
async fn money_of_another_currency_is_converted_and_the_fee_bears_its_tax() {
    let account = AccountSpec::new("acct_1Daily", "Daily", "CA", "cad")
        .converting("usd", 1_370_000)
        .taxing_fees(149_750, "GST + QST");
    let stage = Stage::with(FakeStripe::builder().accounts(vec![account])).await;
    let line = pay(&stage, "pm_card_visa", "usd").await;
    assert_eq!(
        (&line["amount"], &line["currency"]),
        (&json!(13_700), &json!("cad"))
    );
    assert_eq!(line["exchange_rate"], json!(1.37));
    // 2.9 % of 137.00 and 0.30; 14.975 % of that.
    assert_eq!(line["fee_details"][0]["amount"], 427);
    assert_eq!(
        (
            &line["fee_details"][1]["type"],
            &line["fee_details"][1]["amount"]
        ),
        (&json!("tax"), &json!(64))
    );
    assert_eq!((&line["fee"], &line["net"]), (&json!(491), &json!(13_209)));
    stage
        .control()
        .set_rate("acct_1Daily", "usd", Some(1_400_000))
        .unwrap();
    let refund = stage
        .control()
        .refund_charge(text(&line["source"]), None)
        .unwrap();
    let path = format!(
        "/v1/balance_transactions/{}",
        text(&refund["balance_transaction"])
    );
    let back = stage.get(&key(&stage), &path).await.body;
    assert_eq!(back["net"], -14_000, "at the rate of the refund's day");
}
