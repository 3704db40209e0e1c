//! Settled payments, end to end: from the first accepted webhook until the last invoice is paid and its postings are on
//! the disk. And then a payout with all of them inside, reconciled. In a process of its own, which tells and ends.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use app::app::App;
use fake_stripe::{Mode, Running as Rehearsal};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::aside::{self, Aside};
use crate::bare_rows::{self, Written};
use crate::deliveries::{self, Begun};
use crate::{now, shop};

/// What Stripe sends of a card payment to an endpoint like ours.
const SENT: [&str; 3] = [
    "payment_intent.succeeded",
    "charge.succeeded",
    "charge.updated",
];
/// So many deliveries are under way at a time.
const CONNECTIONS: usize = 32;
/// Charges are available after two business days, and then some.
const UNTIL_AVAILABLE: Duration = Duration::from_secs(8 * 86_400);
/// A measurement that takes longer than this is none.
const PATIENCE: Duration = Duration::from_secs(1800);

/// Measures with so many payments, and prints what came of it as one JSON line.
pub async fn run(folder: &Path, count: usize) -> Result<()> {
    let begun = deliveries::begin(folder).await?;
    let (app, stripe) = (&begun.app, &begun.stripe);
    shop::paid(app, stripe, &begun.scope, count).await?;
    let database = begun.database(folder);
    let before = Written::so_far(&database)?;
    let settled = settle(&begun, folder, count).await?;
    let bare_s = bare_rows::seconds(&database, (&before, &settled.after), count)?;
    let (reconciled_s, stripe_s, lines) = reconcile(&begun).await?;
    println!(
        "{}",
        json!({
            "payments": count, "settled_s": settled.wall_s, "bare_s": bare_s,
            "product_processor_s": settled.product_s, "stripe_processor_s": settled.stripe_s,
            "reconciled_s": reconciled_s, "stripe_s": stripe_s, "lines": lines,
        })
    );
    Ok(())
}

/// What settling took.
struct Settled {
    /// From the first delivery to the last invoice paid.
    wall_s: f64,
    /// Processor time of the product, its deliveries and its answers included.
    product_s: f64,
    /// Processor time of Stripe's side on the same machine: the rehearsal's answers, and sending the deliveries.
    stripe_s: f64,
    /// What was written by then.
    after: Written,
}

async fn settle(begun: &Begun, folder: &Path, count: usize) -> Result<Settled> {
    let (events, _) = shop::list(&begun.stripe, "/v1/events").await?;
    let is_sent = |event: &&Value| event["type"].as_str().is_some_and(|t| SENT.contains(&t));
    // Oldest first, as they are sent.
    let sent: Vec<String> = events
        .iter()
        .rev()
        .filter(is_sent)
        .map(Value::to_string)
        .collect();
    if sent.len() < 2 * count {
        bail!("{} events for {count} payments", sent.len());
    }
    let books = Connection::open(begun.database(folder))?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let sender = Aside::start("deliveries")?;
    let of_stripe =
        || Ok::<_, anyhow::Error>(begun.of_stripe.processor_s()? + sender.processor_s()?);
    let (stripe_before, all_before) = (of_stripe()?, aside::process_s()?);
    let started = now();
    let worker = tokio::spawn(kit::jobs::run_until(
        begun.app.db().clone(),
        begun.app.clock().clone(),
        app::jobs::worker(begun.app.clone()),
        async move { drop(stopped.await) },
    ));
    let delivering = sender.spawn({
        let (address, path, secret) = (begun.address, begun.path.clone(), begun.secret.clone());
        async move { shop::deliver(address, &path, &secret, sent, CONNECTIONS).await }
    });
    // Counted often, so what counts fast is counted: that the invoices are paid with it is judged afterwards.
    let paid = "select count(*) from payments";
    wait_for(&books, paid, i64::try_from(count)?).await?;
    let wall_s = started.elapsed().as_secs_f64();
    let after = Written::so_far(&begun.database(folder))?;
    let stripe_s = of_stripe()? - stripe_before;
    let product_s = aside::process_s()? - all_before - stripe_s;
    delivering.await??;
    wait_for(&books, "select count(*) = 0 from jobs", 1).await?;
    drop(stop);
    worker.await?;
    must_be_booked(&books, count)?;
    Ok(Settled {
        wall_s,
        product_s,
        stripe_s,
        after,
    })
}

async fn wait_for(books: &Connection, sql: &str, wanted: i64) -> Result<()> {
    let begun = now();
    while begun.elapsed() < PATIENCE {
        let found: i64 = books.query_row(sql, [], |row| row.get(0))?;
        if found == wanted {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bail!("`{sql}` did not come to {wanted}")
}

/// A payment that was not booked, or not whole, would be fast for the wrong reason.
fn must_be_booked(books: &Connection, count: usize) -> Result<()> {
    let count = i64::try_from(count)?;
    for sql in [
        "select count(*) from invoices where state = 'paid'",
        "select count(*) from payments where fee_minor is not null",
        "select count(*) from ledger_entries where kind = 'card_payment'",
        "select count(*) from ledger_entries where kind = 'balance_transaction'",
        "select count(*) from allocations",
        "select count(*) from mails where kind = 'receipt'",
    ] {
        let found: i64 = books.query_row(sql, [], |row| row.get(0))?;
        if found != count {
            bail!("`{sql}` is {found}, not {count}");
        }
    }
    Ok(())
}

/// A payout with every payment inside: kept, proved and compared. Answers the seconds it took, those that Stripe took
/// to answer the same questions, and the lines inside.
async fn reconcile(begun: &Begun) -> Result<(f64, f64, usize)> {
    let control = begun.stripe.control();
    control.advance(UNTIL_AVAILABLE);
    let account = begun.stripe.keys()[0].account.clone();
    let payouts = control.run_payouts(&account, Mode::Live)?;
    let payout = payouts.first().and_then(|payout| payout["id"].as_str());
    let payout = payout.context("nothing was paid out")?;
    let (stripe_s, lines) = answers(&begun.stripe, payout).await?;
    let started = now();
    let found = compared(&begun.app, begun).await?;
    let seconds = started.elapsed().as_secs_f64();
    if found != app::reconcile::Outcome::Agrees {
        bail!("the comparison says {found:?}");
    }
    Ok((seconds, stripe_s, lines))
}

async fn compared(app: &App, begun: &Begun) -> Result<app::reconcile::Outcome> {
    let run = app::reconcile::run(app, &begun.scope, "bench").await;
    Ok(run
        .map_err(|problem| anyhow::anyhow!("{problem:?}"))?
        .outcome)
}

/// How long the rehearsal takes for the lists themselves, asked by a client that does nothing with them.
async fn answers(stripe: &Rehearsal, payout: &str) -> Result<(f64, usize)> {
    let started = now();
    shop::list(stripe, "/v1/balance_transactions").await?;
    let inside = format!("/v1/balance_transactions?payout={payout}");
    let (lines, _) = shop::list(stripe, &inside).await?;
    shop::list(stripe, "/v1/payouts").await?;
    Ok((started.elapsed().as_secs_f64(), lines.len()))
}
