//! The hosted page of a Checkout session, and the control's way to pay on it without a browser.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::checkout_life;
use crate::control::Control;
use crate::control_http::{World as Held, control, result, with};
use crate::control_money::find;
use crate::delivery;
use crate::element::{file, json_response};
use crate::pending;
use crate::shared::Shared;
use crate::shelf::Noun;
use crate::world::{Place, World};

const PAGE: &str = include_str!("../assets/checkout.html");
const SCRIPT: &str = include_str!("../assets/checkout.js");

impl Control {
    /// Pays on the page of a session with a named card (`pm_card_visa`, …) or with `acss_debit`, `sepa_debit` or
    /// `us_bank_account`, as a payer in a browser would. Gives the session as it is then: still open when the card was
    /// declined or asks for 3-D Secure.
    ///
    /// # Errors
    /// When there is no such session, or it is over.
    pub fn pay_checkout(&self, session: &str, method: &str) -> anyhow::Result<Value> {
        self.act(|world| {
            let place = find(world, Noun::CheckoutSession, session)?;
            let payer = json!({ "email": "payer@example.test", "name": "Payer" });
            let paid = checkout_life::pay(world, place, session, how(method), &payer);
            match paid {
                // A declined card is an answer to the payer, who may try another.
                Err(error) if error.status != 402 => {
                    anyhow::bail!("{}", error.inner()["message"])
                }
                _ => Ok(world
                    .find(place, Noun::CheckoutSession, session)
                    .cloned()
                    .unwrap_or_default()),
            }
        })
    }
}

fn how(method: &str) -> Map<String, Value> {
    let details = match method {
        "acss_debit" => json!({
            "account_number": "000123456789", "institution_number": "000", "transit_number": "11000",
        }),
        "sepa_debit" => json!({ "iban": "DE89370400440532013000" }),
        "us_bank_account" => {
            json!({ "account_number": "000123456789", "routing_number": "110000000" })
        }
        _ => return Map::from_iter([("payment_method".to_owned(), json!(method))]),
    };
    let data = json!({ "type": method, method: details });
    Map::from_iter([("payment_method_data".to_owned(), data)])
}

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route(
            "/rehearsal/checkout",
            get(|| async { file("text/html; charset=utf-8", PAGE) }),
        )
        .route(
            "/rehearsal/checkout.js",
            get(|| async { file("text/javascript; charset=utf-8", SCRIPT) }),
        )
        .route("/rehearsal/checkout/look", post(look))
        .route("/rehearsal/checkout/pay", post(pay))
        .route("/_control/pay_checkout", post(pay_by_control))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Looked {
    session: String,
}

async fn look(State(shared): Held, body: Bytes) -> Response {
    let Ok(asked) = serde_json::from_slice::<Looked>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut world = shared.lock();
    pending::tick(&mut world);
    match find(&world, Noun::CheckoutSession, &asked.session) {
        Ok(place) => json_response(200, &shown(&mut world, place, &asked.session)),
        Err(_) => json_response(404, &json!({ "error": "unknown" })),
    }
}

/// What the page shows, and where it leads.
fn shown(world: &mut World, place: Place, id: &str) -> Value {
    let session = world.find(place, Noun::CheckoutSession, id).cloned();
    let session = session.unwrap_or_default();
    let asked = world.drawer(place).checkout_asked.get(id).cloned();
    let lines = asked.and_then(|asked| asked["line_items"].as_array().cloned());
    let lines = lines.into_iter().flatten().map(|line| {
        let product = &line["price_data"]["product_data"];
        json!({
            "name": product["name"], "description": product["description"], "quantity": line["quantity"],
            "unit_amount": line["price_data"]["unit_amount"],
        })
    });
    let intent = session["payment_intent"].as_str();
    let intent = intent.and_then(|intent| world.find(place, Noun::PaymentIntent, intent));
    let success = session["success_url"].as_str().unwrap_or_default();
    json!({
        "name": world.account(place).name, "lines": lines.collect::<Vec<_>>(), "status": session["status"],
        "amount": session["amount_total"], "currency": session["currency"], "locale": session["locale"],
        "email": session["customer_email"], "types": session["payment_method_types"],
        "success_url": success.replace("{CHECKOUT_SESSION_ID}", id), "cancel_url": session["cancel_url"],
        "error": intent.map(|intent| intent["last_payment_error"].clone()),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    session: String,
    email: String,
    name: String,
    /// As a request's `payment_method_data`.
    data: Value,
}

/// The payer presses "Pay". The answer says where to go on, or what was wrong.
async fn pay(State(shared): Held, body: Bytes) -> Response {
    let Ok(typed) = serde_json::from_slice::<Typed>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let said = press(&mut shared.lock(), typed);
    delivery::dispatch(&shared);
    match said {
        Ok(said) => json_response(200, &said),
        Err(error) => json_response(402, &json!({ "error": error })),
    }
}

fn press(world: &mut World, typed: Typed) -> Result<Value, Value> {
    pending::tick(world);
    let id = typed.session;
    let place = find(world, Noun::CheckoutSession, &id)
        .map_err(|_| json!({ "message": "There is no such session." }))?;
    let payer = json!({ "email": typed.email, "name": typed.name });
    let how = Map::from_iter([("payment_method_data".to_owned(), typed.data)]);
    let intent = checkout_life::pay(world, place, &id, how, &payer).map_err(|e| e.inner())?;
    if intent["status"] == "requires_action" {
        return Ok(json!({ "next": intent["next_action"]["redirect_to_url"]["url"] }));
    }
    Ok(json!({ "next": shown(world, place, &id)["success_url"] }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paid {
    session: String,
    #[serde(default = "visa")]
    method: String,
}

fn visa() -> String {
    "pm_card_visa".to_owned()
}

async fn pay_by_control(State(shared): Held, body: Bytes) -> Response {
    with(&body, |given: Paid| {
        result(control(shared).pay_checkout(&given.session, &given.method))
    })
}
