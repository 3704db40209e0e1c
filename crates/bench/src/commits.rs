//! Bare SQLite: one row, one durable commit, over and over. What a delivery kept by itself would cost at least.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use rusqlite::Connection;

use crate::deliveries::EVENT_BYTES;
use crate::now;

/// Commits a second, each of one row, each on the disk (`synchronous=FULL`) before the next begins.
pub fn per_second(folder: &Path, during: Duration) -> Result<f64> {
    let connection = Connection::open(folder.join("reference.sqlite"))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute_batch(
        "create table if not exists kept (id text primary key, body text not null) strict, without rowid",
    )?;
    let mut insert = connection.prepare("insert into kept (id, body) values (?1, ?2)")?;
    let body = "x".repeat(EVENT_BYTES);
    let begun = now();
    let mut rows = 0_u32;
    while begun.elapsed() < during {
        insert.execute((format!("evt_{rows:016}"), &body))?;
        rows += 1;
    }
    Ok(f64::from(rows) / begun.elapsed().as_secs_f64())
}
