//! Every column that holds a sealed secret, and how all of them come under a new master key (AC-18).
//!
//! A column named `*_sealed` that is missing here would become unreadable with the next rotation; a test compares
//! the schema with this list.

mod store;

use kit::chance::Chance;
use kit::db::{Db, Error};
use kit::secrets::{Keyring, SecretError};

/// Rows of one transaction: short enough that nothing else waits for long.
const BATCH: i64 = 200;

/// What became of the secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Sealed again under the newest key.
    pub changed: usize,
    /// Sealed under a key that this installation had lost before: column and row. They must be entered again.
    pub lost: Vec<String>,
}

/// Why the rotation stopped. Everything is readable with the keys that were handed in.
#[derive(Debug, thiserror::Error)]
pub enum NotResealed {
    /// Of the database.
    #[error(transparent)]
    Database(#[from] Error),
    /// A value does not open although its key is there: changed by hand, or bound to something else than we think.
    /// The old key must stay, because the value may open for the feature that wrote it.
    #[error("{column} of {row} does not open with the key it names")]
    DoesNotOpen {
        /// `table.column`.
        column: &'static str,
        /// The row's key.
        row: String,
    },
}

/// One column of sealed secrets.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// `table.column`, as in the schema.
    pub name: &'static str,
    /// What is bound into the seal beside the owner.
    field: &'static str,
    sql: store::Statements,
}

/// One sealed value and what it is bound to.
struct Row {
    key: String,
    owner: String,
    sealed: String,
}

/// The whole list.
pub fn columns() -> Vec<Column> {
    store::columns()
}

/// Seals everything under the newest key of the ring that is not yet. Can be stopped anywhere and begun again; the
/// ring must hold the old keys too, and must be on disk before this is called.
///
/// # Errors
/// [`NotResealed`]: nothing is lost as long as the old keys are kept.
pub async fn reseal(db: &Db, ring: &Keyring, chance: &Chance) -> Result<Resealed, NotResealed> {
    let mut all = Resealed::default();
    for column in columns() {
        let mut after = String::new();
        loop {
            let (ring, chance, from) = (ring.clone(), chance.clone(), after.clone());
            let (last, done) = db
                .write(move |tx| reseal_batch(tx, column, &ring, &chance, &from))
                .await?;
            all.changed += done.changed;
            all.lost.extend(done.lost);
            match last {
                Some(key) => after = key,
                None => break,
            }
        }
    }
    Ok(all)
}

/// Answers the last row seen, while there may be more.
fn reseal_batch(
    tx: &mut kit::db::Tx<'_>,
    column: Column,
    ring: &Keyring,
    chance: &Chance,
    after: &str,
) -> Result<(Option<String>, Resealed), NotResealed> {
    let rows = store::list_after(tx, column, after, BATCH)?;
    let mut done = Resealed::default();
    for row in &rows {
        match ring.reseal(&row.owner, column.field, &row.sealed, chance) {
            Ok(None) => {}
            Ok(Some(again)) => {
                store::update(tx, column, row, &again)?;
                done.changed += 1;
            }
            Err(SecretError::UnknownKey(_)) => {
                done.lost.push(format!("{} of {}", column.name, row.key))
            }
            Err(_) => {
                return Err(NotResealed::DoesNotOpen {
                    column: column.name,
                    row: row.key.clone(),
                });
            }
        }
    }
    Ok((rows.last().map(|row| row.key.clone()), done))
}
