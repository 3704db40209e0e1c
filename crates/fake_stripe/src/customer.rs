//! Customers.

use serde_json::{Map, Value, json};

use crate::call::{Call, merge_metadata, text};
use crate::error::Answer;
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::payment_intent_fields::SHIPPING;
use crate::payment_method::{ADDRESS, address, shipping};
use crate::schema::{Field, Kind, opt};
use crate::shelf::Noun;

const FIELDS: &[Field] = &[
    opt("address", ADDRESS),
    opt("balance", Kind::Integer),
    opt("description", Kind::Text),
    opt("email", Kind::Text),
    EXPAND,
    opt("invoice_settings", Kind::Unrehearsed),
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
            email
                .as_ref()
                .is_none_or(|email| customer["email"] == email.as_str())
        },
    )
}
