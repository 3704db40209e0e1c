//! Refunds: how one is asked for and made. What becomes of it stands in `refund_life`.

use serde_json::{Map, Value, json};

use crate::call::{Call, text};
use crate::card::Aftermath;
use crate::dispute_life;
use crate::error::{Answer, ApiError};
use crate::line::{self, Line};
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::pending::{DEBIT_TAKES_S, Later, SOME_TIME_S};
use crate::refund_life;
use crate::schema::{Field, Kind, opt};
use crate::shelf::Noun;
use crate::world::{Place, World};

const CREATE: &[Field] = &[
    opt("amount", Kind::Integer),
    opt("charge", Kind::Text),
    opt("currency", Kind::Unrehearsed),
    opt("customer", Kind::Unrehearsed),
    EXPAND,
    opt("instructions_email", Kind::Unrehearsed),
    opt("metadata", Kind::Metadata),
    opt("origin", Kind::Unrehearsed),
    opt("payment_intent", Kind::Text),
    opt(
        "reason",
        Kind::OneOf(&["duplicate", "fraudulent", "requested_by_customer"]),
    ),
    opt("refund_application_fee", Kind::Unrehearsed),
    opt("reverse_transfer", Kind::Unrehearsed),
];

const LIST: &[Field] = &[
    LIMIT,
    AFTER,
    BEFORE,
    CREATED,
    EXPAND,
    opt("charge", Kind::Text),
    opt("payment_intent", Kind::Text),
];

/// What somebody wants back.
#[derive(Debug, Default)]
pub(crate) struct Wish {
    /// Minor units; all that is left when absent.
    pub amount: Option<i64>,
    pub reason: Option<String>,
    pub metadata: Value,
}

/// `POST /v1/refunds`
pub(crate) fn create(call: &mut Call) -> Answer {
    let params = call.params(CREATE)?;
    let charge = subject(call.world, call.place, &params)?;
    let wish = Wish {
        amount: params.get("amount").and_then(Value::as_i64),
        reason: text(&params, "reason"),
        metadata: params.get("metadata").cloned().unwrap_or(Value::Null),
    };
    make(call.world, call.place, &charge, wish)
}

/// The charge a request means.
fn subject(world: &World, place: Place, params: &Map<String, Value>) -> Answer {
    let (charge, intent) = (text(params, "charge"), text(params, "payment_intent"));
    if let Some(id) = charge {
        let charge = world.named(place, Noun::Charge, &id, 400, "charge")?;
        if intent.is_some_and(|intent| charge["payment_intent"] != intent.as_str()) {
            let message = "The charge does not belong to the payment_intent.";
            return Err(ApiError::invalid(message).param("charge"));
        }
        return Ok(charge);
    }
    let Some(id) = intent else {
        let message = "One of the following params should be provided for this request: payment_intent or charge.";
        return Err(ApiError::invalid(message).code("parameter_missing"));
    };
    let intent = world.named(place, Noun::PaymentIntent, &id, 400, "payment_intent")?;
    let paid = intent["latest_charge"]
        .as_str()
        .and_then(|charge| world.find(place, Noun::Charge, charge))
        .filter(|charge| charge["status"] == "succeeded");
    paid.cloned().ok_or_else(|| {
        let message =
            format!("This PaymentIntent ({id}) does not have a successful charge to refund.");
        ApiError::invalid(message).param("payment_intent")
    })
}

