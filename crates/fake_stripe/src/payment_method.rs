//! Payment methods: cards and bank debits, by published name or from the Payment Element.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::card::{self, Aftermath, Card, Conduct};
use crate::error::{Answer, ApiError};
use crate::key::Power;
use crate::page::EXPAND;
use crate::schema::{Field, Kind, opt, req};
use crate::shelf::Noun;
use crate::world::{Place, World};

const TYPES: &[&str] = &["card", "us_bank_account", "acss_debit", "sepa_debit"];

pub(crate) const ADDRESS: Kind = Kind::Object(&[
    opt("city", Kind::Text),
    opt("country", Kind::Text),
    opt("line1", Kind::Text),
    opt("line2", Kind::Text),
    opt("postal_code", Kind::Text),
    opt("state", Kind::Text),
]);

pub(crate) const BILLING: Kind = Kind::Object(&[
    opt("address", ADDRESS),
    opt("email", Kind::Text),
    opt("name", Kind::Text),
    opt("phone", Kind::Text),
    opt("tax_id", Kind::Text),
]);

const CARD: Kind = Kind::Object(&[
    opt("number", Kind::Text),
    opt("exp_month", Kind::Integer),
    opt("exp_year", Kind::Integer),
    opt("cvc", Kind::Text),
    opt("token", Kind::Text),
]);

const US_BANK_ACCOUNT: Kind = Kind::Object(&[
    req("account_number", Kind::Text),
    req("routing_number", Kind::Text),
    opt(
        "account_holder_type",
        Kind::OneOf(&["individual", "company"]),
    ),
    opt("account_type", Kind::OneOf(&["checking", "savings"])),
]);

const ACSS_DEBIT: Kind = Kind::Object(&[
    req("account_number", Kind::Text),
    req("institution_number", Kind::Text),
    req("transit_number", Kind::Text),
]);

/// `payment_method_data`, and the body of creation with `expand`.
pub(crate) const DATA: &[Field] = &[
    req("type", Kind::OneOf(TYPES)),
    opt("acss_debit", ACSS_DEBIT),
    opt(
        "allow_redisplay",
        Kind::OneOf(&["always", "limited", "unspecified"]),
    ),
    opt("billing_details", BILLING),
    opt("card", CARD),
    opt("metadata", Kind::Metadata),
    opt("radar_options", Kind::Unrehearsed),
    opt("sepa_debit", Kind::Object(&[req("iban", Kind::Text)])),
    opt("us_bank_account", US_BANK_ACCOUNT),
];

const CREATE: &[Field] = &[
    req("type", Kind::OneOf(TYPES)),
    opt("acss_debit", ACSS_DEBIT),
    opt(
        "allow_redisplay",
        Kind::OneOf(&["always", "limited", "unspecified"]),
    ),
    opt("billing_details", BILLING),
    opt("card", CARD),
    opt("customer", Kind::Unrehearsed),
    EXPAND,
    opt("metadata", Kind::Metadata),
    opt("payment_method", Kind::Unrehearsed),
    opt("radar_options", Kind::Unrehearsed),
    opt("sepa_debit", Kind::Object(&[req("iban", Kind::Text)])),
    opt("us_bank_account", US_BANK_ACCOUNT),
];

/// `POST /v1/payment_methods`
pub(crate) fn create(call: &mut Call) -> Answer {
    let params = call.params(CREATE)?;
    let by_publishable = call.key.power == Power::Publishable;
    make(call.world, call.place, &params, by_publishable)
}

/// `GET /v1/payment_methods/{id}`; published names answer too.
pub(crate) fn retrieve(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    if let Some(card) = card::by_name(id) {
        return Ok(keep_card(call.world, call.place, card, &Map::new()));
    }
    call.world.get(call.place, Noun::PaymentMethod, id)
}

/// The id a request names (`pm_…` or a published name), made on the spot for a published name.
pub(crate) fn resolve(world: &mut World, place: Place, name: &str) -> Result<String, ApiError> {
    if let Some(card) = card::by_name(name) {
        let object = keep_card(world, place, card, &Map::new());
        return Ok(object["id"].as_str().unwrap_or_default().to_owned());
    }
    world
        .named(place, Noun::PaymentMethod, name, 400, "payment_method")
        .map(|_| name.to_owned())
}

/// Makes one from data. Raw card numbers come only from the Payment Element, hence with a publishable key.
pub(crate) fn make(
    world: &mut World,
    place: Place,
    data: &Map<String, Value>,
    by_publishable: bool,
) -> Answer {
    let kind = data["type"].as_str().unwrap_or_default();
    let details = data
        .get(kind)
        .cloned()
        .ok_or_else(|| ApiError::missing_param(kind))?;
    let raw = ["number", "account_number", "iban"]
        .iter()
        .any(|name| details.get(*name).is_some());
    if raw && !by_publishable {
        let message = "Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using, see https://stripe.com/docs/testing.";
        return Err(ApiError::invalid(message).status(402));
    }
    if kind == "card" {
        let card = match details.get("token").and_then(Value::as_str) {
            Some(token) => card::by_name(token).ok_or_else(|| {
                ApiError::missing_object(400, format!("No such token: '{token}'"), "card[token]")
            })?,
            None => card::read(&details, month(world.now()))?,
        };
        return Ok(keep_card(world, place, card, data));
    }
    let (object, conduct) = debit(kind, &details)?;
    Ok(keep(
        world,
        place,
        json!({ "type": kind, kind: object }),
        conduct,
        data,
    ))
}

