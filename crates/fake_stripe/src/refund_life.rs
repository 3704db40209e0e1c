//! What becomes of a refund: it arrives, or it comes back.

use serde_json::{Value, json};

use crate::line;
use crate::refund;
use crate::shelf::Noun;
use crate::world::{Place, World};

/// A pending refund, or one that waited for the payer, is sent. Nothing when it is decided already.
pub(crate) fn succeed(world: &mut World, place: Place, id: &str) -> Value {
    let before = current(world, place, id);
    let status = before["status"].clone();
    if status != "pending" && status != "requires_action" {
        return before;
    }
    let mut booked = before["balance_transaction"].clone();
    if booked.is_null() {
        let charge = charge_of(world, place, &before);
        let amount = before["amount"].as_i64().unwrap_or(0);
        booked = refund::withdraw(world, place, id, &charge, amount)["id"].clone();
    }
    let after = world.change(place, Noun::Refund, id, |refund| {
        refund["status"] = json!("succeeded");
        refund["balance_transaction"] = booked;
        drop_fields(refund, &["pending_reason", "next_action"]);
    });
    tell(world, place, &after, json!({ "status": status }));
    after
}

/// The bank sends it back, or it never left: the money is in the account again, what is left grows again.
pub(crate) fn fail(world: &mut World, place: Place, id: &str, reason: &str) -> Value {
    let before = current(world, place, id);
    if matches!(
        before["status"].as_str(),
        Some("failed" | "canceled") | None
    ) {
        return before;
    }
    let after = bring_back(world, place, &before, "failed", Some(reason));
    tell(world, place, &after, json!({ "status": before["status"] }));
    world.emit(place, "refund.failed", after.clone(), None);
    after
}

/// Given up while it waited for the payer.
pub(crate) fn cancel(world: &mut World, place: Place, id: &str) -> Value {
    let before = current(world, place, id);
    let after = bring_back(world, place, &before, "canceled", None);
    tell(world, place, &after, json!({ "status": before["status"] }));
    after
}

fn bring_back(
    world: &mut World,
    place: Place,
    before: &Value,
    status: &str,
    reason: Option<&str>,
) -> Value {
    let id = before["id"].as_str().unwrap_or_default();
    let back = before["balance_transaction"].as_str().map(|first| {
        line::take_back(
            world,
            place,
            first,
            "refund_failure",
            "refund_failure",
            json!("REFUND FAILURE"),
        )
    });
    let after = world.change(place, Noun::Refund, id, |refund| {
        refund["status"] = json!(status);
        if let Some(reason) = reason {
            refund["failure_reason"] = json!(reason);
        }
        if let Some(back) = &back {
            refund["failure_balance_transaction"] = back["id"].clone();
        }
        drop_fields(refund, &["pending_reason", "next_action"]);
    });
    let charge = before["charge"].as_str().unwrap_or_default();
    let amount = before["amount"].as_i64().unwrap_or(0);
    let previous = world
        .find(place, Noun::Charge, charge)
        .map(|charge| json!({ "amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"] }));
    let charge = world.change(place, Noun::Charge, charge, |charge| {
        charge["amount_refunded"] = json!(charge["amount_refunded"].as_i64().unwrap_or(0) - amount);
        charge["refunded"] = json!(false);
    });
    world.emit(place, "charge.updated", charge, previous);
    after
}

/// The two names of the same news.
fn tell(world: &mut World, place: Place, refund: &Value, previous: Value) {
    world.emit(
        place,
        "refund.updated",
        refund.clone(),
        Some(previous.clone()),
    );
    world.emit(
        place,
        "charge.refund.updated",
        refund.clone(),
        Some(previous),
    );
}

fn current(world: &World, place: Place, id: &str) -> Value {
    world
        .find(place, Noun::Refund, id)
        .cloned()
        .unwrap_or(Value::Null)
}

fn charge_of(world: &World, place: Place, refund: &Value) -> Value {
    let id = refund["charge"].as_str().unwrap_or_default();
    world
        .find(place, Noun::Charge, id)
        .cloned()
        .unwrap_or(Value::Null)
}

fn drop_fields(object: &mut Value, names: &[&str]) {
    if let Some(object) = object.as_object_mut() {
        for name in names {
            object.remove(*name);
        }
    }
}
