//! The state machine of intents.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Stage, text};

#[tokio::test]
async fn a_card_pays_and_the_charge_is_booked_with_fee_and_net() {
    let stage = Stage::new().await;
    let keys = stage.keys(0).live;
    let intent = stage.intent(&keys.secret).await;
    assert_eq!(intent["status"], "requires_payment_method");
    let paid = stage
        .pay(&keys.publishable, &intent, "4242424242424242")
        .await;
    assert_eq!(
        (paid.status, text(&paid.body["status"])),
        (200, "succeeded")
    );
    assert_eq!(
        paid.body.get("metadata"),
        None,
        "a publishable key sees a part only"
    );
    let path = format!(
        "/v1/payment_intents/{}?expand[]=latest_charge.balance_transaction",
        text(&intent["id"])
    );
    let whole = stage.get(&keys.secret, &path).await.body;
    let booked = &whole["latest_charge"]["balance_transaction"];
    assert_eq!(
        (&booked["amount"], &booked["fee"], &booked["net"]),
        (&json!(114_975), &json!(3_364), &json!(111_611))
    );
    assert_eq!(booked["reporting_category"], "charge");
    assert_eq!(
        whole["latest_charge"]["payment_method_details"]["card"]["last4"],
        "4242"
    );
    assert_eq!(whole["metadata"]["invoice"], "i1");
}

#[tokio::test]
async fn a_declined_card_leaves_the_intent_open_for_another_card() {
    let stage = Stage::new().await;
    let keys = stage.keys(0).live;
    let intent = stage.intent(&keys.secret).await;
    for (number, code, decline_code) in [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000009987", "card_declined", "lost_card"),
        ("4000000000000069", "expired_card", "expired_card"),
        ("4000000000000127", "incorrect_cvc", "incorrect_cvc"),
        ("4000000000000119", "processing_error", "processing_error"),
    ] {
        let declined = stage.pay(&keys.publishable, &intent, number).await;
        let error = &declined.body["error"];
        assert_eq!(
            (declined.status, text(&error["type"])),
            (402, "card_error"),
            "{number}"
        );
        assert_eq!(
            (text(&error["code"]), text(&error["decline_code"])),
            (code, decline_code)
        );
        assert_eq!(error["payment_intent"]["status"], "requires_payment_method");
        assert_eq!(
            error["payment_intent"]["last_payment_error"]["decline_code"],
            decline_code
        );
    }
    let wrong = stage
        .pay(&keys.publishable, &intent, "4242424242424241")
        .await;
    assert_eq!(wrong.body["error"]["code"], "incorrect_number");
    let paid = stage
        .pay(&keys.publishable, &intent, "5555555555554444")
        .await;
    assert_eq!(paid.body["status"], "succeeded");
    assert_eq!(stage.control().charges().len(), 1);
}

#[tokio::test]
async fn three_d_secure_waits_for_the_payer_and_passes_or_fails() {
    let stage = Stage::new().await;
    let keys = stage.keys(0).live;
    for (passed, status) in [(false, "requires_payment_method"), (true, "succeeded")] {
        let intent = stage.intent(&keys.secret).await;
        let waiting = stage
            .pay(&keys.publishable, &intent, "4000000000003220")
            .await
            .body;
        assert_eq!(waiting["status"], "requires_action");
        assert_eq!(waiting["next_action"]["type"], "use_stripe_sdk");
        let answer =
            json!({ "client_secret": intent["client_secret"], "passed": passed }).to_string();
        let url = format!("{}/rehearsal/challenge/finish", stage.running.base_url());
        let ended: Value = serde_json::from_slice(
            &stage
                .http
                .post(url)
                .body(answer)
                .send()
                .await
                .unwrap()
                .bytes()
                .await
                .unwrap(),
        )
        .unwrap();
        assert_eq!(ended["status"], status);
        let after = stage
            .get(
                &keys.secret,
                &format!("/v1/payment_intents/{}", text(&intent["id"])),
            )
            .await
            .body;
        let code = after["last_payment_error"]["code"].as_str();
        assert_eq!(
            code,
            (!passed).then_some("payment_intent_authentication_failure")
        );
    }
}

