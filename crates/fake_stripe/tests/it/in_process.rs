//! Held in process with a clock and a seed, a whole run repeats to the letter, and its sums hold.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fake_stripe::{AccountSpec, Asking, FakeStripe, InProcess, Mode};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::Value;

use crate::kit::text;

const DAY_S: i64 = 86_400;

struct Run {
    rehearsal: InProcess,
    clock: Arc<AtomicI64>,
    secret: String,
}

impl Run {
    fn new() -> Self {
        let clock = Arc::new(AtomicI64::new(1_800_000_000));
        let hand = Arc::clone(&clock);
        let account = AccountSpec::new("acct_1Held", "Held", "CA", "cad")
            .converting("usd", 1_370_000)
            .taxing_fees(149_750, "GST + QST")
            .with_bank_debits()
            .paid_out_daily();
        let plan = FakeStripe::builder()
            .accounts(vec![account])
            .clock(move || hand.load(Ordering::SeqCst))
            .seed(7);
        let rehearsal = plan.in_process().expect("a client that is never used");
        let secret = rehearsal.control().keys().swap_remove(0).live.secret;
        Self {
            rehearsal,
            clock,
            secret,
        }
    }

    async fn post(&self, path: &str, form: &str) -> Value {
        self.ask(Method::POST, path, "", form).await
    }

    async fn ask(&self, method: Method, path: &str, query: &str, form: &str) -> Value {
        let mut headers = HeaderMap::new();
        let bearer = format!("Bearer {}", self.secret);
        headers.insert("authorization", HeaderValue::from_str(&bearer).unwrap());
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert("content-type", kind);
        let asking = Asking {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body: form.to_owned().into(),
        };
        let reply = self.rehearsal.ask(asking).await.expect("an answer");
        serde_json::from_str(&reply.body).expect("JSON")
    }

    async fn charge(&self, currency: &str, method: &str) -> String {
        let form = format!("amount=10000&currency={currency}&payment_method={method}&confirm=true");
        let paid = self.post("/v1/payment_intents", &form).await;
        text(&paid["latest_charge"]).to_owned()
    }

    fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
        self.rehearsal.control().advance(std::time::Duration::ZERO);
    }
}

/// Everything that moves money, over twenty days.
async fn live() -> Run {
    let run = Run::new();
    let control = run.rehearsal.control();
    let plain = run.charge("cad", "pm_card_visa").await;
    let foreign = run.charge("usd", "pm_card_visa").await;
    let failing = run.charge("cad", "pm_card_refundFail").await;
    run.charge("cad", "pm_card_createDispute").await;
    run.charge("usd", "pm_card_createDisputeInquiry").await;
    for (charge, amount) in [(&plain, 2_500), (&foreign, 10_000), (&failing, 4_000)] {
        let form = format!("charge={charge}&amount={amount}");
        run.post("/v1/refunds", &form).await;
    }
    run.pass(3 * DAY_S);
    let session = "mode=payment&line_items[0][price_data][currency]=cad&line_items[0][price_data][unit_amount]=700\
                   &line_items[0][price_data][product_data][name]=x&line_items[0][quantity]=1&success_url=https://a.example";
    let session = run.post("/v1/checkout/sessions", session).await;
    control
        .pay_checkout(text(&session["id"]), "acss_debit")
        .unwrap();
    let payouts = control.run_payouts("acct_1Held", Mode::Live).unwrap();
    assert!(payouts.is_empty(), "midnight has taken it all");
    let disputes = run.rehearsal.objects("dispute");
    control
        .decide_dispute(text(&disputes[0]["id"]), "won")
        .unwrap();
    let form = "evidence[uncategorized_text]=escalate_inquiry_evidence";
    let path = format!("/v1/disputes/{}", text(&disputes[1]["id"]));
    run.post(&path, form).await;
    run.pass(5 * DAY_S);
    let paid = run.rehearsal.objects("payout");
    control
        .fail_payout(text(&paid[0]["id"]), "no_account")
        .unwrap();
    run.pass(12 * DAY_S);
    run
}

#[tokio::test]
async fn the_same_seed_and_clock_live_the_same_life() {
    let (first, second) = (live().await, live().await);
    for noun in ["event", "balance_transaction", "payout", "charge"] {
        let (a, b) = (
            first.rehearsal.objects(noun),
            second.rehearsal.objects(noun),
        );
        assert!(!a.is_empty(), "{noun}");
        assert_eq!(a, b, "{noun}");
    }
    assert!(!first.rehearsal.expects(), "only the schedule goes on");
}

#[tokio::test]
async fn every_line_adds_up_no_charge_gives_back_too_much_and_no_line_is_paid_out_twice() {
    let run = live().await;
    let whole = |object: &Value, name: &str| object[name].as_i64().unwrap();
    let lines = run.rehearsal.objects("balance_transaction");
    for line in &lines {
        let fees = line["fee_details"].as_array().unwrap();
        let fee: i64 = fees.iter().map(|part| whole(part, "amount")).sum();
        assert_eq!(whole(line, "fee"), fee, "{line}");
        assert_eq!(whole(line, "net"), whole(line, "amount") - fee, "{line}");
        assert_eq!(line["currency"], "cad", "all of it was converted");
    }
    for charge in run.rehearsal.objects("charge") {
        assert!(whole(&charge, "amount_refunded") <= whole(&charge, "amount"));
    }
    let net: i64 = lines.iter().map(|line| whole(line, "net")).sum();
    let payouts = run.rehearsal.objects("payout");
    assert_eq!(payouts.len(), 2, "one came back, and one took it along");
    let mut seen = BTreeSet::new();
    for payout in &payouts {
        let query = format!("limit=100&payout={}", text(&payout["id"]));
        let path = "/v1/balance_transactions";
        let listed = run.ask(Method::GET, path, &query, "").await;
        let inside = listed["data"].as_array().unwrap();
        let sum: i64 = inside.iter().map(|line| whole(line, "net")).sum();
        assert_eq!(sum, 0, "its own line takes out what the others brought");
        for line in inside {
            assert!(seen.insert(text(&line["id"]).to_owned()), "twice: {line}");
        }
    }
    let away: i64 = payouts
        .iter()
        .filter(|payout| payout["status"] != "failed")
        .map(|payout| whole(payout, "amount"))
        .sum();
    let moved: i64 = lines
        .iter()
        .filter(|line| !text(&line["type"]).starts_with("payout"))
        .map(|line| whole(line, "net"))
        .sum();
    assert_eq!(moved - away, net, "what came in, left, or is still there");
}
