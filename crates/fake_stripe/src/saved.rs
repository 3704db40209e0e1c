//! Cards that are kept: attached to a customer, used again while their owner is away, taken off again.

use serde_json::{Map, Value, json};

use crate::call::{Call, merge_metadata, text};
use crate::card::{Aftermath, Conduct, refusal};
use crate::error::{Answer, ApiError};
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::payment_method::{self, BILLING, billing_details};
use crate::schema::{Field, Kind, opt, req};
use crate::shelf::Noun;
use crate::world::{Place, World};

const REDISPLAY: Kind = Kind::OneOf(&["always", "limited", "unspecified"]);

const LIST: &[Field] = &[
    AFTER,
    opt("allow_redisplay", REDISPLAY),
    BEFORE,
    CREATED,
    opt("customer", Kind::Text),
    EXPAND,
    LIMIT,
    opt("type", Kind::Text),
];

const UPDATE: &[Field] = &[
    opt("allow_redisplay", REDISPLAY),
    opt("billing_details", BILLING),
    opt(
        "card",
        Kind::Object(&[
            opt("exp_month", Kind::Integer),
            opt("exp_year", Kind::Integer),
        ]),
    ),
    EXPAND,
    opt("metadata", Kind::Metadata),
];

/// `GET /v1/payment_methods`: of one customer.
pub(crate) fn list(call: &mut Call) -> Answer {
    let params = call.params(LIST)?;
    match text(&params, "customer") {
        Some(customer) => page(call, &params, &customer, "/v1/payment_methods"),
        None => Err(ApiError::missing_param("customer")),
    }
}

/// `GET /v1/customers/{id}/payment_methods`
pub(crate) fn list_of_customer(call: &mut Call, id: &str) -> Answer {
    let params = call.params(LIST)?;
    call.world.get(call.place, Noun::Customer, id)?;
    let url = format!("/v1/customers/{id}/payment_methods");
    page(call, &params, id, &url)
}

fn page(call: &Call, params: &Map<String, Value>, customer: &str, url: &str) -> Answer {
    call.world
        .named(call.place, Noun::Customer, customer, 400, "customer")?;
    let same = |method: &Value, name: &str| {
        text(params, name).is_none_or(|wanted| method[name] == wanted.as_str())
    };
    page::list(
        call.world,
        call.place,
        Noun::PaymentMethod,
        url,
        params,
        |method| {
            method["customer"] == customer
                && same(method, "type")
                && same(method, "allow_redisplay")
        },
    )
}

/// `POST /v1/payment_methods/{id}`
pub(crate) fn update(call: &mut Call, id: &str) -> Answer {
    let params = call.params(UPDATE)?;
    let before = call.world.get(call.place, Noun::PaymentMethod, id)?;
    let after = call
        .world
        .change(call.place, Noun::PaymentMethod, id, |method| {
            merge_metadata(method, params.get("metadata"));
            if let Some(value) = params.get("allow_redisplay") {
                method["allow_redisplay"] = value.clone();
            }
            if let Some(given) = params.get("billing_details") {
                method["billing_details"] = billing_details(Some(given));
            }
            for name in ["exp_month", "exp_year"] {
                if let Some(value) = params.get("card").and_then(|card| card.get(name)) {
                    method["card"][name] = value.clone();
                }
            }
        });
    if before != after {
        call.world
            .emit(call.place, "payment_method.updated", after.clone(), None);
    }
    Ok(after)
}

/// `POST /v1/payment_methods/{id}/attach`
pub(crate) fn attach_verb(call: &mut Call, id: &str) -> Answer {
    let params = call.params(&[req("customer", Kind::Text), EXPAND])?;
    let customer = text(&params, "customer").unwrap_or_default();
    call.world
        .named(call.place, Noun::Customer, &customer, 400, "customer")?;
    let id = payment_method::resolve(call.world, call.place, id)
        .map_err(|error| error.status(404).param("payment_method"))?;
    let method = call.world.get(call.place, Noun::PaymentMethod, &id)?;
    if method["customer"] == customer.as_str() {
        return Ok(method);
    }
    if !method["customer"].is_null() {
        let message = "The payment method you provided has already been attached to a customer.";
        return Err(ApiError::invalid(message).began());
    }
    check_fresh(call.world, call.place, &id)?;
    if let Some(code) = declines_to_be_kept(call.world, call.place, &id) {
        let (error, message) = refusal(&code);
        return Err(ApiError::card(error, Some(&code), message, None));
    }
    Ok(attach(call.world, call.place, &id, &customer))
}