#[tokio::test]
async fn amounts_change_only_while_nothing_is_paid_and_cancel_is_final() {
    let stage = Stage::new().await;
    let keys = stage.keys(0).live;
    let intent = stage.intent(&keys.secret).await;
    let path = format!("/v1/payment_intents/{}", text(&intent["id"]));
    let changed = stage
        .post(&keys.secret, &path, "amount=2000&metadata[a]=b")
        .await
        .body;
    assert_eq!(
        (
            changed["amount"].as_i64(),
            text(&changed["metadata"]["invoice"])
        ),
        (Some(2_000), "i1")
    );
    stage
        .pay(&keys.publishable, &intent, "4242424242424242")
        .await;
    let again = stage
        .pay(&keys.publishable, &intent, "4242424242424242")
        .await;
    assert_eq!(
        again.body["error"]["code"],
        "payment_intent_unexpected_state"
    );
    for (path, form) in [
        (path.clone(), "amount=3000"),
        (format!("{path}/cancel"), ""),
    ] {
        let refused = stage.post(&keys.secret, &path, form).await;
        assert_eq!(
            (refused.status, text(&refused.body["error"]["code"])),
            (400, "payment_intent_unexpected_state")
        );
        assert_eq!(
            refused.body["error"]["payment_intent"]["status"],
            "succeeded"
        );
    }
    let other = stage.intent(&keys.secret).await;
    let path = format!("/v1/payment_intents/{}", text(&other["id"]));
    let canceled = stage
        .post(
            &keys.secret,
            &format!("{path}/cancel"),
            "cancellation_reason=abandoned",
        )
        .await
        .body;
    assert_eq!(canceled["status"], "canceled");
    let late = stage
        .pay(&keys.publishable, &other, "4242424242424242")
        .await;
    assert_eq!(
        late.body["error"]["code"],
        "payment_intent_unexpected_state"
    );
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    for (form, code, param) in [
        (
            "amount=100&currency=cad&metdata[a]=b",
            "parameter_unknown",
            "metdata",
        ),
        (
            "amount=100&currency=cad&automatic_payment_methods[enabled]=true&automatic_payment_methods[alow]=1",
            "parameter_unknown",
            "automatic_payment_methods[alow]",
        ),
        (
            "amount=100&currency=cad&payment_method_types[]=card",
            "parameter_unknown",
            "payment_method_types",
        ),
        ("amount=100", "parameter_missing", "currency"),
        (
            "amount=1.5&currency=cad",
            "parameter_invalid_integer",
            "amount",
        ),
        ("amount=49&currency=cad", "amount_too_small", "amount"),
        (
            "amount=100000000&currency=cad",
            "amount_too_large",
            "amount",
        ),
        ("amount=100&currency=zzz", "", "currency"),
        (
            "amount=100&currency=cad&customer=cus_none",
            "resource_missing",
            "customer",
        ),
        (
            "amount=100&currency=cad&capture_method=never",
            "",
            "capture_method",
        ),
    ] {
        let refused = stage.post(&secret, "/v1/payment_intents", form).await;
        let error = &refused.body["error"];
        assert_eq!(
            (refused.status, text(&error["type"])),
            (400, "invalid_request_error"),
            "{form}"
        );
        assert_eq!(
            (text(&error["code"]), text(&error["param"])),
            (code, param),
            "{form}"
        );
    }
}

#[tokio::test]
async fn a_bank_debit_is_processing_until_the_clock_brings_the_banks_word() {
    let stage = Stage::new().await;
    let keys = stage.keys(1).test;
    for (iban, status) in [
        ("DE89370400440532013000", "succeeded"),
        ("DE62370400440532013001", "requires_payment_method"),
    ] {
        let made = stage
            .post(
                &keys.secret,
                "/v1/payment_intents",
                "amount=5000&currency=eur",
            )
            .await
            .body;
        assert_eq!(made["payment_method_types"], json!(["card", "sepa_debit"]));
        let form = format!(
            "client_secret={}&payment_method_data[type]=sepa_debit&payment_method_data[sepa_debit][iban]={iban}",
            text(&made["client_secret"])
        );
        let path = format!("/v1/payment_intents/{}", text(&made["id"]));
        let sent = stage
            .post(&keys.publishable, &format!("{path}/confirm"), &form)
            .await;
        assert_eq!(sent.body["status"], "processing");
        let refused = stage
            .post(&keys.secret, &format!("{path}/cancel"), "")
            .await;
        assert_eq!(refused.status, 400, "a debit under way cannot be canceled");
        stage
            .control()
            .advance(Duration::from_secs(3 * 86_400 - 60));
        assert_eq!(
            stage.get(&keys.secret, &path).await.body["status"],
            "processing"
        );
        stage.control().advance(Duration::from_secs(120));
        assert_eq!(stage.get(&keys.secret, &path).await.body["status"], status);
    }
    assert_eq!(stage.control().charges().len(), 1);
}

