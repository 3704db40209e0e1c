//! The life of a dispute: opened by a bank, answered or not, decided. A chargeback takes the money at once and gives it
//! back when it is won; an inquiry takes nothing, and may become a chargeback.

use serde_json::{Value, json};

use crate::currency::DISPUTE_FEE_MINOR;
use crate::dispute::no_evidence;
use crate::line::{self, Line};
use crate::pending::{DAY_S, Later, SOME_TIME_S};
use crate::refund::{self, Wish};
use crate::shelf::Noun;
use crate::world::{Place, World};

/// Days until an answer is due.
const DUE_DAYS: i64 = 9;
/// Days after which an inquiry that nobody decided is over.
const INQUIRY_DAYS: i64 = 120;

/// What a bank opens.
#[derive(Debug, Clone)]
pub(crate) struct NewDispute {
    /// `fraudulent`, `product_not_received`, …
    pub reason: String,
    /// Only a question: nothing is withdrawn.
    pub inquiry: bool,
    /// Minor units; what was not refunded when absent.
    pub amount: Option<i64>,
}

/// Opens a dispute on a charge.
pub(crate) fn open(world: &mut World, place: Place, charge_id: &str, new: &NewDispute) -> Value {
    let Some(charge) = world.find(place, Noun::Charge, charge_id).cloned() else {
        return Value::Null;
    };
    let dispute = blank(world, place, &charge, new);
    let id = text(&dispute, "id");
    world.put(place, Noun::Dispute, dispute.clone());
    let charge = world.change(place, Noun::Charge, charge_id, |charge| {
        charge["disputed"] = json!(true);
    });
    world.emit(place, "charge.dispute.created", dispute, None);
    let previous = Some(json!({ "disputed": false }));
    world.emit(place, "charge.updated", charge, previous);
    if !new.inquiry {
        withdraw(world, place, &id);
    }
    wait(world, place, &id);
    current(world, place, &id)
}

/// Lets the clock bring its deadline.
fn wait(world: &mut World, place: Place, id: &str) {
    let dispute = id.to_owned();
    world.later(place, DUE_DAYS * DAY_S, Later::DisputeDue { dispute });
}

fn blank(world: &mut World, place: Place, charge: &Value, new: &NewDispute) -> Value {
    let id = world.dice.id("du");
    let now = world.now();
    let whole = charge["amount"].as_i64().unwrap_or(0);
    let left = whole - charge["amount_refunded"].as_i64().unwrap_or(0);
    // What has gone back already can still be disputed: then over all of it.
    let left = if left > 0 { left } else { whole };
    let (status, case) = if new.inquiry {
        ("warning_needs_response", "inquiry")
    } else {
        ("needs_response", "chargeback")
    };
    let kind = &charge["payment_method_details"]["type"];
    let brand = &charge["payment_method_details"]["card"]["brand"];
    let mut dispute = json!({
        "id": id, "object": "dispute", "amount": new.amount.unwrap_or(left), "balance_transactions": [],
        "charge": charge["id"], "created": now, "currency": charge["currency"], "enhanced_eligibility_types": [],
        "evidence": no_evidence(),
        "evidence_details": {
            "due_by": now + DUE_DAYS * DAY_S, "enhanced_eligibility": {}, "has_evidence": false, "past_due": false,
            "submission_count": 0, "submission_method": "not_submitted",
        },
        "intended_submission_method": null, "is_charge_refundable": new.inquiry, "livemode": place.1.is_live(),
        "metadata": {}, "payment_intent": charge["payment_intent"], "reason": new.reason, "status": status,
    });
    if kind == "card" {
        let code = network_code(&new.reason);
        dispute["network_reason_code"] = json!(code);
        dispute["payment_method_details"] = json!({
            "card": { "brand": brand, "case_type": case, "network": brand, "network_reason_code": code },
            "type": "card",
        });
    }
    dispute
}

fn network_code(reason: &str) -> &'static str {
    match reason {
        "fraudulent" => "10.4",
        "product_not_received" => "13.1",
        "subscription_canceled" => "13.2",
        "product_unacceptable" => "13.3",
        "credit_not_processed" => "13.6",
        "duplicate" => "12.6",
        _ => "13.5",
    }
}

