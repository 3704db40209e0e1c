//! The judge: after a run, the books and Stripe must say the same, once, to the cent.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use anyhow::{Result, bail};
use app::ledger::chain;
use kit::db::{Db, Gate};
use rusqlite::{Connection, Row};
use serde_json::Value;

use crate::world::World;

/// Everything that is not as it must be, in words.
///
/// # Errors
/// When the database cannot be read.
pub fn judge(world: &World) -> Result<Vec<String>> {
    let books = world.look()?;
    let mut faults = Vec::new();
    queues_are_empty(&books, &mut faults)?;
    ledger_balances(&books, &mut faults)?;
    charges_are_booked_once(world, &books, &mut faults)?;
    nobody_paid_twice(world, &books, &mut faults)?;
    attempts_agree(world, &books, &mut faults)?;
    events_are_worked(world, &books, &mut faults)?;
    receipts_went_once(&books, &mut faults)?;
    balance_agrees(world, &books, &mut faults)?;
    chain_holds(world, &mut faults)?;
    Ok(faults)
}

/// What weighs the books alone, at any time of a run.
///
/// # Errors
/// When the database cannot be read.
pub fn weigh(world: &World) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    ledger_balances(&world.look()?, &mut faults)?;
    Ok(faults)
}

fn rows<T>(
    books: &Connection,
    sql: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = books.prepare(sql)?;
    let found = statement.query_map([], read)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

fn queues_are_empty(books: &Connection, faults: &mut Vec<String>) -> Result<()> {
    let left = rows(
        books,
        "select kind, payload, state, attempts, coalesce(last_error, '') from jobs",
        |r| {
            Ok(format!(
                "a job is left: {} {} ({}, {} tries): {}",
                r.get::<_, String>(0)?,
                r.get::<_, String>(1)?,
                r.get::<_, String>(2)?,
                r.get::<_, i64>(3)?,
                r.get::<_, String>(4)?
            ))
        },
    )?;
    faults.extend(left);
    Ok(())
}

fn ledger_balances(books: &Connection, faults: &mut Vec<String>) -> Result<()> {
    faults.extend(rows(
        books,
        "select entry_id, currency, sum(amount_minor) from ledger_postings group by 1, 2 having sum(amount_minor) <> 0",
        |r| {
            Ok(format!(
                "entry {} is off by {}",
                r.get::<_, String>(0)?,
                r.get::<_, i64>(2)?
            ))
        },
    )?);
    faults.extend(rows(
        books,
        "select i.number, i.state, i.total_minor - i.applied_minor, coalesce((select sum(amount_minor) from ledger_postings p where p.invoice_id = i.id and p.account = 'receivable'), 0)
         from invoices i where i.state in ('open', 'paid')",
        |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, i64>(2)?, r.get::<_, i64>(3)?)),
    )?.into_iter().filter_map(|(number, state, due, receivable)| {
        let wrong = due != receivable || (state == "paid") != (due == 0);
        wrong.then(|| format!("invoice {number} is {state}: due {due}, receivable {receivable}"))
    }));
    Ok(())
}

/// Every entry is as it was written and follows the one before it, whoever was killed while writing. Read through a
/// door of the judge's own: nobody is on the stage any more who could be made to wait.
fn chain_holds(world: &World, faults: &mut Vec<String>) -> Result<()> {
    let open: Gate = Arc::new(|_| Box::pin(std::future::ready(())));
    let books = Db::open_stepwise(world.file(), open)?;
    let mut reading = pin!(books.read::<_, kit::db::Error, _>(|tx| {
        let chains = chain::verify(tx)?.into_iter().flat_map(|one| one.faults);
        Ok(chains.chain(chain::strays(tx)?).collect::<Vec<_>>())
    }));
    match reading
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(found) => faults.extend(found?.iter().map(ToString::to_string)),
        Poll::Pending => bail!("the judge was made to wait for the books"),
    }
    Ok(())
}

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or_default()
}

fn succeeded(world: &World) -> Vec<Value> {
    let charges = world.rehearsal.objects("charge");
    charges
        .into_iter()
        .filter(|charge| text(charge, "status") == "succeeded")
        .collect()
}

fn charges_are_booked_once(
    world: &World,
    books: &Connection,
    faults: &mut Vec<String>,
) -> Result<()> {
    let booked = rows(
        books,
        "select charge_id, amount_minor, fee_minor, net_minor from payments where intent_id <> ''",
        |r| {
            Ok((
                r.get::<_, String>(0)?,
                r.get::<_, i64>(1)?,
                r.get::<_, Option<i64>>(2)?,
                r.get::<_, Option<i64>>(3)?,
            ))
        },
    )?;
    let mut by_charge: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for (charge, amount, fee, net) in booked {
        by_charge
            .entry(charge)
            .or_default()
            .push((amount, fee, net));
    }
    let lines: BTreeMap<String, Value> = world
        .rehearsal
        .objects("balance_transaction")
        .into_iter()
        .map(|line| (text(&line, "id").to_owned(), line))
        .collect();
    for charge in succeeded(world) {
        let id = text(&charge, "id");
        let amount = charge["amount"].as_i64().unwrap_or_default();
        let line = lines.get(text(&charge, "balance_transaction"));
        let want = (
            amount,
            line.and_then(|line| line["fee"].as_i64()),
            line.and_then(|line| line["net"].as_i64()),
        );
        match by_charge.remove(id).as_deref() {
            Some([one]) if *one == want => {}
            Some(several) => {
                faults.push(format!("charge {id} of {want:?} is booked as {several:?}"))
            }
            None => faults.push(format!("charge {id} of {amount} is not booked")),
        }
    }
    for (charge, booked) in by_charge {
        faults.push(format!(
            "{charge} is booked as {booked:?}, and Stripe has no such charge"
        ));
    }
    Ok(())
}

