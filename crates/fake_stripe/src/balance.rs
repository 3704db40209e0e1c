//! The balance and the transactions that make it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::call::{Call, text};
use crate::error::Answer;
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::schema::{Field, Kind, opt};
use crate::shelf::Noun;

const LIST: &[Field] = &[
    LIMIT,
    AFTER,
    BEFORE,
    CREATED,
    EXPAND,
    opt("currency", Kind::Text),
    opt("payout", Kind::Unrehearsed),
    opt("source", Kind::Text),
    opt("type", Kind::Text),
];

/// `GET /v1/balance`: net amounts, pending until `available_on`.
pub(crate) fn retrieve(call: &mut Call) -> Answer {
    call.params(&[EXPAND])?;
    let now = call.world.now();
    let default = call.world.account(call.place).default_currency.clone();
    let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::from([(default, (0, 0))]);
    if let Some(shelf) = call
        .world
        .drawer(call.place)
        .shelf(Noun::BalanceTransaction)
    {
        for transaction in shelf.newest_first() {
            let sum = sums
                .entry(
                    transaction["currency"]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned(),
                )
                .or_default();
            let net = transaction["net"].as_i64().unwrap_or(0);
            if is_available(transaction, now) {
                sum.0 += net
            } else {
                sum.1 += net
            }
        }
    }
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

fn is_available(transaction: &Value, now: i64) -> bool {
    transaction["available_on"]
        .as_i64()
        .is_some_and(|at| at <= now)
}

fn with_status(mut transaction: Value, now: i64) -> Value {
    if is_available(&transaction, now) {
        transaction["status"] = json!("available");
    }
    transaction
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
        },
    )?;
    let now = call.world.now();
    for item in page["data"].as_array_mut().into_iter().flatten() {
        *item = with_status(item.take(), now);
    }
    Ok(page)
}
