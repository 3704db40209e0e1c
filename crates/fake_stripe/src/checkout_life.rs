//! The life of a Checkout session: open, paid on its page, complete; or expired. A bank debit completes it unpaid, and
//! the bank's word comes days later.

use serde_json::{Map, Value, json};

use crate::account::AccountSpec;
use crate::attempt;
use crate::call::Call;
use crate::error::{Answer, ApiError};
use crate::form::Node;
use crate::key::Power;
use crate::payment_intent;
use crate::shelf::Noun;
use crate::world::{Place, World};

/// What the page offers: the account's methods for the currency, less what the request does not allow.
pub(crate) fn method_types(
    account: &AccountSpec,
    params: &Map<String, Value>,
    currency: &str,
) -> Vec<&'static str> {
    let names = |name: &str| params.get(name).and_then(Value::as_array).cloned();
    let has = |list: &Option<Vec<Value>>, kind: &str| {
        list.as_ref()
            .is_some_and(|list| list.iter().any(|name| name == kind))
    };
    let allowed = names("allowed_payment_method_types").or_else(|| names("payment_method_types"));
    let excluded = names("excluded_payment_method_types");
    let mut types = account.payment_method_types(currency);
    types.retain(|kind| allowed.is_none() || has(&allowed, kind));
    types.retain(|kind| !has(&excluded, kind));
    types
}

/// The payer presses "Pay": `how` is `payment_method` or `payment_method_data`. Gives the intent as it is then.
pub(crate) fn pay(
    world: &mut World,
    place: Place,
    id: &str,
    how: Map<String, Value>,
    payer: &Value,
) -> Answer {
    let session = world.get(place, Noun::CheckoutSession, id)?;
    if session["status"] != "open" {
        return Err(ApiError::invalid("This Checkout Session is over."));
    }
    let intent = intent(world, place, &session)?;
    world.change(place, Noun::CheckoutSession, id, |session| {
        session["payment_intent"] = json!(intent);
        session["customer_details"] = json!({
            "address": null, "business_name": null, "email": payer["email"], "individual_name": null,
            "name": payer["name"], "phone": null, "tax_exempt": "none", "tax_ids": [],
        });
    });
    let mut params = how;
    let back = format!("{}/rehearsal/checkout#{id}", world.base_url);
    params.insert("return_url".into(), json!(back));
    let publishable = |key: &&crate::key::ApiKey| {
        (key.account, key.mode) == place && key.power == Power::Publishable
    };
    let key = world.keys.iter().find(publishable).cloned();
    let mut call = Call {
        world,
        place,
        key: key.ok_or_else(|| ApiError::server(500))?,
        node: Node::empty(),
        expand: Vec::new(),
    };
    attempt::confirm(&mut call, &intent, &params)
}

/// The intent of a session, made when somebody first pays.
fn intent(world: &mut World, place: Place, session: &Value) -> Result<String, ApiError> {
    if let Some(id) = session["payment_intent"].as_str() {
        return Ok(id.to_owned());
    }
    let id = session["id"].as_str().unwrap_or_default();
    let asked = world.drawer(place).checkout_asked.get(id).cloned();
    let asked = asked.unwrap_or_default();
    let data = asked.get("payment_intent_data").and_then(Value::as_object);
    let mut params = data.cloned().unwrap_or_default();
    params.insert("amount".into(), session["amount_total"].clone());
    for name in [
        "allowed_payment_method_types",
        "excluded_payment_method_types",
        "customer",
    ] {
        if let Some(value) = asked.get(name) {
            params.insert(name.to_owned(), value.clone());
        }
    }
    let currency = session["currency"].as_str().unwrap_or_default();
    let intent = payment_intent::blank(world, place, &params, currency)?;
    let intent_id = intent["id"].as_str().unwrap_or_default().to_owned();
    world.put(place, Noun::PaymentIntent, intent.clone());
    world.emit(place, "payment_intent.created", intent, None);
    let drawer = world.drawer(place);
    drawer.checkout_of.insert(intent_id.clone(), id.to_owned());
    Ok(intent_id)
}

/// The session of an intent learns what became of it.
pub(crate) fn follow(world: &mut World, place: Place, intent_id: &str) {
    let Some(id) = world.drawer(place).checkout_of.get(intent_id).cloned() else {
        return;
    };
    let at = |world: &World, noun: Noun, id: &str, name: &str| {
        let found = world.find(place, noun, id);
        found.map_or(String::new(), |object| {
            object[name].as_str().unwrap_or_default().to_owned()
        })
    };
    let intent = at(world, Noun::PaymentIntent, intent_id, "status");
    let status = at(world, Noun::CheckoutSession, &id, "status");
    let (paid, event) = match (status.as_str(), intent.as_str()) {
        ("open", "succeeded") => ("paid", "completed"),
        ("open", "processing") => ("unpaid", "completed"),
        ("complete", "succeeded") => ("paid", "async_payment_succeeded"),
        ("complete", "requires_payment_method") => ("unpaid", "async_payment_failed"),
        _ => return,
    };
    let changed = world.change(place, Noun::CheckoutSession, &id, |session| {
        session["status"] = json!("complete");
        session["payment_status"] = json!(paid);
        session["url"] = Value::Null;
    });
    world.emit(place, &format!("checkout.session.{event}"), changed, None);
}

/// Its time is over, or the seller ended it. Nothing when it is not open. The intent that a try has left behind goes with
/// it: nothing else could end that.
pub(crate) fn expire(world: &mut World, place: Place, id: &str) -> Value {
    let session = world.find(place, Noun::CheckoutSession, id).cloned();
    let session = session.unwrap_or(Value::Null);
    if session["status"] != "open" {
        return session;
    }
    let expired = world.change(place, Noun::CheckoutSession, id, |session| {
        session["status"] = json!("expired");
        session["url"] = Value::Null;
    });
    world.emit(place, "checkout.session.expired", expired.clone(), None);
    if let Some(intent) = expired["payment_intent"].as_str() {
        cancel(world, place, intent);
    }
    expired
}

fn cancel(world: &mut World, place: Place, intent_id: &str) {
    let now = world.now();
    let intent = world.find(place, Noun::PaymentIntent, intent_id);
    let waits = intent.is_some_and(|intent| {
        let status = intent["status"].as_str().unwrap_or_default();
        status.starts_with("requires_")
    });
    if !waits {
        return;
    }
    let canceled = world.change(place, Noun::PaymentIntent, intent_id, |intent| {
        intent["status"] = json!("canceled");
        intent["canceled_at"] = json!(now);
        intent["cancellation_reason"] = json!("expired");
        intent["next_action"] = Value::Null;
    });
    world.emit(place, "payment_intent.canceled", canceled, None);
}