#[tokio::test]
async fn a_setup_intent_proves_two_keys_and_is_canceled() {
    let stage = Stage::new().await;
    let keys = stage.keys(0).live;
    let made = stage
        .post(&keys.secret, "/v1/setup_intents", "usage=off_session")
        .await
        .body;
    let path = format!("/v1/setup_intents/{}", text(&made["id"]));
    let secret = text(&made["client_secret"]);
    let seen = stage
        .get(&keys.publishable, &format!("{path}?client_secret={secret}"))
        .await;
    assert_eq!((seen.status, &seen.body["livemode"]), (200, &json!(true)));
    let wrong = stage
        .get(
            &keys.publishable,
            &format!("{path}?client_secret=seti_x_secret_y"),
        )
        .await;
    assert_eq!(wrong.body["error"]["param"], "client_secret");
    let canceled = stage
        .post(&keys.secret, &format!("{path}/cancel"), "")
        .await
        .body;
    assert_eq!(canceled["status"], "canceled");
    let again = stage
        .post(&keys.secret, &format!("{path}/cancel"), "")
        .await
        .body;
    assert_eq!(again["error"]["code"], "setup_intent_unexpected_state");
}

#[tokio::test]
async fn manual_capture_holds_first_and_pays_on_capture() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).test.secret;
    let form =
        "amount=900&currency=cad&capture_method=manual&payment_method=pm_card_visa&confirm=true";
    let held = stage.post(&secret, "/v1/payment_intents", form).await.body;
    assert_eq!(
        (text(&held["status"]), held["amount_capturable"].as_i64()),
        ("requires_capture", Some(900))
    );
    let paid = stage
        .post(
            &secret,
            &format!("/v1/payment_intents/{}/capture", text(&held["id"])),
            "",
        )
        .await
        .body;
    assert_eq!(
        (text(&paid["status"]), paid["amount_received"].as_i64()),
        ("succeeded", Some(900))
    );
}

#[tokio::test]
async fn a_shipping_address_has_every_line_wherever_it_came_from() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    let form = "shipping[name]=Ana&shipping[address][line1]=1+rue&shipping[address][country]=CA";
    let made = stage
        .post(
            &secret,
            "/v1/payment_intents",
            &format!("amount=100&currency=cad&{form}"),
        )
        .await
        .body;
    let whole = json!({ "city": null, "country": "CA", "line1": "1 rue", "line2": null, "postal_code": null, "state": null });
    assert_eq!(made["shipping"]["address"], whole);
    let path = format!("/v1/payment_intents/{}", text(&made["id"]));
    assert_eq!(
        stage.post(&secret, &path, "shipping=").await.body["shipping"],
        Value::Null
    );
    let customer = stage.post(&secret, "/v1/customers", form).await.body;
    assert_eq!(customer["shipping"]["address"], whole);
}

#[tokio::test]
async fn a_challenge_by_redirect_names_its_page_and_the_way_back() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    let form = "amount=100&currency=cad&payment_method=pm_card_threeDSecure2Required&confirm=true&return_url=https://pay.example/back";
    let waiting = stage.post(&secret, "/v1/payment_intents", form).await.body;
    let action = &waiting["next_action"]["redirect_to_url"];
    assert_eq!(action["return_url"], "https://pay.example/back");
    let url = text(&action["url"]);
    let page = stage.http.get(url).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(
        url.ends_with(&format!("#{}", text(&waiting["client_secret"]))),
        "the secret stands behind #, where no log sees it"
    );
    let look = stage.http.post(format!(
        "{}/rehearsal/challenge/look",
        stage.running.base_url()
    ));
    let shown = look
        .body(json!({ "client_secret": waiting["client_secret"] }).to_string())
        .send()
        .await
        .unwrap();
    let shown: Value = serde_json::from_slice(&shown.bytes().await.unwrap()).unwrap();
    assert_eq!(
        (text(&shown["return_url"]), shown["amount"].as_i64()),
        ("https://pay.example/back", Some(100))
    );
}
