//! The control over HTTP: JSON under `/_control/`, on loopback like everything else here.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::control::Control;
use crate::delivery::DeliveryScript;
use crate::fault::Fault;
use crate::key::Mode;
use crate::shared::Shared;

pub(crate) type World = State<Arc<Shared>>;

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_control/decline_next", post(decline_next))
        .route("/_control/fault", post(fault))
        .route("/_control/time_out_before_charging", post(time_out_before))
        .route("/_control/time_out_after_charging", post(time_out_after))
        .route("/_control/answer_500", post(answer_500))
        .route("/_control/release_requests", post(release_requests))
        .route(
            "/_control/delivery_script",
            get(delivery_script).post(set_delivery_script),
        )
        .route("/_control/release_deliveries", post(release_deliveries))
        .route("/_control/route_deliveries", post(route_deliveries))
        .route("/_control/resend", post(resend))
        .route("/_control/deliveries", get(deliveries))
        .route("/_control/revoke_key", post(revoke_key))
        .route("/_control/restricted_key", post(restricted_key))
        .route("/_control/charges_enabled", post(charges_enabled))
        .route("/_control/bank_debits", post(bank_debits))
        .route("/_control/book_late", post(book_late))
        .route("/_control/advance", post(advance))
        .route("/_control/recorded", get(recorded))
        .route("/_control/charges", get(charges))
        .route("/_control/objects/{word}", get(objects))
        .route("/_control/keys", get(keys))
        .route("/_control/state", get(state))
        .route("/_control/reset", post(reset))
}

pub(crate) fn control(shared: Arc<Shared>) -> Control {
    Control::new(shared)
}

/// An empty body means every field at its default.
fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Box<Response>> {
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(text).map_err(|error| Box::new(bad(&error.to_string())))
}

fn bad(message: &str) -> Response {
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        axum::Json(json!({ "error": message })),
    )
        .into_response()
}

fn done(value: Value) -> Response {
    axum::Json(value).into_response()
}

pub(crate) fn ok() -> Response {
    done(json!({ "ok": true }))
}

pub(crate) fn result(outcome: anyhow::Result<Value>) -> Response {
    outcome.map_or_else(|error| bad(&format!("{error:#}")), done)
}

/// Reads the body as `T` and acts on it.
pub(crate) fn with<T: DeserializeOwned>(body: &Bytes, act: impl FnOnce(T) -> Response) -> Response {
    match read(body) {
        Ok(given) => act(given),
        Err(response) => *response,
    }
}

fn default_code() -> String {
    "generic_decline".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    #[serde(default = "default_code")]
    code: String,
}

async fn decline_next(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Code| {
        control(shared).decline_next(&given.code);
        ok()
    })
}

async fn fault(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Fault| {
        control(shared).fault(given);
        ok()
    })
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Silence {
    hold_ms: u64,
}

async fn time_out_before(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Silence| {
        control(shared).time_out_before_charging(Duration::from_millis(given.hold_ms));
        ok()
    })
}

async fn time_out_after(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Silence| {
        control(shared).time_out_after_charging(Duration::from_millis(given.hold_ms));
        ok()
    })
}

async fn answer_500(State(shared): World) -> Response {
    control(shared).answer_500_next();
    ok()
}

async fn release_requests(State(shared): World) -> Response {
    control(shared).release_requests();
    ok()
}

async fn delivery_script(State(shared): World) -> Response {
    done(json!(control(shared).delivery_script()))
}

async fn set_delivery_script(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: DeliveryScript| {
        control(shared).deliveries(given);
        ok()
    })
}

async fn release_deliveries(State(shared): World) -> Response {
    control(shared).release_deliveries();
    ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reroute {
    from: String,
    to: String,
}

async fn route_deliveries(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Reroute| {
        result(
            control(shared)
                .route_deliveries(&given.from, &given.to)
                .map(|()| json!({ "ok": true })),
        )
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventName {
    event: String,
}

async fn resend(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: EventName| {
        result(
            control(shared)
                .resend(&given.event)
                .map(|()| json!({ "ok": true })),
        )
    })
}

async fn deliveries(State(shared): World) -> Response {
    done(json!(control(shared).delivered()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyName {
    key: String,
}

async fn revoke_key(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: KeyName| {
        result(
            control(shared)
                .revoke_key(&given.key)
                .map(|()| json!({ "ok": true })),
        )
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restricted {
    account: String,
    mode: Mode,
    permissions: Vec<String>,
}

async fn restricted_key(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Restricted| {
        let permissions: Vec<&str> = given.permissions.iter().map(String::as_str).collect();
        let key = control(shared).restricted_key(&given.account, given.mode, &permissions);
        result(key.map(|key| json!({ "key": key })))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    account: String,
    enabled: bool,
}

async fn charges_enabled(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Switch| {
        let outcome = control(shared).set_charges_enabled(&given.account, given.enabled);
        result(outcome.map(|()| json!({ "ok": true })))
    })
}

async fn bank_debits(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Switch| {
        let outcome = control(shared).set_bank_debits(&given.account, given.enabled);
        result(outcome.map(|()| json!({ "ok": true })))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seconds {
    seconds: u64,
}

async fn book_late(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Seconds| {
        control(shared).book_late(Duration::from_secs(given.seconds));
        ok()
    })
}

async fn advance(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Seconds| {
        let control = control(shared);
        control.advance(Duration::from_secs(given.seconds));
        done(json!({ "now": control.now() }))
    })
}

async fn recorded(State(shared): World) -> Response {
    done(json!(control(shared).recorded()))
}

async fn charges(State(shared): World) -> Response {
    done(json!(control(shared).charges()))
}

async fn objects(State(shared): World, Path(word): Path<String>) -> Response {
    done(json!(control(shared).objects(&word)))
}

async fn keys(State(shared): World) -> Response {
    done(json!({ "keys": control(shared).keys() }))
}

async fn state(State(shared): World) -> Response {
    let control = control(shared);
    done(
        json!({ "now": control.now(), "quiet": control.is_quiet(), "delivery_script": control.delivery_script() }),
    )
}

async fn reset(State(shared): World) -> Response {
    control(shared).reset();
    ok()
}
