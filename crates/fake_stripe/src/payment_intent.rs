//! PaymentIntents: create, read, change, cancel. How one is paid stands in `attempt`.

use serde_json::{Map, Value, json};

use crate::attempt;
use crate::call::{Call, merge_metadata, text};
use crate::capture;
use crate::currency;
use crate::error::{Answer, ApiError};
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::payment_intent_fields::{CANCEL, CREATE, UPDATE};
use crate::payment_method::{self, shipping};
use crate::schema::{Kind, opt};
use crate::shelf::Noun;
use crate::world::{Place, World};

/// `POST /v1/payment_intents`
pub(crate) fn create(call: &mut Call) -> Answer {
    let params = call.params(CREATE)?;
    let currency = currency::check(params["currency"].as_str().unwrap_or_default())?;
    currency::check_amount(params["amount"].as_i64().unwrap_or(0), &currency)?;
    may_charge(call)?;
    let intent = blank(call.world, call.place, &params, &currency)?;
    let id = intent["id"].as_str().unwrap_or_default().to_owned();
    call.world
        .put(call.place, Noun::PaymentIntent, intent.clone());
    call.world
        .emit(call.place, "payment_intent.created", intent.clone(), None);
    if params.get("confirm") == Some(&json!(true)) {
        return attempt::confirm(call, &id, &params);
    }
    Ok(intent)
}

/// Refuses live charges of an account that has not finished its onboarding.
pub(crate) fn may_charge(call: &Call) -> Result<(), ApiError> {
    if call.place.1.is_live() && !call.world.account(call.place).charges_enabled {
        let message = "Your account cannot currently make live charges. If you are a site owner, please activate your account at https://dashboard.stripe.com/account/onboarding to remove this message. If you are a customer trying to make a purchase, please contact the owner of this site. Your transaction has not been processed.";
        return Err(ApiError::invalid(message).code("testmode_charges_only"));
    }
    Ok(())
}

/// A new intent, nowhere kept yet.
pub(crate) fn blank(
    world: &mut World,
    place: Place,
    params: &Map<String, Value>,
    currency: &str,
) -> Answer {
    let customer = customer(world, place, params)?;
    let types = method_types(world, place, params, currency)?;
    let method = match (
        text(params, "payment_method"),
        params.get("payment_method_data"),
    ) {
        (Some(name), _) => json!(payment_method::resolve(world, place, &name)?),
        (None, Some(Value::Object(data))) => {
            payment_method::make(world, place, data, false)?["id"].clone()
        }
        _ => Value::Null,
    };
    let id = world.dice.id("pi");
    let secret = world.dice.client_secret(&id);
    let value = |name: &str| {
        params
            .get(name)
            .filter(|value| **value != "")
            .cloned()
            .unwrap_or(Value::Null)
    };
    let status = if method.is_null() {
        "requires_payment_method"
    } else {
        "requires_confirmation"
    };
    Ok(json!({
        "id": id, "object": "payment_intent",
        "allowed_payment_method_types": value("allowed_payment_method_types"), "amount": params["amount"],
        "amount_capturable": 0, "amount_details": { "tip": {} }, "amount_received": 0, "application": null,
        "application_fee_amount": null, "automatic_payment_methods": automatic(params), "canceled_at": null,
        "cancellation_reason": null,
        "capture_method": params.get("capture_method").cloned().unwrap_or_else(|| json!("automatic_async")),
        "client_secret": secret,
        "confirmation_method": params.get("confirmation_method").cloned().unwrap_or_else(|| json!("automatic")),
        "created": world.now(), "currency": currency, "customer": customer, "customer_account": null,
        "description": value("description"), "excluded_payment_method_types": value("excluded_payment_method_types"),
        "last_payment_error": null, "latest_charge": null, "livemode": place.1.is_live(), "managed_payments": null,
        "metadata": params.get("metadata").filter(|value| value.is_object()).cloned().unwrap_or_else(|| json!({})),
        "next_action": null, "on_behalf_of": null, "payment_method": method,
        "payment_method_configuration_details": null,
        "payment_method_options": { "card": {
            "installments": null, "mandate_options": null, "network": null, "request_three_d_secure": "automatic",
        } },
        "payment_method_types": types, "payment_record": null, "processing": null,
        "receipt_email": value("receipt_email"), "review": null, "setup_future_usage": value("setup_future_usage"),
        "shipping": shipping(&value("shipping")), "source": null, "statement_descriptor": value("statement_descriptor"),
        "statement_descriptor_suffix": value("statement_descriptor_suffix"), "status": status,
        "transfer_data": null, "transfer_group": value("transfer_group"),
    }))
}

