//! Keys, modes, accounts and permissions.

use fake_stripe::Mode;

use crate::kit::{Stage, text};

#[tokio::test]
async fn modes_and_accounts_are_disjoint() {
    let stage = Stage::new().await;
    let (studio, other) = (stage.keys(0), stage.keys(1));
    let intent = stage.intent(&studio.live.secret).await;
    let path = format!("/v1/payment_intents/{}", text(&intent["id"]));
    let wrong_mode = stage.get(&studio.test.secret, &path).await;
    assert_eq!(
        (wrong_mode.status, text(&wrong_mode.body["error"]["code"])),
        (404, "resource_missing")
    );
    assert!(
        text(&wrong_mode.body["error"]["message"]).contains("a similar object exists in live mode")
    );
    let wrong_account = stage.get(&other.live.secret, &path).await;
    assert!(!text(&wrong_account.body["error"]["message"]).contains("similar"));
    let with_secret = format!("{path}?client_secret={}", text(&intent["client_secret"]));
    assert_eq!(
        stage
            .get(&other.live.publishable, &with_secret)
            .await
            .status,
        404
    );
    assert_eq!(
        stage
            .get(&studio.test.publishable, &with_secret)
            .await
            .status,
        404
    );
    assert_eq!(
        stage
            .get(&studio.live.publishable, &with_secret)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn an_unknown_a_publishable_and_a_revoked_key_are_told_apart() {
    let stage = Stage::new().await;
    let keys = stage.keys(0).live;
    let unknown = stage.get("sk_live_51Nobodyabcd", "/v1/account").await;
    assert_eq!(
        (unknown.status, text(&unknown.body["error"]["message"])),
        (401, "Invalid API Key provided: sk_live_****abcd")
    );
    assert!(unknown.request_id.starts_with("req_"));
    let publishable = stage.get(&keys.publishable, "/v1/account").await;
    assert_eq!(publishable.body["error"]["code"], "secret_key_required");
    assert_eq!(
        stage.get(&keys.secret, "/v1/account").await.body["country"],
        "CA"
    );
    stage.control().revoke_key(&keys.secret).unwrap();
    let revoked = stage.get(&keys.secret, "/v1/account").await;
    assert_eq!(
        (revoked.status, text(&revoked.body["error"]["code"])),
        (401, "api_key_expired")
    );
    assert!(!revoked.body.to_string().contains(&keys.secret));
}

#[tokio::test]
async fn basic_authentication_is_as_good_as_bearer() {
    let stage = Stage::new().await;
    let url = format!("{}/v1/balance", stage.running.base_url());
    let answer = stage
        .http
        .get(&url)
        .basic_auth(stage.keys(0).live.secret, Some(""))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(stage.http.get(&url).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_restricted_key_is_refused_with_the_name_of_what_it_lacks() {
    let stage = Stage::new().await;
    let keys = stage.keys(0);
    let account = stage.get(&keys.live.restricted, "/v1/account").await;
    assert_eq!(account.status, 403);
    let wanted =
        "Having the 'rak_accounts_kyc_basic_read' permission would allow this request to continue.";
    assert!(text(&account.body["error"]["message"]).ends_with(wanted));
    assert_eq!(
        stage.get(&keys.live.restricted, "/v1/events").await.status,
        200
    );
    let poor = stage
        .control()
        .restricted_key(&keys.account, Mode::Live, &["rak_payment_intent_read"])
        .unwrap();
    assert_eq!(stage.get(&poor, "/v1/payment_intents").await.status, 200);
    let refused = stage
        .post(&poor, "/v1/payment_intents", "amount=100&currency=cad")
        .await;
    assert!(text(&refused.body["error"]["message"]).contains("'rak_payment_intent_write'"));
}

#[tokio::test]
async fn an_account_that_may_not_charge_yet_refuses_live_payments_only() {
    let stage = Stage::new().await;
    let keys = stage.keys(2);
    assert_eq!(
        stage.get(&keys.live.secret, "/v1/account").await.body["charges_enabled"],
        false
    );
    let live = stage
        .post(
            &keys.live.secret,
            "/v1/payment_intents",
            "amount=100&currency=usd",
        )
        .await;
    assert_eq!(live.body["error"]["code"], "testmode_charges_only");
    assert_eq!(
        stage
            .post(
                &keys.test.secret,
                "/v1/payment_intents",
                "amount=100&currency=usd"
            )
            .await
            .status,
        200
    );
    stage
        .control()
        .set_charges_enabled(&keys.account, true)
        .unwrap();
    assert_eq!(
        stage
            .post(
                &keys.live.secret,
                "/v1/payment_intents",
                "amount=100&currency=usd"
            )
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn only_loopback_addresses_are_listened_on() {
    assert!(
        fake_stripe::FakeStripe::builder()
            .start("0.0.0.0:0")
            .await
            .is_err()
    );
}

#[tokio::test]
async fn raw_card_numbers_are_taken_from_the_payment_element_only() {
    let stage = Stage::new().await;
    let keys = stage.keys(0).live;
    let form = "type=card&card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=34&card[cvc]=123";
    assert_eq!(
        stage
            .post(&keys.secret, "/v1/payment_methods", form)
            .await
            .status,
        402
    );
    let made = stage
        .post(&keys.publishable, "/v1/payment_methods", form)
        .await;
    assert_eq!(made.body["card"]["last4"], "4242");
    let seen = serde_json::to_string(&stage.control().recorded()).unwrap();
    assert!(seen.contains("redacted") && !seen.contains("4242424242424242"));
}
