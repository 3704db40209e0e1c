//! Numbered SQL files, applied once, in order, each in one transaction.

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::Error;

/// A migration: one text for both engines, or a text for each where triggers differ.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `0001_foundation`; the order.
    pub name: &'static str,
    /// What SQLite runs.
    pub sqlite: &'static str,
    /// What PostgreSQL runs.
    pub postgres: &'static str,
}

const TABLE: &str = "create table if not exists schema_migration \
    (name text primary key, sha256 text not null, applied_at bigint not null)";

pub(super) fn sqlite(
    c: &Connection,
    all: &[Migration],
    now_ms: i64,
) -> Result<Vec<&'static str>, Error> {
    c.execute_batch(&format!("begin immediate; {TABLE}; commit;"))?;
    let applied: Vec<(String, String)> = c
        .prepare("select name, sha256 from schema_migration order by name")?
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let missing = missing(&applied, all, |m| m.sqlite)?;
    for m in &missing {
        c.execute_batch("begin immediate")?;
        let step = c.execute_batch(m.sqlite).and_then(|()| {
            c.execute(
                "insert into schema_migration values (?1, ?2, ?3)",
                (m.name, sum(m.sqlite), now_ms),
            )
        });
        if let Err(error) = step {
            drop(c.execute_batch("rollback"));
            return Err(Error::Migration(format!("{}: {error}", m.name)));
        }
        c.execute_batch("commit")?;
    }
    Ok(missing.iter().map(|m| m.name).collect())
}

pub(super) fn postgres(
    c: &mut postgres::Client,
    all: &[Migration],
    now_ms: i64,
) -> Result<Vec<&'static str>, Error> {
    c.batch_execute(TABLE)?;
    let mut tx = c.transaction()?;
    // Two nodes that start together: the second waits here and then finds nothing to do.
    tx.batch_execute("lock table schema_migration in access exclusive mode")?;
    let applied: Vec<(String, String)> = tx
        .query(
            "select name, sha256 from schema_migration order by name",
            &[],
        )?
        .iter()
        .map(|r| Ok((r.try_get(0)?, r.try_get(1)?)))
        .collect::<Result<_, postgres::Error>>()?;
    let missing = missing(&applied, all, |m| m.postgres)?;
    for m in &missing {
        tx.batch_execute(m.postgres)
            .map_err(|e| Error::Migration(format!("{}: {}", m.name, Error::from(e))))?;
        tx.execute(
            "insert into schema_migration values ($1, $2, $3)",
            &[&m.name, &sum(m.postgres), &now_ms],
        )?;
    }
    tx.commit()?;
    Ok(missing.iter().map(|m| m.name).collect())
}

fn missing(
    applied: &[(String, String)],
    all: &[Migration],
    text: impl Fn(&Migration) -> &'static str,
) -> Result<Vec<Migration>, Error> {
    for (name, sha256) in applied {
        let Some(ours) = all.iter().find(|m| m.name == name) else {
            return Err(Error::Migration(format!(
                "this database was used by a newer version: it knows “{name}”, which this program does not"
            )));
        };
        if sum(text(ours)) != *sha256 {
            return Err(Error::Migration(format!(
                "the migration “{name}” was changed after it had been applied"
            )));
        }
    }
    Ok(all
        .iter()
        .filter(|m| !applied.iter().any(|(name, _)| name == m.name))
        .copied()
        .collect())
}

fn sum(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}
