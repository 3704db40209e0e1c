//! Bare SQLite again, with the very rows that were written until the last payment was settled: for each payment one
//! transaction, on the disk before the next begins. What nobody could do faster without putting payments together.

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

/// What stands in those tables: by table, the last row's number.
pub struct Written(Vec<i64>);

impl Written {
    /// As it is now.
    pub fn so_far(database: &Path) -> Result<Written> {
        let from = Connection::open(database)?;
        let last = |name: &&str| -> Result<i64> {
            let sql = format!("select coalesce(max(rowid), 0) from {name}");
            Ok(from.query_row(&sql, [], |row| row.get(0))?)
        };
        Ok(Written(TABLES.iter().map(last).collect::<Result<_>>()?))
    }
}

/// Seconds for so many transactions that together write every row that was written between two moments.
pub fn seconds(
    database: &Path,
    (before, after): (&Written, &Written),
    payments: usize,
) -> Result<f64> {
    let from = Connection::open(database)?;
    let folder = database.parent().context("a database in a folder")?;
    let own = tempfile::tempdir_in(folder)?;
    let mut to = Connection::open(own.path().join("bare.sqlite"))?;
    to.pragma_update(None, "journal_mode", "wal")?;
    to.pragma_update(None, "synchronous", "full")?;
    to.pragma_update(None, "foreign_keys", false)?;
    let between = before.0.iter().zip(&after.0);
    let tables: Vec<Table> = TABLES
        .iter()
        .zip(between)
        .map(|(name, (before, after))| copy(&from, &to, name, (*before, *after)))
        .collect::<Result<_>>()?;
    ensure!(payments > 0, "nothing to measure");
    write(&mut to, &tables, payments)
}

struct Table {
    insert: String,
    rows: Vec<Vec<Value>>,
}

fn write(to: &mut Connection, tables: &[Table], payments: usize) -> Result<f64> {
    let begun = now();
    for payment in 0..payments {
        let transaction = to.transaction()?;
        for table in tables {
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

/// The table and its indexes, without triggers, and every row behind one number up to another in memory.
fn copy(
    from: &Connection,
    to: &Connection,
    name: &str,
    (before, after): (i64, i64),
) -> Result<Table> {
    let mut schema = from.prepare(
        "select sql from sqlite_master where tbl_name = ?1 and type in ('table', 'index') and sql is not null order by type desc",
    )?;
    let statements = schema.query_map([name], |row| row.get::<_, String>(0))?;
    for statement in statements {
        to.execute_batch(&statement?)?;
    }
    let mut select = from.prepare(&format!(
        "select * from {name} where rowid > ?1 and rowid <= ?2 order by rowid"
    ))?;
    let columns = select.column_count();
    let rows = select.query_map([before, after], |row| {
        (0..columns).map(|at| row.get(at)).collect()
    })?;
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
    fn what_was_written_between_two_moments_is_written_again_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("product.sqlite");
        let product = Connection::open(&file).unwrap();
        let insert = |name: &str, ids: &str| {
            let insert = format!("insert into {name} (id) values {ids}");
            product.execute_batch(&insert).unwrap();
        };
        for name in super::TABLES {
            let create = format!(
                "create table {name} (id text primary key, n integer); create index {name}_n on {name} (n)"
            );
            product.execute_batch(&create).unwrap();
            insert(name, "('before')");
        }
        let before = super::Written::so_far(&file).unwrap();
        for name in super::TABLES {
            insert(name, "('a'), ('b'), ('c')");
        }
        let after = super::Written::so_far(&file).unwrap();
        insert(super::TABLES[0], "('after')");
        let to = Connection::open_in_memory().unwrap();
        let between = (before.0[0], after.0[0]);
        let table = super::copy(&product, &to, super::TABLES[0], between).unwrap();
        assert_eq!(table.rows.len(), 3);
        assert!(super::seconds(&file, (&before, &after), 2).unwrap() > 0.0);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
