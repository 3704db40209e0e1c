//! The balance and the transactions that make it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::call::{Call, text};
use crate::error::{Answer, ApiError};
use crate::line::{is_available, with_status};
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::schema::{Field, Kind, opt};
use crate::shelf::Noun;
use crate::world::{Place, World};

const LIST: &[Field] = &[
    LIMIT,
    AFTER,
    BEFORE,
    CREATED,
    EXPAND,
    opt("currency", Kind::Text),
    opt("payout", Kind::Text),
    opt("source", Kind::Text),
    opt("type", Kind::Text),
];

/// `GET /v1/balance`: net amounts, pending until `available_on`.
pub(crate) fn retrieve(call: &mut Call) -> Answer {
    call.params(&[EXPAND])?;
    let sums = sums(call.world, call.place);
    let line = |amount: i64, currency: &str| json!({ "amount": amount, "currency": currency, "source_types": { "card": amount } });
    let available: Vec<Value> = sums
        .iter()
        .map(|(currency, sum)| line(sum.0, currency))
        .collect();
    let pending: Vec<Value> = sums
        .iter()
        .map(|(currency, sum)| line(sum.1, currency))
        .collect();
    Ok(json!({
        "object": "balance", "available": available, "livemode": call.place.1.is_live(), "pending": pending,
        "refund_and_dispute_prefunding": { "available": [], "pending": [] },
    }))
}

/// What is available and what is pending, by currency; the account's own currency always stands there.
pub(crate) fn sums(world: &World, place: Place) -> BTreeMap<String, (i64, i64)> {
    let now = world.now();
    let default = world.account(place).default_currency.clone();
    let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::from([(default, (0, 0))]);
    let drawer = world.drawers.get(&place);
    let lines = drawer.and_then(|drawer| drawer.shelf(Noun::BalanceTransaction));
    for transaction in lines.into_iter().flat_map(|shelf| shelf.newest_first()) {
        let currency = transaction["currency"].as_str().unwrap_or_default();
        let sum = sums.entry(currency.to_owned()).or_default();
        let net = transaction["net"].as_i64().unwrap_or(0);
        if is_available(transaction, now) {
            sum.0 += net
        } else {
            sum.1 += net
        }
    }
    sums
}

/// The payout whose lines are asked for: an automatic one, of which Stripe already says what is in it.
fn payout(call: &Call, params: &Map<String, Value>) -> Result<Option<String>, ApiError> {
    let Some(id) = text(params, "payout") else {
        return Ok(None);
    };
    let payout = call
        .world
        .named(call.place, Noun::Payout, &id, 400, "payout")?;
    if payout["automatic"] != true {
        let message =
            "Balance transaction history can only be filtered on automatic transfers, not manual.";
        return Err(ApiError::invalid(message).param("payout"));
    }
    if payout["reconciliation_status"] != "completed" {
        let message = "The payout is not ready for reconciliation yet. Listen for payout.reconciliation_completed, and ask again.";
        return Err(ApiError::invalid(message)
            .code("payout_reconciliation_not_ready")
            .param("payout"));
    }
    Ok(Some(id))
}

/// `GET /v1/balance_transactions/{id}`
pub(crate) fn retrieve_transaction(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    let transaction = call.world.get(call.place, Noun::BalanceTransaction, id)?;
    Ok(with_status(transaction, call.world.now()))
}

/// `GET /v1/balance_transactions`
pub(crate) fn list_transactions(call: &mut Call) -> Answer {
    let params = call.params(LIST)?;
    let same = |object: &Value, name: &str| {
        text(&params, name).is_none_or(|wanted| object[name] == wanted.as_str())
    };
    let payout = payout(call, &params)?;
    let paid_out = call.world.drawer(call.place).paid_out.clone();
    let in_payout = |transaction: &Value| {
        let id = transaction["id"].as_str().unwrap_or_default();
        payout.is_none() || paid_out.get(id) == payout.as_ref()
    };
    let url = "/v1/balance_transactions";
    let mut page = page::list(
        call.world,
        call.place,
        Noun::BalanceTransaction,
        url,
        &params,
        |transaction| {
            same(transaction, "currency")
                && same(transaction, "source")
                && same(transaction, "type")
                && in_payout(transaction)
        },
    )?;
    let now = call.world.now();
    for item in page["data"].as_array_mut().into_iter().flatten() {
        *item = with_status(item.take(), now);
    }
    Ok(page)
}
