//! Customers.

use serde_json::{Map, Value, json};

use crate::call::{Call, merge_metadata, text};
use crate::error::{Answer, ApiError};
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::payment_intent_fields::SHIPPING;
use crate::payment_method::{ADDRESS, address, shipping};
use crate::saved;
use crate::schema::{Field, Kind, opt};
use crate::shelf::Noun;

const FIELDS: &[Field] = &[
    opt("address", ADDRESS),
    opt("balance", Kind::Integer),
    opt("description", Kind::Text),
    opt("email", Kind::Text),
    EXPAND,
    opt(
        "invoice_settings",
        Kind::Object(&[opt("default_payment_method", Kind::Text)]),
    ),
    opt("metadata", Kind::Metadata),
    opt("name", Kind::Text),
    opt("payment_method", Kind::Unrehearsed),
    opt("phone", Kind::Text),
    opt("preferred_locales", Kind::List(&Kind::Text)),
    opt("shipping", SHIPPING),
    opt("source", Kind::Unrehearsed),
    opt("tax", Kind::Unrehearsed),
    opt("tax_exempt", Kind::OneOf(&["exempt", "none", "reverse"])),
];

/// `POST /v1/customers`
pub(crate) fn create(call: &mut Call) -> Answer {
    let params = call.params(FIELDS)?;
    let id = format!("cus_{}", call.world.dice.letters(14));
    let mut customer = json!({
        "id": id, "object": "customer", "address": null, "balance": 0, "created": call.world.now(),
        "currency": null, "customer_account": null, "default_source": null, "delinquent": false, "description": null,
        "discount": null, "email": null, "invoice_prefix": call.world.dice.letters(8).to_uppercase(),
        "invoice_settings": {
            "custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null,
        },
        "livemode": call.place.1.is_live(), "metadata": {}, "name": null, "next_invoice_sequence": 1, "phone": null,
        "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null,
    });
    apply(&mut customer, &params);
    call.world.put(call.place, Noun::Customer, customer.clone());
    call.world
        .emit(call.place, "customer.created", customer.clone(), None);
    Ok(customer)
}

/// `POST /v1/customers/{id}`
pub(crate) fn update(call: &mut Call, id: &str) -> Answer {
    let params = call.params(FIELDS)?;
    check_default(call, id, &params)?;
    let before = call.world.get(call.place, Noun::Customer, id)?;
    let after = call
        .world
        .change(call.place, Noun::Customer, id, |customer| {
            apply(customer, &params)
        });
    let previous: Map<String, Value> = params
        .keys()
        .filter(|name| before[name.as_str()] != after[name.as_str()])
        .map(|name| (name.clone(), before[name.as_str()].clone()))
        .collect();
    if !previous.is_empty() {
        call.world.emit(
            call.place,
            "customer.updated",
            after.clone(),
            Some(Value::Object(previous)),
        );
    }
    Ok(after)
}

fn apply(customer: &mut Value, params: &Map<String, Value>) {
    for (name, value) in params {
        match (name.as_str(), value) {
            ("metadata", _) => merge_metadata(customer, Some(value)),
            ("address", Value::Object(_)) => customer["address"] = address(Some(value)),
            ("invoice_settings", Value::Object(given)) => {
                let default = text(given, "default_payment_method");
                customer["invoice_settings"]["default_payment_method"] = json!(default);
            }
            ("shipping", _) => customer["shipping"] = shipping(value),
            (name, value) if value == "" => customer[name] = Value::Null,
            (name, value) => customer[name] = value.clone(),
        }
    }
}

/// `GET /v1/customers/{id}`
pub(crate) fn retrieve(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    call.world.get(call.place, Noun::Customer, id)
}

/// The default must be the customer's own.
fn check_default(call: &Call, id: &str, params: &Map<String, Value>) -> Result<(), ApiError> {
    let given = params.get("invoice_settings").and_then(Value::as_object);
    let Some(method) = given.and_then(|given| text(given, "default_payment_method")) else {
        return Ok(());
    };
    let kept = call.world.find(call.place, Noun::PaymentMethod, &method);
    if kept.is_some_and(|method| method["customer"] == id) {
        return Ok(());
    }
    let message = format!(
        "The customer does not have a payment method with the ID {method}. The payment method must be attached to the customer."
    );
    Err(ApiError::missing_object(
        400,
        message,
        "invoice_settings[default_payment_method]",
    ))
}

/// `DELETE /v1/customers/{id}`: their cards go with them; what is left says only that they were here.
pub(crate) fn delete(call: &mut Call, id: &str) -> Answer {
    call.params(&[])?;
    let customer = call.world.get(call.place, Noun::Customer, id)?;
    if customer["deleted"] == true {
        let message = format!("No such customer: '{id}'");
        return Err(ApiError::missing_object(404, message, "id"));
    }
    let methods = call.world.drawer(call.place).shelf(Noun::PaymentMethod);
    let methods = methods.into_iter().flat_map(|shelf| shelf.newest_first());
    let own: Vec<String> = methods
        .filter(|method| method["customer"] == id)
        .filter_map(|method| method["id"].as_str().map(str::to_owned))
        .collect();
    for method in own {
        saved::detach(call.world, call.place, &method);
    }
    let stub = json!({ "id": id, "object": "customer", "deleted": true });
    call.world.put(call.place, Noun::Customer, stub.clone());
    call.world
        .emit(call.place, "customer.deleted", customer, None);
    Ok(stub)
}

/// `GET /v1/customers`
pub(crate) fn list(call: &mut Call) -> Answer {
    let params = call.params(&[
        LIMIT,
        AFTER,
        BEFORE,
        CREATED,
        EXPAND,
        opt("email", Kind::Text),
    ])?;
    let email = text(&params, "email");
    page::list(
        call.world,
        call.place,
        Noun::Customer,
        "/v1/customers",
        &params,
        |customer| {
            customer["deleted"] != true
                && email
                    .as_ref()
                    .is_none_or(|email| customer["email"] == email.as_str())
        },
    )
}