/// The code by which a bank declines a card that is only to be kept.
pub(crate) fn declines_to_be_kept(world: &mut World, place: Place, id: &str) -> Option<String> {
    let drawer = world.drawer(place);
    if drawer.aftermath.get(id) == Some(&Aftermath::AttachesAnyway) {
        return None;
    }
    match drawer.conduct.get(id) {
        Some(Conduct::Decline(code)) => Some(code.clone()),
        _ => None,
    }
}

/// The card belongs to the customer from now on.
pub(crate) fn attach(world: &mut World, place: Place, id: &str, customer: &str) -> Value {
    let attached = world.change(place, Noun::PaymentMethod, id, |method| {
        method["customer"] = json!(customer)
    });
    world.emit(place, "payment_method.attached", attached.clone(), None);
    attached
}

/// `POST /v1/payment_methods/{id}/detach`
pub(crate) fn detach_verb(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    let method = call.world.get(call.place, Noun::PaymentMethod, id)?;
    if method["customer"].is_null() {
        let message = "The payment method you provided is not attached to a customer so detachment is impossible.";
        return Err(ApiError::invalid(message).began());
    }
    Ok(detach(call.world, call.place, id))
}

/// Off its customer, and of no use any more.
pub(crate) fn detach(world: &mut World, place: Place, id: &str) -> Value {
    let before = world.find(place, Noun::PaymentMethod, id).cloned();
    let customer = before.map_or(Value::Null, |method| method["customer"].clone());
    let detached = world.change(place, Noun::PaymentMethod, id, |method| {
        method["customer"] = Value::Null
    });
    world.drawer(place).used.insert(id.to_owned());
    if let Some(customer) = customer.as_str() {
        world.change(place, Noun::Customer, customer, |customer| {
            let default = &mut customer["invoice_settings"]["default_payment_method"];
            if *default == id {
                *default = Value::Null;
            }
        });
    }
    let previous = json!({ "customer": customer });
    world.emit(
        place,
        "payment_method.detached",
        detached.clone(),
        Some(previous),
    );
    detached
}

/// A method of one customer serves no other; one used without a customer serves once.
pub(crate) fn check_usable(
    world: &mut World,
    place: Place,
    method: &Value,
    customer: &Value,
) -> Result<(), ApiError> {
    if method["customer"].is_null() {
        return check_fresh(world, place, method["id"].as_str().unwrap_or_default());
    }
    if method["customer"] == *customer {
        return Ok(());
    }
    let id = method["id"].as_str().unwrap_or_default();
    let message = match customer.as_str() {
        None => {
            "The payment method you provided is attached to a customer so for security purposes you must provide the customer in the request.".to_owned()
        }
        Some(customer) => format!(
            "The PaymentMethod {id} does not belong to the customer {customer}. Please use this payment method with the customer that it belongs to."
        ),
    };
    Err(ApiError::invalid(message).param("payment_method"))
}

fn check_fresh(world: &mut World, place: Place, id: &str) -> Result<(), ApiError> {
    if !world.drawer(place).used.contains(id) {
        return Ok(());
    }
    let message = "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.";
    Err(ApiError::invalid(message)
        .code("payment_method_unexpected_state")
        .param("payment_method"))
}

/// What a success makes of the method of an intent: kept on the customer when the intent said so, else used up.
pub(crate) fn after_success(world: &mut World, place: Place, intent: &Value) {
    let Some(id) = intent["payment_method"].as_str() else {
        return;
    };
    let setup = intent["object"] == "setup_intent";
    let usage = &intent[if setup { "usage" } else { "setup_future_usage" }];
    if usage == "off_session" {
        world.drawer(place).set_up.insert(id.to_owned());
    }
    let method = world.find(place, Noun::PaymentMethod, id);
    if method.is_none_or(|method| !method["customer"].is_null()) {
        return;
    }
    match intent["customer"].as_str() {
        Some(customer) if !usage.is_null() => drop(attach(world, place, id, customer)),
        // A setup without a customer proves a card, and leaves it to be attached.
        _ if setup => {}
        _ => drop(world.drawer(place).used.insert(id.to_owned())),
    }
}
