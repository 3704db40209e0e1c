//! Checkout sessions as the API knows them: made, read, listed, ended. How one is paid stands in `checkout_life`.

use serde_json::{Map, Value, json};

use crate::call::{Call, text};
use crate::checkout_life;
use crate::currency;
use crate::error::{Answer, ApiError};
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::pending::Later;
use crate::schema::{Field, Kind, opt, req};
use crate::shelf::Noun;

const NAMES: Kind = Kind::List(&Kind::Text);
const LINE: Kind = Kind::Object(&[
    opt("price", Kind::Unrehearsed),
    req(
        "price_data",
        Kind::Object(&[
            req("currency", Kind::Text),
            req(
                "product_data",
                Kind::Object(&[
                    opt("description", Kind::Text),
                    opt("images", Kind::Unrehearsed),
                    opt("metadata", Kind::Metadata),
                    req("name", Kind::Text),
                ]),
            ),
            opt("tax_behavior", Kind::Unrehearsed),
            req("unit_amount", Kind::Integer),
        ]),
    ),
    req("quantity", Kind::Integer),
]);

const CREATE: &[Field] = &[
    opt(
        "adaptive_pricing",
        Kind::Object(&[opt("enabled", Kind::Boolean)]),
    ),
    opt("allowed_payment_method_types", NAMES),
    opt("automatic_tax", Kind::Unrehearsed),
    opt("cancel_url", Kind::Text),
    opt("client_reference_id", Kind::Text),
    opt("customer", Kind::Text),
    opt("customer_creation", Kind::Unrehearsed),
    opt("customer_email", Kind::Text),
    opt("discounts", Kind::Unrehearsed),
    opt("excluded_payment_method_types", NAMES),
    EXPAND,
    opt("expires_at", Kind::Integer),
    req("line_items", Kind::List(&LINE)),
    opt("locale", Kind::Text),
    opt("metadata", Kind::Metadata),
    req("mode", Kind::OneOf(&["payment"])),
    opt(
        "payment_intent_data",
        Kind::Object(&[
            opt("description", Kind::Text),
            opt("metadata", Kind::Metadata),
            opt("receipt_email", Kind::Text),
            opt(
                "setup_future_usage",
                Kind::OneOf(&["off_session", "on_session"]),
            ),
        ]),
    ),
    opt("payment_method_types", NAMES),
    opt("return_url", Kind::Unrehearsed),
    opt(
        "submit_type",
        Kind::OneOf(&["auto", "book", "donate", "pay"]),
    ),
    req("success_url", Kind::Text),
    opt("ui_mode", Kind::OneOf(&["hosted_page"])),
];

const LIST: &[Field] = &[
    LIMIT,
    AFTER,
    BEFORE,
    CREATED,
    EXPAND,
    opt("customer", Kind::Text),
    opt("payment_intent", Kind::Text),
    opt("status", Kind::OneOf(&["complete", "expired", "open"])),
];

/// Seconds a session is open at least, at most and usually.
const OPEN_MIN_S: i64 = 30 * 60;
const OPEN_MAX_S: i64 = 24 * 3_600;

/// `POST /v1/checkout/sessions`: one payment on a page that Stripe hosts.
pub(crate) fn create(call: &mut Call) -> Answer {
    let params = call.params(CREATE)?;
    crate::payment_intent::may_charge(call)?;
    let (currency, total) = total(&params)?;
    let now = call.world.now();
    let expires_at = expires_at(&params, now)?;
    for name in ["success_url", "cancel_url"] {
        check_url(&params, name)?;
    }
    if let Some(id) = text(&params, "customer") {
        call.world
            .named(call.place, Noun::Customer, &id, 400, "customer")?;
    }
    let mode = call.place.1.as_str();
    let id = format!("cs_{mode}_a1{}", call.world.dice.letters(58));
    let session = object(call, &id, &params, (&currency, total), expires_at);
    call.world
        .put(call.place, Noun::CheckoutSession, session.clone());
    let drawer = call.world.drawer(call.place);
    drawer.checkout_asked.insert(id.clone(), params);
    let expires = Later::CheckoutExpires { session: id };
    call.world.later(call.place, expires_at - now, expires);
    Ok(session)
}

/// The currency of all lines, and their sum in its minor units.
fn total(params: &Map<String, Value>) -> Result<(String, i64), ApiError> {
    let lines = params["line_items"].as_array().cloned().unwrap_or_default();
    let mut sum = Some(0_i64);
    let mut currencies: Vec<String> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let price = &line["price_data"];
        let amount = price["unit_amount"].as_i64().unwrap_or(0);
        let quantity = line["quantity"].as_i64().unwrap_or(0);
        let bad = |name: &str| {
            ApiError::invalid("This value must be greater than or equal to 0.")
                .code("parameter_invalid_integer")
                .param(&format!("line_items[{at}][{name}]"))
        };
        if amount < 0 {
            return Err(bad("price_data][unit_amount"));
        }
        if quantity < 1 {
            return Err(bad("quantity"));
        }
        sum = sum
            .zip(amount.checked_mul(quantity))
            .and_then(|(sum, line)| sum.checked_add(line));
        let currency = currency::check(price["currency"].as_str().unwrap_or_default())?;
        if !currencies.contains(&currency) {
            currencies.push(currency);
        }
    }
    let [currency] = currencies.as_slice() else {
        let message =
            "You must have at least one line item, and all line items must have one currency.";
        return Err(ApiError::invalid(message).param("line_items"));
    };
    let sum = sum.unwrap_or(i64::MAX);
    currency::check_amount(sum, currency)?;
    Ok((currency.clone(), sum))
}

