//! SetupIntents: what the key doctor uses to prove two keys.

use serde_json::{Map, Value, json};

use crate::attempt::next_action;
use crate::call::{Call, text};
use crate::card::{Conduct, refusal};
use crate::error::{Answer, ApiError};
use crate::page::EXPAND;
use crate::payment_intent::automatic;
use crate::payment_intent_fields::{AUTOMATIC, METHOD_DATA, METHOD_OPTIONS};
use crate::payment_method;
use crate::saved;
use crate::schema::{Field, Kind, opt};
use crate::shelf::Noun;
use crate::world::{Place, World};

const NAMES: Kind = Kind::List(&Kind::Text);

const CREATE: &[Field] = &[
    opt("allowed_payment_method_types", NAMES),
    opt("automatic_payment_methods", AUTOMATIC),
    opt("confirm", Kind::Boolean),
    opt("customer", Kind::Text),
    opt("description", Kind::Text),
    opt("excluded_payment_method_types", NAMES),
    EXPAND,
    opt("mandate_data", Kind::Unrehearsed),
    opt("metadata", Kind::Metadata),
    opt("payment_method", Kind::Text),
    opt("payment_method_data", METHOD_DATA),
    opt("payment_method_options", METHOD_OPTIONS),
    opt("return_url", Kind::Text),
    opt("usage", Kind::OneOf(&["off_session", "on_session"])),
    opt("use_stripe_sdk", Kind::Boolean),
];

const CONFIRM: &[Field] = &[
    opt("client_secret", Kind::Text),
    EXPAND,
    opt("mandate_data", Kind::Unrehearsed),
    opt("payment_method", Kind::Text),
    opt("payment_method_data", METHOD_DATA),
    opt("payment_method_options", METHOD_OPTIONS),
    opt("return_url", Kind::Text),
    opt("use_stripe_sdk", Kind::Boolean),
];

const CANCEL: &[Field] = &[
    opt(
        "cancellation_reason",
        Kind::OneOf(&["abandoned", "duplicate", "requested_by_customer"]),
    ),
    EXPAND,
];

/// What a publishable key may see.
const PUBLIC_FIELDS: &[&str] = &[
    "id",
    "object",
    "allowed_payment_method_types",
    "automatic_payment_methods",
    "cancellation_reason",
    "client_secret",
    "created",
    "description",
    "excluded_payment_method_types",
    "last_setup_error",
    "livemode",
    "next_action",
    "payment_method",
    "payment_method_configuration_details",
    "payment_method_types",
    "status",
    "usage",
];

/// `POST /v1/setup_intents`
pub(crate) fn create(call: &mut Call) -> Answer {
    let params = call.params(CREATE)?;
    if let Some(id) = text(&params, "customer") {
        call.world
            .named(call.place, Noun::Customer, &id, 400, "customer")?;
    }
    let method = match text(&params, "payment_method") {
        Some(name) => json!(payment_method::resolve(call.world, call.place, &name)?),
        None => Value::Null,
    };
    let intent = blank(call.world, call.place, &params, method);
    call.world
        .put(call.place, Noun::SetupIntent, intent.clone());
    call.world
        .emit(call.place, "setup_intent.created", intent.clone(), None);
    if params.get("confirm") == Some(&json!(true)) {
        let id = intent["id"].as_str().unwrap_or_default().to_owned();
        return settle(call, &id, &params);
    }
    Ok(intent)
}

fn blank(world: &mut World, place: Place, params: &Map<String, Value>, method: Value) -> Value {
    let id = world.dice.id("seti");
    let secret = world.dice.client_secret(&id);
    let value = |name: &str| {
        params
            .get(name)
            .filter(|value| **value != "")
            .cloned()
            .unwrap_or(Value::Null)
    };
    json!({
        "id": id, "object": "setup_intent", "allowed_payment_method_types": value("allowed_payment_method_types"),
        "application": null, "automatic_payment_methods": automatic(params), "cancellation_reason": null,
        "client_secret": secret, "created": world.now(), "customer": value("customer"), "customer_account": null,
        "description": value("description"), "excluded_payment_method_types": value("excluded_payment_method_types"),
        "flow_directions": null, "last_setup_error": null, "latest_attempt": null, "livemode": place.1.is_live(),
        "managed_payments": null, "mandate": null,
        "metadata": params.get("metadata").filter(|value| value.is_object()).cloned().unwrap_or_else(|| json!({})),
        "next_action": null, "on_behalf_of": null, "payment_method": method,
        "payment_method_configuration_details": null,
        "payment_method_options": {
            "card": { "mandate_options": null, "network": null, "request_three_d_secure": "automatic" },
        },
        "payment_method_types": ["card"], "single_use_mandate": null,
        "status": if params.contains_key("payment_method") { "requires_confirmation" } else { "requires_payment_method" },
        "usage": params.get("usage").cloned().unwrap_or_else(|| json!("off_session")),
    })
}

/// `GET /v1/setup_intents/{id}`, with a secret key, or a publishable one and the client secret.
pub(crate) fn retrieve(call: &mut Call, id: &str) -> Answer {
    let params = call.params(&[opt("client_secret", Kind::Text), EXPAND])?;
    let intent = call.world.get(call.place, Noun::SetupIntent, id)?;
    call.check_client_secret(&params, &intent)?;
    Ok(intent)
}

/// The part of an intent that a publishable key may see.
pub(crate) fn public(intent: &Value) -> Value {
    let fields = PUBLIC_FIELDS.iter().filter_map(|name| {
        intent
            .get(*name)
            .map(|value| ((*name).to_owned(), value.clone()))
    });
    Value::Object(fields.collect())
}

