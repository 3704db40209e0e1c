//! Rows of `setup_links`.

use kit::db::{Error, Tx};
use kit::{args, sql};

pub(super) fn replace_links(tx: &mut Tx<'_>, token_hash: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("delete from setup_links where used_at is null"),
        args![],
    )?;
    tx.execute(
        sql!("insert into setup_links (token_hash, created_at) values ($1, $2)"),
        args![token_hash, now_ms],
    )
    .map(drop)
}

pub(super) fn find_unused(tx: &mut Tx<'_>, token_hash: &str) -> Result<bool, Error> {
    let found = tx.find(
        sql!("select created_at from setup_links where token_hash = $1 and used_at is null"),
        args![token_hash],
        |r| r.int(0),
    )?;
    Ok(found.is_some())
}

/// Whether this was a link of ours that somebody has used.
pub(super) fn find_used(tx: &mut Tx<'_>, token_hash: &str) -> Result<bool, Error> {
    let found = tx.find(
        sql!("select created_at from setup_links where token_hash = $1 and used_at is not null"),
        args![token_hash],
        |r| r.int(0),
    )?;
    Ok(found.is_some())
}

/// One row when this link was unused until now.
pub(super) fn update_used(tx: &mut Tx<'_>, token_hash: &str, now_ms: i64) -> Result<u64, Error> {
    tx.execute(
        sql!("update setup_links set used_at = $2 where token_hash = $1 and used_at is null"),
        args![token_hash, now_ms],
    )
}