/// What was charged for an invoice, less what went back, is never more than the invoice.
fn nobody_paid_twice(world: &World, books: &Connection, faults: &mut Vec<String>) -> Result<()> {
    let totals: BTreeMap<String, i64> = rows(books, "select id, total_minor from invoices", |r| {
        Ok((r.get(0)?, r.get(1)?))
    })?
    .into_iter()
    .collect();
    let mut charged: BTreeMap<String, i64> = BTreeMap::new();
    for charge in succeeded(world) {
        let kept = charge["amount"].as_i64().unwrap_or_default()
            - charge["amount_refunded"].as_i64().unwrap_or_default();
        let invoice = text(&charge["metadata"], "quittance_invoice").to_owned();
        *charged.entry(invoice).or_default() += kept;
    }
    for (invoice, sum) in charged {
        let total = totals.get(&invoice).copied().unwrap_or_default();
        if sum > total {
            faults.push(format!("invoice {invoice} of {total} was charged {sum}"));
        }
    }
    Ok(())
}

fn attempts_agree(world: &World, books: &Connection, faults: &mut Vec<String>) -> Result<()> {
    let states: BTreeMap<String, String> = rows(
        books,
        "select intent_id, state from payment_attempts where intent_id is not null",
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?
    .into_iter()
    .collect();
    for intent in world.rehearsal.objects("payment_intent") {
        let (id, theirs) = (text(&intent, "id"), text(&intent, "status"));
        let ours = states.get(id).map(String::as_str);
        let agree = match theirs {
            "succeeded" => ours == Some("succeeded"),
            "processing" => ours == Some("processing"),
            // An intent whose making was lost, and that nobody was given, may lie there for ever.
            _ => matches!(ours, None | Some("started" | "declined" | "canceled")),
        };
        if !agree {
            faults.push(format!("{id} is {theirs} at Stripe, and {ours:?} with us"));
        }
    }
    Ok(())
}

fn events_are_worked(world: &World, books: &Connection, faults: &mut Vec<String>) -> Result<()> {
    faults.extend(rows(
        books,
        "select kind, stripe_id from stripe_events where state = 'kept'",
        |r| {
            Ok(format!(
                "event {} {} is kept and was never worked",
                r.get::<_, String>(0)?,
                r.get::<_, String>(1)?
            ))
        },
    )?);
    let kept: BTreeMap<String, i64> = rows(
        books,
        "select stripe_id, count(*) from stripe_events group by 1",
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?
    .into_iter()
    .collect();
    for (event, times) in kept.iter().filter(|(_, times)| **times != 1) {
        faults.push(format!("event {event} is kept {times} times"));
    }
    for event in world.rehearsal.objects("event") {
        let wanted = crate::run::WATCHED.contains(&text(&event, "type"));
        if wanted && event["livemode"] == true && !kept.contains_key(text(&event, "id")) {
            faults.push(format!(
                "event {} {} never arrived",
                text(&event, "type"),
                text(&event, "id")
            ));
        }
    }
    Ok(())
}

fn receipts_went_once(books: &Connection, faults: &mut Vec<String>) -> Result<()> {
    let count = |sql: &str| -> Result<i64> { Ok(books.query_row(sql, [], |r| r.get(0))?) };
    let payable = count(
        "select count(*) from payments p join customers c on c.id = p.customer_id where c.email <> '' and p.state = 'succeeded'",
    )?;
    let receipts = count("select count(*) from mails where kind = 'receipt'")?;
    if payable != receipts {
        faults.push(format!(
            "{payable} payments want a receipt, {receipts} were written"
        ));
    }
    Ok(())
}

/// Our account of Stripe's balance is the sum of the lines Stripe has.
fn balance_agrees(world: &World, books: &Connection, faults: &mut Vec<String>) -> Result<()> {
    let account = |code: &str| -> Result<i64> {
        Ok(books.query_row(
            "select coalesce(sum(amount_minor), 0) from ledger_postings where account = ?1",
            [code],
            |r| r.get(0),
        )?)
    };
    let theirs: i64 = world
        .rehearsal
        .objects("balance_transaction")
        .iter()
        .filter_map(|line| line["net"].as_i64())
        .sum();
    let ours = account("stripe_balance")?;
    if ours != theirs {
        faults.push(format!(
            "Stripe's balance is {theirs}, our account of it {ours}"
        ));
    }
    let clearing = account("stripe_clearing")?;
    if clearing != 0 {
        faults.push(format!("{clearing} is left in clearing"));
    }
    Ok(())
}
