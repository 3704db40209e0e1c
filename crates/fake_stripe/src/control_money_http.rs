//! The control of refunds and payouts over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use crate::control_http::{World, control, ok, result, with};
use crate::key::Mode;
use crate::shared::Shared;

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_control/fail_next_refund", post(fail_next_refund))
        .route("/_control/refuse_next_refund", post(refuse_next_refund))
        .route("/_control/hold_next_refund", post(hold_next_refund))
        .route(
            "/_control/ask_payer_of_next_refund",
            post(ask_payer_of_next_refund),
        )
        .route("/_control/refund_charge", post(refund_charge))
        .route("/_control/settle_refund", post(settle_refund))
        .route("/_control/fail_refund", post(fail_refund))
        .route("/_control/run_payouts", post(run_payouts))
        .route("/_control/automatic_payouts", post(automatic_payouts))
        .route("/_control/arrive_payout", post(arrive_payout))
        .route("/_control/fail_payout", post(fail_payout))
        .route("/_control/reconcile_late", post(reconcile_late))
        .route("/_control/rate", post(rate))
        .route("/_control/fee_tax", post(fee_tax))
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn processing() -> String {
    "processing".to_owned()
}

fn closed() -> String {
    "account_closed".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Failure {
    #[serde(default = "unknown")]
    reason: String,
}

async fn fail_next_refund(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Failure| {
        control(shared).fail_next_refund(&given.reason);
        ok()
    })
}

async fn refuse_next_refund(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Failure| {
        control(shared).refuse_next_refund(&given.reason);
        ok()
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Waiting {
    #[serde(default = "processing")]
    reason: String,
}

async fn hold_next_refund(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Waiting| {
        control(shared).hold_next_refund(&given.reason);
        ok()
    })
}

async fn ask_payer_of_next_refund(State(shared): World) -> Response {
    control(shared).ask_payer_of_next_refund();
    ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfCharge {
    charge: String,
    amount: Option<i64>,
}

async fn refund_charge(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: OfCharge| {
        result(control(shared).refund_charge(&given.charge, given.amount))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneRefund {
    refund: String,
}

async fn settle_refund(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: OneRefund| {
        result(control(shared).settle_refund(&given.refund))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailedRefund {
    refund: String,
    #[serde(default = "unknown")]
    reason: String,
}

async fn fail_refund(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: FailedRefund| {
        result(control(shared).fail_refund(&given.refund, &given.reason))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    account: String,
    mode: Mode,
}

async fn run_payouts(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Of| {
        let payouts = control(shared).run_payouts(&given.account, given.mode);
        result(payouts.map(|payouts| json!({ "payouts": payouts })))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    account: String,
    enabled: bool,
}

async fn automatic_payouts(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Switch| {
        let outcome = control(shared).set_automatic_payouts(&given.account, given.enabled);
        result(outcome.map(|()| json!({ "ok": true })))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnePayout {
    payout: String,
}

async fn arrive_payout(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: OnePayout| {
        result(control(shared).arrive_payout(&given.payout))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailedPayout {
    payout: String,
    #[serde(default = "closed")]
    code: String,
}

async fn fail_payout(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: FailedPayout| {
        result(control(shared).fail_payout(&given.payout, &given.code))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seconds {
    seconds: u64,
}

async fn reconcile_late(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Seconds| {
        control(shared).reconcile_late(Duration::from_secs(given.seconds));
        ok()
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rate {
    account: String,
    currency: String,
    rate_ppm: Option<i64>,
}

async fn rate(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Rate| {
        let outcome = control(shared).set_rate(&given.account, &given.currency, given.rate_ppm);
        result(outcome.map(|()| json!({ "ok": true })))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeeTax {
    account: String,
    rate_ppm: Option<i64>,
    #[serde(default)]
    name: String,
}

async fn fee_tax(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: FeeTax| {
        let tax = given.rate_ppm.map(|rate| (rate, given.name));
        let outcome = control(shared).set_fee_tax(&given.account, tax);
        result(outcome.map(|()| json!({ "ok": true })))
    })
}
