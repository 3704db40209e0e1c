//! Charges and the balance transactions that book them.

use serde_json::{Map, Value, json};

use crate::call::{Call, text};
use crate::card::Aftermath;
use crate::dispute_life::{self, NewDispute};
use crate::error::Answer;
use crate::line::{self, Line};
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::pending::Later;
use crate::schema::{Field, Kind, opt};
use crate::shelf::Noun;
use crate::world::{Place, World};

const LIST: &[Field] = &[
    LIMIT,
    AFTER,
    BEFORE,
    CREATED,
    EXPAND,
    opt("customer", Kind::Text),
    opt("payment_intent", Kind::Text),
    opt("transfer_group", Kind::Unrehearsed),
];

/// Seconds until money of a charge is available: two days.
const AVAILABLE_AFTER_S: i64 = 2 * 86_400;

/// `GET /v1/charges/{id}`
pub(crate) fn retrieve(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    call.world.get(call.place, Noun::Charge, id)
}

/// `GET /v1/charges`
pub(crate) fn list(call: &mut Call) -> Answer {
    let params = call.params(LIST)?;
    let same = |charge: &Value, name: &str| text(&params, name).is_none_or(|id| charge[name] == id);
    page::list(
        call.world,
        call.place,
        Noun::Charge,
        "/v1/charges",
        &params,
        |charge| same(charge, "customer") && same(charge, "payment_intent"),
    )
}

/// How a charge begins.
pub(crate) enum Start<'a> {
    Paid,
    /// Authorized only; captured later.
    Held,
    /// A bank debit on its way.
    Pending,
    /// Code of the error, decline code, message.
    Declined(&'a str, &'a str, &'a str),
}

/// Makes the charge of an attempt. A paid one is booked at once, or when the control says late.
pub(crate) fn make(
    world: &mut World,
    place: Place,
    intent: &Value,
    method: &Value,
    start: &Start,
) -> Value {
    let id = world.dice.id("ch");
    let amount = intent["amount"].as_i64().unwrap_or(0);
    let (status, paid, captured) = match start {
        Start::Paid => ("succeeded", true, true),
        Start::Held => ("succeeded", true, false),
        Start::Pending => ("pending", false, true),
        Start::Declined(..) => ("failed", false, false),
    };
    let (code, message) = match start {
        Start::Declined(code, _, message) => (json!(code), json!(message)),
        _ => (Value::Null, Value::Null),
    };
    let object = json!({
        "id": id, "object": "charge", "amount": amount, "amount_captured": if paid && captured { amount } else { 0 },
        "amount_refunded": 0, "application": null, "application_fee": null, "application_fee_amount": null,
        "balance_transaction": null, "billing_details": method["billing_details"],
        "calculated_statement_descriptor": world.account(place).name.to_uppercase(), "captured": captured,
        "created": world.now(), "currency": intent["currency"], "customer": intent["customer"],
        "description": intent["description"], "disputed": false, "failure_balance_transaction": null,
        "failure_code": code, "failure_message": message, "fraud_details": {}, "livemode": place.1.is_live(),
        "metadata": intent["metadata"], "on_behalf_of": null, "outcome": outcome(start), "paid": paid,
        "payment_intent": intent["id"], "payment_method": method["id"],
        "payment_method_details": details(method, amount), "presentment_details": null, "radar_options": {},
        "receipt_email": intent["receipt_email"], "receipt_number": null,
        "receipt_url": null, "refunded": false, "review": null, "shipping": intent["shipping"], "source": null, "source_transfer": null,
        "statement_descriptor": null, "statement_descriptor_suffix": null, "status": status, "transfer_data": null,
        "transfer_group": null,
    });
    let mut object = object;
    if let Some(object) = object.as_object_mut() {
        // Absent unless presented in another currency.
        object.remove("presentment_details");
    }
    world.put(place, Noun::Charge, object.clone());
    object
}

fn outcome(start: &Start) -> Value {
    let (network, reason, seller, kind) = match start {
        Start::Declined(_, reason, _) => (
            "declined_by_network",
            json!(reason),
            format!("The bank returned the decline code `{reason}`."),
            "issuer_declined",
        ),
        _ => (
            "approved_by_network",
            Value::Null,
            "Payment complete.".to_owned(),
            "authorized",
        ),
    };
    json!({
        "advice_code": null, "network_advice_code": null, "network_decline_code": null, "network_status": network,
        "reason": reason, "risk_level": "normal", "risk_score": 20, "seller_message": seller, "type": kind,
    })
}

