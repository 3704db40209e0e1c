//! The books by themselves: nothing is left to do, everything balances, the chain holds.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use anyhow::{Result, bail};
use app::ledger::chain;
use kit::db::{Db, Gate};
use rusqlite::Connection;

use super::{Evidence, rows};

pub(super) fn queues_are_empty(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let left = rows(
        evidence.books,
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

pub(super) fn ledger_balances(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    balances(evidence.books, faults)
}

/// Every entry balances; a receivable is what is due; what is applied to an invoice is the sum of what was applied.
pub(super) fn balances(books: &Connection, faults: &mut Vec<String>) -> Result<()> {
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
    let invoices = rows(
        books,
        "select i.number, i.state, i.total_minor - i.applied_minor,
           coalesce((select sum(amount_minor) from ledger_postings p where p.invoice_id = i.id and p.account = 'receivable'), 0),
           i.applied_minor - coalesce((select sum(amount_minor) from allocations a where a.invoice_id = i.id), 0)
         from invoices i where i.state in ('open', 'paid')",
        |r| {
            Ok((
                r.get::<_, String>(0)?,
                r.get::<_, String>(1)?,
                r.get::<_, i64>(2)?,
                r.get::<_, i64>(3)?,
                r.get::<_, i64>(4)?,
            ))
        },
    )?;
    for (number, state, due, receivable, astray) in invoices {
        if due != receivable || (state == "paid") != (due == 0) {
            faults.push(format!(
                "invoice {number} is {state}: due {due}, receivable {receivable}"
            ));
        }
        if astray != 0 {
            faults.push(format!(
                "invoice {number}: {astray} of what is applied comes from nothing"
            ));
        }
    }
    Ok(())
}

/// Every entry is as it was written and follows the one before it, whoever was killed while writing. Read through a
/// door of the judge's own: nobody is on the stage any more who could be made to wait.
pub(super) fn chain_holds(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let open: Gate = Arc::new(|_| Box::pin(std::future::ready(())));
    let books = Db::open_stepwise(evidence.file, open)?;
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