/// `POST /v1/setup_intents/{id}/cancel`
pub(crate) fn cancel(call: &mut Call, id: &str) -> Answer {
    let params = call.params(CANCEL)?;
    let intent = call.world.get(call.place, Noun::SetupIntent, id)?;
    check_open(&intent, "cancel", "canceled")?;
    let canceled = call
        .world
        .change(call.place, Noun::SetupIntent, id, |intent| {
            intent["status"] = json!("canceled");
            intent["cancellation_reason"] = params
                .get("cancellation_reason")
                .cloned()
                .unwrap_or(Value::Null);
            intent["next_action"] = Value::Null;
        });
    call.world
        .emit(call.place, "setup_intent.canceled", canceled.clone(), None);
    Ok(canceled)
}

fn check_open(intent: &Value, verb: &str, done: &str) -> Result<(), ApiError> {
    let status = intent["status"].as_str().unwrap_or_default();
    if !matches!(status, "succeeded" | "canceled" | "processing") {
        return Ok(());
    }
    let message = format!(
        "You cannot {verb} this SetupIntent because it has a status of {status}. Only a SetupIntent with one of the following statuses may be {done}: requires_payment_method, requires_confirmation, requires_action."
    );
    Err(ApiError::unexpected_state(message, intent))
}

/// `POST /v1/setup_intents/{id}/confirm`
pub(crate) fn confirm(call: &mut Call, id: &str) -> Answer {
    let params = call.params(CONFIRM)?;
    let intent = call.world.get(call.place, Noun::SetupIntent, id)?;
    call.check_client_secret(&params, &intent)?;
    settle(call, id, &params)
}

fn settle(call: &mut Call, id: &str, params: &Map<String, Value>) -> Answer {
    let intent = call.world.get(call.place, Noun::SetupIntent, id)?;
    check_open(&intent, "confirm", "confirmed")?;
    let by_publishable = call.is_publishable();
    let (world, place) = (&mut *call.world, call.place);
    let method_id = match (
        text(params, "payment_method"),
        params.get("payment_method_data"),
    ) {
        (Some(name), _) => payment_method::resolve(world, place, &name)?,
        (None, Some(Value::Object(data))) => {
            payment_method::make(world, place, data, by_publishable)?["id"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        }
        _ => intent["payment_method"]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| {
                let message =
                    "You cannot confirm this SetupIntent because it's missing a payment method.";
                ApiError::unexpected_state(message.into(), &intent)
            })?,
    };
    let method = world.get(place, Noun::PaymentMethod, &method_id)?;
    saved::check_usable(world, place, &method, &intent["customer"])?;
    let conduct = world.drawer(place).conduct.get(&method_id).cloned();
    world.change(place, Noun::SetupIntent, id, |intent| {
        intent["payment_method"] = json!(method_id)
    });
    if let Some(code) = saved::declines_to_be_kept(world, place, &method_id) {
        return decline(world, place, id, &method_id, &code);
    }
    match conduct {
        Some(Conduct::Authenticate(_) | Conduct::AuthenticateUnlessSetUp) => {
            let action = next_action(world, place, Noun::SetupIntent, id, params);
            Ok(end(world, place, id, "requires_action", action))
        }
        _ => Ok(end(world, place, id, "succeeded", Value::Null)),
    }
}

fn end(world: &mut World, place: Place, id: &str, status: &str, action: Value) -> Value {
    let ended = world.change(place, Noun::SetupIntent, id, |intent| {
        intent["status"] = json!(status);
        intent["next_action"] = action;
        intent["last_setup_error"] = Value::Null;
    });
    if status == "succeeded" {
        saved::after_success(world, place, &ended);
    }
    world.emit(
        place,
        &format!("setup_intent.{status}"),
        ended.clone(),
        None,
    );
    ended
}

fn decline(
    world: &mut World,
    place: Place,
    id: &str,
    method_id: &str,
    decline_code: &str,
) -> Answer {
    let (code, message) = refusal(decline_code);
    let method = world.get(place, Noun::PaymentMethod, method_id)?;
    let error =
        ApiError::card(code, Some(decline_code), message, None).with("payment_method", method);
    let failed = back_to_start(world, place, id, error.inner());
    Err(error.with("setup_intent", failed))
}

fn back_to_start(world: &mut World, place: Place, id: &str, error: Value) -> Value {
    let failed = world.change(place, Noun::SetupIntent, id, |intent| {
        intent["status"] = json!("requires_payment_method");
        intent["payment_method"] = Value::Null;
        intent["next_action"] = Value::Null;
        intent["last_setup_error"] = error;
    });
    world.emit(place, "setup_intent.setup_failed", failed.clone(), None);
    failed
}

/// The end of a challenge.
pub(crate) fn authenticate(world: &mut World, place: Place, id: &str, passed: bool) -> Answer {
    let intent = world.get(place, Noun::SetupIntent, id)?;
    if intent["status"] != "requires_action" {
        return Err(ApiError::unexpected_state(
            "This SetupIntent is not waiting for authentication.".into(),
            &intent,
        ));
    }
    if passed {
        return Ok(end(world, place, id, "succeeded", Value::Null));
    }
    let message = "We are unable to authenticate your payment method. Please choose a different payment method and try again.";
    let error = ApiError::invalid(message).code("setup_intent_authentication_failure");
    Ok(back_to_start(world, place, id, error.inner()))
}
