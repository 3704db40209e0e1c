//! Cards that are kept, charged while their owner is away, and taken off again.

use serde_json::{Value, json};

use crate::kit::{Reply, Stage, text};

fn key(stage: &Stage) -> String {
    stage.keys(0).live.secret
}

async fn customer(stage: &Stage) -> String {
    let made = stage.post(&key(stage), "/v1/customers", "name=P").await;
    text(&made.body["id"]).to_owned()
}

/// Pays 100.00 cad with a named card and keeps it; gives the payment method.
async fn kept(stage: &Stage, customer: &str, method: &str) -> String {
    let form = format!(
        "amount=10000&currency=cad&customer={customer}&setup_future_usage=off_session&payment_method={method}&confirm=true"
    );
    let paid = stage.post(&key(stage), "/v1/payment_intents", &form).await;
    assert_eq!(paid.status, 200, "{}", paid.body);
    text(&paid.body["payment_method"]).to_owned()
}

async fn charge_away(stage: &Stage, customer: &str, method: &str) -> Reply {
    let form = format!(
        "amount=5000&currency=cad&customer={customer}&payment_method={method}&off_session=true&confirm=true\
         &automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never"
    );
    stage.post(&key(stage), "/v1/payment_intents", &form).await
}

async fn methods(stage: &Stage, customer: &str) -> Vec<Value> {
    let path = format!("/v1/customers/{customer}/payment_methods");
    let listed = stage.get(&key(stage), &path).await.body;
    listed["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_card_that_paid_is_kept_and_charged_while_its_owner_is_away() {
    let stage = Stage::new().await;
    let customer = customer(&stage).await;
    let method = kept(&stage, &customer, "pm_card_visa").await;
    let listed = methods(&stage, &customer).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["id"], method.as_str());
    let paid = charge_away(&stage, &customer, &method).await.body;
    assert_eq!(paid["status"], "succeeded");
    let other = stage
        .post(&key(&stage), "/v1/customers", "name=Q")
        .await
        .body;
    let refused = charge_away(&stage, text(&other["id"]), &method).await;
    assert_eq!(refused.body["error"]["param"], "payment_method");
}

#[tokio::test]
async fn without_a_customer_a_card_serves_once() {
    let stage = Stage::new().await;
    let form = "amount=1000&currency=cad&payment_method=pm_card_visa&confirm=true";
    let paid = stage.post(&key(&stage), "/v1/payment_intents", form).await;
    let method = text(&paid.body["payment_method"]).to_owned();
    let again = format!("amount=1000&currency=cad&payment_method={method}&confirm=true");
    let again = stage
        .post(&key(&stage), "/v1/payment_intents", &again)
        .await;
    assert_eq!(
        again.body["error"]["code"],
        "payment_method_unexpected_state"
    );
    let customer = customer(&stage).await;
    let path = format!("/v1/payment_methods/{method}/attach");
    let form = format!("customer={customer}");
    assert_eq!(stage.post(&key(&stage), &path, &form).await.status, 400);
}

#[tokio::test]
async fn a_bank_that_wants_the_owner_declines_what_is_charged_while_they_are_away() {
    let stage = Stage::new().await;
    let customer = customer(&stage).await;
    let form = format!("customer={customer}");
    let always = "/v1/payment_methods/pm_card_authenticationRequired/attach";
    let method = stage.post(&key(&stage), always, &form).await.body;
    let declined = charge_away(&stage, &customer, text(&method["id"])).await;
    assert_eq!(declined.status, 402);
    let error = &declined.body["error"];
    assert_eq!(error["code"], "authentication_required");
    let intent = &error["payment_intent"];
    assert_eq!(intent["status"], "requires_payment_method");
    let secret = stage.keys(0).live.publishable;
    // The owner comes and pays the very same intent.
    let form = format!(
        "client_secret={}&payment_method=pm_card_visa",
        text(&intent["client_secret"])
    );
    let path = format!("/v1/payment_intents/{}/confirm", text(&intent["id"]));
    let paid = stage.post(&secret, &path, &form).await.body;
    assert_eq!(paid["status"], "succeeded");
}

