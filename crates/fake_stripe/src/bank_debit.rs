//! Bank debits: processing for days, then paid or not.

use serde_json::{Value, json};

use crate::attempt;
use crate::charge::{self, Start};
use crate::checkout_life;
use crate::error::ApiError;
use crate::pending::{DEBIT_TAKES_S, Later};
use crate::shelf::Noun;
use crate::world::{Place, World};

/// Sends the debit: the intent is processing until the clock brings the bank's word.
pub(crate) fn start(
    world: &mut World,
    place: Place,
    intent: &Value,
    method: &Value,
    failure: Option<String>,
) -> Value {
    let charge = charge::make(world, place, intent, method, &Start::Pending);
    let id = intent["id"].as_str().unwrap_or_default();
    let processing = world.change(place, Noun::PaymentIntent, id, |intent| {
        intent["status"] = json!("processing");
        intent["latest_charge"] = charge["id"].clone();
        intent["last_payment_error"] = Value::Null;
        intent["next_action"] = Value::Null;
    });
    world.emit(place, "charge.pending", charge, None);
    world.emit(place, "payment_intent.processing", processing.clone(), None);
    let failure = world.declines.pop_front().or(failure);
    let debit = Later::Debit {
        intent: id.to_owned(),
        failure,
    };
    checkout_life::follow(world, place, id);
    world.later(place, DEBIT_TAKES_S, debit);
    processing
}

/// The bank's word on a debit, days later.
pub(crate) fn settle(world: &mut World, place: Place, id: &str, failure: Option<String>) {
    let Some(intent) = world.find(place, Noun::PaymentIntent, id).cloned() else {
        return;
    };
    let charge_id = intent["latest_charge"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let set = |fields: Value| fields.as_object().cloned().unwrap_or_default();
    let Some(code) = failure else {
        let fields =
            json!({ "status": "succeeded", "paid": true, "amount_captured": intent["amount"] });
        let charge = charge::finish(world, place, &charge_id, set(fields));
        let paid = attempt::succeed(world, place, id, &charge_id);
        world.emit(place, "charge.succeeded", charge, None);
        world.emit(place, "payment_intent.succeeded", paid, None);
        checkout_life::follow(world, place, id);
        return charge::book(world, place, &charge_id);
    };
    let message = "The customer's bank account could not be debited.";
    let fields = json!({ "status": "failed", "failure_code": code, "failure_message": message });
    let charge = charge::finish(world, place, &charge_id, set(fields));
    world.emit(place, "charge.failed", charge, None);
    let method = world
        .find(
            place,
            Noun::PaymentMethod,
            intent["payment_method"].as_str().unwrap_or_default(),
        )
        .cloned();
    let error = ApiError::card(
        "payment_intent_payment_attempt_failed",
        Some(&code),
        message,
        None,
    )
    .with("charge", json!(charge_id))
    .with("payment_method", method.unwrap_or(Value::Null));
    attempt::back_to_start(world, place, id, error.inner());
    checkout_life::follow(world, place, id);
}