/// Dynamic methods are the default; they are off only when the request says so.
pub(crate) fn automatic(params: &Map<String, Value>) -> Value {
    let given = params.get("automatic_payment_methods");
    match given.and_then(|given| given.get("enabled")) {
        Some(Value::Bool(false)) => Value::Null,
        _ => {
            let redirects = given
                .and_then(|given| given.get("allow_redirects"))
                .cloned();
            json!({ "allow_redirects": redirects.unwrap_or_else(|| json!("always")), "enabled": true })
        }
    }
}

fn customer(world: &World, place: Place, params: &Map<String, Value>) -> Answer {
    match text(params, "customer") {
        Some(id) => world
            .named(place, Noun::Customer, &id, 400, "customer")
            .map(|_| json!(id)),
        None => Ok(Value::Null),
    }
}

/// The methods the account has for the currency, less what the request does not allow.
fn method_types(
    world: &World,
    place: Place,
    params: &Map<String, Value>,
    currency: &str,
) -> Result<Value, ApiError> {
    let names = |name: &str| params.get(name).and_then(Value::as_array);
    let (allowed, excluded) = (
        names("allowed_payment_method_types"),
        names("excluded_payment_method_types"),
    );
    let mut types = world.account(place).payment_method_types(currency);
    types.retain(|kind| {
        allowed.is_none_or(|list| list.iter().any(|name| name == kind))
            && !excluded.is_some_and(|list| list.iter().any(|name| name == kind))
    });
    if types.is_empty() {
        let message = "No valid payment method types for this Payment Intent. Please ensure that you have activated payment methods compatible with your chosen currency in your dashboard.";
        return Err(ApiError::invalid(message).code("payment_intent_invalid_parameter"));
    }
    Ok(json!(types))
}

/// `GET /v1/payment_intents/{id}`, with a secret key, or a publishable one and the client secret.
pub(crate) fn retrieve(call: &mut Call, id: &str) -> Answer {
    let params = call.params(&[opt("client_secret", Kind::Text), EXPAND])?;
    let intent = call.world.get(call.place, Noun::PaymentIntent, id)?;
    call.check_client_secret(&params, &intent)?;
    Ok(intent)
}

/// `GET /v1/payment_intents`
pub(crate) fn list(call: &mut Call) -> Answer {
    let params = call.params(&[
        LIMIT,
        AFTER,
        BEFORE,
        CREATED,
        EXPAND,
        opt("customer", Kind::Text),
    ])?;
    let customer = text(&params, "customer");
    page::list(
        call.world,
        call.place,
        Noun::PaymentIntent,
        "/v1/payment_intents",
        &params,
        |intent| {
            customer
                .as_ref()
                .is_none_or(|id| intent["customer"] == id.as_str())
        },
    )
}

/// `POST /v1/payment_intents/{id}`: the amount only while nothing is under way.
pub(crate) fn update(call: &mut Call, id: &str) -> Answer {
    let params = call.params(UPDATE)?;
    let intent = call.world.get(call.place, Noun::PaymentIntent, id)?;
    let open = [
        "requires_payment_method",
        "requires_confirmation",
        "requires_action",
    ];
    for name in [
        "amount",
        "currency",
        "payment_method",
        "payment_method_data",
        "customer",
    ] {
        if params.contains_key(name) && !open.iter().any(|status| intent["status"] == *status) {
            let status = intent["status"].as_str().unwrap_or_default();
            let message = format!(
                "This PaymentIntent's {name} could not be updated because it has a status of {status}. You may only update the {name} of a PaymentIntent with one of the following statuses: {}.",
                open.join(", ")
            );
            return Err(ApiError::unexpected_state(message, &intent).param(name));
        }
    }
    let changed = changed(call, &intent, &params)?;
    call.world
        .put(call.place, Noun::PaymentIntent, changed.clone());
    Ok(changed)
}

