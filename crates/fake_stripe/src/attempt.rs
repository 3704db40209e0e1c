//! An attempt to pay: confirm, challenge, pay or decline.

use serde_json::{Map, Value, json};

use crate::call::{Call, text};
use crate::card::{Conduct, refusal};
use crate::charge::{self, Start};
use crate::error::{Answer, ApiError};
use crate::page::EXPAND;
use crate::payment_intent_fields::{METHOD_DATA, METHOD_OPTIONS, SHIPPING};
use crate::payment_method;
use crate::schema::{Field, Kind, opt};
use crate::shelf::Noun;
use crate::world::{Place, World};
use crate::{bank_debit, capture, checkout_life, saved};

/// The body of `…/confirm`. `client_secret` comes with a publishable key only.
pub(crate) const CONFIRM: &[Field] = &[
    opt("capture_method", Kind::Unrehearsed),
    opt("client_secret", Kind::Text),
    opt("confirmation_token", Kind::Unrehearsed),
    opt("error_on_requires_action", Kind::Boolean),
    EXPAND,
    opt("mandate_data", Kind::Unrehearsed),
    opt("off_session", Kind::Boolean),
    opt("payment_method", Kind::Text),
    opt("payment_method_data", METHOD_DATA),
    opt("payment_method_options", METHOD_OPTIONS),
    opt("receipt_email", Kind::Text),
    opt("return_url", Kind::Text),
    opt(
        "setup_future_usage",
        Kind::OneOf(&["off_session", "on_session"]),
    ),
    opt("shipping", SHIPPING),
    opt("use_stripe_sdk", Kind::Boolean),
];

/// `POST /v1/payment_intents/{id}/confirm`
pub(crate) fn confirm_verb(call: &mut Call, id: &str) -> Answer {
    let params = call.params(CONFIRM)?;
    let intent = call.world.get(call.place, Noun::PaymentIntent, id)?;
    call.check_client_secret(&params, &intent)?;
    confirm(call, id, &params)
}

/// Confirms an intent with the method named, sent, or already attached.
pub(crate) fn confirm(call: &mut Call, id: &str, params: &Map<String, Value>) -> Answer {
    let intent = call.world.get(call.place, Noun::PaymentIntent, id)?;
    check_confirmable(&intent)?;
    let method = method(call, &intent, params)?;
    let method_id = method["id"].as_str().unwrap_or_default().to_owned();
    let (world, place) = (&mut *call.world, call.place);
    saved::check_usable(world, place, &method, &intent["customer"])?;
    let intent = world.change(place, Noun::PaymentIntent, id, |intent| {
        intent["payment_method"] = json!(method_id);
        for name in ["receipt_email", "setup_future_usage"] {
            if let Some(value) = params.get(name).filter(|value| **value != "") {
                intent[name] = value.clone();
            }
        }
        if let Some(value) = params.get("shipping") {
            intent["shipping"] = payment_method::shipping(value);
        }
    });
    let is_set = |name: &str| params.get(name) == Some(&json!(true));
    match conduct(world, place, &method_id, is_set("off_session")) {
        // Nobody is there to answer the bank.
        Conduct::Authenticate(_) if is_set("off_session") || is_set("error_on_requires_action") => {
            decline(world, place, &intent, &method, "authentication_required")
        }
        Conduct::Authenticate(_) | Conduct::AuthenticateUnlessSetUp => {
            Ok(challenge(world, place, id, params))
        }
        Conduct::Debit(failure) => Ok(bank_debit::start(world, place, &intent, &method, failure)),
        Conduct::Decline(code) => decline(world, place, &intent, &method, &code),
        Conduct::Pay => pay(world, place, &intent, &method),
    }
}

/// How the method behaves now: some cards ask no more once their owner agreed to be charged while away.
fn conduct(world: &mut World, place: Place, method: &str, off_session: bool) -> Conduct {
    let drawer = world.drawer(place);
    match drawer.conduct.get(method).cloned() {
        Some(Conduct::AuthenticateUnlessSetUp) if off_session && drawer.set_up.contains(method) => {
            Conduct::Pay
        }
        Some(Conduct::AuthenticateUnlessSetUp) => Conduct::Authenticate(None),
        Some(conduct) => conduct,
        None => Conduct::Pay,
    }
}

fn check_confirmable(intent: &Value) -> Result<(), ApiError> {
    let status = intent["status"].as_str().unwrap_or_default();
    let message = match status {
        "requires_payment_method" | "requires_confirmation" | "requires_action" => return Ok(()),
        "succeeded" => {
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
                .to_owned()
        }
        _ => format!(
            "You cannot confirm this PaymentIntent because it has a status of {status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action."
        ),
    };
    Err(ApiError::unexpected_state(message, intent))
}

fn method(call: &mut Call, intent: &Value, params: &Map<String, Value>) -> Answer {
    let by_publishable = call.is_publishable();
    let method = match (
        text(params, "payment_method"),
        params.get("payment_method_data"),
    ) {
        (Some(name), _) => {
            let id = payment_method::resolve(call.world, call.place, &name)?;
            call.world.get(call.place, Noun::PaymentMethod, &id)?
        }
        (None, Some(Value::Object(data))) => {
            payment_method::make(call.world, call.place, data, by_publishable)?
        }
        _ => match intent["payment_method"].as_str() {
            Some(id) => call.world.get(call.place, Noun::PaymentMethod, id)?,
            None => {
                let message = "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.";
                return Err(ApiError::unexpected_state(message.into(), intent));
            }
        },
    };
    let kinds = intent["payment_method_types"].as_array();
    if kinds.is_some_and(|kinds| !kinds.contains(&method["type"])) {
        let kind = method["type"].as_str().unwrap_or_default();
        let message =
            format!("The PaymentMethod provided ({kind}) is not allowed for this PaymentIntent.");
        return Err(ApiError::invalid(message)
            .code("payment_intent_incompatible_payment_method")
            .param("payment_method"));
    }
    Ok(method)
}

