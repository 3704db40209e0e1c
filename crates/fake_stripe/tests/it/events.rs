//! Events: order, paging, filters, thirty days.

use std::time::Duration;

use serde_json::Value;

use crate::kit::{Stage, text};

fn ids(page: &Value) -> Vec<String> {
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| text(&event["id"]).to_owned())
        .collect()
}

fn types(page: &Value) -> Vec<String> {
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| text(&event["type"]).to_owned())
        .collect()
}

#[tokio::test]
async fn a_payment_leaves_its_events_newest_first() {
    let stage = Stage::new().await;
    let keys = stage.keys(0).live;
    let intent = stage.intent(&keys.secret).await;
    stage
        .pay(&keys.publishable, &intent, "4000000000000002")
        .await;
    stage
        .pay(&keys.publishable, &intent, "4242424242424242")
        .await;
    let all = stage.get(&keys.secret, "/v1/events").await.body;
    let expected = [
        "charge.updated",
        "payment_intent.succeeded",
        "charge.succeeded",
        "payment_intent.payment_failed",
        "charge.failed",
        "payment_intent.created",
    ];
    assert_eq!(types(&all), expected);
    let event = &all["data"][1];
    assert_eq!(
        (text(&event["object"]), event["livemode"].as_bool()),
        ("event", Some(true))
    );
    assert_eq!(event["data"]["object"]["status"], "succeeded");
    assert!(text(&event["request"]["id"]).starts_with("req_"));
    let chosen = stage
        .get(
            &keys.secret,
            "/v1/events?types[0]=charge.failed&types[1]=payment_intent.created",
        )
        .await
        .body;
    assert_eq!(types(&chosen), ["charge.failed", "payment_intent.created"]);
    assert_eq!(
        ids(&stage
            .get(&keys.secret, "/v1/events?type=charge.*")
            .await
            .body)
        .len(),
        3
    );
}

#[tokio::test]
async fn pages_follow_cursors_in_both_directions() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    for _ in 0..7 {
        stage.intent(&secret).await;
    }
    let all = ids(&stage.get(&secret, "/v1/events?limit=100").await.body);
    let first = stage.get(&secret, "/v1/events?limit=3").await.body;
    assert_eq!(
        (ids(&first), first["has_more"].as_bool()),
        (all[..3].to_vec(), Some(true))
    );
    let next = stage
        .get(
            &secret,
            &format!("/v1/events?limit=3&starting_after={}", all[2]),
        )
        .await
        .body;
    assert_eq!(ids(&next), all[3..6].to_vec());
    let before = stage
        .get(
            &secret,
            &format!("/v1/events?limit=2&ending_before={}", all[4]),
        )
        .await
        .body;
    assert_eq!(
        (ids(&before), before["has_more"].as_bool()),
        (all[2..4].to_vec(), Some(true))
    );
    let newest = stage
        .get(&secret, &format!("/v1/events?ending_before={}", all[0]))
        .await
        .body;
    assert_eq!(
        (ids(&newest).len(), newest["has_more"].as_bool()),
        (0, Some(false))
    );
    assert_eq!(
        stage
            .get(&secret, "/v1/events?starting_after=evt_none")
            .await
            .status,
        400
    );
    assert_eq!(
        stage.get(&secret, "/v1/events?limt=3").await.body["error"]["code"],
        "parameter_unknown"
    );
}

#[tokio::test]
async fn events_are_listed_by_time_and_for_thirty_days() {
    let stage = Stage::new().await;
    let secret = stage.keys(0).live.secret;
    stage.intent(&secret).await;
    stage.control().advance(Duration::from_secs(29 * 86_400));
    let middle = stage.control().now();
    stage.intent(&secret).await;
    let late = stage
        .get(&secret, &format!("/v1/events?created[gte]={middle}"))
        .await
        .body;
    assert_eq!(ids(&late).len(), 1);
    assert_eq!(ids(&stage.get(&secret, "/v1/events").await.body).len(), 2);
    stage.control().advance(Duration::from_secs(2 * 86_400));
    assert_eq!(
        ids(&stage.get(&secret, "/v1/events").await.body),
        ids(&late)
    );
}
