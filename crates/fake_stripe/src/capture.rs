//! Money held first and taken later (`capture_method: manual`).

use serde_json::{Value, json};

use crate::attempt;
use crate::call::Call;
use crate::charge::{self, Start};
use crate::error::{Answer, ApiError};
use crate::page::EXPAND;
use crate::schema::{Kind, opt};
use crate::shelf::Noun;
use crate::world::{Place, World};

/// Holds the money without taking it.
pub(crate) fn hold(world: &mut World, place: Place, intent: &Value, method: &Value) -> Value {
    let charge = charge::make(world, place, intent, method, &Start::Held);
    let held = world.change(
        place,
        Noun::PaymentIntent,
        intent["id"].as_str().unwrap_or_default(),
        |intent| {
            intent["status"] = json!("requires_capture");
            intent["amount_capturable"] = intent["amount"].clone();
            intent["latest_charge"] = charge["id"].clone();
            intent["next_action"] = Value::Null;
            intent["last_payment_error"] = Value::Null;
        },
    );
    world.emit(place, "charge.succeeded", charge, None);
    world.emit(
        place,
        "payment_intent.amount_capturable_updated",
        held.clone(),
        None,
    );
    held
}

/// `POST /v1/payment_intents/{id}/capture`, whole amounts only.
pub(crate) fn capture(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND, opt("amount_to_capture", Kind::Unrehearsed)])?;
    let intent = call.world.get(call.place, Noun::PaymentIntent, id)?;
    if intent["status"] != "requires_capture" {
        let status = intent["status"].as_str().unwrap_or_default();
        let message = format!(
            "This PaymentIntent could not be captured because it has a status of {status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture."
        );
        return Err(ApiError::unexpected_state(message, &intent));
    }
    let charge_id = intent["latest_charge"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let fields = json!({ "captured": true, "amount_captured": intent["amount"] });
    let charge = charge::finish(
        call.world,
        call.place,
        &charge_id,
        fields.as_object().cloned().unwrap_or_default(),
    );
    let paid = attempt::succeed(call.world, call.place, id, &charge_id);
    call.world.emit(call.place, "charge.captured", charge, None);
    call.world
        .emit(call.place, "payment_intent.succeeded", paid.clone(), None);
    charge::book(call.world, call.place, &charge_id);
    charge::aftermath(call.world, call.place, &charge_id);
    Ok(paid)
}

/// Gives held money back when its intent is canceled.
pub(crate) fn release_hold(world: &mut World, place: Place, intent: &Value) {
    if let ("requires_capture", Some(charge_id)) = (
        intent["status"].as_str().unwrap_or_default(),
        intent["latest_charge"].as_str(),
    ) {
        let fields = json!({ "refunded": true, "amount_refunded": intent["amount"] });
        let charge = charge::finish(
            world,
            place,
            charge_id,
            fields.as_object().cloned().unwrap_or_default(),
        );
        world.emit(place, "charge.refunded", charge, None);
    }
}