/// Makes the refund, or says why not. Never more than what is left.
pub(crate) fn make(world: &mut World, place: Place, charge: &Value, wish: Wish) -> Answer {
    let amount = checked(charge, wish.amount).map_err(ApiError::began)?;
    if dispute_life::holds(world, place, charge["id"].as_str().unwrap_or_default()) {
        let id = charge["id"].as_str().unwrap_or_default();
        let message = format!("Charge {id} has been charged back; cannot issue a refund.");
        return Err(ApiError::invalid(message).code("charge_disputed").began());
    }
    let start = start(world, place, charge);
    let charge_id = charge["id"].as_str().unwrap_or_default().to_owned();
    let refund = put(world, place, charge, amount, &wish, &start);
    let refunded = world.change(place, Noun::Charge, &charge_id, |charge| {
        let total = charge["amount_refunded"].as_i64().unwrap_or(0) + amount;
        charge["amount_refunded"] = json!(total);
        charge["refunded"] = json!(charge["amount"].as_i64() == Some(total));
    });
    world.emit(place, "refund.created", refund.clone(), None);
    world.emit(place, "charge.refunded", refunded.clone(), None);
    dispute_life::refunded(world, place, &refunded);
    let id = refund["id"].as_str().unwrap_or_default().to_owned();
    if start.status == "failed" {
        let reason = start.reason.as_deref().unwrap_or("unknown");
        return Ok(refund_life::fail(world, place, &id, reason));
    }
    if let Some((after_s, failure)) = start.ends {
        world.later(
            place,
            after_s,
            Later::RefundEnds {
                refund: id,
                failure,
            },
        );
    }
    Ok(refund)
}

fn checked(charge: &Value, amount: Option<i64>) -> Result<i64, ApiError> {
    let id = charge["id"].as_str().unwrap_or_default();
    if charge["status"] != "succeeded" || charge["captured"] != true {
        let message = format!(
            "Charge {id} has not been captured or was not successful; it cannot be refunded."
        );
        return Err(ApiError::invalid(message).code("charge_not_refundable"));
    }
    let whole = charge["amount"].as_i64().unwrap_or(0);
    let left = whole - charge["amount_refunded"].as_i64().unwrap_or(0);
    if left <= 0 {
        let message = format!("Charge {id} has already been refunded.");
        return Err(ApiError::invalid(message).code("charge_already_refunded"));
    }
    let amount = amount.unwrap_or(left);
    if amount < 1 {
        let message = "This value must be greater than or equal to 1.";
        return Err(ApiError::invalid(message)
            .code("parameter_invalid_integer")
            .param("amount"));
    }
    if amount > left {
        let currency = charge["currency"].as_str().unwrap_or_default();
        let written = |minor| crate::currency::signed(minor, currency);
        let what = if left == whole {
            "charge amount"
        } else {
            "unrefunded amount on charge"
        };
        let message = format!(
            "Refund amount ({}) is greater than {what} ({})",
            written(amount),
            written(left)
        );
        return Err(ApiError::invalid(message).param("amount"));
    }
    Ok(amount)
}

/// How a refund begins, and what the clock brings it.
#[derive(Debug, Clone, Default)]
pub(crate) struct RefundStart {
    /// `succeeded`, `pending`, `requires_action` or `failed`.
    pub status: String,
    /// Why it is pending or failed.
    pub reason: Option<String>,
    /// Seconds until it ends, and the reason of its failure when it fails; else it stays until the control decides.
    pub ends: Option<(i64, Option<String>)>,
}

fn start(world: &mut World, place: Place, charge: &Value) -> RefundStart {
    if let Some(start) = world.refund_starts.pop_front() {
        return start;
    }
    let method = charge["payment_method"].as_str().unwrap_or_default();
    let aftermath = world.drawer(place).aftermath.get(method).cloned();
    let card = charge["payment_method_details"]["type"] == "card";
    let (status, ends) = match aftermath {
        Some(Aftermath::RefundPends) => ("pending", Some((SOME_TIME_S, None))),
        Some(Aftermath::RefundFails) => {
            let reason = "expired_or_canceled_card".to_owned();
            ("succeeded", Some((SOME_TIME_S, Some(reason))))
        }
        // Bank accounts take their time.
        _ if !card => ("pending", Some((DEBIT_TAKES_S, None))),
        _ => ("succeeded", None),
    };
    RefundStart {
        status: status.to_owned(),
        reason: (status == "pending").then(|| "processing".to_owned()),
        ends,
    }
}

