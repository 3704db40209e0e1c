//! The life of a payout: gathered from what is available, sent, arrived, or sent back.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::key::Mode;
use crate::line::{self, Line, Settled};
use crate::pending::{DAY_S, Later, Pending};
use crate::shelf::Noun;
use crate::world::{Place, World};

/// Days until a payout arrives.
const TRAVELS_DAYS: i64 = 2;

/// A payout to be made.
pub(crate) struct NewPayout {
    /// Minor units.
    pub amount: i64,
    pub currency: String,
    /// By schedule, with known members; else by hand, and Stripe does not say what is in it.
    pub automatic: bool,
    /// The balance transactions inside.
    pub members: Vec<String>,
}

/// Gathers everything available that no payout has taken, by currency. Nothing where the sum is not above zero.
pub(crate) fn gather(world: &mut World, place: Place) -> Vec<Value> {
    let now = world.now();
    let mut sums: BTreeMap<String, (i64, Vec<String>)> = BTreeMap::new();
    let drawer = world.drawer(place);
    let lines = drawer.shelf(Noun::BalanceTransaction);
    let free = lines
        .into_iter()
        .flat_map(|shelf| shelf.newest_first())
        .filter(|line| line::is_available(line, now));
    for line in free {
        let id = line["id"].as_str().unwrap_or_default();
        if drawer.paid_out.contains_key(id) {
            continue;
        }
        let currency = line["currency"].as_str().unwrap_or_default().to_owned();
        let sum = sums.entry(currency).or_default();
        sum.0 += line["net"].as_i64().unwrap_or(0);
        sum.1.push(id.to_owned());
    }
    let ready = sums.into_iter().filter(|(_, (amount, _))| *amount > 0);
    let ready: Vec<_> = ready.collect();
    ready
        .into_iter()
        .map(|(currency, (amount, members))| {
            let new = NewPayout {
                amount,
                currency,
                automatic: true,
                members,
            };
            make(world, place, new)
        })
        .collect()
}

/// Makes it, with its line, and lets the clock bring what follows.
pub(crate) fn make(world: &mut World, place: Place, new: NewPayout) -> Value {
    let id = world.dice.id("po");
    let now = world.now();
    let arrival = (now / DAY_S + TRAVELS_DAYS) * DAY_S;
    let line = Line {
        amount: -new.amount,
        fees: Vec::new(),
        settled: Settled {
            currency: new.currency.clone(),
            rate_ppm: None,
        },
        kind: "payout",
        category: "payout",
        source: json!(id),
        description: json!("STRIPE PAYOUT"),
        available_on: now,
    };
    let line = line::write(world, place, line);
    let (status, reconciliation) = if new.automatic {
        ("in_transit", "in_progress")
    } else {
        ("pending", "not_applicable")
    };
    let payout = json!({
        "id": id, "object": "payout", "amount": new.amount, "application_fee": null, "application_fee_amount": null,
        "arrival_date": arrival, "automatic": new.automatic, "balance_transaction": line["id"], "created": now,
        "currency": new.currency, "description": "STRIPE PAYOUT", "destination": "ba_1Rehearsal",
        "failure_balance_transaction": null, "failure_code": null, "failure_message": null,
        "livemode": place.1.is_live(), "metadata": {}, "method": "standard", "original_payout": null,
        "payout_method": null, "reconciliation_status": reconciliation, "reversed_by": null, "source_type": "card",
        "statement_descriptor": null, "status": status, "trace_id": { "status": "pending", "value": null },
        "type": "bank_account",
    });
    world.put(place, Noun::Payout, payout.clone());
    let drawer = world.drawer(place);
    if new.automatic {
        for member in new.members {
            drawer.paid_out.insert(member, id.clone());
        }
        let own = line["id"].as_str().unwrap_or_default().to_owned();
        drawer.paid_out.insert(own, id.clone());
    }
    world.emit(place, "payout.created", payout, None);
    let arrives = Later::PayoutArrives { payout: id.clone() };
    world.later(place, arrival - now, arrives);
    if new.automatic {
        if world.reconciling_late_s == 0 {
            reconciled(world, place, &id);
        } else {
            let after = world.reconciling_late_s;
            world.later(place, after, Later::PayoutReconciled { payout: id.clone() });
        }
    }
    world
        .find(place, Noun::Payout, &id)
        .cloned()
        .unwrap_or(Value::Null)
}

