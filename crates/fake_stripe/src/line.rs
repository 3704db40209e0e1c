//! Lines of the account (balance transactions): conversion, fee, tax on the fee, and the writing of one.

use serde_json::{Value, json};

use crate::currency::fee_minor;
use crate::shelf::Noun;
use crate::world::{Place, World};

/// Millionths in one.
const MILLION: i128 = 1_000_000;

/// A line to be written. Amounts in minor units of `currency`, the one it is settled in.
pub(crate) struct Line<'a> {
    pub amount: i64,
    pub fees: Vec<Value>,
    pub settled: Settled,
    pub kind: &'a str,
    pub category: &'a str,
    pub source: Value,
    pub description: Value,
    pub available_on: i64,
}

/// The currency a line is settled in, and the rate that led there, in millionths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settled {
    pub currency: String,
    pub rate_ppm: Option<i64>,
}

/// What the amount comes to on the account: converted when the account has a rate for its currency.
pub(crate) fn settle(world: &World, place: Place, amount: i64, currency: &str) -> (i64, Settled) {
    let account = world.account(place);
    match account.rates_ppm.get(currency) {
        Some(&rate) if currency != account.default_currency => (
            times_ppm(amount, rate),
            Settled {
                currency: account.default_currency.clone(),
                rate_ppm: Some(rate),
            },
        ),
        _ => (
            amount,
            Settled {
                currency: currency.to_owned(),
                rate_ppm: None,
            },
        ),
    }
}

/// Half a unit rounds away from zero.
fn times_ppm(amount: i64, ppm: i64) -> i64 {
    let product = i128::from(amount) * i128::from(ppm);
    let rounded = (product.abs() + MILLION / 2) / MILLION;
    let rounded = i64::try_from(rounded).unwrap_or(i64::MAX);
    if product < 0 { -rounded } else { rounded }
}

/// Stripe's fee on a payment of this settled amount, and the tax on it where the account has one.
pub(crate) fn fees(world: &World, place: Place, amount: i64, currency: &str) -> Vec<Value> {
    let fee = fee_minor(amount);
    let mut parts = vec![part(fee, currency, "stripe_fee", "Stripe processing fees")];
    parts.extend(tax(world, place, fee, currency));
    parts
}

/// The tax on a fee, where the account has one.
pub(crate) fn tax(world: &World, place: Place, fee: i64, currency: &str) -> Option<Value> {
    let (ppm, words) = world.account(place).fee_tax.clone()?;
    Some(part(times_ppm(fee, ppm), currency, "tax", &words))
}

/// One part of a fee.
pub(crate) fn part(amount: i64, currency: &str, kind: &str, words: &str) -> Value {
    json!({ "amount": amount, "application": null, "currency": currency, "description": words, "type": kind })
}

/// Writes the line and returns it.
pub(crate) fn write(world: &mut World, place: Place, line: Line) -> Value {
    let fee: i64 = line
        .fees
        .iter()
        .filter_map(|part| part["amount"].as_i64())
        .sum();
    let rate = line.settled.rate_ppm.map(|ppm| ppm as f64 / 1e6);
    let transaction = json!({
        "id": world.dice.id("txn"), "object": "balance_transaction", "amount": line.amount,
        "available_on": line.available_on, "balance_type": "payments", "created": world.now(),
        "currency": line.settled.currency, "description": line.description, "exchange_rate": rate, "fee": fee,
        "fee_details": line.fees, "net": line.amount - fee, "reporting_category": line.category,
        "source": line.source, "status": "pending", "type": line.kind,
    });
    world.put(place, Noun::BalanceTransaction, transaction.clone());
    with_status(transaction, world.now())
}

/// Writes the line that takes another back: its amount with the other sign, at its rate, without its fee.
pub(crate) fn take_back(
    world: &mut World,
    place: Place,
    of: &str,
    kind: &str,
    category: &str,
    description: Value,
) -> Value {
    let first = world
        .find(place, Noun::BalanceTransaction, of)
        .cloned()
        .unwrap_or(Value::Null);
    let now = world.now();
    let back = Line {
        amount: -first["amount"].as_i64().unwrap_or(0),
        fees: Vec::new(),
        settled: settled_as(&first),
        kind,
        category,
        source: first["source"].clone(),
        description,
        available_on: now,
    };
    write(world, place, back)
}

/// The currency and rate of a line that was written.
pub(crate) fn settled_as(line: &Value) -> Settled {
    Settled {
        currency: line["currency"].as_str().unwrap_or_default().to_owned(),
        rate_ppm: line["exchange_rate"]
            .as_f64()
            .map(|rate| (rate * 1e6).round() as i64),
    }
}

/// Whether its money may be paid out.
pub(crate) fn is_available(transaction: &Value, now: i64) -> bool {
    transaction["available_on"]
        .as_i64()
        .is_some_and(|at| at <= now)
}

/// A line as it stands now: `pending` until its day. Any other object as it is.
pub(crate) fn with_status(mut transaction: Value, now: i64) -> Value {
    if transaction["object"] == "balance_transaction" && is_available(&transaction, now) {
        transaction["status"] = json!("available");
    }
    transaction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversion_rounds_half_a_unit_away_from_zero_both_ways() {
        assert_eq!(times_ppm(50_000, 1_370_000), 68_500);
        assert_eq!(times_ppm(1, 1_500_000), 2);
        assert_eq!(times_ppm(-1, 1_500_000), -2);
        assert_eq!(times_ppm(3, 333_333), 1);
    }
}
