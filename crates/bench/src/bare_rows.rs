//! Bare SQLite again, with the very rows that settling payments left: for each payment one transaction, on the disk
//! before the next begins. What nobody could do faster without putting payments together.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::now;

/// What settling a payment writes and leaves.
const TABLES: [&str; 8] = [
    "stripe_events",
    "payments",
    "allocations",
    "ledger_entries",
    "ledger_postings",
    "balance_transactions",
    "invoice_history",
    "mails",
];

struct Table {
    insert: String,
    rows: Vec<Vec<Value>>,
}

/// Seconds for so many transactions that together write every row the product wrote.
pub fn seconds(database: &Path, payments: usize) -> Result<f64> {
    let from = Connection::open(database)?;
    let folder = database.parent().context("a database in a folder")?;
    let own = tempfile::tempdir_in(folder)?;
    let mut to = Connection::open(own.path().join("bare.sqlite"))?;
    to.pragma_update(None, "journal_mode", "wal")?;
    to.pragma_update(None, "synchronous", "full")?;
    to.pragma_update(None, "foreign_keys", false)?;
    let tables: Vec<Table> = TABLES
        .iter()
        .map(|name| copy(&from, &to, name))
        .collect::<Result<_>>()?;
    ensure!(payments > 0, "nothing to measure");
    let begun = now();
    for payment in 0..payments {
        let transaction = to.transaction()?;
        for table in &tables {
            let mut insert = transaction.prepare_cached(&table.insert)?;
            let part = |of: usize| table.rows.len() * of / payments;
            for row in &table.rows[part(payment)..part(payment + 1)] {
                insert.execute(params_from_iter(row))?;
            }
        }
        transaction.commit()?;
    }
    Ok(begun.elapsed().as_secs_f64())
}

/// The table and its indexes, without triggers, and every row of it in memory.
fn copy(from: &Connection, to: &Connection, name: &str) -> Result<Table> {
    let mut schema = from.prepare(
        "select sql from sqlite_master where tbl_name = ?1 and type in ('table', 'index') and sql is not null order by type desc",
    )?;
    let statements = schema.query_map([name], |row| row.get::<_, String>(0))?;
    for statement in statements {
        to.execute_batch(&statement?)?;
    }
    let mut select = from.prepare(&format!("select * from {name} order by rowid"))?;
    let columns = select.column_count();
    let rows = select.query_map([], |row| (0..columns).map(|at| row.get(at)).collect())?;
    let places: Vec<String> = (1..=columns).map(|at| format!("?{at}")).collect();
    Ok(Table {
        insert: format!("insert into {name} values ({})", places.join(", ")),
        rows: rows.collect::<rusqlite::Result<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    #[test]
    fn every_row_is_written_again_in_as_many_transactions_as_there_are_payments() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("product.sqlite");
        let product = Connection::open(&file).unwrap();
        for name in super::TABLES {
            let create = format!(
                "create table {name} (id text primary key, n integer); create index {name}_n on {name} (n);
                 insert into {name} values ('a', 1), ('b', 2), ('c', 3)"
            );
            product.execute_batch(&create).unwrap();
        }
        assert!(super::seconds(&file, 2).unwrap() > 0.0);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