fn month(now_s: i64) -> i64 {
    let now = Timestamp::from_second(now_s)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(TimeZone::UTC);
    i64::from(now.year()) * 12 + i64::from(now.month())
}

fn keep_card(world: &mut World, place: Place, card: Card, data: &Map<String, Value>) -> Value {
    let kind = json!({ "type": "card", "card": card.object() });
    let object = keep(world, place, kind, card.conduct, data);
    if let Some(aftermath) = card.aftermath {
        let id = object["id"].as_str().unwrap_or_default().to_owned();
        if aftermath == Aftermath::SetUpAlready {
            world.drawer(place).set_up.insert(id.clone());
        }
        world.drawer(place).aftermath.insert(id, aftermath);
    }
    object
}

/// Bank accounts: published numbers fail after processing, every other one pays.
fn debit(kind: &str, details: &Value) -> Result<(Value, Conduct), ApiError> {
    let name = if kind == "sepa_debit" {
        "iban"
    } else {
        "account_number"
    };
    let number: String = details[name]
        .as_str()
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect();
    if number.len() < 5 {
        let error = ApiError::invalid("The account number is invalid.");
        return Err(error
            .code("account_number_invalid")
            .param(&format!("{kind}[{name}]")));
    }
    let failure = match number.as_str() {
        "000111111113" => Some("account_closed"),
        "000111111116" => Some("no_account"),
        "000222222227" | "DE62370400440532013001" => Some("insufficient_funds"),
        "000333333335" => Some("debit_not_authorized"),
        _ => None,
    };
    let last4 = &number[number.len() - 4..];
    let object = match kind {
        "us_bank_account" => json!({
            "account_holder_type": "individual", "account_type": "checking", "bank_name": "STRIPE TEST BANK",
            "financial_connections_account": null, "fingerprint": format!("RhUs{last4}"), "last4": last4,
            "networks": { "preferred": "ach", "supported": ["ach"] }, "routing_number": details["routing_number"],
            "status_details": null,
        }),
        "acss_debit" => json!({
            "bank_name": "STRIPE TEST BANK", "fingerprint": format!("RhCa{last4}"),
            "institution_number": details["institution_number"], "last4": last4,
            "transit_number": details["transit_number"],
        }),
        _ => json!({
            "bank_code": "37040044", "branch_code": "", "country": &number[..2], "fingerprint": format!("RhEu{last4}"),
            "generated_from": { "charge": null, "setup_attempt": null }, "last4": last4,
        }),
    };
    Ok((object, Conduct::Debit(failure.map(str::to_owned))))
}

/// Puts it on the shelf with its hidden conduct.
fn keep(
    world: &mut World,
    place: Place,
    kind: Value,
    conduct: Conduct,
    data: &Map<String, Value>,
) -> Value {
    let id = world.dice.id("pm");
    let mut object = json!({
        "id": id, "object": "payment_method", "allow_redisplay": "unspecified",
        "billing_details": billing_details(data.get("billing_details")),
        "created": world.now(), "customer": null, "customer_account": null, "livemode": place.1.is_live(),
        "metadata": data.get("metadata").cloned().unwrap_or_else(|| json!({})),
    });
    if let (Some(object), Value::Object(kind)) = (object.as_object_mut(), kind) {
        object.extend(kind);
    }
    world.put(place, Noun::PaymentMethod, object.clone());
    world.drawer(place).conduct.insert(id, conduct);
    object
}

/// Billing details with every line present.
pub(crate) fn billing_details(given: Option<&Value>) -> Value {
    let given = given.cloned().unwrap_or(Value::Null);
    let pick = |name: &str| {
        given
            .get(name)
            .filter(|value| **value != "")
            .cloned()
            .unwrap_or(Value::Null)
    };
    json!({
        "address": address(given.get("address")), "email": pick("email"), "name": pick("name"),
        "phone": pick("phone"), "tax_id": pick("tax_id"),
    })
}

/// An address with every line present.
pub(crate) fn address(given: Option<&Value>) -> Value {
    let pick = |name: &str| {
        given
            .and_then(|given| given.get(name))
            .filter(|value| **value != "")
            .cloned()
            .unwrap_or(Value::Null)
    };
    json!({
        "city": pick("city"), "country": pick("country"), "line1": pick("line1"), "line2": pick("line2"),
        "postal_code": pick("postal_code"), "state": pick("state"),
    })
}

/// A shipping address with every line present; null when the request clears it.
pub(crate) fn shipping(given: &Value) -> Value {
    if !given.is_object() {
        return Value::Null;
    }
    let pick = |name: &str| {
        given
            .get(name)
            .filter(|value| **value != "")
            .cloned()
            .unwrap_or(Value::Null)
    };
    json!({
        "address": address(given.get("address")), "carrier": pick("carrier"), "name": pick("name"),
        "phone": pick("phone"), "tracking_number": pick("tracking_number"),
    })
}
