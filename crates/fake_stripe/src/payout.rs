//! Payouts as the API knows them: read, list, made and given up by hand.

use serde_json::{Value, json};

use crate::call::{Call, text};
use crate::error::{Answer, ApiError};
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::payout_life::{self, NewPayout};
use crate::schema::{Field, Kind, opt, req};
use crate::shelf::Noun;

const CREATE: &[Field] = &[
    req("amount", Kind::Integer),
    req("currency", Kind::Text),
    opt("description", Kind::Text),
    opt("destination", Kind::Unrehearsed),
    EXPAND,
    opt("metadata", Kind::Metadata),
    opt("method", Kind::OneOf(&["standard"])),
    opt("payout_method", Kind::Unrehearsed),
    opt("source_type", Kind::Unrehearsed),
    opt("statement_descriptor", Kind::Text),
];

const LIST: &[Field] = &[
    LIMIT,
    AFTER,
    BEFORE,
    CREATED,
    EXPAND,
    opt("arrival_date", Kind::Range),
    opt("destination", Kind::Unrehearsed),
    opt("status", Kind::Text),
];

/// `POST /v1/payouts`: by hand, from what is available.
pub(crate) fn create(call: &mut Call) -> Answer {
    let params = call.params(CREATE)?;
    let currency = text(&params, "currency").unwrap_or_default();
    let amount = params["amount"].as_i64().unwrap_or(0);
    if amount < 1 {
        let message = "This value must be greater than or equal to 1.";
        return Err(ApiError::invalid(message)
            .code("parameter_invalid_integer")
            .param("amount"));
    }
    let (available, _) = crate::balance::sums(call.world, call.place)
        .remove(&currency)
        .unwrap_or_default();
    if amount > available {
        let message = "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. You can use the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).";
        return Err(ApiError::invalid(message)
            .code("balance_insufficient")
            .began());
    }
    let new = NewPayout {
        amount,
        currency,
        automatic: false,
        members: Vec::new(),
    };
    let payout = payout_life::make(call.world, call.place, new);
    let id = payout["id"].as_str().unwrap_or_default().to_owned();
    Ok(call.world.change(call.place, Noun::Payout, &id, |payout| {
        for name in ["description", "metadata", "statement_descriptor"] {
            if let Some(value) = params.get(name).filter(|value| **value != "") {
                payout[name] = value.clone();
            }
        }
    }))
}

/// `GET /v1/payouts/{id}`
pub(crate) fn retrieve(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    call.world.get(call.place, Noun::Payout, id)
}

/// `POST /v1/payouts/{id}`: metadata only.
pub(crate) fn update(call: &mut Call, id: &str) -> Answer {
    call.update_metadata(Noun::Payout, id, "payout.updated")
}

/// `GET /v1/payouts`
pub(crate) fn list(call: &mut Call) -> Answer {
    let params = call.params(LIST)?;
    let status = text(&params, "status");
    let arrives = params.get("arrival_date").cloned().unwrap_or(Value::Null);
    page::list(
        call.world,
        call.place,
        Noun::Payout,
        "/v1/payouts",
        &params,
        |payout| {
            status
                .as_ref()
                .is_none_or(|status| payout["status"] == status.as_str())
                && page::within(&arrives, payout["arrival_date"].as_i64())
        },
    )
}

/// `POST /v1/payouts/{id}/cancel`: only one that has not left.
pub(crate) fn cancel(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    let payout = call.world.get(call.place, Noun::Payout, id)?;
    if payout["status"] != "pending" {
        let message = "Payouts can only be canceled while they are pending.";
        return Err(ApiError::invalid(message).began());
    }
    Ok(payout_life::end(
        call.world,
        call.place,
        id,
        "canceled",
        json!(null),
    ))
}