/// The bank takes the money, and Stripe its fee.
fn withdraw(world: &mut World, place: Place, id: &str) {
    let dispute = current(world, place, id);
    let amount = dispute["amount"].as_i64().unwrap_or(0);
    let currency = text(&dispute, "currency");
    let (amount, settled) = line::settle(world, place, -amount, &currency);
    let fee = DISPUTE_FEE_MINOR;
    let mut fees = vec![line::part(
        fee,
        &settled.currency,
        "stripe_fee",
        "Dispute fee",
    )];
    fees.extend(line::tax(world, place, fee, &settled.currency));
    let available_on = world.now();
    let words = format!("Chargeback withdrawal for {}", text(&dispute, "charge"));
    let line = Line {
        amount,
        fees,
        settled,
        kind: "adjustment",
        category: "dispute",
        source: json!(id),
        description: json!(words),
        available_on,
    };
    let line = line::write(world, place, line);
    book(world, place, id, line, "charge.dispute.funds_withdrawn");
}

/// The money comes back; the fee does not.
fn reinstate(world: &mut World, place: Place, id: &str) {
    let dispute = current(world, place, id);
    let Some(first) = dispute["balance_transactions"][0]["id"].as_str() else {
        return;
    };
    let words = format!("Chargeback reversal for {}", text(&dispute, "charge"));
    let kind = "adjustment";
    let line = line::take_back(world, place, first, kind, "dispute_reversal", json!(words));
    book(world, place, id, line, "charge.dispute.funds_reinstated");
}

fn book(world: &mut World, place: Place, id: &str, line: Value, event: &str) {
    let booked = world.change(place, Noun::Dispute, id, |dispute| {
        if let Some(lines) = dispute["balance_transactions"].as_array_mut() {
            lines.push(line);
        }
    });
    world.emit(place, event, booked, None);
}

/// Whether the seller can still say something.
pub(crate) fn awaits_answer(dispute: &Value) -> bool {
    matches!(
        dispute["status"].as_str(),
        Some("needs_response" | "warning_needs_response")
    )
}

fn is_open(dispute: &Value) -> bool {
    awaits_answer(dispute)
        || matches!(
            dispute["status"].as_str(),
            Some("under_review" | "warning_under_review")
        )
}

/// Hands the evidence to the bank; Stripe's published words decide.
pub(crate) fn submit(world: &mut World, place: Place, id: &str, before: &Value) -> Value {
    let inquiry = before["status"] == "warning_needs_response";
    let after = world.change(place, Noun::Dispute, id, |dispute| {
        let details = &mut dispute["evidence_details"];
        let count = details["submission_count"].as_i64().unwrap_or(0);
        details["submission_count"] = json!(count + 1);
        details["submission_method"] = json!("manual");
        dispute["status"] = json!(if inquiry {
            "warning_under_review"
        } else {
            "under_review"
        });
    });
    tell_changed(world, place, before, &after);
    let words = after["evidence"]["uncategorized_text"].as_str();
    let end = match (words, inquiry) {
        (Some("winning_evidence"), false) => "won",
        (Some("losing_evidence"), false) => "lost",
        (Some("winning_evidence" | "losing_evidence"), true) => "warning_closed",
        (Some("escalate_inquiry_evidence"), true) => "needs_response",
        _ => return after,
    };
    let ends = Later::DisputeEnds {
        dispute: id.to_owned(),
        status: end.to_owned(),
    };
    world.later(place, SOME_TIME_S, ends);
    after
}

/// The bank's word: `won`, `lost`, `warning_closed`, `prevented`, or `needs_response` for an inquiry that becomes a
/// chargeback. A closed dispute stays as it is.
pub(crate) fn decide(world: &mut World, place: Place, id: &str, status: &str) -> Value {
    let before = current(world, place, id);
    if !is_open(&before) {
        return before;
    }
    if status == "needs_response" {
        return escalate(world, place, &before);
    }
    let after = world.change(place, Noun::Dispute, id, |dispute| {
        dispute["status"] = json!(status);
        dispute["is_charge_refundable"] = json!(matches!(status, "warning_closed" | "won"));
    });
    world.emit(place, "charge.dispute.closed", after, None);
    match status {
        "won" => reinstate(world, place, id),
        "prevented" => give_back(world, place, &before),
        _ => {}
    }
    current(world, place, id)
}

