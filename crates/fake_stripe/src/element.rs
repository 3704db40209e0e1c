//! The Stripe.js double: the script, the card form in its frame, and the bank's challenge page.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::delivery;
use crate::error::{Answer, ApiError};
use crate::shared::Shared;
use crate::shelf::Noun;
use crate::world::{Place, World};
use crate::{attempt, payment_intent_fields, pending, setup_intent};

const SCRIPT: &str = include_str!("../assets/stripe.js");
const STYLE: &str = include_str!("../assets/element.css");
const FRAME: &str = include_str!("../assets/frame.html");
const FRAME_SCRIPT: &str = include_str!("../assets/frame.js");
const CHALLENGE: &str = include_str!("../assets/challenge.html");
const CHALLENGE_SCRIPT: &str = include_str!("../assets/challenge.js");

/// Everything of a page comes from its own origin, and any page may frame it, as Stripe's.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'";

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route(
            "/endive/stripe.js",
            get(|| async { file("text/javascript; charset=utf-8", SCRIPT) }),
        )
        .route(
            "/rehearsal/element.css",
            get(|| async { file("text/css; charset=utf-8", STYLE) }),
        )
        .route(
            "/rehearsal/frame",
            get(|| async { file("text/html; charset=utf-8", FRAME) }),
        )
        .route(
            "/rehearsal/frame.js",
            get(|| async { file("text/javascript; charset=utf-8", FRAME_SCRIPT) }),
        )
        .route(
            "/rehearsal/challenge",
            get(|| async { file("text/html; charset=utf-8", CHALLENGE) }),
        )
        .route(
            "/rehearsal/challenge.js",
            get(|| async { file("text/javascript; charset=utf-8", CHALLENGE_SCRIPT) }),
        )
        .route("/rehearsal/challenge/look", post(look))
        .route("/rehearsal/challenge/finish", post(finish))
}

pub(crate) fn file(kind: &'static str, text: &'static str) -> Response {
    const POLICY_NAME: HeaderName = HeaderName::from_static("content-security-policy");
    let headers = [
        (http::header::CONTENT_TYPE, kind),
        (http::header::CACHE_CONTROL, "no-store"),
        (http::header::REFERRER_POLICY, "no-referrer"),
        (POLICY_NAME, POLICY),
    ];
    (headers, text).into_response()
}

#[derive(Deserialize)]
pub(crate) struct Ticket {
    pub client_secret: String,
    #[serde(default)]
    pub passed: bool,
}

/// What the challenge page shows: amount, currency, where to go back to.
async fn look(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Ok(ticket) = serde_json::from_slice::<Ticket>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let world = shared.lock();
    match find(&world, &ticket.client_secret) {
        Some((place, _, intent)) => json_response(
            200,
            &json!({
                "id": intent["id"], "object": intent["object"], "status": intent["status"], "amount": intent["amount"],
                "currency": intent["currency"], "name": world.account(place).name,
                "return_url": intent["next_action"]["redirect_to_url"]["return_url"],
            }),
        ),
        None => json_response(404, &json!({ "error": "unknown" })),
    }
}

/// The payer's answer to the challenge.
async fn finish(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Ok(ticket) = serde_json::from_slice::<Ticket>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let outcome = end(&mut shared.lock(), &ticket);
    let wait = shared.lock().conductor.script.before_answering;
    if let (Some(sent), true) = (delivery::dispatch(&shared), wait) {
        let _ = tokio::time::timeout(std::time::Duration::from_secs(10), sent).await;
    }
    match outcome {
        Ok(intent) => json_response(200, &json!({ "status": intent["status"] })),
        Err(error) => json_response(error.status, &error.body()),
    }
}

pub(crate) fn end(world: &mut World, ticket: &Ticket) -> Answer {
    pending::tick(world);
    let unknown = || ApiError::missing_object(404, "No such intent".to_owned(), "client_secret");
    let (place, noun, intent) = find(world, &ticket.client_secret).ok_or_else(unknown)?;
    let id = intent["id"].as_str().unwrap_or_default().to_owned();
    match noun {
        Noun::PaymentIntent => attempt::authenticate(world, place, &id, ticket.passed)
            .map(|intent| payment_intent_fields::public(&intent)),
        _ => setup_intent::authenticate(world, place, &id, ticket.passed)
            .map(|intent| setup_intent::public(&intent)),
    }
}

/// The intent a client secret belongs to.
fn find(world: &World, client_secret: &str) -> Option<(Place, Noun, Value)> {
    let (id, _) = client_secret.split_once("_secret_")?;
    let noun =
        Noun::of_id(id).filter(|noun| matches!(noun, Noun::PaymentIntent | Noun::SetupIntent))?;
    let places = world.drawers.keys().copied();
    places.into_iter().find_map(|place| {
        let intent = world.find(place, noun, id)?;
        (intent["client_secret"] == client_secret).then(|| (place, noun, intent.clone()))
    })
}

pub(crate) fn json_response(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(body)).into_response()
}