/// 3-D Secure: the payer has something to do first.
fn challenge(world: &mut World, place: Place, id: &str, params: &Map<String, Value>) -> Value {
    let action = next_action(world, place, Noun::PaymentIntent, id, params);
    let waiting = world.change(place, Noun::PaymentIntent, id, |intent| {
        intent["status"] = json!("requires_action");
        intent["next_action"] = action;
    });
    world.emit(
        place,
        "payment_intent.requires_action",
        waiting.clone(),
        None,
    );
    waiting
}

/// For Stripe.js an order to open its own challenge, for everybody else a page to send the payer to.
pub(crate) fn next_action(
    world: &World,
    place: Place,
    noun: Noun,
    id: &str,
    params: &Map<String, Value>,
) -> Value {
    let secret = world
        .find(place, noun, id)
        .map_or(Value::Null, |object| object["client_secret"].clone());
    // The secret stands behind `#`, so that no server writes it down.
    let url = format!(
        "{}/rehearsal/challenge#{}",
        world.base_url,
        secret.as_str().unwrap_or_default()
    );
    if params.get("use_stripe_sdk") == Some(&json!(true)) {
        return json!({ "type": "use_stripe_sdk", "use_stripe_sdk": { "type": "rehearsal_challenge" } });
    }
    let back = text(params, "return_url");
    json!({ "type": "redirect_to_url", "redirect_to_url": { "return_url": back, "url": url } })
}

/// The end of a challenge. A passed one charges the card, a failed one asks for another card.
pub(crate) fn authenticate(world: &mut World, place: Place, id: &str, passed: bool) -> Answer {
    let intent = world.get(place, Noun::PaymentIntent, id)?;
    if intent["status"] != "requires_action" {
        return Err(ApiError::unexpected_state(
            "This PaymentIntent is not waiting for authentication.".into(),
            &intent,
        ));
    }
    let method_id = intent["payment_method"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let method = world.get(place, Noun::PaymentMethod, &method_id)?;
    if !passed {
        let message = "We are unable to authenticate your payment method. Please choose a different payment method and try again.";
        let error = ApiError::invalid(message)
            .code("payment_intent_authentication_failure")
            .with("payment_method", method);
        return Ok(back_to_start(world, place, id, error.inner()));
    }
    let outcome = match world.drawer(place).conduct.get(&method_id).cloned() {
        Some(Conduct::Authenticate(Some(code))) => decline(world, place, &intent, &method, &code),
        _ => pay(world, place, &intent, &method),
    };
    // A decline after the challenge is an answer to the payer's page, not an error of its request.
    outcome.or_else(|_| world.get(place, Noun::PaymentIntent, id))
}

/// Charges the card, unless the control wants the next charge declined.
fn pay(world: &mut World, place: Place, intent: &Value, method: &Value) -> Answer {
    if let Some(code) = world.declines.pop_front() {
        return decline(world, place, intent, method, &code);
    }
    let id = intent["id"].as_str().unwrap_or_default();
    if intent["capture_method"] == "manual" {
        return Ok(capture::hold(world, place, intent, method));
    }
    let charge = charge::make(world, place, intent, method, &Start::Paid);
    let charge_id = charge["id"].as_str().unwrap_or_default().to_owned();
    let paid = succeed(world, place, id, &charge_id);
    world.emit(place, "charge.succeeded", charge, None);
    world.emit(place, "payment_intent.succeeded", paid.clone(), None);
    checkout_life::follow(world, place, id);
    charge::book(world, place, &charge_id);
    charge::aftermath(world, place, &charge_id);
    Ok(paid)
}

/// The intent is paid.
pub(crate) fn succeed(world: &mut World, place: Place, id: &str, charge_id: &str) -> Value {
    let paid = world.change(place, Noun::PaymentIntent, id, |intent| {
        intent["status"] = json!("succeeded");
        intent["amount_received"] = intent["amount"].clone();
        intent["amount_capturable"] = json!(0);
        intent["latest_charge"] = json!(charge_id);
        intent["next_action"] = Value::Null;
        intent["last_payment_error"] = Value::Null;
    });
    saved::after_success(world, place, &paid);
    paid
}

/// The bank says no. The intent goes back to `requires_payment_method`, which is not its end.
fn decline(
    world: &mut World,
    place: Place,
    intent: &Value,
    method: &Value,
    decline_code: &str,
) -> Answer {
    let (code, message) = refusal(decline_code);
    let charge = charge::make(
        world,
        place,
        intent,
        method,
        &Start::Declined(code, decline_code, message),
    );
    let id = intent["id"].as_str().unwrap_or_default();
    world.change(place, Noun::PaymentIntent, id, |intent| {
        intent["latest_charge"] = charge["id"].clone()
    });
    let error = ApiError::card(code, Some(decline_code), message, None)
        .with("charge", charge["id"].clone())
        .with("payment_method", method.clone());
    world.emit(place, "charge.failed", charge, None);
    let failed = back_to_start(world, place, id, error.inner());
    Err(error.with("payment_intent", failed))
}

/// The attempt failed: the intent waits for another method.
pub(crate) fn back_to_start(world: &mut World, place: Place, id: &str, error: Value) -> Value {
    let failed = world.change(place, Noun::PaymentIntent, id, |intent| {
        intent["status"] = json!("requires_payment_method");
        intent["payment_method"] = Value::Null;
        intent["next_action"] = Value::Null;
        intent["last_payment_error"] = error;
    });
    world.emit(place, "payment_intent.payment_failed", failed.clone(), None);
    failed
}
