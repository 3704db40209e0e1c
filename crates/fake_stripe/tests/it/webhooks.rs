//! Webhooks: endpoints, signatures, retries, and scripted misbehaviour.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use fake_stripe::{DeliveryScript, FakeStripe, sign};
use serde_json::Value;

use crate::kit::{Stage, text};

/// What a receiver got: signature header and body, and the status it answers with.
#[derive(Clone, Default)]
struct Mailbox {
    letters: Arc<Mutex<Vec<(String, String)>>>,
    failures_left: Arc<Mutex<u32>>,
}

impl Mailbox {
    async fn open(failures: u32) -> (Self, String) {
        let mailbox = Mailbox {
            failures_left: Arc::new(Mutex::new(failures)),
            ..Mailbox::default()
        };
        let kept = mailbox.clone();
        let receive = move |headers: HeaderMap, body: String| async move {
            let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
            kept.letters.lock().unwrap().push((signature, body));
            let mut left = kept.failures_left.lock().unwrap();
            if *left > 0 {
                *left -= 1;
                return StatusCode::INTERNAL_SERVER_ERROR;
            }
            StatusCode::OK
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().route("/hook", post(receive));
        tokio::spawn(async move { axum::serve(listener, router).await });
        (mailbox, url)
    }

    fn types(&self) -> Vec<String> {
        let letters = self.letters.lock().unwrap();
        let kind =
            |body: &str| text(&serde_json::from_str::<Value>(body).unwrap()["type"]).to_owned();
        letters.iter().map(|(_, body)| kind(body)).collect()
    }

    async fn wait_for(&self, count: usize) {
        for _ in 0..200 {
            if self.letters.lock().unwrap().len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("only {:?} arrived", self.types());
    }
}

async fn endpoint(stage: &Stage, url: &str, names: &str) -> Value {
    let form = format!("url={url}&{names}&api_version=2026-10-28.endive");
    let made = stage
        .post(&stage.keys(0).live.secret, "/v1/webhook_endpoints", &form)
        .await;
    assert_eq!(made.status, 200, "{}", made.body);
    made.body
}

fn quick() -> FakeStripe {
    FakeStripe::builder().retries(5, Duration::from_millis(30))
}

#[tokio::test]
async fn a_delivery_is_signed_and_each_retry_is_signed_anew() {
    let stage = Stage::with(quick()).await;
    let (mailbox, url) = Mailbox::open(2).await;
    let made = endpoint(&stage, &url, "enabled_events[]=payment_intent.created").await;
    let secret = text(&made["secret"]).to_owned();
    assert!(secret.starts_with("whsec_"));
    let key = stage.keys(0).live.secret;
    stage.intent(&key).await;
    mailbox.wait_for(1).await;
    stage.control().advance(Duration::from_secs(5));
    mailbox.wait_for(3).await;
    let letters = mailbox.letters.lock().unwrap().clone();
    for (header, body) in &letters {
        let time: i64 = header
            .strip_prefix("t=")
            .unwrap()
            .split(',')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(*header, sign(&secret, time, body.as_bytes()));
    }
    assert_ne!(letters[0].0, letters[2].0, "the time of a retry is its own");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let listed = stage
        .get(&key, "/v1/events?delivery_success=true")
        .await
        .body;
    assert_eq!(listed["data"][0]["pending_webhooks"], 0);
    assert!(stage.control().is_quiet());
    assert_eq!(stage.control().delivered().len(), 3);
}

#[tokio::test]
async fn endpoints_are_checked_changed_listed_without_secret_and_deleted() {
    let stage = Stage::new().await;
    let key = stage.keys(0).live.secret;
    let path = "/v1/webhook_endpoints";
    for (form, param) in [
        ("url=http://pay.example/hook&enabled_events[]=*", "url"),
        ("url=nonsense&enabled_events[]=*", "url"),
        (
            "url=https://pay.example/hook&enabled_events[]=payment_intent.succeded",
            "enabled_events[0]",
        ),
        ("enabled_events[]=*", "url"),
        ("url=https://pay.example/hook", "enabled_events"),
    ] {
        let refused = stage.post(&key, path, form).await;
        assert_eq!(
            (refused.status, text(&refused.body["error"]["param"])),
            (400, param),
            "{form}"
        );
    }
    let made = endpoint(&stage, "https://pay.example/hook", "enabled_events[]=*").await;
    let one = format!("{path}/{}", text(&made["id"]));
    let changed = stage
        .post(&key, &one, "enabled_events[0]=charge.failed&disabled=true")
        .await
        .body;
    assert_eq!(
        (text(&changed["status"]), changed.get("secret")),
        ("disabled", None)
    );
    let listed = stage.get(&key, path).await.body;
    assert_eq!(
        (
            listed["data"][0]["id"].clone(),
            listed["data"][0].get("secret")
        ),
        (made["id"].clone(), None)
    );
    assert_eq!(stage.delete(&key, &one).await.body["deleted"], true);
    assert_eq!(stage.get(&key, &one).await.status, 404);
}

#[tokio::test]
async fn the_script_doubles_reverses_drops_and_holds() {
    let stage = Stage::with(quick()).await;
    let keys = stage.keys(0).live;
    let (mailbox, url) = Mailbox::open(0).await;
    endpoint(
        &stage,
        &url,
        "enabled_events[]=payment_intent.created&enabled_events[]=payment_intent.succeeded",
    )
    .await;
    let control = stage.control();
    control.deliveries(DeliveryScript {
        twice: true,
        ..DeliveryScript::default()
    });
    stage.intent(&keys.secret).await;
    mailbox.wait_for(2).await;
    control.deliveries(DeliveryScript {
        reorder: 2,
        ..DeliveryScript::default()
    });
    let intent = stage.intent(&keys.secret).await;
    stage
        .pay(&keys.publishable, &intent, "4242424242424242")
        .await;
    mailbox.wait_for(4).await;
    assert_eq!(
        mailbox.types()[2..],
        ["payment_intent.succeeded", "payment_intent.created"]
    );
    control.deliveries(DeliveryScript {
        drop: true,
        ..DeliveryScript::default()
    });
    stage.intent(&keys.secret).await;
    control.deliveries(DeliveryScript {
        hold: true,
        ..DeliveryScript::default()
    });
    stage.intent(&keys.secret).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(
        mailbox.types().len(),
        4,
        "nothing leaves while held, the dropped one never"
    );
    control.release_deliveries();
    mailbox.wait_for(5).await;
    let undelivered = stage
        .get(
            &keys.secret,
            "/v1/events?delivery_success=false&type=payment_intent.created",
        )
        .await
        .body;
    assert_eq!(
        undelivered["data"].as_array().unwrap().len(),
        1,
        "the dropped event"
    );
}

#[tokio::test]
async fn an_event_can_arrive_before_the_answer_that_caused_it() {
    let stage = Stage::with(quick()).await;
    let (mailbox, url) = Mailbox::open(0).await;
    endpoint(&stage, &url, "enabled_events[]=payment_intent.created").await;
    stage.control().deliveries(DeliveryScript {
        before_answering: true,
        delay_ms: 100,
        ..DeliveryScript::default()
    });
    stage.intent(&stage.keys(0).live.secret).await;
    assert_eq!(mailbox.types().len(), 1);
}

#[tokio::test]
async fn a_public_address_is_rerouted_to_this_machine_and_nothing_leaves_it() {
    let stage = Stage::with(FakeStripe::builder().retries(1, Duration::from_millis(10))).await;
    let (mailbox, url) = Mailbox::open(0).await;
    endpoint(
        &stage,
        "https://pay.example/hook",
        "enabled_events[]=payment_intent.created",
    )
    .await;
    let key = stage.keys(0).live.secret;
    stage.intent(&key).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(
        stage
            .control()
            .delivered()
            .iter()
            .all(|delivery| delivery["status"] == 0)
    );
    stage
        .control()
        .route_deliveries("https://pay.example", url.trim_end_matches("/hook"))
        .unwrap();
    assert!(
        stage
            .control()
            .route_deliveries("https://x.example", "http://192.0.2.1")
            .is_err()
    );
    stage.intent(&key).await;
    mailbox.wait_for(1).await;
}
