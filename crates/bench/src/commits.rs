//! Bare SQLite: one row, one durable commit, over and over. What a delivery kept by itself would cost at least.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use rusqlite::Connection;

use crate::deliveries::EVENT_BYTES;
use crate::now;

/// Commits a second, each of one row, each on the disk (`synchronous=FULL`) before the next begins.
pub fn per_second(folder: &Path, during: Duration) -> Result<f64> {
    // A new file each time, on the same disk.
    let own = tempfile::tempdir_in(folder)?;
    let connection = Connection::open(own.path().join("reference.sqlite"))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute_batch(
        "create table kept (id text primary key, body text not null) strict, without rowid",
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    #[test]
    fn the_bare_commits_are_measured_twice_in_one_folder_and_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            assert!(super::per_second(folder.path(), Duration::from_millis(20)).unwrap() > 0.0);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
