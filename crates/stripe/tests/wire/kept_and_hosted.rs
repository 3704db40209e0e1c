//! Customers, kept cards, charges made while the payer is away, and the page that Stripe hosts.

use stripe::checkout::{CheckoutPaymentStatus, CheckoutStatus};
use stripe::*;

use crate::kit::{Server, client, intention, say};

#[tokio::test]
async fn a_charge_that_the_bank_wants_confirmed_leaves_the_intent_to_be_paid() {
    let body = r#"{"error":{"type":"card_error","code":"authentication_required","decline_code":"authentication_required","message":"m",
        "payment_intent":{"id":"pi_9","object":"payment_intent","status":"requires_payment_method","client_secret":"pi_9_secret_hidden"}}}"#;
    let (server, origins) = Server::start([say(402, body)]).await;
    let away = OffSessionCharge {
        amount_minor: 1999,
        currency: "cad".to_owned(),
        customer: "cus_1".to_owned(),
        payment_method: "pm_1".to_owned(),
        description: None,
        metadata: Metadata::new(),
    };
    let error = client(&origins)
        .charge_off_session(&away, &intention())
        .await
        .expect_err("the bank wants the payer");
    assert_eq!(error.code(), Some(&Code::AuthenticationRequired));
    assert_eq!(error.declined_intent(), Some("pi_9"));
    assert!(!error.outcome_unknown());
    assert!(!format!("{error} {error:?}").contains("hidden"));
    let seen = &server.seen()[0];
    assert!(
        seen.body.contains("&off_session=true&confirm=true&"),
        "{}",
        seen.body
    );
    assert_eq!(seen.headers["idempotency-key"], "attempt-1");
}

#[tokio::test]
async fn a_deleted_customer_is_still_found_and_says_so() {
    let (_, origins) = Server::start([say(
        200,
        r#"{"id":"cus_1","object":"customer","deleted":true}"#,
    )])
    .await;
    let found = client(&origins)
        .retrieve_customer("cus_1")
        .await
        .expect("readable")
        .object;
    assert!(found.deleted && found.email.is_none());
}

#[tokio::test]
async fn pay_04_a_kept_card_is_known_by_brand_last_four_and_date() {
    let body = r#"{"object":"list","has_more":false,"data":[
        {"id":"pm_1","object":"payment_method","type":"card","livemode":false,"created":1,"customer":{"id":"cus_1","object":"customer"},"card":{"brand":"visa","last4":"4242","exp_month":12,"exp_year":2034,"country":"CA"}},
        {"id":"pm_2","object":"payment_method","type":"a_method_of_next_year","livemode":false,"created":1,"customer":null,"metadata":null}]}"#;
    let (_, origins) = Server::start([say(200, body)]).await;
    let page = client(&origins)
        .list_payment_methods("cus_1", None)
        .await
        .expect("readable")
        .object;
    let card = page.data[0].card.as_ref().expect("a card");
    assert_eq!(card.last4.as_deref(), Some("4242"));
    assert_eq!(page.data[0].customer.as_deref(), Some("cus_1"));
    assert!(page.data[1].card.is_none() && page.data[1].customer.is_none());
}

#[tokio::test]
async fn a_finished_session_comes_with_the_intent_that_is_booked_from() {
    let body = r#"{"id":"cs_test_1","object":"checkout.session","status":"complete","payment_status":"paid","amount_total":1999,"currency":"cad","url":null,
        "client_reference_id":"att_1","customer":null,"created":1,"expires_at":2,"livemode":false,"metadata":{"invoice_id":"inv_1"},
        "payment_intent":{"id":"pi_1","amount":1999,"amount_received":1999,"currency":"cad","status":"succeeded","livemode":false,"created":1,"latest_charge":null}}"#;
    let (server, origins) = Server::start([say(200, body)]).await;
    let found = client(&origins)
        .retrieve_checkout_session("cs_test_1")
        .await
        .expect("readable")
        .object;
    assert_eq!(found.status, Some(CheckoutStatus::Complete));
    assert_eq!(found.payment_status, Some(CheckoutPaymentStatus::Paid));
    let intent = found.payment_intent.as_ref().and_then(Expandable::object);
    assert_eq!(intent.map(|intent| intent.amount_received), Some(1999));
    assert_eq!(
        server.seen()[0].uri,
        "/v1/checkout/sessions/cs_test_1?expand[0]=payment_intent.latest_charge.balance_transaction"
    );
}

#[tokio::test]
async fn an_id_from_outside_cannot_choose_another_path() {
    let (server, origins) = Server::start([say(404, "{}"), say(404, "{}")]).await;
    let client = client(&origins);
    let _ = client.retrieve_refund("../payouts/po_1?x=").await;
    let _ = client.retrieve_dispute("du_1/close").await;
    let paths: Vec<String> = server
        .seen()
        .iter()
        .map(|seen| seen.uri.path().to_owned())
        .collect();
    assert_eq!(
        paths,
        [
            "/v1/refunds/..%2Fpayouts%2Fpo_1%3Fx%3D",
            "/v1/disputes/du_1%2Fclose"
        ]
    );
}