#[tokio::test]
async fn a_card_set_up_by_its_owner_asks_no_more() {
    let stage = Stage::new().await;
    let customer = customer(&stage).await;
    let form = format!(
        "customer={customer}&usage=off_session&payment_method=pm_card_authenticationRequiredOnSetup&confirm=true&use_stripe_sdk=true"
    );
    let asked = stage
        .post(&key(&stage), "/v1/setup_intents", &form)
        .await
        .body;
    assert_eq!(asked["status"], "requires_action");
    let url = format!("{}/rehearsal/challenge/finish", stage.running.base_url());
    let ticket = json!({ "client_secret": asked["client_secret"], "passed": true });
    let passed = stage
        .send(stage.http.post(url).body(ticket.to_string()))
        .await;
    assert_eq!(passed.body["status"], "succeeded");
    let [method] = methods(&stage, &customer).await.try_into().unwrap();
    let paid = charge_away(&stage, &customer, text(&method["id"]))
        .await
        .body;
    assert_eq!(paid["status"], "succeeded");
    let already = "/v1/payment_methods/pm_card_authenticationRequiredSetupForOffSession/attach";
    let form = format!("customer={customer}");
    let method = stage.post(&key(&stage), already, &form).await.body;
    let paid = charge_away(&stage, &customer, text(&method["id"]))
        .await
        .body;
    assert_eq!(paid["status"], "succeeded");
}

#[tokio::test]
async fn a_detached_card_is_of_no_use_and_a_deleted_customer_has_none() {
    let stage = Stage::new().await;
    let customer = customer(&stage).await;
    let first = kept(&stage, &customer, "pm_card_visa").await;
    let second = kept(&stage, &customer, "pm_card_mastercard").await;
    let form = format!("invoice_settings[default_payment_method]={first}");
    let path = format!("/v1/customers/{customer}");
    let chosen = stage.post(&key(&stage), &path, &form).await.body;
    assert_eq!(
        chosen["invoice_settings"]["default_payment_method"],
        first.as_str()
    );
    let detach = format!("/v1/payment_methods/{first}/detach");
    let detached = stage.post(&key(&stage), &detach, "").await.body;
    assert_eq!(detached["customer"], Value::Null);
    assert_eq!(stage.post(&key(&stage), &detach, "").await.status, 400);
    let after = stage.get(&key(&stage), &path).await.body;
    assert_eq!(
        after["invoice_settings"]["default_payment_method"],
        Value::Null
    );
    assert_eq!(charge_away(&stage, &customer, &first).await.status, 400);
    let deleted = stage.delete(&key(&stage), &path).await.body;
    assert_eq!(deleted["deleted"], true);
    assert_eq!(stage.get(&key(&stage), &path).await.body["deleted"], true);
    assert_eq!(stage.delete(&key(&stage), &path).await.status, 404);
    let none = charge_away(&stage, &customer, &second).await;
    assert_eq!(none.body["error"]["code"], "resource_missing");
    let listed = stage.get(&key(&stage), "/v1/customers").await.body;
    assert_eq!(listed["data"], json!([]));
}

#[tokio::test]
async fn a_card_that_is_kept_may_change_and_may_be_declined_later() {
    let stage = Stage::new().await;
    let control = stage.control();
    let customer = customer(&stage).await;
    let form = format!("customer={customer}");
    let path = "/v1/payment_methods/pm_card_chargeCustomerFail/attach";
    let failing = stage.post(&key(&stage), path, &form).await.body;
    let declined = charge_away(&stage, &customer, text(&failing["id"])).await;
    assert_eq!(declined.body["error"]["code"], "card_declined");
    let method = kept(&stage, &customer, "pm_card_visa").await;
    control.card_says(&method, Some("expired_card")).unwrap();
    let expired = charge_away(&stage, &customer, &method).await;
    assert_eq!(expired.body["error"]["code"], "expired_card");
    let renewed = control.renew_card(&method, "1111", 1, 2040).unwrap();
    assert_eq!(renewed["card"]["last4"], "1111");
    control.card_says(&method, None).unwrap();
    assert_eq!(charge_away(&stage, &customer, &method).await.status, 200);
    let path = "/v1/events?type=payment_method.automatically_updated";
    let told = stage.get(&key(&stage), path).await.body;
    assert_eq!(told["data"][0]["data"]["object"]["id"], method.as_str());
    let decline = "/v1/payment_methods/pm_card_chargeDeclined/attach";
    assert_eq!(stage.post(&key(&stage), decline, &form).await.status, 402);
}