fn details(method: &Value, amount: i64) -> Value {
    let kind = method["type"].as_str().unwrap_or("card");
    let of = &method[kind];
    let inner = match kind {
        "card" => json!({
            "amount_authorized": amount, "authorization_code": "123456", "brand": of["brand"],
            "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" },
            "country": of["country"], "electronic_commerce_indicator": null, "exp_month": of["exp_month"],
            "exp_year": of["exp_year"], "extended_authorization": { "status": "disabled" },
            "fingerprint": of["fingerprint"], "funding": of["funding"],
            "incremental_authorization": { "status": "unavailable" }, "installments": null, "last4": of["last4"],
            "mandate": null, "multicapture": { "status": "unavailable" }, "network": of["brand"],
            "network_token": { "used": false }, "network_transaction_id": "104102106108110",
            "overcapture": { "maximum_amount_capturable": amount, "status": "unavailable" },
            "regulated_status": "unregulated", "three_d_secure": null, "transaction_link_id": null, "wallet": null,
        }),
        "us_bank_account" => json!({
            "account_holder_type": of["account_holder_type"], "account_type": of["account_type"],
            "bank_name": of["bank_name"], "fingerprint": of["fingerprint"], "last4": of["last4"],
            "payment_reference": null, "routing_number": of["routing_number"],
        }),
        "acss_debit" => json!({
            "bank_name": of["bank_name"], "fingerprint": of["fingerprint"],
            "institution_number": of["institution_number"], "last4": of["last4"],
            "transit_number": of["transit_number"],
        }),
        _ => json!({
            "bank_code": of["bank_code"], "branch_code": of["branch_code"], "country": of["country"],
            "fingerprint": of["fingerprint"], "last4": of["last4"], "mandate": null,
        }),
    };
    json!({ "type": kind, kind: inner })
}

/// Books a paid charge: now, or later when the control wants balance transactions to come late.
pub(crate) fn book(world: &mut World, place: Place, charge: &str) {
    if world.booking_late_s == 0 {
        return book_now(world, place, charge);
    }
    let book = Later::Book {
        charge: charge.to_owned(),
    };
    world.later(place, world.booking_late_s, book);
}

/// Makes the balance transaction; the charge learns of it and `charge.updated` says so.
pub(crate) fn book_now(world: &mut World, place: Place, charge: &str) {
    let Some(object) = world.find(place, Noun::Charge, charge).cloned() else {
        return;
    };
    let card = object["payment_method_details"]["type"] == "card";
    let captured = object["amount_captured"].as_i64().unwrap_or(0);
    let currency = object["currency"].as_str().unwrap_or_default();
    let (amount, settled) = line::settle(world, place, captured, currency);
    let available_on = world.now() + waiting_s(world, place, &object);
    let line = Line {
        amount,
        fees: line::fees(world, place, amount, &settled.currency),
        settled,
        kind: if card { "charge" } else { "payment" },
        category: "charge",
        source: json!(charge),
        description: object["description"].clone(),
        available_on,
    };
    let id = line::write(world, place, line)["id"].clone();
    let updated = world.change(place, Noun::Charge, charge, |object| {
        object["balance_transaction"] = id
    });
    world.emit(
        place,
        "charge.updated",
        updated,
        Some(json!({ "balance_transaction": null })),
    );
}

/// What the published cards bring after they have paid.
pub(crate) fn aftermath(world: &mut World, place: Place, charge: &str) {
    let object = world.find(place, Noun::Charge, charge).cloned();
    let method = object.as_ref().and_then(|o| o["payment_method"].as_str());
    let method = method.unwrap_or_default().to_owned();
    let amount = object.and_then(|charge| charge["amount"].as_i64());
    let (reason, inquiry, parts) = match world.drawer(place).aftermath.get(&method).cloned() {
        Some(Aftermath::Disputed(reason)) => (reason, false, vec![amount]),
        Some(Aftermath::Inquired(reason)) => (reason, true, vec![amount]),
        Some(Aftermath::DisputedTwice(reason)) => {
            let half = amount.unwrap_or(0) / 2;
            let rest = amount.unwrap_or(0) - half;
            (reason, false, vec![Some(half), Some(rest)])
        }
        _ => return,
    };
    for amount in parts {
        let new = NewDispute {
            reason: reason.to_owned(),
            inquiry,
            amount,
        };
        dispute_life::open(world, place, charge, &new);
    }
}

/// Seconds until the money of a charge may be paid out.
fn waiting_s(world: &mut World, place: Place, charge: &Value) -> i64 {
    let method = charge["payment_method"].as_str().unwrap_or_default();
    match world.drawer(place).aftermath.get(method) {
        Some(Aftermath::AvailableAtOnce) => 0,
        _ => AVAILABLE_AFTER_S,
    }
}

/// Sets the end of a pending or held charge.
pub(crate) fn finish(
    world: &mut World,
    place: Place,
    charge: &str,
    fields: Map<String, Value>,
) -> Value {
    world.change(place, Noun::Charge, charge, |object| {
        if let Some(object) = object.as_object_mut() {
            object.extend(fields);
        }
    })
}