fn changed(call: &mut Call, intent: &Value, params: &Map<String, Value>) -> Answer {
    let mut changed = intent.clone();
    let now = |name: &str| intent[name].as_str().unwrap_or_default().to_owned();
    let currency = currency::check(&text(params, "currency").unwrap_or_else(|| now("currency")))?;
    let amount = params
        .get("amount")
        .or(intent.get("amount"))
        .and_then(Value::as_i64)
        .unwrap_or(0);
    currency::check_amount(amount, &currency)?;
    if [
        "currency",
        "allowed_payment_method_types",
        "excluded_payment_method_types",
    ]
    .iter()
    .any(|n| params.contains_key(*n))
    {
        changed["payment_method_types"] = method_types(call.world, call.place, params, &currency)?;
    }
    changed["amount"] = json!(amount);
    changed["currency"] = json!(currency);
    if params.contains_key("customer") {
        changed["customer"] = customer(call.world, call.place, params)?;
    }
    if let Some(name) = text(params, "payment_method") {
        changed["payment_method"] = json!(payment_method::resolve(call.world, call.place, &name)?);
    } else if let Some(Value::Object(data)) = params.get("payment_method_data") {
        changed["payment_method"] =
            payment_method::make(call.world, call.place, data, false)?["id"].clone();
    }
    if changed["payment_method"] != intent["payment_method"] {
        changed["status"] = json!("requires_confirmation");
        changed["next_action"] = Value::Null;
    }
    let plain = [
        "allowed_payment_method_types",
        "capture_method",
        "description",
        "excluded_payment_method_types",
        "receipt_email",
        "setup_future_usage",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_group",
    ];
    for name in plain {
        if let Some(value) = params.get(name) {
            changed[name] = if value == "" {
                Value::Null
            } else {
                value.clone()
            };
        }
    }
    if let Some(value) = params.get("shipping") {
        changed["shipping"] = shipping(value);
    }
    merge_metadata(&mut changed, params.get("metadata"));
    Ok(changed)
}

/// `POST /v1/payment_intents/{id}/cancel`
pub(crate) fn cancel(call: &mut Call, id: &str) -> Answer {
    let params = call.params(CANCEL)?;
    let intent = call.world.get(call.place, Noun::PaymentIntent, id)?;
    let status = intent["status"].as_str().unwrap_or_default();
    if call.world.drawer(call.place).checkout_of.contains_key(id) && status != "requires_capture" {
        let message = "You cannot perform this action on PaymentIntents created by Checkout. To cancel, expire the Checkout Session instead.";
        return Err(ApiError::invalid(message).code("payment_intent_unexpected_state"));
    }
    if matches!(status, "succeeded" | "canceled" | "processing") {
        let message = format!(
            "You cannot cancel this PaymentIntent because it has a status of {status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action."
        );
        return Err(ApiError::unexpected_state(message, &intent));
    }
    capture::release_hold(call.world, call.place, &intent);
    let now = call.world.now();
    let canceled = call
        .world
        .change(call.place, Noun::PaymentIntent, id, |intent| {
            intent["status"] = json!("canceled");
            intent["canceled_at"] = json!(now);
            intent["cancellation_reason"] = params
                .get("cancellation_reason")
                .cloned()
                .unwrap_or(Value::Null);
            intent["next_action"] = Value::Null;
            intent["amount_capturable"] = json!(0);
        });
    call.world.emit(
        call.place,
        "payment_intent.canceled",
        canceled.clone(),
        None,
    );
    Ok(canceled)
}
