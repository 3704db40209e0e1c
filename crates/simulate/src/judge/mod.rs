//! The judge: after a run, the books and Stripe must say the same, once, to the cent.

mod account;
mod books;
mod cards;
mod charges;
mod disputes;
mod events;
mod invoices;
mod payouts;
mod refunds;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use fake_stripe::InProcess;
use rusqlite::{Connection, Row};
use serde_json::Value;

use crate::world::World;

/// What is judged: the books as they lie on the disk, and Stripe's own objects.
pub struct Evidence<'a> {
    pub books: &'a Connection,
    /// The file the books are in.
    pub file: &'a str,
    pub stripe: &'a InProcess,
    /// Stripe's clock, Unix seconds.
    pub now_s: i64,
    /// Invoices the seller changed though Stripe could not be asked to close what payers had open.
    pub changed_anyway: BTreeSet<String>,
}

type Check = fn(&Evidence<'_>, &mut Vec<String>) -> Result<()>;

const CHECKS: &[Check] = &[
    books::queues_are_empty,
    books::ledger_balances,
    books::chain_holds,
    charges::are_booked_once,
    charges::attempts_agree,
    charges::sessions_agree,
    charges::receipts_went_once,
    refunds::are_booked_once,
    refunds::never_exceed_their_payment,
    refunds::told_once,
    disputes::are_booked_once,
    disputes::hold_nothing,
    invoices::nobody_paid_twice,
    invoices::credit_adds_up,
    account::lines_are_booked_once,
    account::balance_agrees,
    account::comparison_agrees,
    payouts::are_kept_and_proved,
    payouts::stand_where_they_are,
    events::are_worked,
    cards::were_agreed_to,
    cards::charges_were_agreed_to,
    cards::nobody_was_charged_by_themselves_twice,
];

/// Everything that is not as it must be, in words.
///
/// # Errors
/// When the database cannot be read.
pub fn judge(world: &World) -> Result<Vec<String>> {
    let evidence = Evidence {
        books: world.look()?,
        file: world.file(),
        stripe: &world.rehearsal,
        now_s: world.rehearsal.control().now(),
        changed_anyway: world.changed_anyway.borrow().clone(),
    };
    weigh_all(&evidence)
}

fn weigh_all(evidence: &Evidence<'_>) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for check in CHECKS {
        check(evidence, &mut faults)?;
    }
    Ok(faults)
}

/// What weighs the books alone, at any time of a run.
///
/// # Errors
/// When the database cannot be read.
pub fn weigh(world: &World) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    books::balances(world.look()?, &mut faults)?;
    Ok(faults)
}

fn rows<T>(
    books: &Connection,
    sql: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = books.prepare_cached(sql)?;
    let found = statement.query_map([], read)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Ids and sums.
fn sums(books: &Connection, sql: &str) -> Result<BTreeMap<String, i64>> {
    let pairs = rows(books, sql, |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(pairs.into_iter().collect())
}

fn number(books: &Connection, sql: &str) -> Result<i64> {
    Ok(books.query_row(sql, [], |r| r.get(0))?)
}

/// What stands in an account of ours.
fn balance_of(books: &Connection, code: &str) -> Result<i64> {
    let sql = "select coalesce(sum(amount_minor), 0) from ledger_postings where account = ?1";
    Ok(books.query_row(sql, [code], |r| r.get(0))?)
}

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or_default()
}

fn minor(object: &Value, name: &str) -> i64 {
    object[name].as_i64().unwrap_or_default()
}

/// Charges at Stripe that succeeded.
fn succeeded(stripe: &InProcess) -> Vec<Value> {
    let charges = stripe.objects("charge");
    charges
        .into_iter()
        .filter(|charge| text(charge, "status") == "succeeded")
        .collect()
}
