//! Idempotency keys.

use std::time::Duration;

use fake_stripe::{Fault, Trouble};

use crate::kit::{Stage, text};

const PATH: &str = "/v1/payment_intents";

#[tokio::test]
async fn the_same_key_replays_and_other_parameters_are_refused() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    let first = stage
        .post_once(&secret, PATH, "amount=100&currency=cad", "k1")
        .await;
    let again = stage
        .post_once(&secret, PATH, "currency=cad&amount=100", "k1")
        .await;
    assert_eq!(
        (&again.body, again.replayed, first.replayed),
        (&first.body, true, false)
    );
    let other = stage
        .post_once(&secret, PATH, "amount=200&currency=cad", "k1")
        .await;
    assert_eq!(
        (other.status, text(&other.body["error"]["type"])),
        (400, "idempotency_error")
    );
    let elsewhere = stage.post_once(&secret, "/v1/customers", "", "k1").await;
    assert_eq!(elsewhere.body["error"]["type"], "idempotency_error");
    stage.control().advance(Duration::from_secs(24 * 3_600 + 1));
    let forgotten = stage
        .post_once(&secret, PATH, "amount=100&currency=cad", "k1")
        .await;
    assert_ne!(forgotten.body["id"], first.body["id"]);
}

#[tokio::test]
async fn a_refused_parameter_does_not_use_the_key_up_but_a_decline_does() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    assert_eq!(
        stage
            .post_once(&secret, PATH, "amount=1&currency=cad", "k2")
            .await
            .status,
        400
    );
    assert_eq!(
        stage
            .post_once(&secret, PATH, "amount=100&currency=cad", "k2")
            .await
            .status,
        200
    );
    let form = "amount=100&currency=cad&payment_method=pm_card_visa_chargeDeclined&confirm=true";
    let declined = stage.post_once(&secret, PATH, form, "k3").await;
    let again = stage.post_once(&secret, PATH, form, "k3").await;
    assert_eq!(
        (declined.status, again.status, again.replayed),
        (402, 402, true)
    );
}

#[tokio::test]
async fn a_500_is_replayed_as_well() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    stage.control().answer_500_next();
    for replayed in [false, true] {
        let answer = stage
            .post_once(&secret, PATH, "amount=100&currency=cad", "k4")
            .await;
        assert_eq!((answer.status, answer.replayed), (500, replayed));
    }
    assert_eq!(
        stage
            .post_once(&secret, PATH, "amount=100&currency=cad", "k5")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn two_requests_at_once_with_one_key_conflict() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    stage
        .control()
        .fault(Fault::new(Trouble::Hold).on("POST", PATH));
    let held = stage
        .request(&secret, PATH, "amount=100&currency=cad")
        .header("idempotency-key", "k6")
        .send();
    let held = tokio::spawn(held);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let second = stage
        .post_once(&secret, PATH, "amount=100&currency=cad", "k6")
        .await;
    assert_eq!(
        (second.status, text(&second.body["error"]["code"])),
        (409, "idempotency_key_in_use")
    );
    stage.control().release_requests();
    assert_eq!(held.await.unwrap().unwrap().status(), 200);
    assert!(
        stage
            .post_once(&secret, PATH, "amount=100&currency=cad", "k6")
            .await
            .replayed
    );
}