/// From now on Stripe says what is in it.
pub(crate) fn reconciled(world: &mut World, place: Place, id: &str) {
    let open = world
        .find(place, Noun::Payout, id)
        .is_some_and(|payout| payout["reconciliation_status"] == "in_progress");
    if !open {
        return;
    }
    let payout = world.change(place, Noun::Payout, id, |payout| {
        payout["reconciliation_status"] = json!("completed");
    });
    world.emit(place, "payout.reconciliation_completed", payout, None);
}

/// It is in the bank, as far as Stripe knows. Nothing when it is not under way.
pub(crate) fn arrive(world: &mut World, place: Place, id: &str) -> Value {
    let before = current(world, place, id);
    if !matches!(before["status"].as_str(), Some("pending" | "in_transit")) {
        return before;
    }
    if before["status"] == "pending" {
        let sent = world.change(place, Noun::Payout, id, |payout| {
            payout["status"] = json!("in_transit");
        });
        world.emit(
            place,
            "payout.updated",
            sent,
            Some(json!({ "status": "pending" })),
        );
    }
    let trace = format!("{:010}", before["created"].as_i64().unwrap_or(0));
    let paid = world.change(place, Noun::Payout, id, |payout| {
        payout["status"] = json!("paid");
        payout["trace_id"] = json!({ "status": "supported", "value": trace });
    });
    world.emit(place, "payout.paid", paid.clone(), None);
    paid
}

/// The bank sends it back (`failed`), or it never leaves (`canceled`): the money is in the account again.
pub(crate) fn end(
    world: &mut World,
    place: Place,
    id: &str,
    status: &str,
    failure_code: Value,
) -> Value {
    let before = current(world, place, id);
    if matches!(
        before["status"].as_str(),
        Some("failed" | "canceled") | None
    ) {
        return before;
    }
    let kind = if status == "failed" {
        "payout_failure"
    } else {
        "payout_cancel"
    };
    let first = before["balance_transaction"].as_str().unwrap_or_default();
    let words = json!("STRIPE PAYOUT REVERSAL");
    let back = line::take_back(world, place, first, kind, "payout_reversal", words);
    let ended = world.change(place, Noun::Payout, id, |payout| {
        payout["status"] = json!(status);
        payout["failure_balance_transaction"] = back["id"].clone();
        if let Some(code) = failure_code.as_str() {
            payout["failure_code"] = json!(code);
            payout["failure_message"] = json!(failure_words(code));
        }
    });
    let event = format!("payout.{status}");
    world.emit(place, &event, ended.clone(), None);
    ended
}

fn failure_words(code: &str) -> &'static str {
    match code {
        "account_closed" => "The bank account has been closed.",
        "no_account" => "The bank account could not be located.",
        "account_frozen" => "The bank account has been frozen.",
        "invalid_currency" => {
            "The bank was unable to process this transfer because of its currency."
        }
        _ => "The bank could not process this transfer.",
    }
}

/// The first midnight of every account that is paid out by schedule, in both modes.
pub(crate) fn begin_schedules(world: &mut World) {
    for account in 0..world.accounts.len() {
        for mode in [Mode::Live, Mode::Test] {
            begin_schedule(world, (account, mode));
        }
    }
}

/// The next midnight, unless the account waits for it already or is not paid out by schedule.
pub(crate) fn begin_schedule(world: &mut World, place: Place) {
    let waits = |pending: &Pending| pending.place == place && pending.what.recurs();
    if world.account(place).automatic_payouts && !world.pending.iter().any(waits) {
        let until_midnight = DAY_S - world.now().rem_euclid(DAY_S);
        world.later(place, until_midnight, Later::PayoutRun);
    }
}

/// One run of the schedule, and the next one a day later, for as long as the account is paid automatically.
pub(crate) fn run(world: &mut World, place: Place) {
    if world.account(place).automatic_payouts {
        gather(world, place);
        begin_schedule(world, place);
    }
}

fn current(world: &World, place: Place, id: &str) -> Value {
    world
        .find(place, Noun::Payout, id)
        .cloned()
        .unwrap_or(Value::Null)
}