/// A prevented dispute is refunded on the seller's behalf.
fn give_back(world: &mut World, place: Place, dispute: &Value) {
    let charge = world
        .find(place, Noun::Charge, &text(dispute, "charge"))
        .cloned();
    let wish = Wish {
        amount: dispute["amount"].as_i64(),
        ..Wish::default()
    };
    // Refunded already: then there is nothing left to give.
    let _ = refund::make(world, place, &charge.unwrap_or_default(), wish);
}

fn escalate(world: &mut World, place: Place, before: &Value) -> Value {
    let id = text(before, "id");
    if !text(before, "status").starts_with("warning") {
        return before.clone();
    }
    let due = world.now() + DUE_DAYS * DAY_S;
    let after = world.change(place, Noun::Dispute, &id, |dispute| {
        dispute["status"] = json!("needs_response");
        dispute["is_charge_refundable"] = json!(false);
        dispute["evidence_details"]["due_by"] = json!(due);
        dispute["evidence_details"]["past_due"] = json!(false);
        // A bank debit has no card to say it of.
        if dispute["payment_method_details"]["card"].is_object() {
            dispute["payment_method_details"]["card"]["case_type"] = json!("chargeback");
        }
    });
    tell_changed(world, place, before, &after);
    withdraw(world, place, &id);
    wait(world, place, &id);
    current(world, place, &id)
}

/// The day an answer was due. Silence loses a chargeback; an inquiry goes on until it is over.
pub(crate) fn deadline(world: &mut World, place: Place, id: &str) {
    let before = current(world, place, id);
    let due = before["evidence_details"]["due_by"].as_i64();
    if !awaits_answer(&before) || due.is_some_and(|due| due > world.now()) {
        return;
    }
    let after = world.change(place, Noun::Dispute, id, |dispute| {
        dispute["evidence_details"]["past_due"] = json!(true);
    });
    if after["status"] == "needs_response" {
        decide(world, place, id, "lost");
        return;
    }
    tell_changed(world, place, &before, &after);
    let ends = Later::DisputeEnds {
        dispute: id.to_owned(),
        status: "warning_closed".to_owned(),
    };
    world.later(place, (INQUIRY_DAYS - DUE_DAYS) * DAY_S, ends);
}

/// Whether a bank has the money of a charge, so that it cannot be refunded.
pub(crate) fn holds(world: &World, place: Place, charge: &str) -> bool {
    of_charge(world, place, charge).iter().any(|dispute| {
        matches!(
            dispute["status"].as_str(),
            Some("needs_response" | "under_review" | "lost")
        )
    })
}

/// A charge that is refunded whole leaves nothing to ask about.
pub(crate) fn refunded(world: &mut World, place: Place, charge: &Value) {
    if charge["refunded"] != true {
        return;
    }
    for dispute in of_charge(world, place, &text(charge, "id")) {
        if text(&dispute, "status").starts_with("warning") && is_open(&dispute) {
            decide(world, place, &text(&dispute, "id"), "warning_closed");
        }
    }
}

/// Says what changed, when something did.
pub(crate) fn tell_changed(world: &mut World, place: Place, before: &Value, after: &Value) {
    let names = ["evidence", "evidence_details", "metadata", "status"];
    let changed = names.into_iter().filter(|name| before[name] != after[name]);
    let previous: serde_json::Map<String, Value> = changed
        .map(|name| (name.to_owned(), before[name].clone()))
        .collect();
    if !previous.is_empty() {
        let previous = Some(Value::Object(previous));
        world.emit(place, "charge.dispute.updated", after.clone(), previous);
    }
}

fn of_charge(world: &World, place: Place, charge: &str) -> Vec<Value> {
    let drawer = world.drawers.get(&place);
    let disputes = drawer.and_then(|drawer| drawer.shelf(Noun::Dispute));
    let all = disputes.into_iter().flat_map(|shelf| shelf.newest_first());
    all.filter(|dispute| dispute["charge"] == charge)
        .cloned()
        .collect()
}

fn current(world: &World, place: Place, id: &str) -> Value {
    world
        .find(place, Noun::Dispute, id)
        .cloned()
        .unwrap_or(Value::Null)
}

fn text(object: &Value, name: &str) -> String {
    object[name].as_str().unwrap_or_default().to_owned()
}