fn put(
    world: &mut World,
    place: Place,
    charge: &Value,
    amount: i64,
    wish: &Wish,
    start: &RefundStart,
) -> Value {
    let id = world.dice.id("re");
    let card = charge["payment_method_details"]["type"] == "card";
    let mut refund = json!({
        "id": id, "object": "refund", "amount": amount, "balance_transaction": null, "charge": charge["id"],
        "created": world.now(), "currency": charge["currency"], "customer": charge["customer"],
        "customer_account": null,
        "metadata": if wish.metadata.is_object() { wish.metadata.clone() } else { json!({}) },
        "payment_intent": charge["payment_intent"], "payment_method": charge["payment_method"],
        "reason": wish.reason, "receipt_number": null, "source_transfer_reversal": null, "status": start.status,
        "transfer_reversal": null,
    });
    // Stripe does not move what it will not have: a waiting refund has no line yet.
    let moves = !matches!(
        (start.status.as_str(), start.reason.as_deref()),
        ("requires_action", _) | ("pending", Some("insufficient_funds" | "charge_pending"))
    );
    if card {
        refund["destination_details"] = json!({
            "card": { "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund" },
            "type": "card",
        });
    }
    match start.status.as_str() {
        "pending" => refund["pending_reason"] = json!(start.reason),
        // Made, and refused in the same breath: it had left for a moment.
        "failed" => refund["status"] = json!("pending"),
        "requires_action" => {
            refund["next_action"] = json!({ "type": "display_details", "display_details": {
                "email_sent": { "email_sent_at": world.now(), "email_sent_to": "payer@example.test" },
                "expires_at": world.now() + 45 * 86_400,
            } });
        }
        _ => {}
    }
    if moves {
        refund["balance_transaction"] = withdraw(world, place, &id, charge, amount)["id"].clone();
    }
    world.put(place, Noun::Refund, refund.clone());
    refund
}

/// The money leaves the account, at today's rate.
pub(crate) fn withdraw(
    world: &mut World,
    place: Place,
    refund: &str,
    charge: &Value,
    amount: i64,
) -> Value {
    let currency = charge["currency"].as_str().unwrap_or_default();
    let (amount, settled) = line::settle(world, place, -amount, currency);
    let card = charge["payment_method_details"]["type"] == "card";
    let available_on = world.now();
    let line = Line {
        amount,
        fees: Vec::new(),
        settled,
        kind: if card { "refund" } else { "payment_refund" },
        category: "refund",
        source: json!(refund),
        description: json!("REFUND FOR CHARGE"),
        available_on,
    };
    line::write(world, place, line)
}

/// `GET /v1/refunds/{id}`
pub(crate) fn retrieve(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    call.world.get(call.place, Noun::Refund, id)
}

/// `POST /v1/refunds/{id}`: metadata only.
pub(crate) fn update(call: &mut Call, id: &str) -> Answer {
    call.update_metadata(Noun::Refund, id, "refund.updated")
}

/// `GET /v1/refunds`
pub(crate) fn list(call: &mut Call) -> Answer {
    let params = call.params(LIST)?;
    let same = |refund: &Value, name: &str| {
        text(&params, name).is_none_or(|wanted| refund[name] == wanted.as_str())
    };
    page::list(
        call.world,
        call.place,
        Noun::Refund,
        "/v1/refunds",
        &params,
        |refund| same(refund, "charge") && same(refund, "payment_intent"),
    )
}

/// `POST /v1/refunds/{id}/cancel`: only one that waits for the payer.
pub(crate) fn cancel(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    let refund = call.world.get(call.place, Noun::Refund, id)?;
    if refund["status"] != "requires_action" {
        let status = refund["status"].as_str().unwrap_or_default();
        let message = format!(
            "You cannot cancel this Refund because it has a status of {status}. Only a Refund with one of the following statuses may be canceled: requires_action."
        );
        return Err(ApiError::invalid(message).began());
    }
    Ok(refund_life::cancel(call.world, call.place, id))
}