fn expires_at(params: &Map<String, Value>, now: i64) -> Result<i64, ApiError> {
    let Some(at) = params.get("expires_at").and_then(Value::as_i64) else {
        return Ok(now + OPEN_MAX_S);
    };
    let message = if at < now + OPEN_MIN_S {
        "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
    } else if at > now + OPEN_MAX_S {
        "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
    } else {
        return Ok(at);
    };
    Err(ApiError::invalid(message).param("expires_at"))
}

fn check_url(params: &Map<String, Value>, name: &str) -> Result<(), ApiError> {
    let Some(url) = text(params, name) else {
        return Ok(());
    };
    // The placeholder is no URL until the session has an id.
    let filled = url.replace("{CHECKOUT_SESSION_ID}", "cs");
    match reqwest::Url::parse(&filled) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(()),
        _ => {
            let message =
                "Not a valid URL: URLs must begin with an explicit scheme (such as https://).";
            Err(ApiError::invalid(message).code("url_invalid").param(name))
        }
    }
}

fn object(
    call: &mut Call,
    id: &str,
    params: &Map<String, Value>,
    (currency, total): (&str, i64),
    expires_at: i64,
) -> Value {
    let value = |name: &str| {
        let given = params.get(name).filter(|value| **value != "");
        given.cloned().unwrap_or(Value::Null)
    };
    let account = call.world.account(call.place);
    let types = checkout_life::method_types(account, params, currency);
    json!({
        "id": id, "object": "checkout.session", "adaptive_pricing": { "enabled": false }, "after_expiration": null,
        "allow_promotion_codes": null, "allowed_payment_method_types": value("allowed_payment_method_types"),
        "amount_subtotal": total, "amount_total": total,
        "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
        "billing_address_collection": null, "cancel_url": value("cancel_url"),
        "client_reference_id": value("client_reference_id"), "client_secret": null, "collected_information": null,
        "consent": null, "consent_collection": null, "created": call.world.now(), "currency": currency,
        "currency_conversion": null, "custom_fields": [],
        "custom_text": {
            "after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null,
        },
        "customer": value("customer"), "customer_account": null,
        "customer_creation": if params.contains_key("customer") { Value::Null } else { json!("if_required") },
        "customer_details": null, "customer_email": value("customer_email"), "discounts": [], "expires_at": expires_at,
        "integration_identifier": null, "invoice": null, "invoice_creation": null,
        "livemode": call.place.1.is_live(), "locale": value("locale"), "managed_payments": null,
        "metadata": params.get("metadata").filter(|value| value.is_object()).cloned().unwrap_or_else(|| json!({})),
        "mode": "payment", "origin_context": null, "payment_intent": null, "payment_link": null,
        "payment_method_collection": "if_required", "payment_method_configuration_details": null,
        "payment_method_options": {}, "payment_method_types": types, "payment_status": "unpaid", "permissions": null,
        "phone_number_collection": { "enabled": false }, "recovered_from": null, "saved_payment_method_options": null,
        "setup_intent": null, "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [],
        "status": "open", "submit_type": value("submit_type"), "subscription": null,
        "success_url": value("success_url"),
        "total_details": { "amount_discount": 0, "amount_shipping": 0, "amount_tax": 0 }, "ui_mode": "hosted_page",
        "url": format!("{}/rehearsal/checkout#{id}", call.world.base_url), "wallet_options": null,
    })
}

/// `GET /v1/checkout/sessions/{id}`
pub(crate) fn retrieve(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    call.world.get(call.place, Noun::CheckoutSession, id)
}

/// `GET /v1/checkout/sessions`
pub(crate) fn list(call: &mut Call) -> Answer {
    let params = call.params(LIST)?;
    let same = |session: &Value, name: &str| {
        text(&params, name).is_none_or(|wanted| session[name] == wanted.as_str())
    };
    page::list(
        call.world,
        call.place,
        Noun::CheckoutSession,
        "/v1/checkout/sessions",
        &params,
        |session| {
            ["customer", "payment_intent", "status"]
                .iter()
                .all(|name| same(session, name))
        },
    )
}

/// `POST /v1/checkout/sessions/{id}/expire`: nobody pays on that page any more.
pub(crate) fn expire(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    let session = call.world.get(call.place, Noun::CheckoutSession, id)?;
    if session["status"] != "open" {
        let message = "Only Checkout Sessions with a status in [\"open\"] can be expired.";
        return Err(ApiError::invalid(message).began());
    }
    Ok(checkout_life::expire(call.world, call.place, id))
}
