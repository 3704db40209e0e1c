//! The client against a small server in the test: what is sent, what is repeated, what is never shown.

#[path = "wire/kept_and_hosted.rs"]
mod kept_and_hosted;
#[path = "wire/kit.rs"]
mod kit;
#[path = "wire/money_back.rs"]
mod money_back;

use std::io::Write;
use std::sync::{Arc, Mutex};

use stripe::event::{Cursor, EventQuery};
use stripe::payment_intent::CancellationReason;
use stripe::*;

use kit::{SECRET, Server, client, intention, say};

fn new_intent() -> NewPaymentIntent {
    NewPaymentIntent {
        amount_minor: 1999,
        currency: "cad".to_owned(),
        description: None,
        metadata: Metadata::from([("invoice_id".to_owned(), "inv_1".to_owned())]),
        ..NewPaymentIntent::default()
    }
}

fn intent(status: &str) -> String {
    format!(
        r#"{{"id":"pi_1","object":"payment_intent","amount":1999,"amount_received":0,"currency":"cad","status":"{status}","livemode":false,"created":1790000000,"client_secret":"pi_1_secret_hidden","latest_charge":null,"metadata":{{"invoice_id":"inv_1"}},"a_field_of_next_year":{{"x":[1]}}}}"#
    )
}

#[tokio::test]
async fn pay_10_a_write_carries_version_key_and_nested_parameters() {
    let (server, origins) = Server::start([
        say(200, intent("requires_payment_method")).with("idempotent-replayed", "true")
    ])
    .await;
    let answer = client(&origins)
        .create_payment_intent(&new_intent(), &intention())
        .await
        .expect("created");
    assert_eq!(
        answer.object.status,
        PaymentIntentStatus::RequiresPaymentMethod
    );
    assert_eq!(
        answer
            .object
            .client_secret
            .as_ref()
            .map(ClientSecret::expose),
        Some("pi_1_secret_hidden")
    );
    assert_eq!(answer.request_id.as_deref(), Some("req_1"));
    assert!(answer.replayed);
    assert_eq!(
        answer.raw()["a_field_of_next_year"]["x"][0],
        1,
        "what we do not use is kept"
    );
    assert!(
        answer.raw().get("client_secret").is_none(),
        "but not the secret"
    );
    assert!(!format!("{answer:?}").contains("hidden"));

    let seen = &server.seen()[0];
    assert_eq!(
        (seen.method.as_str(), seen.uri.to_string().as_str()),
        ("POST", "/v1/payment_intents")
    );
    assert_eq!(
        seen.body,
        "amount=1999&currency=cad&automatic_payment_methods[enabled]=true&metadata[invoice_id]=inv_1"
    );
    let header = |name: &str| seen.headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(header("stripe-version"), Some("2026-10-28.endive"));
    assert_eq!(header("idempotency-key"), Some("attempt-1"));
    assert_eq!(
        header("authorization"),
        Some(format!("Bearer {SECRET}").as_str())
    );
    assert_eq!(
        header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert!(header("user-agent").is_some_and(|agent| agent.starts_with("Quittance/")));
}

#[tokio::test]
async fn pay_10_a_write_is_repeated_only_with_the_same_key() {
    let (server, origins) = Server::start([
        say(500, "{}"),
        say(429, "{}"),
        say(200, intent("requires_payment_method")),
    ])
    .await;
    client(&origins)
        .create_payment_intent(&new_intent(), &intention())
        .await
        .expect("the third try");
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    for request in &seen {
        assert_eq!(request.headers["idempotency-key"], "attempt-1");
        assert_eq!(request.body, seen[0].body);
    }
}

#[tokio::test]
async fn a_write_without_a_key_is_never_repeated() {
    let (server, origins) = Server::start([say(500, "{}")]).await;
    let error = client(&origins)
        .delete_webhook_endpoint("we_1")
        .await
        .expect_err("a server error");
    assert!(matches!(error, Error::Server { status: 500, .. }));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn after_two_repetitions_the_error_is_told() {
    let (server, origins) = Server::start([say(503, ""), say(503, ""), say(503, "")]).await;
    let error = client(&origins)
        .create_payment_intent(&new_intent(), &intention())
        .await
        .expect_err("down");
    assert!(error.outcome_unknown(), "Stripe may have done it");
    assert_eq!(
        (server.seen().len(), error.request_id()),
        (3, Some("req_1"))
    );
}

#[tokio::test]
async fn stripes_own_advice_on_repeating_is_followed() {
    let (server, origins) =
        Server::start([say(500, "{}").with("stripe-should-retry", "false")]).await;
    client(&origins)
        .retrieve_balance()
        .await
        .expect_err("not worth repeating");
    assert_eq!(server.seen().len(), 1);

    let refused = r#"{"error":{"type":"invalid_request_error","message":"wait"}}"#;
    let (server, origins) = Server::start([
        say(400, refused).with("stripe-should-retry", "true"),
        say(200, r#"{"available":[],"pending":null,"livemode":false}"#),
    ])
    .await;
    client(&origins)
        .retrieve_balance()
        .await
        .expect("the second try");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_refusal_is_not_repeated() {
    let body = r#"{"error":{"type":"card_error","code":"card_declined","decline_code":"do_not_honor","message":"Your card was declined."}}"#;
    let (server, origins) = Server::start([say(402, body)]).await;
    let error = client(&origins)
        .create_payment_intent(&new_intent(), &intention())
        .await
        .expect_err("declined");
    assert!(matches!(
        error,
        Error::Declined {
            code: Code::CardDeclined,
            ..
        }
    ));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_key_in_use_is_asked_again_with_the_same_key() {
    let busy = r#"{"error":{"type":"idempotency_error","code":"idempotency_key_in_use","message":"busy"}}"#;
    let (server, origins) = Server::start([say(409, busy), say(200, intent("canceled"))]).await;
    let answer = client(&origins)
        .cancel_payment_intent("pi_1", &CancellationReason::Abandoned, &intention())
        .await
        .expect("the first call finished meanwhile");
    assert_eq!(answer.object.status, PaymentIntentStatus::Canceled);
    assert_eq!(server.seen()[1].body, "cancellation_reason=abandoned");
}

#[tokio::test]
async fn nobody_listening_means_nothing_happened() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let origins = Arc::new(Origins::rehearsal(&format!("http://{address}")).expect("loopback"));
    let unrepeated = client(&origins).with_retries(Retries {
        max: 0,
        ..Retries::default()
    });
    let error = unrepeated
        .create_payment_intent(&new_intent(), &intention())
        .await
        .expect_err("nobody there");
    assert!(
        matches!(
            error,
            Error::Unreachable {
                outcome_unknown: false,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_connection_that_breaks_after_sending_leaves_the_outcome_open() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a caller");
            let mut buffer = [0_u8; 4096];
            let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut buffer).await;
        }
    });
    let origins = Arc::new(Origins::rehearsal(&format!("http://{address}")).expect("loopback"));
    let error = client(&origins)
        .create_payment_intent(&new_intent(), &intention())
        .await
        .expect_err("cut off");
    assert!(error.outcome_unknown(), "{error:?}");
    let error = client(&origins)
        .retrieve_balance()
        .await
        .expect_err("cut off");
    assert!(
        !error.outcome_unknown(),
        "reading changes nothing: {error:?}"
    );
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_after_a_write_leaves_the_outcome_open() {
    let (_, origins) = Server::start([say(
        200,
        r#"{"id":"pi_1","client_secret":"pi_1_secret_hidden"}"#,
    )])
    .await;
    let error = client(&origins)
        .create_payment_intent(&new_intent(), &intention())
        .await
        .expect_err("fields missing");
    assert!(error.outcome_unknown());
    assert!(!format!("{error} {error:?}").contains("hidden"));
    assert!(error.to_string().contains("`amount` is missing"), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (server, origins) =
        Server::start([say(302, "").with("location", "http://127.0.0.1:1/elsewhere")]).await;
    client(&origins)
        .retrieve_account()
        .await
        .expect_err("a key follows nobody");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn paid_intents_come_with_charge_card_and_fee() {
    let body = r#"{"id":"pi_1","amount":1999,"amount_received":1999,"currency":"cad","status":"succeeded","livemode":true,"created":1,
        "latest_charge":{"id":"ch_1","amount":1999,"amount_refunded":0,"currency":"cad","status":"succeeded","paid":true,"livemode":true,"created":1,
            "payment_intent":"pi_1","payment_method_details":{"type":"card","card":{"brand":"visa","last4":"4242","exp_month":12,"exp_year":2034,"country":"CA"}},
            "balance_transaction":{"id":"txn_1","amount":1999,"currency":"cad","fee":88,"net":1911,"type":"charge","status":"pending","available_on":2,"created":1,
                "exchange_rate":null,"source":"ch_1","fee_details":[{"amount":88,"currency":"cad","type":"stripe_fee","description":null}]}}}"#;
    let (server, origins) = Server::start([say(200, body)]).await;
    let intent = client(&origins)
        .retrieve_payment_intent("pi_1")
        .await
        .expect("paid")
        .object;
    let charge = intent.charge().expect("expanded");
    let line = charge
        .balance_transaction
        .as_ref()
        .and_then(Expandable::object)
        .expect("expanded");
    assert_eq!((line.amount, line.fee, line.net), (1999, 88, 1911));
    assert_eq!(
        server.seen()[0].uri,
        "/v1/payment_intents/pi_1?expand[0]=latest_charge.balance_transaction"
    );
}

#[tokio::test]
async fn an_unknown_state_is_kept_as_it_came() {
    let (_, origins) = Server::start([say(200, intent("pondering"))]).await;
    let intent = client(&origins)
        .retrieve_payment_intent("pi_1")
        .await
        .expect("readable")
        .object;
    assert_eq!(
        intent.status,
        PaymentIntentStatus::Other("pondering".to_owned())
    );
}

#[tokio::test]
async fn ac_10_a_public_key_reads_with_the_client_secret() {
    let body = r#"{"id":"seti_1","status":"requires_payment_method","livemode":false,"created":1}"#;
    let (server, origins) = Server::start([say(200, body)]).await;
    let key = PublishableKey::parse("pk_test_51Public").expect("a public key");
    let public = PublicClient::new(http_client(&origins).expect("TLS"), origins, key);
    public
        .retrieve_setup_intent("seti_1", &ClientSecret::new("seti_1_secret_x"))
        .await
        .expect("read");
    let seen = &server.seen()[0];
    assert_eq!(
        seen.uri,
        "/v1/setup_intents/seti_1?client_secret=seti_1_secret_x"
    );
    assert_eq!(seen.headers["authorization"], "Bearer pk_test_51Public");
    assert!(seen.headers.get("idempotency-key").is_none());
}

fn event(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","object":"event","type":"charge.succeeded","data":{{"object":{{"id":"ch_1"}}}}}}"#
    )
}

#[tokio::test]
async fn events_since_a_cursor_come_oldest_first_page_by_page() {
    let page = |ids: &[&str], more: bool| {
        let events: Vec<String> = ids.iter().map(|id| event(id)).collect();
        say(
            200,
            format!(
                r#"{{"object":"list","data":[{}],"has_more":{more}}}"#,
                events.join(",")
            ),
        )
    };
    let (server, origins) =
        Server::start([page(&["evt_3", "evt_2"], true), page(&["evt_4"], false)]).await;
    let mut list = client(&origins).events(EventQuery {
        types: vec![
            "charge.succeeded".to_owned(),
            "payment_intent.succeeded".to_owned(),
        ],
        created_gte: Some(7),
        cursor: Cursor::NewerThan("evt_1".to_owned()),
    });
    let mut ids = Vec::new();
    while let Some(events) = list.next_page().await.expect("a page") {
        ids.extend(events.into_iter().map(|event| event.id));
    }
    assert_eq!(ids, ["evt_2", "evt_3", "evt_4"]);
    let asked: Vec<String> = server
        .seen()
        .iter()
        .map(|seen| seen.uri.to_string())
        .collect();
    let common = "/v1/events?types[0]=charge.succeeded&types[1]=payment_intent.succeeded&created[gte]=7&limit=100&ending_before=";
    assert_eq!(asked, [format!("{common}evt_1"), format!("{common}evt_3")]);
}

/// Everything the crate logs, as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("alive").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn ac_18_no_key_secret_or_body_in_log_debug_or_error() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    let refused = format!(
        r#"{{"error":{{"type":"invalid_request_error","message":"Invalid API Key provided: {SECRET}"}}}}"#
    );
    let secret_read = r#"{"id":"seti_1","status":"canceled","livemode":false,"created":1}"#;
    let (_, origins) = Server::start([
        say(200, intent("succeeded")),
        say(401, refused),
        say(200, secret_read),
    ])
    .await;
    let client = client(&origins);
    let mut shown = format!("{client:?}");
    shown += &format!(
        "{:?}",
        client
            .create_payment_intent(&new_intent(), &intention())
            .await
    );
    let error = client.retrieve_account().await.expect_err("a bad key");
    shown += &format!("{error} {error:?}");
    let key = PublishableKey::parse("pk_test_51Public").expect("a public key");
    let public = PublicClient::new(http_client(&origins).expect("TLS"), origins, key);
    shown += &format!(
        "{:?}",
        public
            .retrieve_setup_intent("seti_1", &ClientSecret::new("seti_1_secret_x"))
            .await
    );
    drop(guard);

    let logged = String::from_utf8(log.0.lock().expect("alive").clone()).expect("text");
    let ours: String = logged
        .lines()
        .filter(|line| line.contains(" stripe: "))
        .collect();
    assert!(
        ours.contains("path=\"/v1/payment_intents\"") && ours.contains("request_id=\"req_1\""),
        "{ours}"
    );
    for text in [&logged, &shown] {
        for hidden in [
            SECRET,
            "HiddenHidden",
            "pi_1_secret_hidden",
            "seti_1_secret_x",
            "inv_1%",
            "amount=1999",
        ] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
}

#[test]
fn pay_10_an_idempotency_key_fits_into_a_header() {
    assert!(IdempotencyKey::new("a".repeat(255)).is_ok());
    for bad in ["", "é", "a b", "a\nb", &"a".repeat(256)] {
        assert!(IdempotencyKey::new(bad).is_err(), "{bad:?}");
    }
}
